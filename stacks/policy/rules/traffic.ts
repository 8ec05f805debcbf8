import { BlockList, isIPv6 } from "node:net";
import type { Resource } from "../rule.ts";
import { entriesAt, type Placed, textAt, textsAt } from "../values.ts";

/** What a rule of a security group lets in: shared by the rules about open ports. */
export interface Opening {
  /** Where the rule stands in the resource; empty where the resource is the rule. */
  readonly path: string;
  /** Upper case: TCP, UDP, ICMP, *, … */
  readonly protocol: string;
  readonly ports: readonly string[];
  /** Those of its sources that stand for the whole Internet. */
  readonly anywhere: readonly string[];
}

/**
 * Ranges this wide hold a good part of the Internet: two halves of it are as open as the whole. Narrower ranges are an
 * office's own addresses, or may be; they are the owner's business.
 */
const widestIPv4 = 8;
const widestIPv6 = 16;
const addressBits = { ipv4: 32, ipv6: 128 } as const;

/** RFC 1918, RFC 6598, RFC 4193, loopback and link-local: no one comes from there over the Internet. */
const inside = new BlockList();
for (const [range, length] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
] as const) {
  inside.addSubnet(range, length, "ipv4");
}
inside.addSubnet("fc00::", 7, "ipv6");
inside.addSubnet("fe80::", 10, "ipv6");

/**
 * Whether a source stands for the whole Internet: `*`, `Any`, the service tag Internet, AzureCloud (every customer's
 * machines may send from there), 0.0.0.0/0, ::/0, or a range so wide that it holds a good part of it.
 */
export function isAnywhere(source: string): boolean {
  if (/^(\*|any|internet|azurecloud(\..+)?)$/i.test(source)) return true;
  const [, address, length] = /^([0-9a-f.:]+)\/(\d+)$/i.exec(source) ?? [];
  if (address === undefined || length === undefined) return false;
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  const widest = family === "ipv6" ? widestIPv6 : widestIPv4;
  return Number(length) <= Math.min(widest, addressBits[family]) && !inside.check(address, family);
}

/** What anybody on the Internet gets in by: allowing, inbound rules of security groups, alone or in their group. */
export function openings(resource: Resource): readonly Opening[] {
  return rulesOf(resource).flatMap(({ path, value }): Opening[] => {
    if (textAt(value, "direction")?.toLowerCase() !== "inbound") return [];
    if (!/^(allow|alwaysallow)$/i.test(textAt(value, "access") ?? "")) return [];
    const sources = [
      ...textsAt(value, "sourceAddressPrefix", "sourceAddressPrefixes"),
      ...entriesAt(value, "sources").flatMap((source) => textsAt(source.value, "addressPrefix")),
    ];
    const anywhere = sources.filter(isAnywhere);
    if (anywhere.length === 0) return [];
    const ports = textsAt(value, "destinationPortRange", "destinationPortRanges");
    return [{ path, protocol: (textAt(value, "protocol") ?? "*").toUpperCase(), ports, anywhere }];
  });
}

export const ruleTypes = ["network:NetworkSecurityGroup", "network:SecurityRule", "network:AdminRule"] as const;

function rulesOf(resource: Resource): readonly Placed[] {
  if (resource.type === "network:NetworkSecurityGroup") return entriesAt(resource.props, "securityRules");
  return [{ path: "", value: resource.props }];
}

/** Whether a range (`22`, `20-30`, `*`) holds a port; also where somebody wrote several, joined by commas. */
export function holdsPort(range: string, port: number): boolean {
  return range.split(",").some((part) => {
    const text = part.trim();
    if (text === "*") return true;
    const [first, last = first] = text.split("-").map(Number);
    return first !== undefined && last !== undefined && first <= port && port <= last;
  });
}

export interface RemotePort {
  readonly name: string;
  readonly port: number;
  readonly protocols: readonly ("TCP" | "UDP")[];
}

/** The doors to a desk: SSH, RDP over both protocols, and managed RDP Shortpath, which listens on UDP 3390. */
export const remotePorts: readonly RemotePort[] = [
  { name: "SSH", port: 22, protocols: ["TCP"] },
  { name: "RDP", port: 3389, protocols: ["TCP", "UDP"] },
  { name: "RDP Shortpath", port: 3390, protocols: ["UDP"] },
];

/** Which of the doors stand open, e.g. "SSH (22/TCP)". */
export function remoteDoors(protocol: string, ports: readonly string[]): readonly string[] {
  return remotePorts.flatMap((door) => {
    const through = door.protocols.filter((each) => /^(\*|ANY)$/.test(protocol) || protocol === each);
    if (through.length === 0 || !ports.some((range) => holdsPort(range, door.port))) return [];
    return [`${door.name} (${door.port}/${through.join(" and ")})`];
  });
}
