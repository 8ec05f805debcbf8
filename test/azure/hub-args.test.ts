import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { Fleet } from "../../src/fleet/schema.ts";
import { parseRange, rangesOverlap, sizeOf } from "../../src/plan/addresses.ts";
import { cloudNames } from "../../src/plan/cloud-names.ts";
import type { LinkPlan } from "../../src/plan/types.ts";
import { linesOf } from "../../stacks/azure/hub/lines.ts";
import { hostsRuleArgs, logsArgs } from "../../stacks/azure/hub/logs.ts";
import { hubNetworkArgs } from "../../stacks/azure/hub/network.ts";
import { resolverArgs, zoneArgs } from "../../stacks/azure/hub/resolver.ts";
import { linkSecretArgs, vaultArgs } from "../../stacks/azure/hub/vault.ts";
import { fleetFrom, specs } from "../plan/arbitrary.ts";
import { hubContext, hubWorld, worldOf } from "./hub-context.ts";

const group = "/subscriptions/00000001-0000-0000-0000-000000000001/resourceGroups/rg-piemonte-hub/providers";
const network = `${group}/Microsoft.Network/virtualNetworks/vnet-piemonte-hub`;
const tags = { fleet: "piemonte", slice: "azure-hub", "managed-by": "deskbridge" };
const placed = { resourceGroupName: "rg-piemonte-hub", location: "italynorth", tags };
const tenant = "00000000-0000-0000-0000-000000000001";

const world = hubWorld();
const context = hubContext(world);
const [line] = linesOf(world.plan);
assert.ok(line !== undefined);

describe("the hub's network", () => {
  const args = hubNetworkArgs(context);

  it("asks the resolver for names, and gives its own subnets to nobody's inline list", () => {
    assert.deepEqual(args.network, {
      ...placed,
      virtualNetworkName: "vnet-piemonte-hub",
      addressSpace: { addressPrefixes: ["10.112.0.0/24"] },
      dhcpOptions: { dnsServers: ["10.112.0.68"] },
    });
  });

  it("has the gateway's subnet, the resolver's, the endpoints' and the watch's", () => {
    const subnet = (subnetName: string, addressPrefix: string) => ({
      resourceGroupName: "rg-piemonte-hub",
      virtualNetworkName: "vnet-piemonte-hub",
      subnetName,
      addressPrefix,
    });
    const rules = (of: string) => ({
      networkSecurityGroup: { id: `${group}/Microsoft.Network/networkSecurityGroups/nsg-piemonte-hub-${of}` },
    });
    assert.deepEqual(args.subnets, {
      gateway: subnet("GatewaySubnet", "10.112.0.0/26"),
      resolver: {
        ...subnet("snet-resolver", "10.112.0.64/28"),
        delegations: [{ name: "resolver", serviceName: "Microsoft.Network/dnsResolvers" }],
      },
      endpoints: {
        ...subnet("snet-endpoints", "10.112.0.128/25"),
        ...rules("endpoints"),
        defaultOutboundAccess: false,
        privateEndpointNetworkPolicies: "NetworkSecurityGroupEnabled",
      },
      watch: {
        ...subnet("snet-watch", "10.112.0.80/28"),
        ...rules("watch"),
        defaultOutboundAccess: false,
        privateEndpointNetworkPolicies: "NetworkSecurityGroupEnabled",
        natGateway: { id: `${group}/Microsoft.Network/natGateways/ng-piemonte-hub` },
      },
    });
  });

  it("lets the watch out by an address in all zones", () => {
    const { natAddress, natGateway } = args;
    assert.deepEqual([natAddress.publicIPAllocationMethod, natAddress.sku.name], ["Static", "Standard"]);
    assert.deepEqual(natAddress.zones, ["1", "2", "3"]);
    const id = `${group}/Microsoft.Network/publicIPAddresses/${natAddress.publicIpAddressName}`;
    assert.deepEqual(natGateway.publicIpAddresses, [{ id }]);
  });

  it("lets nobody but our own networks into the endpoints' subnet", () => {
    const seen = args.securityGroups.endpoints.securityRules.map((rule) => [
      rule.priority,
      rule.direction,
      rule.access,
      rule.sourceAddressPrefix ?? rule.sourceAddressPrefixes,
    ]);
    assert.deepEqual(seen, [
      [100, "Inbound", "Allow", "10.64.0.0/12"],
      [110, "Inbound", "Allow", ["10.96.0.0/16", "10.97.0.0/16"]],
      [120, "Inbound", "Allow", "10.112.0.80/28"],
      [4096, "Inbound", "Deny", "*"],
      [4096, "Outbound", "Deny", "*"],
    ]);
  });
});

describe("names in the hub", () => {
  it("come from a resolver at the address that the plan says", () => {
    assert.deepEqual(resolverArgs(context), {
      resolver: { ...placed, dnsResolverName: "dnspr-piemonte-hub", virtualNetwork: { id: network } },
      endpoint: {
        ...placed,
        dnsResolverName: "dnspr-piemonte-hub",
        inboundEndpointName: "in",
        ipConfigurations: [
          {
            privateIpAddress: "10.112.0.68",
            privateIpAllocationMethod: "Static",
            subnet: { id: `${network}/subnets/snet-resolver` },
          },
        ],
      },
    });
  });

  it("stand in zones that are linked to the hub's network", () => {
    const { zone, link } = zoneArgs(context, "desktopsGlobal");
    assert.deepEqual(zone, {
      resourceGroupName: "rg-piemonte-hub",
      privateZoneName: "privatelink-global.wvd.microsoft.com",
      location: "global",
      tags,
    });
    assert.deepEqual(link, {
      ...zone,
      virtualNetworkLinkName: "vnet-piemonte-hub",
      virtualNetwork: { id: network },
      registrationEnabled: false,
    });
  });

  it("fit into Azure's limits and stay apart, however long ids are", () => {
    const names = cloudNames("piemonte");
    const id = (last: string) => ({ id: ["b", "s", last].map((part) => part.padEnd(40, "x")).join("/") });
    const both = [id("one"), id("two")].map((link) => [names.connection(link), names.siteGateway(link)]);
    for (const name of both.flat()) assert.equal(name.length, 80);
    assert.equal(new Set(both.flat()).size, 4);
    assert.notEqual(names.connection({ id: "a/b-c/d" }), names.connection({ id: "a-b/c/d" }));
    for (const name of [names.linkSecret(id("one")), names.linkSecret({ id: "a/b/c" })]) {
      assert.match(name, /^[0-9a-zA-Z-]{1,127}$/);
    }
  });
});

describe("logs", () => {
  it("are kept 90 days, by right of what they are about", () => {
    const { sku, retentionInDays, features } = logsArgs(context);
    assert.deepEqual([sku, retentionInDays], [{ name: "PerGB2018" }, 90]);
    assert.deepEqual(features, { enableLogAccessUsingOnlyResourcePermissions: true, disableLocalAuth: true });
  });

  it("take hosts' figures and events, each to a destination that is declared", () => {
    const { dataSources, dataFlows, destinations } = hostsRuleArgs(context);
    const counters = dataSources.performanceCounters.flatMap(({ counterSpecifiers }) => counterSpecifiers);
    for (const wanted of ["User Input Delay per Session", "Terminal Services(*)\\Active Sessions", "PhysicalDisk(*)"]) {
      assert.ok(
        counters.some((counter) => counter.includes(wanted)),
        wanted,
      );
    }
    assert.equal(new Set(counters).size, counters.length);
    assert.deepEqual(destinations.logAnalytics, [
      { name: "logs", workspaceResourceId: `${group}/Microsoft.OperationalInsights/workspaces/log-piemonte` },
    ]);
    assert.deepEqual(dataFlows, [
      { streams: ["Microsoft-Perf"], destinations: ["logs"] },
      { streams: ["Microsoft-Event"], destinations: ["logs"] },
    ]);
  });
});

describe("the vault", () => {
  it("is closed to the public network, read by role, and cannot be purged", () => {
    const { vaultName, properties } = vaultArgs(context);
    assert.match(vaultName, /^kv-piemonte-[0-9a-z]{8}$/);
    assert.deepEqual(properties, {
      tenantId: tenant,
      sku: { family: "A", name: "standard" },
      enableRbacAuthorization: true,
      enableSoftDelete: true,
      softDeleteRetentionInDays: 90,
      enablePurgeProtection: true,
      publicNetworkAccess: "Disabled",
      networkAcls: { bypass: "None", defaultAction: "Deny" },
    });
  });

  it("has a secret a line, under the line's name, and no key in what is computed", () => {
    assert.deepEqual(linkSecretArgs(context, line.link), {
      resourceGroupName: "rg-piemonte-hub",
      vaultName: vaultArgs(context).vaultName,
      secretName: "link-regione--giunta--fibre",
      tags: { ...tags, line: "regione/giunta/fibre" },
      properties: { contentType: "IKEv2 pre-shared key" },
    });
  });
});

describe("any fleet's hub", () => {
  const azure = { region: "westeurope", tenant: "example.org", subscriptions: ["main"], image: "win11", join: "entra" };
  const hubs = specs(20_000).map((spec) => {
    const fleet: Fleet = { ...fleetFrom(spec), azure: azure as NonNullable<Fleet["azure"]> };
    return hubContext(worldOf(fleet));
  });

  it("has subnets that lie inside their network and never overlap", () => {
    fc.assert(
      fc.property(hubs, (hub) => {
        const args = hubNetworkArgs(hub);
        const space = parseRange(args.network.addressSpace.addressPrefixes[0] ?? "");
        const subnets = Object.values(args.subnets).map(({ addressPrefix }) => parseRange(addressPrefix));
        for (const [index, subnet] of subnets.entries()) {
          assert.ok(subnet.first >= space.first);
          assert.ok(subnet.first + sizeOf(subnet) <= space.first + sizeOf(space));
          for (const other of subnets.slice(0, index)) assert.ok(!rangesOverlap(subnet, other));
        }
      }),
      { numRuns: 50 },
    );
  });

  it("lets nothing in from the Internet: each source that is allowed lies in the fleet's own ranges", () => {
    fc.assert(
      fc.property(hubs, (hub) => {
        const { desks, clients, transit } = hub.plan.network;
        const own = [desks, clients, transit].map(parseRange);
        for (const { securityRules } of Object.values(hubNetworkArgs(hub).securityGroups)) {
          const inbound = securityRules.filter(({ direction }) => direction === "Inbound");
          assert.deepEqual([inbound.at(-1)?.access, inbound.at(-1)?.sourceAddressPrefix], ["Deny", "*"]);
          for (const rule of inbound.filter(({ access }) => access === "Allow")) {
            const sources = rule.sourceAddressPrefixes ?? [rule.sourceAddressPrefix ?? "*"];
            for (const source of sources)
              assert.ok(
                own.some((range) => lies(source, range)),
                source,
              );
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it("calls each line by a name of its own", () => {
    fc.assert(
      fc.property(hubs, (hub) => {
        const links: readonly LinkPlan[] = linesOf(hub.plan).map(({ link }) => link);
        const named = (name: (link: LinkPlan) => string) => new Set(links.map(name)).size;
        assert.equal(
          named((link) => hub.names.connection(link)),
          links.length,
        );
        assert.equal(
          named((link) => hub.names.siteGateway(link)),
          links.length,
        );
        assert.equal(
          named((link) => hub.names.linkSecret(link)),
          links.length,
        );
      }),
      { numRuns: 20 },
    );
  });
});

function lies(source: string, range: { first: number; prefix: number }): boolean {
  if (!/^[\d.]+\/\d+$/.test(source)) return false;
  const inner = parseRange(source);
  return inner.first >= range.first && inner.first + sizeOf(inner) <= range.first + sizeOf(range);
}
