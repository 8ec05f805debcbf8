import type { Fleet } from "../../src/fleet/schema.ts";
import type { InventoryPart } from "../../src/inventory.ts";
import type { DaemonProps } from "./kinds/daemon.ts";
import { declare } from "./resources.ts";
import type { LabSettings } from "./settings.ts";
import { bare, type Topology } from "./topology.ts";

/** Ports inside the namespace `ops`, where nothing else listens. */
const inside = { exporter: 9720, prometheus: 9090, alertmanager: 9093, receiver: 9095 } as const;

/** The slice `lab-watch`: the probers at their vantage points, the exporter, and pages on the machine's own 127.0.0.1. */
export function watchSlice(map: Topology, _fleet: Fleet, lab: LabSettings): Partial<InventoryPart> {
  const space = declare("Namespace", "ops", { name: map.ops, addresses: [], local: [], unreachable: [] });
  const cable = map.opsCable;
  const up = declare(
    "Link",
    "ops-hub",
    {
      a: { namespace: map.hub, interface: "ops", address: cable.near },
      b: {
        namespace: map.ops,
        interface: "hub",
        address: cable.far,
        routes: [{ to: "default", via: bare(cable.near) }],
      },
    },
    [space],
  );
  const pages = Object.entries(inside).map(([page, port]) =>
    pageDaemon(map, page, port, lab.ports[page as keyof typeof inside]),
  );
  for (const daemon of pages) declare("Daemon", daemon.name, daemon, [space, up]);
  return {};
}

/** A page of `ops` on the machine's own loopback: one connection, one relay into the namespace; no route is made. */
function pageDaemon(map: Topology, page: string, port: number, outside: number): DaemonProps {
  return {
    name: `page-${page}`,
    argv: [
      "socat",
      `TCP4-LISTEN:${outside},bind=127.0.0.1,fork,reuseaddr,max-children=64`,
      `EXEC:nsenter --net=/run/netns/${map.ops} socat STDIO TCP4\\:127.0.0.1\\:${port}`,
    ],
    files: [],
    certificates: [],
    ready: { tcp: outside },
  };
}
