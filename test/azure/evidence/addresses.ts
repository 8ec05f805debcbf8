import { formatRange, parseAddress, parseRange, rangesOverlap, sizeOf } from "../../../src/plan/addresses.ts";
import { subnetReserved } from "../../../src/plan/limits.ts";
import type { Declared } from "../mocks.ts";
import { leavesOf } from "./leaves.ts";
import type { RecordedSlice } from "./record.ts";

interface Use {
  readonly who: string;
  readonly what: string;
}

interface Seat extends Use {
  /** Id of the subnet in which the address must lie, in lower case. */
  readonly subnet: string;
}

/** Every address and range that the slices of a fleet give away: none twice, each where it belongs. */
export class Addresses {
  /** What is a network of its own: no two share an address. */
  readonly #spaces: Use[] = [];
  /** Subnets by id in lower case. */
  readonly #subnets = new Map<string, Use & { readonly network: string }>();
  readonly #seats: Seat[] = [];
  /** Ends of the lines' tunnels. */
  readonly #peers: Use[] = [];

  add({ slice, recording: { resources } }: RecordedSlice): void {
    for (const resource of resources) {
      const who = `${slice.stack}: ${resource.name}`;
      const token = resource.type.split(":").at(-1) ?? "";
      for (const what of spacesOf(token, resource)) this.#spaces.push({ who, what });
      if (token === "Subnet") this.#addSubnet(resource, who);
      for (const what of peersOf(token, resource)) this.#peers.push({ who, what });
      this.#seats.push(...seatsOf(resource, who));
    }
  }

  get count(): number {
    return this.#seats.length + this.#peers.length;
  }

  problems(): readonly string[] {
    const subnets = [...this.#subnets.values()];
    return [
      ...overlaps(this.#spaces),
      ...[...Map.groupBy(subnets, ({ network }) => network).values()].flatMap(overlaps),
      ...subnets.filter(({ what }) => !this.#spaces.some((space) => contains(space.what, what))).map(outside),
      ...twice([...this.#seats, ...this.#peers]),
      ...this.#seats.flatMap((seat) => this.#misplaced(seat)),
      ...this.#peers.filter(({ what }) => this.#spaces.some((space) => contains(space.what, `${what}/32`))).map(inside),
    ];
  }

  #addSubnet({ id, inputs }: Declared, who: string): void {
    const network = id.replace(/\/subnets\/[^/]+$/i, "").toLowerCase();
    this.#subnets.set(id.toLowerCase(), { who, what: String(inputs["addressPrefix"]), network });
  }

  /** Azure keeps a subnet's first four addresses and its last. */
  #misplaced({ who, what, subnet }: Seat): readonly string[] {
    const range = this.#subnets.get(subnet)?.what;
    if (range === undefined) return [`${who} has ${what} in ${subnet}, which no slice declares`];
    const { first } = parseRange(range);
    const nth = parseAddress(what) - first;
    if (nth >= subnetReserved - 1 && nth < sizeOf(parseRange(range)) - 1) return [];
    return [`${who} has ${what}, which is not free in ${range}`];
  }
}

function textsIn(value: unknown): readonly string[] {
  return [...leavesOf(value)].flatMap(({ value: text }) => (typeof text === "string" ? [text] : []));
}

function spacesOf(token: string, { inputs }: Declared): readonly string[] {
  switch (token) {
    case "VirtualNetwork":
      return textsIn(inputs["addressSpace"]);
    case "VirtualHub":
      return textsIn(inputs["addressPrefix"]);
    case "VirtualNetworkGateway":
      return textsIn((inputs["vpnClientConfiguration"] as { vpnClientAddressPool: unknown }).vpnClientAddressPool);
    case "P2sVpnGateway":
      return [...leavesOf(inputs["p2SConnectionConfigurations"])].flatMap(({ path, value }) =>
        path.includes("vpnClientAddressPool") ? [String(value)] : [],
      );
    default:
      return [];
  }
}

function peersOf(token: string, { inputs }: Declared): readonly string[] {
  if (token !== "LocalNetworkGateway" && token !== "VpnSite") return [];
  return [...leavesOf(inputs)].flatMap(({ path, value }) =>
    path.endsWith("bgpPeeringAddress") ? [String(value)] : [],
  );
}

/** Addresses that are given by hand, each with the subnet beside it or of the whole resource. */
function seatsOf({ inputs }: Declared, who: string): readonly Seat[] {
  const subnets = new Map<string, string>();
  const seats: { readonly path: string; readonly what: string }[] = [];
  for (const { path, value } of leavesOf(inputs)) {
    if (typeof value !== "string") continue;
    if (path.endsWith("subnet.id")) subnets.set(path.slice(0, -"subnet.id".length), value.toLowerCase());
    if (/(^|\.)privateIpAddress$/i.test(path)) seats.push({ path, what: value });
  }
  return seats.map(({ path, what }) => {
    const beside = path.slice(0, path.lastIndexOf(".") + 1);
    return { who, what, subnet: subnets.get(beside) ?? subnets.get("") ?? "" };
  });
}

function overlaps(uses: readonly Use[]): readonly string[] {
  return uses.flatMap((use, index) =>
    uses
      .slice(0, index)
      .filter((other) => rangesOverlap(parseRange(use.what), parseRange(other.what)))
      .map((other) => `${use.who} has ${use.what}, and ${other.who} ${other.what}`),
  );
}

function twice(uses: readonly Use[]): readonly string[] {
  const first = new Map<string, string>();
  return uses.flatMap(({ who, what }) => {
    const other = first.get(what);
    if (other === undefined) first.set(what, who);
    return other === undefined ? [] : [`${what} is given to ${other} and to ${who}`];
  });
}

function contains(outer: string, inner: string): boolean {
  const [large, small] = [parseRange(outer), parseRange(inner)];
  return large.prefix <= small.prefix && formatRange({ ...large }) === outer && rangesOverlap(large, small);
}

const outside = ({ who, what }: Use): string => `${who} is ${what}, which lies in no network`;
const inside = ({ who, what }: Use): string => `${who} has ${what}, which is a network's`;
