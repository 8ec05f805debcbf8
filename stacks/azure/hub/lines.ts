import type * as pulumi from "@pulumi/pulumi";
import { isLineKey, isOldLineKey, lineKeyWords } from "../../../src/plan/line-key.ts";
import type { LinkPlan, Plan, SitePlan } from "../../../src/plan/types.ts";
import type { AzureContext } from "../context.ts";

/** A line with its site. */
export interface Line {
  readonly site: SitePlan;
  readonly link: LinkPlan;
}

export function linesOf({ bodies }: Pick<Plan, "bodies">): readonly Line[] {
  return bodies.flatMap(({ sites }) => sites.flatMap((site) => site.links.map((link) => ({ site, link }))));
}

/** The shared key of a line, as an output that is a secret. */
export type LineKeys = (link: LinkPlan) => pulumi.Output<string>;

/** What the stack's configuration says of the lines' keys. */
export interface KnownKeys {
  /** The secret `linkKeys`: by the line's id. */
  readonly keys: Readonly<Record<string, string>>;
  /** `acceptedLinkKeys`: lines whose key Azure has taken against its own rule, so that it is not changed unasked. */
  readonly accepted: readonly string[];
}

/** Reads them: a key is an output that is a secret. */
export function lineKeys({ config, slice }: Pick<AzureContext, "config" | "slice">): LineKeys {
  const all = config.requireSecretObject<KnownKeys["keys"]>("linkKeys");
  const accepted = config.getObject<KnownKeys["accepted"]>("acceptedLinkKeys") ?? [];
  return (link) => all.apply((keys) => keyOf({ keys, accepted }, link, slice.stack));
}

/** A line without a key, or with one that Azure does not take, is an Error that says how to get one. */
export function keyOf({ keys, accepted }: KnownKeys, { id }: Pick<LinkPlan, "id">, stack: string): string {
  const key = keys[id] ?? "";
  if (isLineKey(key) || (accepted.includes(id) && isOldLineKey(key))) return key;
  const secret = `the secret deskbridge:linkKeys of stack "${stack}" has`;
  throw new Error(
    key === ""
      ? `${secret} no key for line ${id}; deskbridge up makes one`
      : `${secret} a key for line ${id} that Azure does not take: it takes ${lineKeyWords}; forget it, and deskbridge up ` +
          "makes another",
  );
}

/**
 * The strongest that VPN gateways of every size and Virtual WAN take alike: for IPsec the same AES-GCM for secrecy and
 * integrity, as Azure demands, and groups of 384-bit elliptic curves; lifetimes are Azure's own defaults (Microsoft
 * Learn: VPN gateway FAQ, IPsec/IKE policy; Virtual WAN: site-to-site IPsec policies).
 */
export const ipsecPolicy = {
  ikeEncryption: "AES256",
  ikeIntegrity: "SHA384",
  dhGroup: "ECP384",
  ipsecEncryption: "GCMAES256",
  ipsecIntegrity: "GCMAES256",
  pfsGroup: "ECP384",
  saLifeTimeSeconds: 27_000,
  saDataSizeKilobytes: 102_400_000,
} as const;

/** Azure takes 9 to 3,600 s and advises 30 to 45: below that, it takes busy lines for dead ones. */
export const dpdTimeoutSeconds = 30;

/** The greater weight is preferred: a site's first line has 70, its seventh 10. */
export function routingWeight({ ordinal }: Pick<LinkPlan, "ordinal">): number {
  return 10 * (7 - ordinal);
}

/** The site's end of a line: its address, or its name. Throws an Error where the tenancy file has none. */
export function lineEnd({ tenancy }: Pick<AzureContext, "tenancy">, { id }: LinkPlan): LineEnd {
  const address = tenancy.lines[id]?.address;
  if (address === undefined) {
    throw new Error(`the tenancy file has no public address of line ${id}; write it under lines:`);
  }
  return /^\d+(\.\d+){3}$/.test(address) ? { address } : { name: address };
}

export type LineEnd = { readonly address: string } | { readonly name: string };

/**
 * AS numbers that no site may have: Azure's own, and what IANA keeps back (Microsoft Learn: VPN gateway FAQ, BGP and
 * routing).
 */
const reservedAsns: readonly (readonly [first: number, last: number])[] = [
  [8074, 8075],
  [12_076, 12_076],
  [23_456, 23_456],
  [64_496, 64_511],
  [65_515, 65_515],
  [65_517, 65_520],
  [65_535, 65_551],
  [4_294_967_295, 4_294_967_295],
];

/** The site's end of the tunnel. Throws an Error for an AS number that Azure refuses. */
export function linePeer({ site, link }: Line, gatewayAsn: number): { asn: number; bgpPeeringAddress: string } {
  const { asn } = site;
  if (asn === gatewayAsn || reservedAsns.some(([first, last]) => first <= asn && asn <= last)) {
    throw new Error(`site ${site.id} has the AS number ${asn}, which Azure or its gateway (${gatewayAsn}) keeps`);
  }
  return { asn, bgpPeeringAddress: link.tunnel.siteInner };
}
