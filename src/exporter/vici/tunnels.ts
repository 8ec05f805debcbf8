import type { Bytes } from "../tally.ts";
import { wholeNumber } from "../figures.ts";
import { ViciError, type ViciSection } from "./message.ts";

/** How the tunnel of one connection is. */
export interface Tunnel {
  /** The daemon has loaded its connection. */
  readonly configured: boolean;
  /** An IKE_SA is established. One that is being rekeyed is; one that was rekeyed has its successor. */
  readonly sa: boolean;
  /** A CHILD_SA carries traffic. */
  readonly child: boolean;
  /** The daemon has asked the peer for a sign of life, and has no answer yet. */
  readonly dpdPending: boolean;
  /** Of each CHILD_SA that is listed, by its SPIs, which no other has, before a restart of the daemon or after. */
  readonly bytes: ReadonlyMap<string, Bytes>;
}

export const noTunnel: Tunnel = { configured: false, sa: false, child: false, dpdPending: false, bytes: new Map() };

/** Of ike_sa_state_names and child_sa_state_names in strongSwan's src/libcharon/sa (5.9, 6.0). */
const saStates = new Set(["ESTABLISHED", "PASSIVE", "REKEYING", "REKEYED"]);
const childStates = new Set(["INSTALLED", "UPDATING", "REKEYING", "REKEYED"]);

/** Names of the connections that `list-conns` streamed. */
export function readConnections(events: readonly ViciSection[]): ReadonlySet<string> {
  return new Set(events.flatMap((event) => sectionsOf(event).map(([name]) => name)));
}

/** The tunnels of one listing by their connections' names: what `list-sas` streamed. */
export function readTunnels(events: readonly ViciSection[]): ReadonlyMap<string, Tunnel> {
  const tunnels = new Map<string, Tunnel>();
  for (const event of events) {
    for (const [name, sa] of sectionsOf(event)) tunnels.set(name, join(tunnels.get(name), tunnelOf(name, sa)));
  }
  return tunnels;
}

/** Two listings as one: what is up in either is up, and what bytes were read last count. */
export function joinListings(
  earlier: ReadonlyMap<string, Tunnel>,
  later: ReadonlyMap<string, Tunnel>,
): ReadonlyMap<string, Tunnel> {
  const names = new Set([...earlier.keys(), ...later.keys()]);
  return new Map([...names].map((name) => [name, join(earlier.get(name), later.get(name) ?? noTunnel)]));
}

function join(one: Tunnel = noTunnel, other: Tunnel): Tunnel {
  return {
    configured: one.configured || other.configured,
    sa: one.sa || other.sa,
    child: one.child || other.child,
    dpdPending: one.dpdPending || other.dpdPending,
    bytes: new Map([...one.bytes, ...other.bytes]),
  };
}

function tunnelOf(connection: string, sa: ViciSection): Tunnel {
  const up = saStates.has(text(sa, "state", connection));
  const active = sa.get("tasks-active");
  const children = sa.get("child-sas") ?? new Map<string, ViciSection>();
  if (!(children instanceof Map)) throw new ViciError(`child-sas of ${connection} is no section`);
  const found = sectionsOf(children).map(([, child]) => child);
  return {
    configured: false,
    sa: up,
    child: found.some((child) => childStates.has(text(child, "state", connection))),
    dpdPending: Array.isArray(active) && active.includes("IKE_DPD"),
    bytes: new Map(
      found.flatMap((child): [string, Bytes][] => {
        // One that is being made has no SPIs and no bytes yet.
        const [spiIn, spiOut] = [child.get("spi-in"), child.get("spi-out")];
        if (typeof spiIn !== "string" || typeof spiOut !== "string" || !child.has("bytes-in")) return [];
        return [
          [
            `${spiIn}/${spiOut}`,
            { rx: bytes(child, "bytes-in", connection), tx: bytes(child, "bytes-out", connection) },
          ],
        ];
      }),
    ),
  };
}

function sectionsOf(section: ViciSection): readonly (readonly [string, ViciSection])[] {
  return [...section].map(([name, value]) => {
    if (!(value instanceof Map)) throw new ViciError(`${JSON.stringify(name)} is no section`);
    return [name, value as ViciSection];
  });
}

function text(section: ViciSection, key: string, connection: string): string {
  const value = section.get(key);
  if (typeof value !== "string") throw new ViciError(`an SA of ${connection} has no ${key}`);
  return value;
}

function bytes(child: ViciSection, key: string, connection: string): number {
  const value = text(child, key, connection);
  const number = wholeNumber(value);
  if (number === undefined) throw new ViciError(`${key} of ${connection} is ${JSON.stringify(value.slice(0, 40))}`);
  return number;
}
