import type { Finding, Resource, ResourceRule } from "../rule.ts";
import { at, entriesAt, type Placed, textAt, textsAt } from "../values.ts";
import { isAnywhere, remoteDoors } from "./traffic.ts";

/** A port of a public address that is handed on to a machine inside. */
interface Forward {
  readonly path: string;
  readonly protocols: readonly string[];
  readonly port: string;
}

export const noForwardedRemoteDesktop: ResourceRule = {
  name: "no-forwarded-remote-desktop",
  description: "No load balancer or firewall hands SSH, RDP or RDP Shortpath on from a public address.",
  level: "mandatory",
  severity: "critical",
  why: "a forwarded port is a public remote desktop under another number",
  source: "Microsoft cloud security benchmark, NS-1; MITRE ATT&CK T1133",
  types: [
    "network:LoadBalancer",
    "network:InboundNatRule",
    "network:AzureFirewall",
    "network:FirewallPolicyRuleCollectionGroup",
  ],
  *check(resource: Resource): Iterable<Finding> {
    for (const { path, protocols, port } of forwardsOf(resource)) {
      const doors = new Set(protocols.flatMap((protocol) => remoteDoors(protocol, [port])));
      if (doors.size > 0) {
        yield { property: path, found: `a way to ${[...doors].join(", ")}`, allowed: "ports of other services" };
      }
    }
  },
};

function forwardsOf({ type, props }: Resource): readonly Forward[] {
  if (type === "network:InboundNatRule") return balanced({ path: "the rule", value: props });
  if (type === "network:LoadBalancer") {
    const faces = entriesAt(props, "frontendIPConfigurations");
    // A balancer with private addresses only is reached from inside.
    if (faces.every(({ value }) => publicFace(value) === undefined)) return [];
    return [...entriesAt(props, "inboundNatRules"), ...entriesAt(props, "loadBalancingRules")].flatMap(balanced);
  }
  const collections = type === "network:AzureFirewall" ? "natRuleCollections" : "ruleCollections";
  return entriesAt(props, collections).flatMap((collection) =>
    entriesAt(collection.value, "rules", collection.path).flatMap(translated),
  );
}

function publicFace(face: Placed["value"]): Placed["value"] | undefined {
  return at(face, "publicIPAddress") ?? at(face, "publicIPPrefix");
}

function balanced({ path, value }: Placed): readonly Forward[] {
  const port = at(value, "backendPort");
  if (typeof port !== "number") return [];
  return [{ path, protocols: [protocolOf(textAt(value, "protocol"))], port: String(port) }];
}

/** A translation that a firewall makes for anybody. */
function translated({ path, value }: Placed): readonly Forward[] {
  const port = textAt(value, "translatedPort");
  if (port === undefined || !textsAt(value, "sourceAddresses").some(isAnywhere)) return [];
  return [{ path, protocols: textsAt(value, "ipProtocols", "protocols").map(protocolOf), port }];
}

/** Load balancers say All, firewalls Any. */
function protocolOf(protocol = "Any"): string {
  return /^(all|any|\*)$/i.test(protocol) ? "*" : protocol.toUpperCase();
}
