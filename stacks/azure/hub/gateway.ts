import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting.js";
import { LocalNetworkGateway } from "@pulumi/azure-native/network/localNetworkGateway.js";
import { PublicIPAddress } from "@pulumi/azure-native/network/publicIPAddress.js";
import { VirtualNetworkGateway } from "@pulumi/azure-native/network/virtualNetworkGateway.js";
import { VirtualNetworkGatewayConnection } from "@pulumi/azure-native/network/virtualNetworkGatewayConnection.js";
import * as pulumi from "@pulumi/pulumi";
import { joined } from "../../../src/plan/cloud-names.ts";
import { hubAsn } from "../../../src/plan/sites.ts";
import type { GatewayPlan } from "../../../src/plan/types.ts";
import type { AzureContext } from "../context.ts";
import { diagnosticsArgs } from "../diagnostics.ts";
import { hubSubnetId } from "../known.ts";
import { inHub, placed } from "./ids.ts";
import {
  dpdTimeoutSeconds,
  ipsecPolicy,
  lineEnd,
  type LineKeys,
  linePeer,
  linesOf,
  type Line,
  routingWeight,
} from "./lines.ts";
import { gatewaySubnet, publicAddressArgs } from "./network.ts";
import { authenticationOf, peopleProtocol, radiusServers, type RadiusSecret } from "./people.ts";

/** Azure works up to an hour on a gateway; the engine's own patience is half of that. */
export const gatewayTimeouts = { create: "2h", update: "2h", delete: "2h" } as const;
/** Everybody's profile hangs on what has this. */
export const kept = { protect: true, customTimeouts: gatewayTimeouts } as const;

/** Azure's gateway is one machine and its stand-in, or two that are both active. */
const mostInstances = 2;

export function gatewayId(context: AzureContext, gateway: string): string {
  return inHub(context, "Microsoft.Network/virtualNetworkGateways", context.names.vpnGateway(gateway));
}

/**
 * Public addresses by what they are of. An active-active gateway that people come in by has three, or Azure answers
 * ActiveActiveP2SGatewayMustHaveExactlyThreeIpConfigurations: one an instance, for the sites' tunnels, and a third that
 * shares people out over both. Throws an Error where the fleet asks for more instances than Azure has.
 */
export function gatewayAddresses({ id, instances }: GatewayPlan): readonly string[] {
  if (instances.length > mostInstances) {
    throw new Error(
      `access.instances of the fleet is ${instances.length}, and Azure's VPN gateway has at most ${mostInstances}`,
    );
  }
  const own = instances.map((instance) => instance.id);
  return own.length === 1 ? own : [...own, `${id}-people`];
}

function addressId(context: AzureContext, of: string): string {
  return inHub(context, "Microsoft.Network/publicIPAddresses", context.names.gatewayAddress(of));
}

export function gatewayArgs(context: AzureContext, gateway: GatewayPlan, radiusSecret: RadiusSecret) {
  const { names, plan } = context;
  const picked = plan.gatewayChoices.find((choice) => choice.picked);
  return {
    ...placed(context),
    virtualNetworkGatewayName: names.vpnGateway(gateway.id),
    gatewayType: "Vpn" as const,
    vpnType: "RouteBased" as const,
    sku: { name: gateway.sku, tier: gateway.sku },
    vpnGatewayGeneration: `Generation${picked?.generation ?? 2}`,
    activeActive: gateway.instances.length > 1,
    enableBgp: true,
    bgpSettings: { asn: hubAsn },
    ipConfigurations: gatewayAddresses(gateway).map((of) => ({
      name: of,
      privateIPAllocationMethod: "Dynamic" as const,
      publicIPAddress: { id: addressId(context, of) },
      subnet: { id: hubSubnetId(context, gatewaySubnet) },
    })),
    vpnClientConfiguration: vpnClientArgs(context, gateway, radiusSecret),
  };
}

function vpnClientArgs(context: AzureContext, { instances }: GatewayPlan, radiusSecret: RadiusSecret) {
  return {
    vpnClientAddressPool: { addressPrefixes: instances.map(({ clients }) => clients) },
    vpnClientProtocols: [peopleProtocol(context).gateway],
    ...gatewayAuthentication(context, radiusSecret),
  };
}

function gatewayAuthentication(context: AzureContext, radiusSecret: RadiusSecret) {
  const way = authenticationOf(context);
  if (way.kind === "entra") {
    return {
      vpnAuthenticationTypes: ["AAD" as const],
      aadTenant: way.tenant,
      aadAudience: way.audience,
      aadIssuer: way.issuer,
    };
  }
  if (way.kind === "certificate") {
    return {
      vpnAuthenticationTypes: ["Certificate" as const],
      vpnClientRootCertificates: [...way.roots],
      vpnClientRevokedCertificates: [...way.revoked],
    };
  }
  return { vpnAuthenticationTypes: ["Radius" as const], radiusServers: radiusServers(way, radiusSecret) };
}

/** A line's end at its site, and the tunnel to it: one connection, which an active-active gateway holds twice. */
export function lineArgs(context: AzureContext, gateway: GatewayPlan, line: Line) {
  const { names } = context;
  const { link } = line;
  const end = lineEnd(context, link);
  const localNetworkGatewayName = names.siteGateway(link);
  return {
    siteGateway: {
      ...placed(context),
      localNetworkGatewayName,
      ...("address" in end ? { gatewayIpAddress: end.address } : { fqdn: end.name }),
      // With BGP it stays empty: what is behind the line, the line's router says.
      localNetworkAddressSpace: { addressPrefixes: [] },
      bgpSettings: linePeer(line, hubAsn),
    },
    connection: {
      ...placed(context),
      virtualNetworkGatewayConnectionName: names.connection(link),
      connectionType: "IPsec" as const,
      connectionProtocol: "IKEv2" as const,
      connectionMode: "Default" as const,
      enableBgp: true,
      usePolicyBasedTrafficSelectors: false,
      ipsecPolicies: [ipsecPolicy],
      dpdTimeoutSeconds,
      routingWeight: routingWeight(link),
      virtualNetworkGateway1: { id: gatewayId(context, gateway.id) },
      localNetworkGateway2: { id: inHub(context, "Microsoft.Network/localNetworkGateways", localNetworkGatewayName) },
    },
  };
}

export interface GatewayInput {
  readonly keys: LineKeys;
  readonly group: pulumi.Resource;
  readonly subnets: pulumi.Resource;
  readonly logs: pulumi.Resource;
}

/** The VPN gateway: people's way in, and the far end of the sites' lines. */
export class HubGateway extends pulumi.ComponentResource {
  /** Where people come in. */
  readonly address: pulumi.Output<string>;

  constructor(
    context: AzureContext,
    gateway: GatewayPlan,
    { keys, group, subnets, logs }: GatewayInput,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("deskbridge:azure:HubGateway", `gateway-${gateway.id}`, {}, opts);
    const { names } = context;
    const observe = (name: string, id: string, of: pulumi.Resource): DiagnosticSetting =>
      new DiagnosticSetting(name, diagnosticsArgs(context, id, { figures: true }), {
        parent: this,
        dependsOn: [of, logs],
      });
    const addresses = gatewayAddresses(gateway).map((of) => {
      const args = publicAddressArgs(context, names.gatewayAddress(of));
      const address = new PublicIPAddress(`address-${of}`, args, { ...kept, parent: this, dependsOn: [group] });
      observe(`address-${of}-logs`, addressId(context, of), address);
      return address;
    });
    const radius = context.plan.access.authentication.azure === "radius";
    const radiusSecret = radius ? context.config.requireSecret("radiusSecret") : undefined;
    const made = new VirtualNetworkGateway("vpn-gateway", gatewayArgs(context, gateway, radiusSecret), {
      ...kept,
      parent: this,
      dependsOn: [...addresses, subnets],
    });
    observe("vpn-gateway-logs", gatewayId(context, gateway.id), made);
    for (const line of linesOf(context.plan)) {
      const { siteGateway, connection } = lineArgs(context, gateway, line);
      const name = `link-${joined(line.link.id)}`;
      const end = new LocalNetworkGateway(`${name}-site`, siteGateway, { parent: this, dependsOn: [group] });
      new VirtualNetworkGatewayConnection(
        name,
        { ...connection, sharedKey: keys(line.link) },
        { parent: this, dependsOn: [made, end], customTimeouts: gatewayTimeouts },
      );
    }
    this.address = (addresses.at(-1)?.ipAddress ?? pulumi.output(undefined)).apply((address) => address ?? "");
    this.registerOutputs({ gatewayId: made.id, address: this.address });
  }
}
