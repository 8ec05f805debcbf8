import type * as pulumi from "@pulumi/pulumi";
import type { InventoryPart } from "../../../src/inventory.ts";
import type { AzureContext } from "../context.ts";

/**
 * Audience of the Azure VPN client that Microsoft itself registers in every tenant, for the public cloud (Microsoft
 * Learn: point-to-site VPN, Microsoft Entra ID authentication; point-to-site-entra-register-custom-app).
 */
export const vpnClientAudience = "c632b3df-fb67-4d84-bdcf-b95ad541b5c8";

/**
 * How people come in, for the VPN gateway and for a Virtual WAN alike. OpenVPN over TLS is TCP at 443, IKEv2 is UDP at
 * 500 and 4500 (Microsoft Learn: about point-to-site VPN).
 */
export interface PeopleProtocol {
  /** As the gateway and as the Virtual WAN call it. */
  readonly gateway: "OpenVPN" | "IkeV2";
  readonly port: number;
  readonly transport: "tcp" | "udp";
  /** What whoever probes it has to know. */
  readonly asked: Pick<InventoryPart["instances"][number], "speaks" | "staticKey">;
}

/**
 * Azure wants OpenVPN's static key of whoever knocks, and tells it nowhere but in people's profiles
 * (github.com/Azure/azure-rest-api-specs, issue 10920), so the prober has none. Its use, direction and digest are from
 * memory of such profiles and count only once a file with the key is named: compare them with your own profile then.
 */
const azureKey = { use: "tls-auth", direction: 1, digest: "SHA256" } as const;

const protocols = {
  openvpn: { gateway: "OpenVPN", port: 443, transport: "tcp", asked: { staticKey: azureKey } },
  ikev2: { gateway: "IkeV2", port: 500, transport: "udp", asked: { speaks: "ikev2" } },
} as const satisfies Record<string, PeopleProtocol>;

/** Throws an Error where Azure's gateways do not speak the fleet's protocol. */
export function peopleProtocol({ plan }: Pick<AzureContext, "plan">): PeopleProtocol {
  const { people } = plan.access;
  if (people === "wireguard") {
    throw new Error(
      'access.people of the fleet is "wireguard", which no gateway of Azure speaks; use openvpn or ikev2',
    );
  }
  return protocols[people];
}

interface AuthenticationKinds {
  readonly entra: { readonly tenant: string; readonly audience: string; readonly issuer: string };
  readonly certificate: {
    readonly roots: readonly { readonly name: string; readonly publicCertData: string }[];
    readonly revoked: readonly { readonly name: string; readonly thumbprint: string }[];
  };
  /** The first server is asked first. */
  readonly radius: {
    readonly servers: readonly { readonly radiusServerAddress: string; readonly radiusServerScore: number }[];
  };
}
export type Authentication = {
  readonly [Kind in keyof AuthenticationKinds]: { readonly kind: Kind } & AuthenticationKinds[Kind];
}[keyof AuthenticationKinds];

/** How people show who they are. Throws an Error that names what the tenancy file lacks, or what does not go together. */
export function authenticationOf({ plan, tenancy }: Pick<AzureContext, "plan" | "tenancy">): Authentication {
  const { authentication, people } = plan.access;
  const { azure: kind } = authentication;
  if (kind === "entra") {
    if (people !== "openvpn") {
      throw new Error(`access.authentication.azure is entra, which needs access.people: openvpn, not ${people}`);
    }
    return {
      kind,
      tenant: `https://login.microsoftonline.com/${tenancy.tenant}/`,
      audience: vpnClientAudience,
      issuer: `https://sts.windows.net/${tenancy.tenant}/`,
    };
  }
  if (kind === "certificate") {
    if (tenancy.certificates === undefined) throw lacking("certificates", kind);
    const { roots, revoked } = tenancy.certificates;
    return { kind, roots: roots.map(({ name, certificate }) => ({ name, publicCertData: certificate })), revoked };
  }
  if (tenancy.radius === undefined) throw lacking("radius", kind);
  const servers = tenancy.radius.servers.map((radiusServerAddress, nth) => ({
    radiusServerAddress,
    radiusServerScore: highestScore - nth,
  }));
  return { kind, servers };
}

/** Scores go from 1 to 30; the highest is asked first (Microsoft Learn: point-to-site RADIUS, multiple servers). */
const highestScore = 30;

function lacking(section: string, kind: string): Error {
  return new Error(`access.authentication.azure is ${kind}, and the tenancy file has no ${section}: section`);
}

/** The secret of the RADIUS servers, as an output that is a secret; undefined for other kinds. */
export type RadiusSecret = pulumi.Input<string> | undefined;

/** A RADIUS server's part of a gateway's or a Virtual WAN's configuration. */
export function radiusServers(
  { servers }: AuthenticationKinds["radius"],
  radiusServerSecret: RadiusSecret,
): pulumi.Input<{
  radiusServerAddress: string;
  radiusServerScore: number;
  radiusServerSecret: pulumi.Input<string>;
}>[] {
  if (radiusServerSecret === undefined) throw new Error("authentication by RADIUS needs the secret radiusSecret");
  return servers.map((server) => ({ ...server, radiusServerSecret }));
}
