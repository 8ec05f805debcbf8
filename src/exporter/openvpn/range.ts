import { BlockList } from "node:net";

/** Addresses that people can hold. */
export interface PeopleRange {
  readonly size: number;
  holds(address: string): boolean;
}

/**
 * What OpenVPN's `server` makes of a range with `topology subnet`: all of it but the network's address, the server's own
 * (the first) and the broadcast address.
 */
export function peopleRange(cidr: string): PeopleRange {
  const [network = "", length = "32"] = cidr.split("/");
  const list = new BlockList();
  list.addSubnet(network, Number(length), "ipv4");
  return { size: Math.max(0, 2 ** (32 - Number(length)) - 3), holds: (address) => list.check(address, "ipv4") };
}
