import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { inventoryPartSchema } from "../../src/inventory.ts";
import { parseRange, rangesOverlap } from "../../src/plan/addresses.ts";
import { plan as planFleet } from "../../src/plan/plan.ts";
import type { Plan } from "../../src/plan/types.ts";
import { exclusionTag, poolArgs, rdpProperties } from "../../stacks/azure/body/desktops.ts";
import { bodyNetworkArgs } from "../../stacks/azure/body/network.ts";
import { profilesArgs, shareGib } from "../../stacks/azure/body/profiles.ts";
import { personalSchedules, pooledSchedules } from "../../stacks/azure/body/schedules.ts";
import { desktopRegion } from "../../stacks/azure/desktop-region.ts";
import { bodyOf, cloudPools, type CloudBody } from "../../stacks/azure/known.ts";
import { deskSubscriptions, powerArgs } from "../../stacks/azure/power.ts";
import { windowsTimeZone } from "../../stacks/azure/time-zone.ts";
import { fleetFrom, specs } from "../plan/arbitrary.ts";
import { reference } from "../plan/fleet.ts";
import { type Declared, type Recording, recordSlice } from "./mocks.ts";
import { checkAgainstSdk } from "./sdk/check.ts";
import { smallCloud, type SmallCloudOptions } from "./small-cloud.ts";
import { tenancyFor } from "./tenancy.ts";

async function record(stack: string, options: SmallCloudOptions = {}): Promise<Recording> {
  const { fleet, plan, tenancy } = smallCloud(options);
  return recordSlice(fleet, plan, stack, tenancy);
}

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
        const { resources } = await record(stack, variant);
        assert.equal(resources.length, own.slices.find((slice) => slice.stack === stack)?.resources, stack);
      }
    }
  });

  it("says nothing that Microsoft's published models refuse", async () => {
    const recordings = [
      await record("azure-north"),
      await record("azure-south", { fleet: { access: { way: "broker" } } }),
      await record("azure-north", { plan: viaWan }),
    ];
    for (const { resources } of recordings) {
      for (const resource of resources.filter(({ type }) => type.startsWith("azure-native:"))) {
        assert.deepEqual(checkAgainstSdk(resource), [], resource.name);
      }
    }
  });

  it("makes nothing in its group before the group, and tags all that can be", async () => {
    const recording = await record("azure-north");
    const { inputs } = recording.get("group");
    for (const { name, inputs: own } of recording.resources) {
      if (own["resourceGroupName"] !== inputs["resourceGroupName"] || name === "group") continue;
      assert.ok(before(recording, name).has("group"), name);
    }
    for (const type of ["ResourceGroup", "VirtualNetwork", "HostPool", "StorageAccount", "PrivateEndpoint"]) {
      for (const { inputs: own } of recording.ofType(type)) {
        assert.deepEqual(own["tags"], { fleet: "small", slice: "azure-north", "managed-by": "deskbridge" }, type);
      }
    }
  });

  it("keeps its resources under components, by short names", async () => {
    const { resources } = await record("azure-north");
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
    const { inventory } = await record("azure-north");
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
    const recording = await record("azure-north");
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

  it("takes over a network that the tenancy file names", async () => {
    const id =
      "/subscriptions/00000001-0000-0000-0000-000000000001/resourceGroups/rg-small-north/providers/Microsoft.Network/virtualNetworks/vnet-small-north";
    const recording = await record("azure-north", { tenancy: { adopt: { "network-north": id } } });
    assert.equal(recording.get("network-north").importId, id);
    assert.equal(recording.get("network-nat").importId, undefined);
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
    const recording = await record("azure-south");
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
    assert.match(
      String((toHub.inputs["remoteVirtualNetwork"] as { id: string }).id),
      /virtualNetworks\/vnet-small-hub$/,
    );
    assert.ok(toHub.dependsOn.includes("join-from-hub") && fromHub.dependsOn.includes("network-south"));
    assert.deepEqual(
      (fromHub.inputs["remoteAddressSpace"] as { addressPrefixes: string[] }).addressPrefixes,
      (network.inputs["addressSpace"] as { addressPrefixes: string[] }).addressPrefixes,
    );
  });

  it("is connected to the Virtual WAN's first hub where the plan has one", async () => {
    const recording = await record("azure-south", { plan: viaWan });
    const connection = recording.get("join-wan");
    assert.equal(connection.inputs["virtualHubName"], "vhub-small-hub");
    assert.deepEqual(connection.inputs["remoteVirtualNetwork"], { id: recording.get("network-south").id });
    assert.deepEqual(recording.ofType("VirtualNetworkPeering"), []);
  });

  it("is linked to the zones that its hosts ask for", async () => {
    const zones = async (stack: string, options?: SmallCloudOptions): Promise<unknown[]> =>
      (await record(stack, options)).ofType("VirtualNetworkLink").map(({ inputs }) => inputs["privateZoneName"]);
    assert.deepEqual(await zones("azure-north"), [
      "privatelink.wvd.microsoft.com",
      "privatelink.file.core.windows.net",
    ]);
    assert.deepEqual(await zones("azure-south"), ["privatelink.wvd.microsoft.com"]);
    assert.deepEqual(await zones("azure-south", { fleet: { access: { way: "broker" } } }), []);
  });
});

describe("a body's desks", () => {
  it("register in a host pool of their kind", async () => {
    const recording = await record("azure-north");
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
    const recording = await record("azure-north");
    const endpoints = recording.ofType("PrivateEndpoint").map(({ name, inputs }) => {
      const [connection] = inputs["privateLinkServiceConnections"] as {
        privateLinkServiceId: string;
        groupIds: string[];
      }[];
      return [name, connection?.groupIds.join(), connection?.privateLinkServiceId.split("/").at(-1)];
    });
    assert.deepEqual(endpoints.toSorted(), [
      ["office-endpoint", "connection", "vdpool-small-north-office"],
      ["shared-endpoint", "connection", "vdpool-small-north-shared"],
      ["shared-profiles-endpoint", "file", recording.get("shared-profiles-account").inputs["accountName"]],
      ["workspace-endpoint", "feed", "vdws-small-north"],
    ]);
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
    const recording = await record("azure-south", { fleet: { access: { way: "broker" } } });
    assert.equal(recording.get("office-hosts").inputs["publicNetworkAccess"], "Enabled");
    assert.equal(recording.get("workspace-feed").inputs["publicNetworkAccess"], "Enabled");
    assert.deepEqual(recording.ofType("PrivateEndpoint"), []);
  });

  it("are found in one workspace, made after their application groups", async () => {
    const recording = await record("azure-north");
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
    const recording = await record("azure-north");
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
    assert.deepEqual((await record("azure-south")).ofType("RoleAssignment"), []);
  });

  it("log to the hub's workspace", async () => {
    const recording = await record("azure-north");
    const settings = recording.ofType("DiagnosticSetting");
    const of = (name: string): string => recording.get(name).id;
    assert.deepEqual(
      settings.map(({ inputs }) => inputs["resourceUri"]).toSorted(),
      [of("office-hosts"), of("shared-hosts"), of("workspace-feed")].toSorted(),
    );
    assert.ok(settings.every(({ inputs }) => String(inputs["workspaceId"]).endsWith("/workspaces/log-small")));
  });

  it("need a region that keeps host pools", () => {
    const { context } = smallCloud({ tenancy: { desktopRegion: undefined } });
    assert.throws(
      () => desktopRegion(context("azure-north")),
      /keeps no host pools in italynorth .* desktopRegion: westeurope/,
    );
    const { context: inEurope } = smallCloud({
      azure: { region: "northeurope" },
      tenancy: { desktopRegion: undefined },
    });
    assert.equal(desktopRegion(inEurope("azure-north")), "northeurope");
  });
});

describe("when hosts run", () => {
  const minutes = ({ hour, minute }: { hour: number; minute: number }): number => 60 * hour + minute;

  it("is said for each day of the week once, in the order of the day", () => {
    for (const schedules of [pooledSchedules, personalSchedules]) {
      const days = Object.values(schedules).flatMap(({ daysOfWeek }) => daysOfWeek);
      assert.equal(days.length, 7);
      assert.equal(new Set(days).size, 7);
      for (const day of Object.values(schedules)) {
        const times = [day.rampUpStartTime, day.peakStartTime, day.rampDownStartTime, day.offPeakStartTime].map(
          minutes,
        );
        assert.deepEqual(
          times,
          times.toSorted((one, other) => one - other),
        );
      }
    }
  });

  it("brings all hosts up before 08:00 on a working day, and throws nobody out in the evening", () => {
    const day = pooledSchedules.weekdays;
    assert.ok(minutes(day.rampUpStartTime) <= 7 * 60 + 30 && minutes(day.peakStartTime) > 8 * 60);
    assert.equal(day.rampUpMinimumHostsPct, 100);
    assert.equal(minutes(day.rampDownStartTime), 20 * 60);
    assert.deepEqual([day.rampDownForceLogoffUsers, day.rampDownStopHostsWhen], [false, "ZeroSessions"]);
    const own = personalSchedules.weekdays;
    assert.equal(own.rampUpAutoStartHosts, "WithAssignedUser");
    assert.deepEqual([own.peakActionOnLogoff, own.peakActionOnDisconnect], ["None", "None"]);
    for (const each of Object.values(personalSchedules)) {
      const starts = [
        each.rampUpStartVMOnConnect,
        each.peakStartVMOnConnect,
        each.rampDownStartVMOnConnect,
        each.offPeakStartVMOnConnect,
      ];
      assert.deepEqual(new Set(starts), new Set(["Enable"]));
    }
  });

  it("is a plan of the pool's kind, with Windows' name of the time zone and a tag that keeps a host out", async () => {
    const recording = await record("azure-north");
    for (const [pool, kind] of [
      ["office", "Personal"],
      ["shared", "Pooled"],
    ] as const) {
      const { inputs } = recording.get(`${pool}-scaling`);
      assert.deepEqual(
        [inputs["hostPoolType"], inputs["timeZone"], inputs["exclusionTag"]],
        [kind, "W. Europe Standard Time", exclusionTag],
      );
      assert.deepEqual(inputs["hostPoolReferences"], [
        { hostPoolArmPath: recording.get(`${pool}-hosts`).id, scalingPlanEnabled: true },
      ]);
      const schedules = recording.ofType(`ScalingPlan${kind}Schedule`);
      assert.deepEqual(schedules.map(({ name }) => name).toSorted(), [
        `${pool}-scaling-weekdays`,
        `${pool}-scaling-weekend`,
      ]);
    }
  });

  it("is told in the time zones of Europe, and no other is guessed", () => {
    const table: [string, string][] = [
      ["Europe/Rome", "W. Europe Standard Time"],
      ["Europe/Paris", "Romance Standard Time"],
      ["Europe/Warsaw", "Central European Standard Time"],
      ["Europe/Budapest", "Central Europe Standard Time"],
      ["Europe/Lisbon", "GMT Standard Time"],
      ["Europe/Athens", "GTB Standard Time"],
      ["Europe/Helsinki", "FLE Standard Time"],
      ["Etc/UTC", "UTC"],
    ];
    for (const [zone, windows] of table) assert.equal(windowsTimeZone(zone), windows);
    assert.throws(
      () => windowsTimeZone("America/Lima"),
      /no Windows name is known for the time zone "America\/Lima".*Europe\/Rome/,
    );
  });
});

describe("profiles of pooled desks", () => {
  it("have a share of 30 GiB a desk that only Kerberos opens", async () => {
    const recording = await record("azure-north");
    const account = recording.get("shared-profiles-account").inputs;
    assert.deepEqual(
      [account["kind"], account["sku"], account["minimumTlsVersion"]],
      ["FileStorage", { name: "Premium_ZRS" }, "TLS1_2"],
    );
    assert.deepEqual(
      [account["publicNetworkAccess"], account["allowSharedKeyAccess"], account["allowBlobPublicAccess"]],
      ["Disabled", false, false],
    );
    assert.match(String(account["accountName"]), /^[a-z0-9]{3,24}$/);
    assert.equal(recording.get("shared-profiles-share").inputs["shareQuota"], 3000);
    assert.deepEqual(recording.get("shared-profiles-service").inputs["shareDeleteRetentionPolicy"], {
      enabled: true,
      days: 14,
    });
    assert.match(
      String(recording.get("shared-profiles-people").inputs["scope"]),
      /\/storageAccounts\/[a-z0-9]+\/fileServices\/default\/fileshares\/profiles$/,
    );
  });

  it("know the domain's people where hosts join one", () => {
    const domain = {
      name: "ad.example.org",
      user: "joiner@ad.example.org",
      guid: "00000006-0000-0000-0000-000000000001",
      controllers: ["172.30.0.4"],
    };
    const context = smallCloud({ azure: { join: "domain" }, tenancy: { domain } }).context("azure-north");
    const body: CloudBody = bodyOf(context);
    const { account } = profilesArgs(context, body, cloudPools(body)[1]!);
    assert.deepEqual(account.azureFilesIdentityBasedAuthentication.activeDirectoryProperties, {
      domainName: domain.name,
      domainGuid: domain.guid,
    });
  });

  it("are never smaller than a premium share, and a pool that no share holds is refused with what to do", () => {
    assert.equal(shareGib({ id: "b/p", desks: 1 }), 100);
    assert.equal(shareGib({ id: "b/p", desks: 3413 }), 102_390);
    assert.throws(() => shareGib({ id: "b/p", desks: 3414 }), /pool b\/p has 3414 desks.*parts of at most 3413 desks/);
  });
});

describe("the right to start and stop hosts", () => {
  it("is one a subscription that holds desks, for the service itself", () => {
    const { plan, tenancy, context } = smallCloud();
    assert.deepEqual(deskSubscriptions(plan), ["main", "second"]);
    const [main, second] = ["main", "second"].map((name) => powerArgs(context("azure-hub"), name));
    assert.equal(main?.scope, `/subscriptions/${tenancy.subscriptions["main"]}`);
    assert.equal(second?.scope, `/subscriptions/${tenancy.subscriptions["second"]}`);
    assert.equal(main?.principalId, tenancy.desktopService);
    assert.notEqual(main?.roleAssignmentName, second?.roleAssignmentName);
  });

  it("is not any body's to declare", async () => {
    for (const stack of ["azure-north", "azure-south"]) {
      const scopes = (await record(stack))
        .ofType("RoleAssignment")
        .map(({ inputs }: Declared) => String(inputs["scope"]));
      assert.ok(scopes.every((scope) => scope.includes("/resourceGroups/")));
    }
  });
});

describe("a pool's arguments", () => {
  it("have no registration where no date is configured", () => {
    const context = smallCloud().context("azure-north");
    const body = bodyOf(context);
    const config = { ...context.config, get: () => undefined } as unknown as typeof context.config;
    assert.equal("registrationInfo" in poolArgs({ ...context, config }, body, cloudPools(body)[0]!).hostPool, false);
  });
});
