import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting.js";
import { HubVirtualNetworkConnection } from "@pulumi/azure-native/network/hubVirtualNetworkConnection.js";
import { P2sVpnGateway } from "@pulumi/azure-native/network/p2sVpnGateway.js";
import { VirtualHub } from "@pulumi/azure-native/network/virtualHub.js";
import { VirtualWan } from "@pulumi/azure-native/network/virtualWan.js";
import { VpnConnection } from "@pulumi/azure-native/network/vpnConnection.js";
import { VpnGateway } from "@pulumi/azure-native/network/vpnGateway.js";
import { VpnServerConfiguration } from "@pulumi/azure-native/network/vpnServerConfiguration.js";
import { VpnSite } from "@pulumi/azure-native/network/vpnSite.js";
import * as pulumi from "@pulumi/pulumi";
import { joined } from "../../../src/plan/cloud-names.ts";
import { cloudHosts } from "../../../src/plan/nat.ts";
import type { GatewayPlan, LinkPlan, SitePlan } from "../../../src/plan/types.ts";
import type { AzureContext } from "../context.ts";
import { diagnosticsArgs } from "../diagnostics.ts";
import { hubNetworkId } from "../known.ts";
import { gatewayTimeouts, kept } from "./gateway.ts";
import { inHub, placed } from "./ids.ts";
import { dpdTimeoutSeconds, ipsecPolicy, lineEnd, type LineKeys, linePeer, routingWeight } from "./lines.ts";
import { authenticationOf, peopleProtocol, radiusServers, type RadiusSecret } from "./people.ts";

/** The AS number of a virtual hub and its gateways, which nobody can choose. */
const wanAsn = 65_515;
/** Lines that a site of a Virtual WAN can have (Microsoft Learn: Virtual WAN FAQ). */
const mostLines = 4;
/** Mb/s of one scale unit of a virtual hub's gateway for sites (Microsoft Learn: Virtual WAN gateway settings, 03/2025). */
const mbpsPerUnit = 500;
/** A virtual hub's router: VMs in all joined networks for each unit, and its least size (hub settings, 08/2023). */
const router = { vmsPerUnit: 1_000, leastUnits: 2, mostUnits: 50 } as const;

export function peopleGatewayId(context: AzureContext, gateway: string): string {
  return inHub(context, "Microsoft.Network/p2svpnGateways", context.names.peopleGateway(gateway));
}

export function sitesGatewayId(context: AzureContext, gateway: string): string {
  return inHub(context, "Microsoft.Network/vpnGateways", context.names.sitesGateway(gateway));
}

function wanId(context: AzureContext): string {
  return inHub(context, "Microsoft.Network/virtualWans", context.names.virtualWan);
}

function siteId(context: AzureContext, site: SitePlan): string {
  return inHub(context, "Microsoft.Network/vpnSites", context.names.vpnSite(site));
}

/** What all virtual hubs have in common: the WAN, and how people show who they are. */
export function wanArgs(context: AzureContext, radiusSecret: RadiusSecret) {
  const { names } = context;
  return {
    wan: {
      ...placed(context),
      virtualWANName: names.virtualWan,
      type: "Standard",
      // People reach the PCs at the sites: both are branches to a WAN.
      allowBranchToBranchTraffic: true,
      disableVpnEncryption: false,
    },
    people: {
      ...placed(context),
      vpnServerConfigurationName: names.peopleConfiguration,
      properties: {
        vpnProtocols: [peopleProtocol(context).gateway],
        ...wanAuthentication(context, radiusSecret),
      },
    },
  };
}

function wanAuthentication(context: AzureContext, radiusSecret: RadiusSecret) {
  const way = authenticationOf(context);
  if (way.kind === "entra") {
    return {
      vpnAuthenticationTypes: ["AAD" as const],
      aadAuthenticationParameters: { aadTenant: way.tenant, aadAudience: way.audience, aadIssuer: way.issuer },
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

/** A site's lines that end at a gateway: one connection. */
interface SiteLines {
  readonly site: SitePlan;
  readonly links: readonly LinkPlan[];
}

export function sitesOf({ plan }: Pick<AzureContext, "plan">): readonly SitePlan[] {
  return plan.bodies.flatMap(({ sites }) => sites).filter(({ links }) => links.length > 0);
}

export function sitesAt(context: Pick<AzureContext, "plan">, { instances }: GatewayPlan): readonly SiteLines[] {
  const here = new Set(instances.map(({ id }) => id));
  return sitesOf(context)
    .map((site) => ({ site, links: site.links.filter(({ instance }) => here.has(instance)) }))
    .filter(({ links }) => links.length > 0);
}

/** A virtual hub with its two gateways. `ordinal`: the gateway's place in the plan. */
export function virtualHubArgs(context: AzureContext, gateway: GatewayPlan, ordinal: number) {
  const { cloud, names, plan } = context;
  const vms = ordinal === 0 ? plan.bodies.reduce((sum, body) => sum + cloudHosts(body), 0) : 0;
  const units = Math.max(router.leastUnits, Math.ceil(vms / router.vmsPerUnit));
  if (units > router.mostUnits) {
    throw new Error(`${vms} VMs need ${units} routing units, and a virtual hub has at most ${router.mostUnits}`);
  }
  const mbps = sitesAt(context, gateway).reduce(
    (sum, { links }) => sum + links.reduce((all, link) => all + link.mbps, 0),
    0,
  );
  const virtualHub = { id: inHub(context, "Microsoft.Network/virtualHubs", names.virtualHub(gateway.id)) };
  return {
    hub: {
      ...placed(context),
      virtualHubName: names.virtualHub(gateway.id),
      virtualWan: { id: wanId(context) },
      addressPrefix: cloud.hub.virtualHubs[ordinal] ?? "",
      sku: "Standard",
      // The sites' routers put their lines in order by the length of the path.
      hubRoutingPreference: "ASPath" as const,
      virtualRouterAutoScaleConfiguration: { minCapacity: units },
    },
    people: {
      ...placed(context),
      gatewayName: names.peopleGateway(gateway.id),
      virtualHub,
      vpnServerConfiguration: {
        id: inHub(context, "Microsoft.Network/vpnServerConfigurations", names.peopleConfiguration),
      },
      vpnGatewayScaleUnit: gateway.scaleUnits ?? 1,
      customDnsServers: [cloud.hub.resolver],
      isRoutingPreferenceInternet: false,
      p2SConnectionConfigurations: [
        {
          name: "people",
          vpnClientAddressPool: { addressPrefixes: gateway.instances.map(({ clients }) => clients) },
          enableInternetSecurity: false,
        },
      ],
    },
    sites: {
      ...placed(context),
      gatewayName: names.sitesGateway(gateway.id),
      virtualHub,
      vpnGatewayScaleUnit: Math.max(1, Math.ceil(mbps / mbpsPerUnit)),
      bgpSettings: { asn: wanAsn, peerWeight: 0 },
    },
  };
}

/** A site with all its lines. Throws an Error where it has more than a Virtual WAN takes. */
export function vpnSiteArgs(context: AzureContext, site: SitePlan) {
  if (site.links.length > mostLines) {
    throw new Error(`site ${site.id} has ${site.links.length} lines, and a Virtual WAN takes at most ${mostLines}`);
  }
  return {
    ...placed(context),
    vpnSiteName: context.names.vpnSite(site),
    virtualWan: { id: wanId(context) },
    // What is behind the lines, the site's router says by BGP.
    addressSpace: { addressPrefixes: [] },
    vpnSiteLinks: site.links.map((link) => {
      const end = lineEnd(context, link);
      return {
        name: link.name,
        ...("address" in end ? { ipAddress: end.address } : { fqdn: end.name }),
        linkProperties: { linkProviderName: link.carrier, linkSpeedInMbps: Math.max(1, Math.round(link.mbps)) },
        bgpProperties: linePeer({ site, link }, wanAsn),
      };
    }),
  };
}

/** Without keys: those are secrets, and come with the resource. */
export function vpnConnectionArgs(context: AzureContext, gateway: GatewayPlan, { site, links }: SiteLines) {
  const { names } = context;
  return {
    resourceGroupName: names.hubGroup,
    gatewayName: names.sitesGateway(gateway.id),
    connectionName: names.vpnSite(site),
    remoteVpnSite: { id: siteId(context, site) },
    enableInternetSecurity: false,
    vpnLinkConnections: links.map((link) => ({
      name: names.connection(link),
      vpnSiteLink: { id: `${siteId(context, site)}/vpnSiteLinks/${link.name}` },
      vpnConnectionProtocolType: "IKEv2" as const,
      vpnLinkConnectionMode: "Default" as const,
      enableBgp: true,
      usePolicyBasedTrafficSelectors: false,
      ipsecPolicies: [ipsecPolicy],
      dpdTimeoutSeconds,
      connectionBandwidth: Math.max(1, Math.round(link.mbps)),
      routingWeight: routingWeight(link),
    })),
  };
}

/** The hub's own network, with the resolver and the watch, on the first virtual hub. */
export function hubConnectionArgs(context: AzureContext, gateway: string) {
  const { names } = context;
  return {
    resourceGroupName: names.hubGroup,
    virtualHubName: names.virtualHub(gateway),
    connectionName: names.peering(names.hubNetwork),
    remoteVirtualNetwork: { id: hubNetworkId(context) },
    enableInternetSecurity: false,
  };
}

export interface WanInput {
  readonly keys: LineKeys;
  readonly group: pulumi.Resource;
  readonly subnets: pulumi.Resource;
  readonly logs: pulumi.Resource;
}

/** The Virtual WAN in the gateway's place, past what one gateway bears: a virtual hub for each gateway of the plan. */
export class HubVirtualWan extends pulumi.ComponentResource {
  constructor(context: AzureContext, input: WanInput, opts: pulumi.ComponentResourceOptions) {
    super("deskbridge:azure:HubVirtualWan", "wan", {}, opts);
    const { plan } = context;
    const keptChild = { ...kept, parent: this };
    const radius = plan.access.authentication.azure === "radius";
    const common = wanArgs(context, radius ? context.config.requireSecret("radiusSecret") : undefined);
    const wan = new VirtualWan("wan-fleet", common.wan, { ...keptChild, dependsOn: [input.group] });
    const people = new VpnServerConfiguration("wan-people", common.people, {
      ...keptChild,
      dependsOn: [input.group],
    });
    const sites = new Map(
      sitesOf(context).map((site) => {
        const name = `site-${joined(site.id)}`;
        return [site.id, new VpnSite(name, vpnSiteArgs(context, site), { parent: this, dependsOn: [wan] })];
      }),
    );
    for (const [ordinal, gateway] of plan.gateways.entries()) {
      const args = virtualHubArgs(context, gateway, ordinal);
      const hub = new VirtualHub(`wan-${gateway.id}`, args.hub, { ...keptChild, dependsOn: [wan] });
      const lines = sitesAt(context, gateway);
      const comers = new P2sVpnGateway(`people-${gateway.id}`, args.people, { ...keptChild, dependsOn: [hub, people] });
      this.#observe(context, `people-${gateway.id}-logs`, peopleGatewayId(context, gateway.id), comers, input.logs);
      // A hub is changed by one at a time: gateways follow one another, and networks the gateways.
      const last = new VpnGateway(`sites-${gateway.id}`, args.sites, { ...keptChild, dependsOn: [comers] });
      this.#observe(context, `sites-${gateway.id}-logs`, sitesGatewayId(context, gateway.id), last, input.logs);
      if (ordinal === 0) {
        new HubVirtualNetworkConnection("wan-hub-network", hubConnectionArgs(context, gateway.id), {
          parent: this,
          dependsOn: [last, input.subnets],
        });
      }
      // So is a gateway: two of its connections at once are refused (UpdateGatewayInProgress; Terraform's azurerm locks the
      // gateway for each, vpn_gateway_connection_resource.go, 2025).
      let before: pulumi.Resource = last;
      for (const here of lines) {
        const connection = vpnConnectionArgs(context, gateway, here);
        const vpnLinkConnections = connection.vpnLinkConnections.map((line, nth) => {
          const link = here.links[nth];
          return link === undefined ? line : { ...line, sharedKey: input.keys(link) };
        });
        const site = sites.get(here.site.id);
        before = new VpnConnection(
          `lines-${gateway.id}-${joined(here.site.id)}`,
          { ...connection, vpnLinkConnections },
          { parent: this, dependsOn: site === undefined ? [before] : [before, site], customTimeouts: gatewayTimeouts },
        );
      }
    }
    this.registerOutputs({ wanId: wan.id });
  }

  #observe(context: AzureContext, name: string, id: string, of: pulumi.Resource, logs: pulumi.Resource): void {
    new DiagnosticSetting(name, diagnosticsArgs(context, id, { figures: true }), {
      parent: this,
      dependsOn: [of, logs],
    });
  }
}
