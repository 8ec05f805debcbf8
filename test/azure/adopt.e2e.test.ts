import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { tenancyPath } from "../../src/fleet/tenancy/load.ts";
import { Control } from "../doubles/azure-native/control.ts";
import { texts } from "../doubles/azure-native/values.ts";
import { succeeded } from "../lab/world.ts";
import { type AzureWorld, makeAzureWorld, release } from "./world.ts";

const network = "azure-native:network:VirtualNetwork";
const group = "/subscriptions/00000001-0000-0000-0000-000000000001/resourceGroups/rg-network";
const hub = `${group}/providers/Microsoft.Network/virtualNetworks/vnet-office`;
const body = `${group}/providers/Microsoft.Network/virtualNetworks/vnet-desks`;
const location = "italynorth";
const lastOf = (id: string): string => id.split("/").at(-1) ?? "";
const byName = (a: string, b: string): number => a.localeCompare(b);

const dns = "/subscriptions/00000009-0000-0000-0000-000000000009/resourceGroups/rg-dns";
/** By key under `adopt:`. */
const zones = {
  "zone-desktops": `${dns}/providers/Microsoft.Network/privateDnsZones/privatelink.wvd.microsoft.com`,
  "zone-feed": `${dns}/providers/Microsoft.Network/privateDnsZones/privatelink-global.wvd.microsoft.com`,
  "zone-files": `${dns}/providers/Microsoft.Network/privateDnsZones/privatelink.file.core.windows.net`,
  "zone-vaults": `${dns}/providers/Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net`,
};

/** An office that has networks already: deskbridge builds into them, and leaves them when it goes. */
describe("networks that exist", () => {
  let world: AzureWorld;
  let azure: Control;
  const up = (...words: string[]) => world.deskbridge("up", "--target", "azure", "--yes", "--no-publish", ...words);
  const ids = () => azure.resources().map(({ id }) => id);
  const theirs = () =>
    azure
      .resources()
      .filter(({ id }) => (id.startsWith(group) || id.startsWith(dns)) && !/\/(snet-|Gateway|peer-)/.test(id));
  let told = "";
  const stderrOf = (id: string): string => told.split("\n").find((line) => line.includes(id)) ?? "";
  let untouched: ReturnType<typeof theirs>;

  before(async () => {
    world = await makeAzureWorld("fleets/small.yaml");
    azure = new Control(world.azure);
    azure.make("azure-native:resources:ResourceGroup", group, { resourceGroupName: "rg-network", location });
    const make = (id: string, addressPrefixes: string[]): void => {
      const virtualNetworkName = id.split("/").at(-1) ?? "";
      const named = { resourceGroupName: "rg-network", virtualNetworkName };
      const tags = { owner: "the office" };
      azure.make(network, id, { ...named, location, tags, addressSpace: { addressPrefixes } });
    };
    make(hub, ["192.168.0.0/24", "10.112.0.0/24"]);
    make(body, ["10.64.0.0/13", "10.112.16.0/25"]);
    azure.make("azure-native:network:Subnet", `${hub}/subnets/servers`, {
      resourceGroupName: "rg-network",
      virtualNetworkName: "vnet-office",
      subnetName: "servers",
      addressPrefix: "192.168.0.0/26",
    });
    // Who keeps the office's names has linked its private zones to its hub.
    azure.make("azure-native:resources:ResourceGroup", dns, { resourceGroupName: "rg-dns", location });
    for (const id of Object.values(zones)) {
      const named = { resourceGroupName: "rg-dns", privateZoneName: lastOf(id), location: "global" };
      azure.make("azure-native:privatedns:PrivateZone", id, named);
      azure.make("azure-native:privatedns:VirtualNetworkLink", `${id}/virtualNetworkLinks/office`, {
        ...named,
        virtualNetworkLinkName: "office",
        virtualNetwork: { id: hub },
        registrationEnabled: false,
      });
    }
    untouched = theirs();
  });
  after(async () => {
    azure.close();
    await world.end();
  });

  test("an id that is no network's is refused, and nothing is written down", async () => {
    const before_ = readFileSync(tenancyPath(world.fleet), "utf8");
    const { code, stderr } = await up("--import", `hub-network=${hub}/subnets/servers`);
    assert.equal(code, 1);
    assert.match(stderr, /hub-network must be a virtual network/);
    assert.equal(readFileSync(tenancyPath(world.fleet), "utf8"), before_);
    assert.equal((await up("--import", "hub-network")).code, 2);
  });

  test("a preview of nothing says what would be made, needs no release for the watch, and makes nothing", async () => {
    const { stderr } = succeeded(await world.deskbridge("up", "--target", "azure", "--stage", "today", "--preview"));
    assert.match(stderr, /^New: 6 stacks with 253 resources\. What they need first, and what they cost: /);
    assert.match(stderr, /azure-comune-office-1 .* 77 │ azure-comune/);
    assert.match(stderr, /The hub's gateway takes 30 to 60 minutes/);
    assert.deepEqual(azure.log(), []);
  });

  test("up --import builds into them: no network is made twice, and none of theirs is written to", async () => {
    const known = Object.entries({ "hub-network": hub, "network-comune": body, ...zones });
    const imports = known.map((each) => each.join("=")).join(",");
    const { stderr } = succeeded(await up("--stage", "today", ...release, "--import", imports));
    told = stderr;
    assert.match(stderr, /hub-network, network-comune, zone-.*: written under adopt: of .*small\.azure\.yaml/);
    assert.match(stderr, /azure-hub: .*vnet-office is left as it is: .* where it has 10\.112\.0\.68/);
    assert.deepEqual(theirs(), untouched);
    const networks = azure.resources().filter(({ token }) => token === network);
    assert.deepEqual(networks.map(({ id }) => lastOf(id)).toSorted(byName), [
      "vnet-desks",
      "vnet-office",
      "vnet-small-outside",
      "vnet-small-provincia",
    ]);
    assert.deepEqual(
      ids()
        .filter((id) => id.startsWith(`${hub}/subnets/`))
        .map((id) => id.split("/").at(-1)),
      ["GatewaySubnet", "servers", "snet-endpoints", "snet-resolver", "snet-watch"],
    );
    assert.ok(ids().includes(`${body}/subnets/snet-office-1`));
    const peered = ids().filter((id) => /\/virtualNetworkPeerings\//.test(id) && id.startsWith(group));
    assert.deepEqual(peered.map(lastOf).toSorted(byName), [
      "peer-vnet-small-comune",
      "peer-vnet-small-hub",
      "peer-vnet-small-provincia",
    ]);
  });

  test("names go into the office's zones, which get no second link and no twin", () => {
    const ofType = (arm: RegExp) => azure.resources().filter((each) => arm.test(each.arm));
    assert.deepEqual(
      ofType(/privatednszones$/)
        .map(({ id }) => id)
        .toSorted(byName),
      Object.values(zones).toSorted(byName),
    );
    assert.deepEqual(
      ofType(/virtualnetworklinks$/).map(({ id }) => lastOf(id)),
      ["office", "office", "office", "office"],
    );
    const told = ofType(/privatednszonegroups$/).flatMap(({ inputs }) =>
      texts(inputs, "privateDnsZoneConfigs.privateDnsZoneId"),
    );
    // The vault, the feed, two workspaces and host pools, and the share of profiles.
    assert.ok(told.length >= 6);
    assert.deepEqual(
      told.filter((id) => !Object.values(zones).includes(id)),
      [],
    );
    assert.match(stderrOf(zones["zone-files"]), /names in it are found where it is linked to .*vnet-office/);
  });

  test("the plan names every resource provider that a subscription must be registered with", async () => {
    const { stdout } = succeeded(await world.deskbridge("plan"));
    // Groups and roles are Azure Resource Manager's own, which every subscription has.
    const own = new Set(["microsoft.resources", "microsoft.authorization"]);
    const used = new Set(azure.resources().map(({ arm }) => arm.split("/")[0] ?? ""));
    const named = new Set([...stdout.matchAll(/Microsoft\.\w+/g)].map(([name]) => name.toLowerCase()));
    assert.deepEqual(
      [...used].filter((name) => !named.has(name) && !own.has(name)),
      [],
    );
    assert.ok(used.size > 10);
  });

  test("those whom the cloud cannot call are told: the fleet's webhooks are the lab's", () => {
    assert.match(told, /azure-watch: no notification will reach .*deskbridge:webhooks/);
    assert.doesNotMatch(told, /\$PATH/);
  });

  test("status tells what the sites' routers are set up with, and where to look", async () => {
    const { stdout } = succeeded(await world.deskbridge("status", "--target", "azure"));
    assert.match(stdout, /^ {2}hub-a +198\.19\.\d+\.\d+ +AS 64512, BGP from 10\.112\.0\.\d+$/m);
    assert.match(stdout, /^ {2}comune\/municipio\/radio +203\.0\.113\.2 +AS 4200000000, BGP from 10\.112\.128\.22$/m);
    assert.match(stdout, /--vault-name kv-small-\w+ --name link-comune--municipio--radio --query value/);
    assert.match(stdout, /grafana +https:\/\/amg-small-/);
    assert.doesNotMatch(stdout, /127\.0\.0\.1|unknown/);
  });

  test("publish finds the store and Grafana in what is up, and says of both who is missing", async () => {
    const { code, stderr } = await world.signedOut("publish");
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^the inventory was not written: nobody is signed in .*\nno dashboard was written: nobody is/m,
    );
  });

  test("the tenancy file remembers them: again, there is nothing to do", async () => {
    const writes = azure.log().length;
    assert.match(succeeded(await up("--stage", "today")).stdout, /no changes/);
    assert.equal(azure.log().length, writes);
  });

  test("what their owner changes is their owner's: --refresh changes nothing back", async () => {
    azure.touch(hub, { tags: { owner: "somebody else" } });
    untouched = theirs();
    succeeded(await up("--stage", "today", "--refresh"));
    assert.deepEqual(theirs(), untouched);
  });

  test("down leaves them, and what was in them", async () => {
    succeeded(await world.deskbridge("down", "--target", "azure", "--confirm", "small", "--accept-loss"));
    assert.deepEqual(theirs(), untouched);
    assert.deepEqual(
      ids().filter((id) => id.startsWith(group) || id.startsWith(dns)),
      untouched.map(({ id }) => id),
    );
  });
});
