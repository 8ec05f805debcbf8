import { contains, formatAddress, parseAddress, parsePrefix, type Range } from "../cidr.ts";
import { ArmError } from "../errors.ts";
import { key, lastName, parentId } from "../ids.ts";
import type { State, Stored } from "../state.ts";
import { at, one, text } from "../values.ts";

/** The IPv4 prefixes of a virtual network or a subnet. */
export function prefixesOf(resource: Stored | undefined): readonly Range[] {
  const found = ["addressSpace.addressPrefixes", "addressPrefixes", "addressPrefix"].flatMap((path) =>
    at(resource?.inputs, path),
  );
  return found.flatMap((prefix) => parsePrefix(typeof prefix === "string" ? prefix : "") ?? []);
}

/** Azure keeps the first four addresses of a subnet and the last one. */
export function isReserved(subnet: Range, address: number): boolean {
  return address < subnet.first + 4 || address === subnet.last;
}

/**
 * Takes an address of a subnet for an owner (an IP configuration's id): the one asked for, or the one it had, or the
 * lowest free one.
 */
export function takeAddress(state: State, subnetId: string, owner: string, wanted: string | undefined): string {
  const subnet = state.find(subnetId);
  const range = prefixesOf(subnet)[0];
  if (subnet === undefined || range === undefined) {
    throw new ArmError(400, "InvalidResourceReference", `Resource ${subnetId} referenced by ${owner} was not found.`);
  }
  const kind = `address:${key(subnetId)}`;
  if (wanted === undefined) {
    const had = state.row("SELECT name FROM claims WHERE kind = ? AND owner = ?", kind, key(owner));
    if (had !== undefined) return String(had["name"]);
  }
  const taken = new Map(
    state.rows("SELECT name, owner FROM claims WHERE kind = ?", kind).map((row) => [row["name"], row["owner"]]),
  );
  const address = wanted ?? lowestFree(range, taken);
  if (address === undefined) {
    throw new ArmError(
      400,
      "SubnetIsFull",
      `Subnet ${lastName(subnetId)} with address prefix ${text(subnet.inputs, "addressPrefix")} does not have enough ` +
        `capacity for 1 IP addresses.`,
    );
  }
  refuseAddress(range, address, owner, subnetId);
  const other = taken.get(address);
  if (other !== undefined && other !== key(owner)) {
    throw new ArmError(
      400,
      "PrivateIPAddressIsAllocated",
      `IP configuration ${owner} is using the private IP address ${address} which is already allocated to resource ` +
        `${String(other)}.`,
    );
  }
  state.run("DELETE FROM claims WHERE kind = ? AND owner = ?", kind, key(owner));
  state.run("INSERT INTO claims VALUES (?, ?, ?)", kind, address, key(owner));
  return address;
}

function lowestFree(range: Range, taken: ReadonlyMap<unknown, unknown>): string | undefined {
  for (let address = range.first + 4; address < range.last; address += 1) {
    const text = formatAddress(address);
    if (!taken.has(text)) return text;
  }
  return undefined;
}

function refuseAddress(range: Range, address: string, owner: string, subnetId: string): void {
  const number = parseAddress(address);
  if (number === undefined || !contains(range, { first: number, last: number, length: 32 })) {
    throw new ArmError(
      400,
      "PrivateIPAddressNotInSubnet",
      `Private static IP address ${address} of ${owner} does not belong to the range of subnet ${subnetId}.`,
    );
  }
  if (isReserved(range, number)) {
    throw new ArmError(
      400,
      "PrivateIPAddressInReservedRange",
      `Private static IP address ${address} falls within reserved IP range of subnet prefix of ${subnetId}.`,
    );
  }
}

/** Gives back the addresses of a resource's IP configurations. */
export function releaseAddresses(state: State, id: string): void {
  state.run(
    "DELETE FROM claims WHERE kind LIKE 'address:%' AND owner >= ? AND owner < ?",
    `${key(id)}/`,
    `${key(id)}0`,
  );
}

/** The virtual network that a subnet stands in. */
export function networkOf(state: State, subnetId: string): Stored | undefined {
  return state.find(parentId(subnetId) ?? "");
}

/** Refuses what stands in another region than the network of its subnet. */
export function sameRegion(state: State, subnetId: string, id: string, location: string): void {
  const network = networkOf(state, subnetId);
  if (network === undefined || network.location === location) return;
  throw new ArmError(
    400,
    "InvalidResourceReference",
    `Resource ${subnetId} referenced by resource ${id} was not found. Please make sure that the referenced resource ` +
      `exists, and that both resources are in the same region.`,
  );
}

/** The name of the only public address that something else than `id` already uses. */
export function refuseSharedAddress(state: State, id: string, publicId: string): void {
  const other = state.referrers(publicId).find(({ from }) => key(from) !== key(id));
  if (other === undefined) return;
  throw new ArmError(
    400,
    "PublicIPAddressInUse",
    `Resource ${id} is referencing public IP address ${publicId} that is already allocated to resource ${other.from}.`,
  );
}

export function isStatic(resource: Stored | undefined): boolean {
  return one(resource?.inputs, "publicIPAllocationMethod") === "Static";
}
