import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inventoryPartSchema } from "../../src/inventory.ts";
import { hostsOfNetwork } from "../../src/plan/names.ts";
import { plan as planFleet } from "../../src/plan/plan.ts";
import { extensionsOf } from "../../stacks/azure/hosts/extensions.ts";
import { hostsShape, machineArgs, zoneOf } from "../../stacks/azure/hosts/machine.ts";
import { hostPassword } from "../../stacks/azure/hosts/password.ts";
import { bodyOf, cloudPools } from "../../stacks/azure/known.ts";
import { reference } from "../plan/fleet.ts";
import type { Declared } from "./mocks.ts";
import { checkAgainstSdk } from "./sdk/check.ts";
import { inside, recordSmall, smallCloud, textInside } from "./small-cloud.ts";
import { tenancyFor } from "./tenancy.ts";

const office = "azure-north-office-1";
const shared = "azure-north-shared-1";

const domain = {
  name: "ad.example.org",
  ou: "OU=Desks,DC=ad,DC=example,DC=org",
  user: "joiner@ad.example.org",
  controllers: ["172.30.0.4"],
};
const rolled = (reached: "canary" | number) => ({
  images: {
    "win11-avd": { ...tenancyFor(smallCloud().fleet).images["win11-avd"]!, next: { version: "2.0.0", reached } },
  },
});

function imageOf({ inputs }: Declared): string {
  return textInside(inputs, "storageProfile", "imageReference", "id").split("/versions/").at(-1) ?? "";
}

describe("a slice of hosts", () => {
  it("has six resources a host, and as many in all as the plan says", async () => {
    for (const stack of [office, shared, "azure-south-office-1"]) {
      const { plan } = smallCloud();
      const recording = await recordSmall(stack);
      const slice = plan.slices.find((each) => each.stack === stack);
      assert.equal(recording.resources.length, slice?.resources, stack);
      const hosts = recording.ofType("VirtualMachine").length;
      assert.equal(recording.resources.filter(({ name }) => /-\d{5}/.test(name)).length, 6 * hosts);
    }
    const plan = planFleet(reference());
    assert.ok(plan.slices.every(({ target, resources }) => target !== "azure" || resources <= 1000));
  });

  it("says nothing that Microsoft's published models refuse", async () => {
    const recordings = [
      await recordSmall(office),
      await recordSmall(shared),
      await recordSmall(office, { azure: { join: "domain" }, tenancy: { domain } }, { domainPassword: "a password" }),
    ];
    for (const { resources } of recordings) {
      for (const resource of resources.filter(({ type }) => type.startsWith("azure-native:"))) {
        assert.deepEqual(checkAgainstSdk(resource), [], resource.name);
      }
    }
  });

  it("brings its own group and subnet, which has no way out but the body's", async () => {
    const recording = await recordSmall(shared);
    const { plan } = smallCloud();
    assert.equal(recording.get("hosts-group").inputs["resourceGroupName"], "rg-small-north-shared-1");
    const { inputs } = recording.get("hosts-subnet");
    assert.equal(inputs["addressPrefix"], plan.bodies[0]?.pools[1]?.networks[0]);
    assert.equal(inputs["defaultOutboundAccess"], false);
    assert.match(JSON.stringify(inputs["natGateway"]), /natGateways\/ng-small-north"/);
    assert.match(JSON.stringify(inputs["networkSecurityGroup"]), /networkSecurityGroups\/nsg-small-north-hosts"/);
  });

  it("lets the body's group sign in, where hosts belong to Entra ID", async () => {
    const grant = (await recordSmall(office)).get("hosts-people");
    const { tenancy } = smallCloud();
    assert.deepEqual(
      [grant.inputs["principalType"], grant.inputs["principalId"], grant.dependsOn],
      ["Group", tenancy.groups["sg-north"], ["hosts-group"]],
    );
    assert.match(String(grant.inputs["scope"]), /resourceGroups\/rg-small-north-office-1$/);
    const joined = await recordSmall(
      office,
      { azure: { join: "domain" }, tenancy: { domain } },
      { domainPassword: "x" },
    );
    assert.deepEqual(joined.ofType("RoleAssignment"), []);
    assert.deepEqual((await recordSmall("azure-south-office-1")).ofType("RoleAssignment"), []);
  });

  it("tells the inventory its hosts, which have no SSH keys", async () => {
    const part = inventoryPartSchema.parse((await recordSmall(shared)).inventory);
    const { plan } = smallCloud();
    const pool = plan.bodies[0]!.pools[1]!;
    assert.deepEqual(
      part.hosts,
      [...hostsOfNetwork(pool, 0)].map(({ name, address }) => ({
        name,
        address,
        pool: "north/shared",
        ports: { ssh: 22, rdp: 3389 },
        hostKeys: [],
      })),
    );
    assert.deepEqual([part.desks, part.pools], [[], []]);
  });

  it("is refused for a pool without hosts in the cloud", () => {
    const { plan, context } = smallCloud();
    const body = bodyOf(context("azure-north"));
    assert.throws(
      () => hostsShape(context("azure-north"), body, plan.bodies[0]!.pools[2]!, 0),
      /north\/hall has no hosts/,
    );
    const noImage = smallCloud({ tenancy: { images: {} } }).context(office);
    assert.throws(() => hostsShape(noImage, body, cloudPools(body)[0]!, 0), /no image "win11-avd" under images:.*none/);
  });
});

describe("a host", () => {
  it("stands at the plan's name and address, with no public one", async () => {
    const recording = await recordSmall(office);
    const { plan } = smallCloud();
    for (const host of hostsOfNetwork(plan.bodies[0]!.pools[0]!, 0)) {
      const machine = recording.get(host.name);
      const card = recording.get(`${host.name}-card`);
      const [address] = card.inputs["ipConfigurations"] as Record<string, unknown>[];
      assert.deepEqual(
        [address?.["privateIPAllocationMethod"], address?.["privateIPAddress"]],
        ["Static", host.address],
      );
      assert.equal("publicIPAddress" in (address ?? {}), false);
      assert.equal(card.inputs["enableAcceleratedNetworking"], true);
      assert.equal(textInside(address, "subnet", "id"), recording.get("hosts-subnet").id);
      assert.equal(textInside(machine.inputs, "networkProfile", "networkInterfaces", 0, "id"), card.id);
      const computer = textInside(machine.inputs, "osProfile", "computerName");
      assert.equal(computer, host.name);
      assert.ok(computer.length <= 15);
    }
  });

  it("is a Trusted Launch machine of the plan's size, encrypted at its host, whose disk goes with it", async () => {
    const { inputs } = (await recordSmall(office)).ofType("VirtualMachine")[0]!;
    assert.deepEqual(inputs["hardwareProfile"], { vmSize: "Standard_D4as_v5" });
    assert.deepEqual(inputs["securityProfile"], {
      securityType: "TrustedLaunch",
      uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
      encryptionAtHost: true,
    });
    assert.equal(inside(inputs, "storageProfile", "osDisk", "deleteOption"), "Delete");
    assert.equal(inside(inputs, "storageProfile", "osDisk", "managedDisk", "storageAccountType"), "Premium_LRS");
    assert.equal(inputs["licenseType"], "Windows_Client");
    assert.deepEqual(inputs["diagnosticsProfile"], { bootDiagnostics: { enabled: true } });
    assert.deepEqual(inputs["identity"], {
      type: "SystemAssigned, UserAssigned",
      userAssignedIdentities: [
        "/subscriptions/00000001-0000-0000-0000-000000000001/resourceGroups/rg-small-north/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-small-north-hosts",
      ],
    });
  });

  it("stands in one of three zones, each of which holds a third of the pool", async () => {
    const zones = (await recordSmall(office, { office: 20 }))
      .ofType("VirtualMachine")
      .map(({ inputs }) => inputs["zones"]);
    const counts = ["1", "2", "3"].map((zone) => zones.filter((each) => (each as string[]).join() === zone).length);
    assert.deepEqual(counts, [7, 7, 6]);
    assert.deepEqual([0, 1, 2, 3].map(zoneOf), ["1", "2", "3", "1"]);
  });

  it("is joined, then registered, then watched; its figures go by the hub's rule", async () => {
    const recording = await recordSmall(office);
    const [machine] = recording.ofType("VirtualMachine");
    const name = machine!.name;
    const chain = [name, `${name}-join`, `${name}-agent`, `${name}-monitoring`];
    chain.slice(1).forEach((each, nth) => {
      const extension = recording.get(each);
      assert.ok(extension.dependsOn.includes(chain[nth]!), each);
      // The engine makes an extension anew with its machine only where a property comes from the machine.
      assert.ok(extension.dependsOn.includes(name), each);
      assert.equal(extension.inputs["vmName"], name);
    });
    assert.ok(recording.get(name).dependsOn.includes(`${name}-card`));
    const own = recording.ofType("VirtualMachineExtension").filter(({ inputs }) => inputs["vmName"] === name);
    assert.deepEqual(own.map(({ inputs }) => `${String(inputs["publisher"])}/${String(inputs["type"])}`).toSorted(), [
      "Microsoft.Azure.ActiveDirectory/AADLoginForWindows",
      "Microsoft.Azure.Monitor/AzureMonitorWindowsAgent",
      "Microsoft.Powershell/DSC",
    ]);
    const figures = recording.get(`${name}-figures`);
    assert.equal(figures.inputs["resourceUri"], machine!.id);
    assert.match(
      String(figures.inputs["dataCollectionRuleId"]),
      /rg-small-hub\/.*dataCollectionRules\/dcr-small-hosts$/,
    );
  });

  it("registers with its host pool's token, which is secret and of no concern once it has", async () => {
    const recording = await recordSmall(office);
    const agent = recording.resources.find(({ name }) => name.endsWith("-agent"))!;
    assert.deepEqual(agent.inputs["protectedSettings"], {
      Items: { RegistrationInfoToken: "token-of-vdpool-small-north-office" },
    });
    assert.deepEqual(agent.secrets, ["protectedSettings.Items.RegistrationInfoToken"]);
    assert.deepEqual(agent.ignoreChanges, ["protectedSettings"]);
    assert.doesNotMatch(JSON.stringify(agent.inputs["settings"]), /token-of/);
    assert.match(JSON.stringify(agent.inputs["settings"]), /"hostPoolName":"vdpool-small-north-office"/);
    assert.match(JSON.stringify(agent.inputs["settings"]), /Configuration_1\.0\.\d+\.\d+\.zip/);
  });

  it("has a local administrator's password of its own, which is secret", async () => {
    const recording = await recordSmall(office);
    const machines = recording.ofType("VirtualMachine");
    const passwords = machines.map(({ inputs }) => textInside(inputs, "osProfile", "adminPassword"));
    assert.equal(new Set(passwords).size, machines.length);
    assert.equal(passwords[0], hostPassword("a-secret-of-hosts", machines[0]!.name));
    assert.ok(machines.every(({ secrets }) => secrets.some((path) => path.startsWith("osProfile"))));
    assert.ok(machines.every(({ ignoreChanges }) => ignoreChanges.includes("osProfile.adminPassword")));
    assert.notEqual(hostPassword("one", "host-00001"), hostPassword("other", "host-00001"));
    for (const kind of [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/, /^.{12,72}$/]) assert.match(passwords[0] ?? "", kind);
  });

  it("joins the domain with its user's password, where the fleet says so", async () => {
    const options = { azure: { join: "domain" as const }, tenancy: { domain } };
    const recording = await recordSmall(office, options, { domainPassword: "the domain's" });
    const join = recording.resources.find(({ name }) => name.endsWith("-join"))!;
    assert.equal(join.inputs["type"], "JsonADDomainExtension");
    assert.deepEqual(join.inputs["settings"], {
      Name: domain.name,
      OUPath: domain.ou,
      User: domain.user,
      Restart: "true",
      Options: "3",
    });
    assert.deepEqual(
      [join.inputs["protectedSettings"], join.secrets],
      [{ Password: "the domain's" }, ["protectedSettings.Password"]],
    );
    const { context } = smallCloud({ azure: { join: "domain" } });
    const body = bodyOf(context(office));
    const shape = hostsShape(context(office), body, cloudPools(body)[0]!, 0);
    assert.throws(() => extensionsOf(shape), /azure\.join .* is domain, and the tenancy file has no domain:/);
  });

  it("of a pool is told where profiles live; a personal one keeps its own and updates itself", async () => {
    const [pooled] = (await recordSmall(shared)).ofType("VirtualMachine");
    const [personal] = (await recordSmall(office)).ofType("VirtualMachine");
    const account = (await recordSmall("azure-north")).get("shared-profiles-account").inputs["accountName"];
    const told = JSON.parse(Buffer.from(String(pooled!.inputs["userData"]), "base64").toString()) as unknown;
    assert.deepEqual(inside(told, "fslogix", "profiles", "VHDLocations"), [
      `\\\\${String(account)}.file.core.windows.net\\profiles`,
    ]);
    assert.equal(personal!.inputs["userData"], undefined);
    const updates = [pooled, personal].map((each) => {
      const windows = inside(each!.inputs, "osProfile", "windowsConfiguration");
      return [inside(windows, "enableAutomaticUpdates"), inside(windows, "patchSettings")];
    });
    assert.deepEqual(updates, [
      [false, { patchMode: "Manual" }],
      [true, { patchMode: "AutomaticByOS" }],
    ]);
  });
});

describe("a new image", () => {
  it("reaches a pool's first host, then a part, then all", async () => {
    const images = async (reached: "canary" | number): Promise<string[]> =>
      (await recordSmall(shared, { tenancy: rolled(reached) }))
        .ofType("VirtualMachine")
        .toSorted((one, other) => one.name.localeCompare(other.name))
        .map(imageOf);
    assert.deepEqual(await images("canary"), ["2.0.0", "1.0.0", "1.0.0"]);
    assert.deepEqual(await images(0.5), ["2.0.0", "1.0.0", "2.0.0"]);
    assert.deepEqual(await images(1), ["2.0.0", "2.0.0", "2.0.0"]);
  });

  it("never reaches a personal desk, whatever the tenancy file says", async () => {
    const machines = (await recordSmall(office, { tenancy: rolled(1) })).ofType("VirtualMachine");
    assert.deepEqual(new Set(machines.map(imageOf)), new Set(["1.0.0"]));
    assert.ok(machines.every(({ ignoreChanges }) => ignoreChanges.includes("storageProfile.imageReference")));
    const pooled = (await recordSmall(shared)).ofType("VirtualMachine");
    assert.ok(pooled.every(({ ignoreChanges }) => !ignoreChanges.includes("storageProfile.imageReference")));
  });
});

describe("growth", () => {
  it("changes nothing of a host that is there", async () => {
    const before = await recordSmall(office, { office: 6 });
    const after = await recordSmall(office, { office: 9 });
    assert.equal(after.resources.length - before.resources.length, 18);
    for (const old of before.resources) {
      const now = after.get(old.name, old.type.split(":").at(-1));
      assert.deepEqual(now.inputs, old.inputs, old.name);
      assert.deepEqual(now.urn, old.urn);
    }
  });

  it("changes none of the arguments either while an image is rolled", () => {
    const machines = (desks: number) => {
      const { context } = smallCloud({ office: desks, tenancy: rolled(0.5) });
      const body = bodyOf(context(shared));
      return cloudPools(body).flatMap((pool) => {
        const shape = hostsShape(context(shared), body, pool, 0);
        return [...hostsOfNetwork(pool, 0)].map((host) => machineArgs(shape, host));
      });
    };
    const now = new Map(machines(90).map((machine) => [machine.vmName, machine]));
    for (const machine of machines(6)) assert.deepEqual(now.get(machine.vmName), machine);
  });
});
