import { limits } from "../../../src/plan/limits.ts";
import type { Finding, Resource, ResourceRule } from "../rule.ts";
import { entriesAt, textsAt } from "../values.ts";

/** What a gateway can hold for people (point-to-site). */
const types = ["network:VirtualNetworkGateway"] as const;

export const gatewayRevocationCeiling: ResourceRule = {
  name: "gateway-revocation-ceiling",
  description: "A gateway's lists of revoked and of root certificates stay under what Azure takes.",
  level: "mandatory",
  severity: "critical",
  why: "one certificate more cannot be revoked, and whoever holds it stays in: use Entra ID before the list is full",
  source: limits.revokedCertificates.source,
  types,
  *check({ props }: Resource): Iterable<Finding> {
    yield* atMost(props, "vpnClientConfiguration.vpnClientRevokedCertificates", limits.revokedCertificates.value);
    yield* atMost(props, "vpnClientConfiguration.vpnClientRootCertificates", limits.rootCertificates.value);
  },
};

export const gatewayNoSstp: ResourceRule = {
  name: "gateway-no-sstp",
  description: "A gateway does not offer SSTP to people.",
  level: "mandatory",
  severity: "high",
  why: `SSTP carries ${limits.sstpConnections.value} connections whatever the SKU, and splits the clients' addresses`,
  source: limits.sstpConnections.source,
  types,
  *check({ props }: Resource): Iterable<Finding> {
    const property = "vpnClientConfiguration.vpnClientProtocols";
    if (textsAt(props, property).some((protocol) => /^sstp$/i.test(protocol))) {
      yield { property, found: "a list with SSTP", allowed: "OpenVPN, IkeV2" };
    }
  },
};

export const gatewayPushedRoutes: ResourceRule = {
  name: "gateway-pushed-routes",
  description: "A gateway pushes no more routes to people than their client takes.",
  level: "mandatory",
  severity: "high",
  why: "a client that gets more leaves some out, and the desks behind them are lost to that person",
  source: limits.pushedRoutes.source,
  types,
  *check({ props }: Resource): Iterable<Finding> {
    yield* atMost(props, "customRoutes.addressPrefixes", limits.pushedRoutes.value);
  },
};

export function* atMost(props: Resource["props"], property: string, limit: number): Iterable<Finding> {
  const count = entriesAt(props, property).length;
  if (count > limit) yield { property, found: `a list of ${count}`, allowed: `at most ${limit}` };
}
