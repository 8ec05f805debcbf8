/** One rule of a network security group, as azure-native takes it. */
export interface SecurityRule {
  readonly name: string;
  readonly description: string;
  readonly priority: number;
  readonly direction: "Inbound" | "Outbound";
  readonly access: "Allow" | "Deny";
  readonly protocol: "Tcp" | "Udp" | "Icmp" | "*";
  readonly sourceAddressPrefix?: string;
  readonly sourceAddressPrefixes?: string[];
  readonly sourcePortRange: "*";
  readonly destinationAddressPrefix?: string;
  readonly destinationAddressPrefixes?: string[];
  readonly destinationPortRanges?: string[];
  readonly destinationPortRange?: "*";
}

/** A rule without its place in the order. A side that is left out is everything. */
export type RuleOf = Pick<SecurityRule, "name" | "description" | "direction" | "protocol"> & {
  readonly access?: SecurityRule["access"];
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly ports?: readonly string[];
};

/** Rules in order of priority, each 10 after the one before; a rule with an empty side is left out. */
export function inOrder(rules: readonly RuleOf[]): SecurityRule[] {
  return rules.flatMap(({ from, to, ports, access = "Allow", ...rule }, index) =>
    from?.length === 0 || to?.length === 0
      ? []
      : {
          ...rule,
          access,
          priority: 100 + 10 * index,
          ...prefixes("source", from),
          sourcePortRange: "*" as const,
          ...prefixes("destination", to),
          ...(ports === undefined ? { destinationPortRange: "*" as const } : { destinationPortRanges: [...ports] }),
        },
  );
}

/** Azure wants one prefix or tag in the singular, several in the plural. */
function prefixes(side: "source" | "destination", values: readonly string[] = ["*"]): Partial<SecurityRule> {
  return values.length === 1 ? { [`${side}AddressPrefix`]: values[0] } : { [`${side}AddressPrefixes`]: [...values] };
}

/** The last rule of a direction: Azure's own defaults let every joined network in, and all of the Internet out. */
export function denyAll(direction: SecurityRule["direction"]): SecurityRule {
  return {
    name: `deny-all-${direction.toLowerCase()}`,
    description: "What no rule above allows",
    direction,
    access: "Deny",
    protocol: "*",
    priority: 4096,
    sourceAddressPrefix: "*",
    sourcePortRange: "*",
    destinationAddressPrefix: "*",
    destinationPortRange: "*",
  };
}
