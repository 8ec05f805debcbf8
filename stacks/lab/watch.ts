import { relative } from "node:path";
import { monitoringFiles, renderMonitoring } from "../../dashboards/render.ts";
import type { Fleet } from "../../src/fleet/schema.ts";
import type { InventoryPart } from "../../src/inventory.ts";
import { watchesSeats } from "../../src/plan/slices.ts";
import { watchPart } from "../watch-parts.ts";
import { ours } from "./config/ours.ts";
import type { DaemonFile, DaemonProps } from "./kinds/daemon.ts";
import { declare } from "./resources.ts";
import { type LabSettings, projectRoot } from "./settings.ts";
import { bare, type Topology } from "./topology.ts";

/** Ports inside the namespace `ops`, where nothing else listens. */
const inside = { exporter: 9720, prometheus: 9090, alertmanager: 9093, receiver: 9095 } as const;
const at = (page: keyof typeof inside): string => `127.0.0.1:${inside[page]}`;

/** Written by `deskbridge up` and by every command that sees a newer stack; the daemons follow it. */
const inventory = "{state}/.deskbridge/lab/inventory.json";
/** Written by `seats`, and by whoever asks the vendor. */
const seatsReport = "{state}/.deskbridge/lab/seats-report.json";
const reports = "{dir}/../exporter/reports";

/** The slice `lab-watch`: probers at their vantage points, the exporter, Prometheus, Alertmanager and their pages. */
export function watchSlice(map: Topology, fleet: Fleet, fleetFile: string, lab: LabSettings): Partial<InventoryPart> {
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
  const watch = [exporter(map), receiver(map), alertmanager(map, fleet), prometheus(map, fleet)].map((daemon) =>
    declare("Daemon", daemon.name, daemon, [space, up]),
  );
  for (const daemon of [prober(map.hub, "hub"), prober(map.internet, "public")])
    declare("Daemon", daemon.name, daemon, watch);
  if (watchesSeats(fleet)) {
    const daemon = seats(map, fleetFile);
    declare("Daemon", daemon.name, daemon, watch);
  }
  for (const page of Object.keys(inside) as (keyof typeof inside)[]) {
    const daemon = pageDaemon(map, page, lab.ports[page]);
    declare("Daemon", daemon.name, daemon, watch);
  }
  return watchPart(fleet);
}

function exporter(map: Topology): DaemonProps {
  const words = [
    "--inventory",
    inventory,
    "--reports",
    "{dir}/reports",
    "--listen",
    at("exporter"),
    "--lab-root",
    "{lab}",
    "--heartbeats",
    "{dir}/heartbeats.json",
    "--authority",
    "{lab}/authority",
    "--seats",
    seatsReport,
    "--sittings",
    "{state}/.deskbridge/lab/sittings.json",
  ];
  return ours("exporter", map.ops, ["exporter", ...words], { socket: "{dir}/reports" });
}

/** It alone reads the list of people and knows the way to the vendor. */
function seats(map: Topology, fleetFile: string): DaemonProps {
  const within = relative(projectRoot, fleetFile);
  const file = within.startsWith("..") ? fleetFile : `{project}/${within}`;
  return ours("seats", map.ops, ["rollout", "watch", "--fleet", file, "--inventory", inventory], { runs: true });
}

function receiver(map: Topology): DaemonProps {
  return ours(
    "receiver",
    map.ops,
    ["receiver", "--listen", at("receiver"), "--pages", "{lab}/pages.jsonl", "--heartbeat"],
    {
      tcp: inside.receiver,
    },
  );
}

function prober(namespace: string, vantage: "hub" | "public"): DaemonProps {
  const words = ["--vantage", vantage, "--inventory", inventory, "--report", reports, "--lab-root", "{lab}"];
  return ours(`probe-${vantage}`, namespace, ["probe", ...words], { runs: true });
}

function prometheus(map: Topology, fleet: Fleet): DaemonProps {
  const options = [
    `--config.file={dir}/${monitoringFiles.prometheus}`,
    "--storage.tsdb.path={dir}/data",
    "--storage.tsdb.retention.time=2d",
    // An alert that fires before Alertmanager is found is else lost for a minute.
    "--rules.alert.resend-delay=5s",
    `--web.listen-address=${at("prometheus")}`,
  ];
  return {
    name: "prometheus",
    namespace: map.ops,
    argv: ["prometheus", ...options],
    files: monitoring(fleet, [monitoringFiles.prometheus, monitoringFiles.rules]),
    certificates: [],
    ready: { tcp: inside.prometheus },
  };
}

function alertmanager(map: Topology, fleet: Fleet): DaemonProps {
  const options = [
    `--config.file={dir}/${monitoringFiles.alertmanager}`,
    "--storage.path={dir}/data",
    "--cluster.listen-address=",
    `--web.listen-address=${at("alertmanager")}`,
  ];
  return {
    name: "alertmanager",
    namespace: map.ops,
    // Notifications tell times in the process's zone.
    argv: ["env", `TZ=${fleet.timezone}`, "prometheus-alertmanager", ...options],
    files: monitoring(fleet, [monitoringFiles.alertmanager, monitoringFiles.notifications]),
    certificates: [],
    ready: { tcp: inside.alertmanager },
  };
}

function monitoring(fleet: Fleet, names: readonly string[]): readonly DaemonFile[] {
  const places = {
    exporter: at("exporter"),
    prometheus: at("prometheus"),
    alertmanager: at("alertmanager"),
    runbook: "dashboards/runbook.md",
  };
  return Object.entries(renderMonitoring(fleet, places))
    .filter(([path]) => names.includes(path))
    .map(([path, text]) => ({ path, text }));
}

/** A page of `ops` on the machine's own loopback: one connection, one relay into the namespace; no route is made. */
function pageDaemon(map: Topology, page: keyof typeof inside, outside: number): DaemonProps {
  const relay = `EXEC:nsenter --net=/run/netns/${map.ops} socat STDIO TCP4\\:127.0.0.1\\:${inside[page]}`;
  return {
    name: `page-${page}`,
    argv: ["socat", `TCP4-LISTEN:${outside},bind=127.0.0.1,fork,reuseaddr,max-children=64`, relay],
    files: [],
    certificates: [],
    ready: { tcp: outside },
  };
}
