import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { ipsecPolicy, linesOf } from "../../stacks/azure/hub/lines.ts";
import { hubNetworkArgs } from "../../stacks/azure/hub/network.ts";
import {
  hubConnectionArgs,
  sitesAt,
  virtualHubArgs,
  vpnConnectionArgs,
  vpnSiteArgs,
  wanArgs,
} from "../../stacks/azure/hub/virtual-wan.ts";
import { virtualHubOf } from "../../stacks/azure/known.ts";
import { hubContext, hubWorld, recordHub, wanWorld } from "./hub-context.ts";
import type { Recording } from "./mocks.ts";

const group = "/subscriptions/00000001-0000-0000-0000-000000000001/resourceGroups/rg-piemonte-hub/providers";
const tags = { fleet: "piemonte", slice: "azure-hub", "managed-by": "deskbridge" };
const placed = { resourceGroupName: "rg-piemonte-hub", location: "italynorth", tags };
const tenant = "00000000-0000-0000-0000-000000000001";
const ofNetwork = (type: string, name: string) => ({ id: `${group}/Microsoft.Network/${type}/${name}` });

const world = wanWorld();
const context = hubContext(world);
const [gateway] = world.plan.gateways;
assert.ok(gateway !== undefined);

describe("a Virtual WAN", () => {
  it("is what a plan says that no gateway bears, and nothing else is", () => {
    assert.equal(virtualHubOf(world.plan.gateways), "hub");
    assert.equal(virtualHubOf(hubWorld().plan.gateways), undefined);
  });

  it("joins people and sites, and lets people in by Entra ID", () => {
    assert.deepEqual(wanArgs(context, undefined), {
      wan: {
        ...placed,
        virtualWANName: "vwan-piemonte",
        type: "Standard",
        allowBranchToBranchTraffic: true,
        disableVpnEncryption: false,
      },
      people: {
        ...placed,
        vpnServerConfigurationName: "vpnsc-piemonte",
        properties: {
          vpnProtocols: ["OpenVPN"],
          vpnAuthenticationTypes: ["AAD"],
          aadAuthenticationParameters: {
            aadTenant: `https://login.microsoftonline.com/${tenant}/`,
            aadAudience: "c632b3df-fb67-4d84-bdcf-b95ad541b5c8",
            aadIssuer: `https://sts.windows.net/${tenant}/`,
          },
        },
      },
    });
  });

  it("has a hub with both gateways, of the plan's scale and ranges", () => {
    const virtualHub = ofNetwork("virtualHubs", "vhub-piemonte-hub");
    assert.deepEqual(virtualHubArgs(context, gateway, 0), {
      hub: {
        ...placed,
        virtualHubName: "vhub-piemonte-hub",
        virtualWan: ofNetwork("virtualWans", "vwan-piemonte"),
        addressPrefix: "10.112.2.0/23",
        sku: "Standard",
        hubRoutingPreference: "ASPath",
        // 7,630 personal desks and 110 hosts of pooled ones: a unit for each 1,000 begun.
        virtualRouterAutoScaleConfiguration: { minCapacity: 8 },
      },
      people: {
        ...placed,
        gatewayName: "p2sgw-piemonte-hub",
        virtualHub,
        vpnServerConfiguration: ofNetwork("vpnServerConfigurations", "vpnsc-piemonte"),
        vpnGatewayScaleUnit: gateway.scaleUnits,
        customDnsServers: ["10.112.0.68"],
        isRoutingPreferenceInternet: false,
        p2SConnectionConfigurations: [
          {
            name: "people",
            vpnClientAddressPool: { addressPrefixes: ["10.96.0.0/16", "10.97.0.0/16"] },
            enableInternetSecurity: false,
          },
        ],
      },
      // 4,520 Mb/s of lines: a unit for each 500 begun.
      sites: {
        ...placed,
        gatewayName: "vpng-piemonte-hub",
        virtualHub,
        vpnGatewayScaleUnit: 10,
        bgpSettings: { asn: 65_515, peerWeight: 0 },
      },
    });
    assert.ok((gateway.scaleUnits ?? 0) * 500 >= world.plan.peopleAtOnce);
  });

  it("has each site with its lines, and a connection for those that end at a hub", () => {
    const [lines] = sitesAt(context, gateway);
    assert.ok(lines !== undefined);
    const { site, links } = lines;
    const [fibre, radio] = links;
    assert.ok(fibre !== undefined && radio !== undefined);
    const { id } = ofNetwork("vpnSites", "vst-regione--giunta");
    assert.deepEqual(vpnSiteArgs(context, site), {
      ...placed,
      vpnSiteName: "vst-regione--giunta",
      virtualWan: ofNetwork("virtualWans", "vwan-piemonte"),
      addressSpace: { addressPrefixes: [] },
      vpnSiteLinks: [
        {
          name: "fibre",
          ipAddress: "203.0.113.1",
          linkProperties: { linkProviderName: "carrier-a", linkSpeedInMbps: 1000 },
          bgpProperties: { asn: site.asn, bgpPeeringAddress: fibre.tunnel.siteInner },
        },
        {
          name: "radio",
          ipAddress: "203.0.113.2",
          linkProperties: { linkProviderName: "carrier-b", linkSpeedInMbps: 200 },
          bgpProperties: { asn: site.asn, bgpPeeringAddress: radio.tunnel.siteInner },
        },
      ],
    });
    const tunnel = {
      vpnConnectionProtocolType: "IKEv2",
      vpnLinkConnectionMode: "Default",
      enableBgp: true,
      usePolicyBasedTrafficSelectors: false,
      ipsecPolicies: [ipsecPolicy],
      dpdTimeoutSeconds: 30,
    };
    assert.deepEqual(vpnConnectionArgs(context, gateway, lines), {
      resourceGroupName: "rg-piemonte-hub",
      gatewayName: "vpng-piemonte-hub",
      connectionName: "vst-regione--giunta",
      remoteVpnSite: { id },
      enableInternetSecurity: false,
      vpnLinkConnections: [
        {
          name: "con-regione--giunta--fibre",
          vpnSiteLink: { id: `${id}/vpnSiteLinks/fibre` },
          ...tunnel,
          connectionBandwidth: 1000,
          routingWeight: 70,
        },
        {
          name: "con-regione--giunta--radio",
          vpnSiteLink: { id: `${id}/vpnSiteLinks/radio` },
          ...tunnel,
          connectionBandwidth: 200,
          routingWeight: 60,
        },
      ],
    });
  });

  it("has the hub's own network on its first hub, which needs no subnet for a gateway", () => {
    assert.deepEqual(hubConnectionArgs(context, "hub"), {
      resourceGroupName: "rg-piemonte-hub",
      virtualHubName: "vhub-piemonte-hub",
      connectionName: "peer-vnet-piemonte-hub",
      remoteVirtualNetwork: ofNetwork("virtualNetworks", "vnet-piemonte-hub"),
      enableInternetSecurity: false,
    });
    assert.deepEqual(Object.keys(hubNetworkArgs(context).subnets), ["resolver", "endpoints", "watch"]);
  });

  it("refuses a site with more lines than it takes", () => {
    const [line] = linesOf(world.plan);
    assert.ok(line !== undefined);
    const site = { ...line.site, links: Array.from({ length: 5 }, () => line.link) };
    assert.throws(() => vpnSiteArgs(context, site), {
      message: "site regione/giunta has 5 lines, and a Virtual WAN takes at most 4",
    });
  });
});

describe("a Virtual WAN with two hubs", () => {
  const people = { ...gateway, instances: gateway.instances.slice(0, 1) };
  const second = {
    ...gateway,
    id: "hub2",
    instances: gateway.instances.slice(1).map((instance) => ({ ...instance, gateway: "hub2" })),
  };
  const both = { ...world.plan, gateways: [people, second] };
  const virtualHubs = ["10.112.2.0/23", "10.112.4.0/23"];
  const cloud =
    world.plan.cloud === undefined ? undefined : { ...world.plan.cloud, hub: { ...world.plan.cloud.hub, virtualHubs } };
  const wide = { ...world, plan: { ...both, cloud } };
  let hub: Recording;
  before(async () => {
    hub = await recordHub(wide);
  });

  it("has a connection at each hub for a site whose lines end at both, and each line once", () => {
    const connections = hub.ofType("VpnConnection").map(({ name, inputs }) => ({
      name,
      lines: (inputs["vpnLinkConnections"] as readonly { name: string }[]).map((line) => line.name),
    }));
    assert.deepEqual(
      connections.filter(({ name }) => name.endsWith("regione--giunta")).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      [
        { name: "lines-hub-regione--giunta", lines: ["con-regione--giunta--fibre"] },
        { name: "lines-hub2-regione--giunta", lines: ["con-regione--giunta--radio"] },
      ],
    );
    const all = connections.flatMap(({ lines }) => lines);
    assert.equal(all.length, linesOf(world.plan).length);
    assert.equal(new Set(all).size, all.length);
    assert.equal(hub.ofType("VpnSite").length, 5);
  });

  it("has people's ranges cut between the hubs, and the networks on the first", () => {
    const ranges = hub
      .ofType("P2sVpnGateway")
      .map(({ name, inputs }) => [
        name,
        JSON.stringify(inputs["p2SConnectionConfigurations"]).match(/10\.9\d\.0\.0\/16/g),
      ]);
    assert.deepEqual(Object.fromEntries(ranges), { "people-hub": ["10.96.0.0/16"], "people-hub2": ["10.97.0.0/16"] });
    assert.equal(hub.get("wan-hub-network").inputs["virtualHubName"], "vhub-piemonte-hub");
    const capacity = hub
      .ofType("VirtualHub")
      .map(({ name, inputs }) => [
        name,
        (inputs["virtualRouterAutoScaleConfiguration"] as { minCapacity: number }).minCapacity,
      ]);
    assert.deepEqual(Object.fromEntries(capacity), { "wan-hub": 8, "wan-hub2": 2 });
  });

  it("tells both gateways of each hub, and no instances, whose addresses Azure does not tell", () => {
    const azure = hub.inventory["azure"] as { readonly gateways: readonly { id: string; resourceId: string }[] };
    assert.deepEqual(
      azure.gateways.map(({ id, resourceId }) => [id, resourceId.split("/").slice(-2).join("/")]),
      [
        ["hub", "p2svpnGateways/p2sgw-piemonte-hub"],
        ["hub", "vpnGateways/vpng-piemonte-hub"],
        ["hub2", "p2svpnGateways/p2sgw-piemonte-hub2"],
        ["hub2", "vpnGateways/vpng-piemonte-hub2"],
      ],
    );
    assert.deepEqual(hub.inventory["instances"], []);
  });

  it("makes a hub's gateways one after the other, and networks and lines after them", () => {
    assert.ok(hub.get("sites-hub").dependsOn.includes("people-hub"));
    assert.ok(hub.get("wan-hub-network").dependsOn.includes("sites-hub"));
    const line = hub.get("lines-hub2-regione--giunta");
    assert.ok(line.dependsOn.includes("sites-hub2") && line.dependsOn.includes("site-regione--giunta"));
  });

  it("makes and changes the connections of a gateway one after the other, and those of two gateways side by side", () => {
    for (const each of ["hub", "hub2"]) {
      const here = hub
        .ofType("VpnConnection")
        .filter(({ inputs }) => inputs["gatewayName"] === `vpng-piemonte-${each}`);
      const chain = here.map(({ dependsOn }) => dependsOn.filter((name) => /^(lines|sites)-/.test(name)));
      assert.ok(here.length > 1);
      assert.deepEqual(chain, [[`sites-${each}`], ...here.slice(0, -1).map(({ name }) => [name])]);
    }
  });
});
