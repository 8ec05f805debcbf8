import { isIP } from "node:net";
import { endpointOf, type InventoryPart } from "../../../src/inventory.ts";
import type { ServicePlan } from "../../../src/plan/types.ts";
import type { StandIn } from "../../../src/stand-in.ts";
import { serviceEntry } from "../../inventory-parts.ts";
import type { DaemonCertificate, DaemonProps } from "../kinds/daemon.ts";
import { serviceAddress, type Topology } from "../topology.ts";
import { ours } from "./ours.ts";

/**
 * Stand-ins for what desks are for: one process behind the hub, each service at an address of its own, by the protocol
 * and port of its URL and with a certificate of the lab's authority in its name. Nothing outside is called.
 */
export function servicesDaemon(map: Topology): DaemonProps {
  const { services } = map.plan;
  const list = services.map(({ id, name, url }, ordinal): StandIn => ({
    name,
    listen: { host: serviceAddress(map, ordinal), port: endpointOf(url).port },
    ...(isTls(url) ? { tls: { certificate: `${id}/own.crt`, key: `${id}/own.key` } } : {}),
    answer: answerFile(id),
  }));
  const answers = services.map(({ id }) => ({ path: answerFile(id), text: standInAnswers.well, loads: true }));
  return ours(
    "services",
    map.hub,
    ["stand-in", "--services", "{dir}/services.json"],
    { tcp: list[0]?.listen.port ?? 0 },
    {
      files: [{ path: "services.json", text: `${JSON.stringify(list, undefined, 2)}\n` }, ...answers],
      certificates: services.filter(({ url }) => isTls(url)).map(certificateOf),
    },
  );
}

/** What a stand-in's file of its answers holds: HTTP's status. */
export const standInAnswers = { well: "200\n", failed: "503\n" } as const;

/** In the daemon's folder. */
export function answerFile(id: string): string {
  return `${id}/answer`;
}

export function serviceEntries(map: Topology): InventoryPart["services"] {
  return map.plan.services.map((service, ordinal) => ({
    ...serviceEntry(service),
    address: serviceAddress(map, ordinal),
    ...(isTls(service.url) ? { ca: "authority/ca.pem" } : {}),
  }));
}

function isTls(url: string): boolean {
  return new URL(url).protocol === "https:";
}

function certificateOf({ id, url }: ServicePlan): DaemonCertificate {
  const { host } = endpointOf(url);
  const names = isIP(host) === 0 ? { dnsNames: [host] } : { addresses: [host] };
  return { certificate: `${id}/own.crt`, key: `${id}/own.key`, kind: "server", commonName: commonNameOf(id), ...names };
}

/** A tool's id has a slash, and may be longer than X.520 lets a name be; who asks looks at the other names only. */
function commonNameOf(id: string): string {
  return id.replaceAll("/", ".").slice(0, 64);
}
