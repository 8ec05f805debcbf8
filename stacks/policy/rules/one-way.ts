import type { Resource, StackFinding, StackRule } from "../rule.ts";
import { entriesAt, textAt } from "../values.ts";

/** Parts that Azure takes both inside their whole and as resources of their own. */
interface Way {
  readonly whole: string;
  /** The list inside the whole. */
  readonly inline: string;
  /** What the whole is called in itself, and in its parts. */
  readonly name: string;
  readonly part: string;
}

const ways: readonly Way[] = [
  { whole: "network:VirtualNetwork", inline: "subnets", name: "virtualNetworkName", part: "network:Subnet" },
  {
    whole: "network:VirtualNetwork",
    inline: "virtualNetworkPeerings",
    name: "virtualNetworkName",
    part: "network:VirtualNetworkPeering",
  },
  {
    whole: "network:NetworkSecurityGroup",
    inline: "securityRules",
    name: "networkSecurityGroupName",
    part: "network:SecurityRule",
  },
  { whole: "network:RouteTable", inline: "routes", name: "routeTableName", part: "network:Route" },
];

export const partsOneWay: StackRule = {
  name: "parts-one-way",
  description: "Subnets, peerings, security rules and routes are made inside their whole or apart, never both.",
  level: "mandatory",
  severity: "high",
  why: "each update of the whole deletes the parts that were made apart, with the desks' network on them",
  source: "Pulumi azure-native: VirtualNetwork and Subnet, inline or separate (2026)",
  *checkStack(resources: readonly Resource[]): Iterable<StackFinding> {
    for (const way of ways) {
      for (const whole of resources.filter(({ type }) => type === way.whole)) {
        const count = entriesAt(whole.props, way.inline).length;
        const apart = resources.find((part) => part.type === way.part && isOf(part, whole, way));
        if (count === 0 || apart === undefined) continue;
        const found = `a list of ${count}, and ${apart.name} is made apart`;
        yield { of: whole, property: way.inline, found, allowed: "one of the two" };
      }
    }
  },
};

function isOf(part: Resource, whole: Resource, way: Way): boolean {
  if (part.dependencies[way.name]?.includes(whole.urn) === true) return true;
  const name = textAt(whole.props, way.name) ?? textAt(whole.props, "name");
  const same = (property: string): boolean => textAt(part.props, property) === textAt(whole.props, property);
  return name !== undefined && textAt(part.props, way.name) === name && same("resourceGroupName");
}
