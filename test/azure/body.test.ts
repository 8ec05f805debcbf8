import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import { inventoryPartSchema } from "../../src/inventory.ts";
import { parseRange, rangesOverlap } from "../../src/plan/addresses.ts";
import { plan as planFleet } from "../../src/plan/plan.ts";
import type { Plan } from "../../src/plan/types.ts";
import { poolArgs, rdpProperties } from "../../stacks/azure/body/desktops.ts";
import { bodyNetworkArgs } from "../../stacks/azure/body/network.ts";
import { desktopRegion } from "../../stacks/azure/service-regions.ts";
import { bodyOf, cloudPools } from "../../stacks/azure/known.ts";
import { fleetFrom, specs } from "../plan/arbitrary.ts";
import { reference } from "../plan/fleet.ts";
import { type Recording, recordSlice } from "./mocks.ts";
import { checkAgainstSdk } from "./sdk/check.ts";
import { recordSmall, smallCloud, type SmallCloudOptions, textInside } from "./small-cloud.ts";
import { tenancyFor } from "./tenancy.ts";

/** Everything that must be made before a resource, near and far. */
function before({ resources }: Recording, name: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (each: string): void => {
    for (const next of resources.find((candidate) => candidate.name === each)?.dependsOn ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  visit(name);
  return found;
}

function viaWan(plan: Plan): Plan {
  return {
    ...plan,
    gateways: plan.gateways.map((gateway) => ({ ...gateway, sku: "VirtualWan", scaleUnits: 2 })),
  };
}

const rdpZone = "/privateDnsZones/privatelink.wvd.microsoft.com";

describe("a body's slice", () => {
  it("has as many resources as the plan says, for every body of the reference fleet and every variant", async () => {
    const fleet = reference();
    const plan = planFleet(fleet);
    for (const { id } of plan.bodies.filter((body) => cloudPools(body).length > 0)) {
      const { resources } = await recordSlice(fleet, plan, `azure-${id}`, tenancyFor(fleet));
      assert.equal(resources.length, plan.slices.find(({ stack }) => stack === `azure-${id}`)?.resources, id);
    }
    const variants: SmallCloudOptions[] = [{}, { fleet: { access: { way: "broker" } } }];
    for (const variant of variants) {
      for (const stack of ["azure-north", "azure-south"]) {
        const { plan: own } = smallCloud(variant);
        const { resources } = await recordSmall(stack, variant);
        assert.equal(resources.length, own.slices.find((slice) => slice.stack === stack)?.resources, stack);
      }
    }
  });

  it("says nothing that Microsoft's published models refuse", async () => {
    const recordings = [
      await recordSmall("azure-north"),
      await recordSmall("azure-south", { fleet: { access: { way: "broker" } } }),
      await recordSmall("azure-north", { plan: viaWan }),
    ];
    for (const { resources } of recordings) {
      for (const resource of resources.filter(({ type }) => type.startsWith("azure-native:"))) {
        assert.deepEqual(checkAgainstSdk(resource), [], resource.name);
      }
    }
  });

  it("makes nothing in its group before the group, and tags all that can be", async () => {
    const recording = await recordSmall("azure-north");
    const { inputs } = recording.get("group");
    for (const { name, inputs: own } of recording.resources) {
      if (own["resourceGroupName"] !== inputs["resourceGroupName"] || name === "group") continue;
      assert.ok(before(recording, name).has("group"), name);
    }
    const tags = { fleet: "small", slice: "azure-north", "managed-by": "deskbridge" };
    for (const type of ["ResourceGroup", "VirtualNetwork", "StorageAccount", "PrivateEndpoint"]) {
      for (const { inputs: own } of recording.ofType(type)) assert.deepEqual(own["tags"], tags, type);
    }
    for (const type of ["HostPool", "Workspace"]) {
      for (const { inputs: own } of recording.ofType(type)) {
        assert.deepEqual(own["tags"], { ...tags, way: "gateway" }, `${type}: the policy pack goes by the way`);
      }
    }
  });

  it("keeps its resources under components, by short names", async () => {
    const { resources } = await recordSmall("azure-north");
    const tree = resources.filter(({ custom }) => !custom).map(({ name, type }) => `${name} ${type}`);
    assert.deepEqual(tree.toSorted(), [
      "join deskbridge:azure:HubJoin",
      "network deskbridge:azure:BodyNetwork",
      "office deskbridge:azure:CloudPool",
      "shared deskbridge:azure:CloudPool",
      "shared-profiles deskbridge:azure:Profiles",
      "workspace deskbridge:azure:BodyWorkspace",
    ]);
    const alone = resources.filter(({ custom, parent }) => custom && parent === undefined).map(({ name }) => name);
    assert.deepEqual(alone.toSorted(), ["group", "hosts-identity", "main"]);
  });

  it("tells the inventory its sites, pools, desks and PCs; hosts in the cloud tell themselves", async () => {
    const { inventory } = await recordSmall("azure-north");
    const part = inventoryPartSchema.parse(inventory);
    assert.deepEqual(part.bodies, [{ id: "north", name: "North", laptops: 0 }]);
    assert.deepEqual(
      part.links.map(({ id }) => id),
      ["north/hall/fibre"],
    );
    assert.deepEqual(
      part.pools.map(({ id, kind }) => [id, kind]),
      [
        ["north/office", "personal"],
        ["north/shared", "pooled"],
        ["north/hall", "physical"],
      ],
    );
    assert.equal(part.desks.length, 111);
    assert.deepEqual(new Set(part.hosts.map(({ pool }) => pool)), new Set(["north/hall"]));
    assert.deepEqual(
      part.azure?.pools.map(({ id }) => id),
      ["north/office", "north/shared"],
    );
    assert.match(part.azure?.pools[0]?.resourceId ?? "", /\/hostPools\/vdpool-small-north-office$/);
  });

  it("refuses a body without desks in the cloud", () => {
    const { context } = smallCloud();
    assert.throws(() => bodyOf({ ...context("azure-hub") }), /stack "azure-hub" is of no body/);
  });
});

describe("a body's network", () => {
  it("holds its pools' blocks and its endpoints, asks the hub's resolver, and goes out by one gateway", async () => {
    const recording = await recordSmall("azure-north");
    const { plan } = smallCloud();
    const [office, shared] = plan.bodies[0]!.pools;
    const { inputs } = recording.get("network-north");
    assert.deepEqual(inputs["addressSpace"], {
      addressPrefixes: [office?.block, shared?.block, plan.bodies[0]?.endpoints],
    });
    assert.deepEqual(inputs["dhcpOptions"], { dnsServers: [plan.cloud?.hub.resolver] });
    assert.equal("subnets" in inputs, false);
    const nat = recording.get("network-nat").inputs;
    const [address] = recording.ofType("PublicIPAddress");
    assert.deepEqual(nat["publicIpAddresses"], [{ id: address?.id }]);
    assert.deepEqual(address?.inputs["zones"], ["1", "2", "3"]);
    assert.equal(address?.inputs["publicIPAllocationMethod"], "Static");
    assert.deepEqual(recording.get("network-nat").dependsOn, [address?.name]);
  });

  it("has an address for each thousand hosts to go out by", () => {
    const fleet = reference();
    const plan = planFleet(fleet);
    const hosts = (id: string): number =>
      plan.bodies
        .find((body) => body.id === id)!
        .pools.reduce((sum, { kind, hosts: own }) => sum + (kind === "physical" ? 0 : own), 0);
    assert.deepEqual(["regione", "torino", "metropolitana"].map(hosts), [3115, 44, 700]);
    const { context } = smallCloud({ office: 3000 });
    assert.equal(bodyNetworkArgs(context("azure-north"), bodyOf(context("azure-north"))).natAddresses.length, 3);
  });

  it("builds into a network that the tenancy file names, and declares none", async () => {
    const group = "/subscriptions/00000001-0000-0000-0000-000000000001/resourceGroups/rg-network";
    const id = `${group}/providers/Microsoft.Network/virtualNetworks/vnet-desks`;
    const tenancy = { adopt: { "network-north": id } };
    const recording = await recordSmall("azure-north", { tenancy });
    assert.deepEqual(recording.ofType("VirtualNetwork"), []);
    const toHub = recording.get("join-to-hub").inputs;
    assert.deepEqual([toHub["resourceGroupName"], toHub["virtualNetworkName"]], ["rg-network", "vnet-desks"]);
    assert.deepEqual(recording.get("join-from-hub").inputs["remoteVirtualNetwork"], { id });
    const hosts = await recordSmall("azure-north-office-1", { tenancy });
    assert.equal(hosts.ofType("Subnet")[0]?.inputs["virtualNetworkName"], "vnet-desks");
    assert.match(JSON.stringify(hosts.ofType("NetworkInterface")[0]?.inputs), /vnet-desks\/subnets\/snet-office-1/);
  });

  it("shares no address with another body's or with the hub's, whatever the fleet", () => {
    fc.assert(
      fc.property(specs(3000), (spec) => {
        const azure = {
          region: "italynorth",
          tenant: "t",
          subscriptions: ["main"],
          image: "i",
          join: "entra",
        } as const;
        const plan = planFleet({ ...fleetFrom(spec), azure: { ...azure, subscriptions: [...azure.subscriptions] } });
        const spaces = plan.bodies.map((body) => [...cloudPools(body).map(({ block }) => block), body.endpoints ?? ""]);
        const all = [...spaces.flat(), plan.cloud!.hub.range, plan.network.clients].map(parseRange);
        all.forEach((range, nth) => {
          assert.ok(all.slice(nth + 1).every((other) => !rangesOverlap(range, other)));
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe("how a body's network joins the hub", () => {
  it("is peered both ways: the hub lends its gateway first", async () => {
    const recording = await recordSmall("azure-south");
    const fromHub = recording.get("join-from-hub");
    const toHub = recording.get("join-to-hub");
    const { tenancy } = smallCloud();
    assert.equal(fromHub.subscription, tenancy.subscriptions["main"]);
    assert.equal(toHub.subscription, tenancy.subscriptions["second"]);
    assert.deepEqual(
      [fromHub, toHub].map(({ inputs }) => [inputs["allowGatewayTransit"], inputs["useRemoteGateways"]]),
      [
        [true, false],
        [false, true],
      ],
    );
    const network = recording.get("network-south");
    assert.deepEqual(fromHub.inputs["remoteVirtualNetwork"], { id: network.id });
    assert.match(textInside(toHub.inputs, "remoteVirtualNetwork", "id"), /virtualNetworks\/vnet-small-hub$/);
    assert.ok(toHub.dependsOn.includes("join-from-hub") && fromHub.dependsOn.includes("network-south"));
    assert.deepEqual(
      (fromHub.inputs["remoteAddressSpace"] as { addressPrefixes: string[] }).addressPrefixes,
      (network.inputs["addressSpace"] as { addressPrefixes: string[] }).addressPrefixes,
    );
  });

  it("is connected to the Virtual WAN's first hub where the plan has one", async () => {
    const recording = await recordSmall("azure-south", { plan: viaWan });
    const connection = recording.get("join-wan");
    assert.equal(connection.inputs["virtualHubName"], "vhub-small-hub");
    assert.deepEqual(connection.inputs["remoteVirtualNetwork"], { id: recording.get("network-south").id });
    assert.deepEqual(recording.ofType("VirtualNetworkPeering"), []);
  });

  it("is linked to the zones that its hosts ask for", async () => {
    const zones = async (stack: string, options?: SmallCloudOptions): Promise<unknown[]> =>
      (await recordSmall(stack, options)).ofType("VirtualNetworkLink").map(({ inputs }) => inputs["privateZoneName"]);
    assert.deepEqual(await zones("azure-north"), [
      "privatelink.wvd.microsoft.com",
      "privatelink.file.core.windows.net",
    ]);
    assert.deepEqual(await zones("azure-south"), ["privatelink.wvd.microsoft.com"]);
    assert.deepEqual(await zones("azure-south", { fleet: { access: { way: "broker" } } }), []);
  });

  it("is linked to no zone that is adopted: its hosts ask the hub's resolver, and its names go into theirs", async () => {
    const group = "/subscriptions/00000009-0000-0000-0000-000000000009/resourceGroups/rg-dns/providers";
    const files = `${group}/Microsoft.Network/privateDnsZones/privatelink.file.core.windows.net`;
    const recording = await recordSmall("azure-north", { tenancy: { adopt: { "zone-files": files } } });
    const links = recording.ofType("VirtualNetworkLink").map(({ inputs }) => inputs["privateZoneName"]);
    assert.deepEqual(links, ["privatelink.wvd.microsoft.com"]);
    assert.deepEqual(recording.get("network-north").inputs["dhcpOptions"], { dnsServers: ["172.24.0.68"] });
    const told = recording
      .ofType("network:PrivateDnsZoneGroup")
      .flatMap(({ inputs }) => inputs["privateDnsZoneConfigs"] as { readonly privateDnsZoneId: string }[])
      .map(({ privateDnsZoneId }) => privateDnsZoneId);
    assert.equal(told.filter((id) => id === files).length, 1);
    assert.ok(told.every((id) => id === files || id.endsWith("/privatelink.wvd.microsoft.com")));
  });
});

describe("a body's desks", () => {
  it("register in a host pool of their kind", async () => {
    const recording = await recordSmall("azure-north");
    const shared = recording.get("shared-hosts").inputs;
    const office = recording.get("office-hosts").inputs;
    assert.deepEqual(
      [shared["hostPoolType"], shared["loadBalancerType"], shared["maxSessionLimit"]],
      ["Pooled", "BreadthFirst", 32],
    );
    assert.deepEqual(
      [office["hostPoolType"], office["loadBalancerType"], office["personalDesktopAssignmentType"]],
      ["Personal", "Persistent", "Automatic"],
    );
    assert.equal("maxSessionLimit" in office, false);
    for (const each of [shared, office]) {
      assert.equal(each["startVMOnConnect"], true);
      assert.equal(each["validationEnvironment"], false);
      assert.equal(each["location"], "westeurope");
      assert.deepEqual(each["registrationInfo"], {
        expirationTime: "2026-12-01T00:00:00Z",
        registrationTokenOperation: "Update",
      });
      const update = each["agentUpdate"] as {
        maintenanceWindowTimeZone: string;
        maintenanceWindows: { hour: number }[];
      };
      assert.equal(update.maintenanceWindowTimeZone, "W. Europe Standard Time");
      assert.ok(update.maintenanceWindows.every(({ hour }) => hour < 6));
    }
  });

  it("sign on through Entra ID, or as a domain's", () => {
    assert.match(rdpProperties("entra"), /(^|;)targetisaadjoined:i:1;enablerdsaadauth:i:1;$/);
    assert.doesNotMatch(rdpProperties("domain"), /aad/);
    assert.match(rdpProperties("domain"), /camerastoredirect:s:\*;.*drivestoredirect:s:;/);
  });

  it("answer at private endpoints alone where people come through the gateway", async () => {
    const recording = await recordSmall("azure-north");
    const endpoints = recording.ofType("PrivateEndpoint").map(({ name, inputs }) => {
      const [connection] = inputs["privateLinkServiceConnections"] as {
        privateLinkServiceId: string;
        groupIds: string[];
      }[];
      return [name, connection?.groupIds.join(), connection?.privateLinkServiceId.split("/").at(-1)];
    });
    const account = textInside(recording.get("shared-profiles-account").inputs, "accountName");
    assert.deepEqual(
      new Set(endpoints.map((each) => each.join(" "))),
      new Set([
        "office-endpoint connection vdpool-small-north-office",
        "shared-endpoint connection vdpool-small-north-shared",
        `shared-profiles-endpoint file ${account}`,
        "workspace-endpoint feed vdws-small-north",
      ]),
    );
    for (const name of ["office-endpoint", "shared-endpoint", "workspace-endpoint"]) {
      const { inputs, dependsOn } = recording.get(`${name}-names`);
      assert.deepEqual(dependsOn, [name]);
      assert.match(JSON.stringify(inputs["privateDnsZoneConfigs"]), new RegExp(rdpZone));
      assert.equal((recording.get(name).inputs["subnet"] as { id: string }).id, recording.get("network-endpoints").id);
    }
    for (const name of ["office-hosts", "shared-hosts", "workspace-feed"]) {
      assert.equal(recording.get(name).inputs["publicNetworkAccess"], "Disabled");
    }
  });

  it("answer in public where the cloud's broker serves them", async () => {
    const recording = await recordSmall("azure-south", { fleet: { access: { way: "broker" } } });
    assert.equal(recording.get("office-hosts").inputs["publicNetworkAccess"], "Enabled");
    assert.equal(recording.get("workspace-feed").inputs["publicNetworkAccess"], "Enabled");
    assert.deepEqual(recording.ofType("PrivateEndpoint"), []);
  });

  it("are found in one workspace, made after their application groups", async () => {
    const recording = await recordSmall("azure-north");
    const groups = recording.ofType("ApplicationGroup");
    const workspace = recording.get("workspace-feed");
    assert.deepEqual(
      workspace.inputs["applicationGroupReferences"],
      groups.map(({ id }) => id),
    );
    assert.ok(groups.every(({ name }) => workspace.dependsOn.includes(name)));
    assert.ok(groups.every(({ inputs }) => inputs["applicationGroupType"] === "Desktop"));
  });

  it("are used by the body's group, never by a person, and by nobody where there is no group", async () => {
    const { tenancy } = smallCloud();
    const recording = await recordSmall("azure-north");
    const grants = recording.ofType("RoleAssignment");
    assert.deepEqual(grants.map(({ name }) => name).toSorted(), [
      "office-people",
      "shared-people",
      "shared-profiles-people",
    ]);
    for (const { inputs } of grants) {
      assert.deepEqual([inputs["principalType"], inputs["principalId"]], ["Group", tenancy.groups["sg-north"]]);
    }
    assert.equal(new Set(grants.map(({ inputs }) => inputs["roleAssignmentName"])).size, grants.length);
    assert.equal(recording.get("office-people").inputs["scope"], recording.get("office-desktop").id);
    assert.deepEqual((await recordSmall("azure-south")).ofType("RoleAssignment"), []);
  });

  it("log to the hub's workspace", async () => {
    const recording = await recordSmall("azure-north");
    const settings = recording.ofType("DiagnosticSetting");
    const of = (name: string): string => recording.get(name).id;
    assert.deepEqual(
      new Set(settings.map(({ inputs }) => inputs["resourceUri"])),
      new Set([of("office-hosts"), of("shared-hosts"), of("workspace-feed")]),
    );
    assert.ok(settings.every(({ inputs }) => String(inputs["workspaceId"]).endsWith("/workspaces/log-small")));
  });

  it("need a region that keeps host pools", () => {
    const { context } = smallCloud({ tenancy: { desktopRegion: undefined } });
    assert.throws(
      () => desktopRegion(context("azure-north")),
      /keeps no host pools in the fleet's region italynorth.* desktopRegion: .* westeurope/,
    );
    const { context: inEurope } = smallCloud({
      azure: { region: "northeurope" },
      tenancy: { desktopRegion: undefined },
    });
    assert.equal(desktopRegion(inEurope("azure-north")), "northeurope");
  });

  it("have no registration where no date is configured", () => {
    pulumi.runtime.setAllConfig({});
    const context = smallCloud().context("azure-north");
    const body = bodyOf(context);
    assert.equal("registrationInfo" in poolArgs(context, body, cloudPools(body)[0]!).hostPool, false);
  });
});
