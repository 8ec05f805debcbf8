import assert from "node:assert/strict";
import { resolve } from "node:path";
import { before, describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import * as pulumi from "@pulumi/pulumi";
import { loadFleet } from "../../src/fleet/load.ts";
import type { Fleet } from "../../src/fleet/schema.ts";
import type { Tenancy } from "../../src/fleet/tenancy.ts";
import { watchVm } from "../../src/plan/limits.ts";
import { plan as planFleet } from "../../src/plan/plan.ts";
import { azureContext } from "../../stacks/azure/context.ts";
import { roles } from "../../stacks/azure/ids.ts";
import { unreachable, watchSettings, receiversOf } from "../../stacks/azure/watch/settings.ts";
import { type Declared, recordSlice, type Recording } from "./mocks.ts";
import { checkAgainstSdk } from "./sdk/check.ts";
import { tenancyFor } from "./tenancy.ts";
import { asAzureTells, commit, source } from "./watch/fixture.ts";

const fleetFile = loadFleet(resolve(import.meta.dirname, "../../fleets/piemonte.yaml"));
const webhook = (name: string) => ({ webhook: `https://duty.example.org/${name}?token=of-${name}` });
/** The reference fleet, with receivers that the cloud can call. */
const fleet: Fleet = {
  ...fleetFile,
  alerts: {
    day: webhook("day"),
    night: webhook("night"),
    tickets: webhook("tickets"),
    audit: webhook("audit"),
    heartbeat: webhook("heartbeat"),
  },
};
const plan = planFleet(fleet);
const tenancy = tenancyFor(fleet);

function record(change: Partial<Tenancy> = {}, config: Readonly<Record<string, string>> = { source }) {
  return recordSlice(fleet, plan, "azure-watch", { ...tenancy, ...change }, { config, outputs: asAzureTells });
}

let watch: Recording;
before(async () => {
  watch = await record();
});

/** The resources that Azure gets. */
const made = (): readonly Declared[] => watch.resources.filter(({ type }) => type.startsWith("azure-native:"));
const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key], value);
/** What a machine's extension runs. */
const scriptOf = (point: "hub" | "public"): string =>
  gunzipSync(
    Buffer.from(String(at(watch.get(`${point}-settle`).inputs, "protectedSettings", "script")), "base64"),
  ).toString("utf8");

describe("what the slice makes", () => {
  test("exactly these, by type", () => {
    const counts: Record<string, number> = {};
    for (const { type } of watch.resources) counts[type] = (counts[type] ?? 0) + 1;
    assert.deepEqual(counts, {
      "pulumi:providers:azure-native": 1,
      "deskbridge:azure:Watch": 1,
      "deskbridge:azure:WatchKeeper": 1,
      "deskbridge:azure:WatchMachine": 2,
      "deskbridge:azure:WatchOutside": 1,
      "deskbridge:azure:WatchStore": 1,
      "azure-native:alertsmanagement:PrometheusRuleGroup": 3,
      "azure-native:authorization:RoleAssignment": 7,
      "azure-native:compute:VirtualMachine": 2,
      "azure-native:compute:VirtualMachineExtension": 2,
      "azure-native:dashboard:Grafana": 1,
      "azure-native:managedidentity:UserAssignedIdentity": 2,
      "azure-native:monitor:ActionGroup": 1,
      "azure-native:monitor:AzureMonitorWorkspace": 1,
      "azure-native:monitor:DataCollectionEndpoint": 1,
      "azure-native:monitor:DataCollectionRule": 1,
      "azure-native:network:LoadBalancer": 1,
      "azure-native:network:NatGateway": 1,
      "azure-native:network:NetworkInterface": 2,
      "azure-native:network:NetworkSecurityGroup": 2,
      "azure-native:network:PrivateEndpoint": 3,
      "azure-native:network:PrivateLinkService": 1,
      "azure-native:network:PublicIPAddress": 1,
      "azure-native:network:Subnet": 1,
      "azure-native:network:VirtualNetwork": 1,
      "azure-native:resources:ResourceGroup": 1,
      "azure-native:storage:BlobContainer": 2,
      "azure-native:storage:StorageAccount": 1,
    });
  });

  test("as many as the plan says", () => {
    assert.equal(watch.resources.length, plan.slices.find(({ stack }) => stack === "azure-watch")?.resources);
  });

  test("all of it in the hub's subscription and in its own group; all of it parts of a component", () => {
    for (const { name, type, inputs, parent, subscription } of made()) {
      assert.equal(subscription, tenancy.subscriptions["main"], name);
      assert.ok(parent !== undefined, name);
      if (type.endsWith(":RoleAssignment")) continue;
      assert.equal(inputs["resourceGroupName"], "rg-piemonte-watch", name);
    }
  });

  test("whatever takes tags has the slice's", () => {
    const without = new Set(["RoleAssignment", "Subnet", "BlobContainer"]);
    for (const { name, type, inputs } of made()) {
      if (without.has(type.split(":").at(-1) ?? "")) continue;
      assert.equal(at(inputs, "tags", "slice"), "azure-watch", name);
    }
  });

  test("a fleet that grows changes nothing here", async () => {
    const early = planFleet(fleet, "today");
    const before = await recordSlice(fleet, early, "azure-watch", tenancy, {
      config: { source },
      outputs: asAzureTells,
    });
    assert.deepEqual(
      before.resources.map(({ inputs }) => inputs),
      watch.resources.map(({ inputs }) => inputs),
    );
  });

  test("Microsoft's models take every input", () => {
    for (const { name, type, inputs } of made()) assert.deepEqual(checkAgainstSdk({ type, inputs }), [], name);
  });
});

describe("who may do what", () => {
  const roleOf = ({ inputs }: Declared): string => {
    const id = String(inputs["roleDefinitionId"]).split("/").at(-1);
    return Object.entries(roles).find(([, known]) => known === id)?.[0] ?? "unknown";
  };
  const grants = () =>
    watch
      .ofType("RoleAssignment")
      .map((each) => [each.name, roleOf(each), each.inputs["scope"]])
      .toSorted(([a], [b]) => String(a).localeCompare(String(b)));

  test("each role at its own place, and no other", () => {
    const subscription = `/subscriptions/${tenancy.subscriptions["main"]}`;
    const group = `${subscription}/resourceGroups/rg-piemonte-watch/providers`;
    const store = watch.get("store").id;
    assert.deepEqual(grants(), [
      [`exporter-reader-${tenancy.subscriptions["main"]}`, "Monitoring Reader", subscription],
      ["grafana-admins", "Grafana Admin", watch.get("grafana").id],
      ["grafana-reader", "Monitoring Data Reader", `${group}/Microsoft.Monitor/accounts/amw-piemonte`],
      [
        "metrics-writer",
        "Monitoring Metrics Publisher",
        `${group}/Microsoft.Insights/dataCollectionRules/dcr-piemonte-watch`,
      ],
      ["store-reader-hub", "Storage Blob Data Reader", `${store}/blobServices/default/containers/hub`],
      ["store-reader-public", "Storage Blob Data Reader", `${store}/blobServices/default/containers/public`],
      ["store-writer", "Storage Blob Data Contributor", store],
    ]);
  });

  test("the machines write metrics and nothing else; only the operators' group writes", () => {
    const writes = watch.ofType("RoleAssignment").filter((each) => /Contributor|Owner|Admin|Editor/.test(roleOf(each)));
    assert.deepEqual(
      writes.map(({ inputs }) => [inputs["principalType"], inputs["principalId"]]),
      Array.from({ length: 2 }, () => ["Group", tenancy.operators?.group]),
    );
  });

  test("the machine outside reads its own container, and that is all", () => {
    const outside = watch
      .ofType("RoleAssignment")
      .filter(({ inputs }) => inputs["principalId"] === "principal-of-public");
    assert.deepEqual(
      outside.map(({ name }) => name),
      ["store-reader-public"],
    );
  });

  test("every subscription of the fleet is read by the exporter", async () => {
    const two = {
      ...fleet,
      azure: fleet.azure === undefined ? undefined : { ...fleet.azure, subscriptions: ["main", "more"] },
    } as Fleet;
    const wide = await recordSlice(two, planFleet(two), "azure-watch", tenancyFor(two), {
      config: { source },
      outputs: asAzureTells,
    });
    const readers = wide.ofType("RoleAssignment").filter(({ name }) => name.startsWith("exporter-reader-"));
    assert.deepEqual(
      readers.map(({ inputs }) => inputs["scope"]),
      Object.values(tenancyFor(two).subscriptions).map((id) => `/subscriptions/${id}`),
    );
  });
});

describe("nothing listens to the Internet", () => {
  test("no machine has a public address; the only one is the way out of the network outside", () => {
    for (const { inputs } of watch.ofType("NetworkInterface"))
      assert.equal(at(inputs, "ipConfigurations", 0, "publicIPAddress"), undefined);
    assert.deepEqual(watch.get("outside-nat").inputs["publicIpAddresses"], [{ id: watch.get("outside-address").id }]);
  });

  test("rules let in addresses of the private networks and the balancer, to one port", () => {
    const rules = watch.ofType("NetworkSecurityGroup").flatMap(({ inputs }) => inputs["securityRules"] as object[]);
    const allowed = rules.filter((rule) => at(rule, "access") === "Allow");
    assert.deepEqual(
      allowed.map((rule) => [at(rule, "sourceAddressPrefix"), at(rule, "destinationPortRange")]),
      [
        ["10.112.1.6/32", "9720"],
        ["AzureLoadBalancer", "9720"],
        ["10.112.1.4/32", "443"],
      ],
    );
    for (const { inputs } of watch.ofType("NetworkSecurityGroup")) {
      const last = (inputs["securityRules"] as object[]).at(-1);
      assert.deepEqual(
        [at(last, "access"), at(last, "priority"), at(last, "sourceAddressPrefix")],
        ["Deny", 4096, "*"],
      );
    }
  });

  test("the hub's machine lets in nobody at all", () => {
    assert.equal((watch.get("hub-security").inputs["securityRules"] as object[]).length, 1);
    assert.deepEqual(watch.get("hub-card").inputs["networkSecurityGroup"], { id: watch.get("hub-security").id });
  });

  test("the network outside is joined to none; the hub opens the way to its exporter", () => {
    assert.deepEqual(watch.ofType("VirtualNetworkPeering"), []);
    const balancer = watch.get("outside-balancer").inputs;
    assert.equal(at(balancer, "frontendIPConfigurations", 0, "publicIPAddress"), undefined);
    assert.equal(at(balancer, "frontendIPConfigurations", 0, "privateIPAddress"), "10.112.1.5");
    const link = watch.get("outside-link").inputs;
    assert.deepEqual(at(link, "visibility"), { subscriptions: [tenancy.subscriptions["main"]] });
    const endpoint = watch.get("outside-endpoint").inputs;
    assert.match(String(at(endpoint, "subnet", "id")), /vnet-piemonte-hub\/subnets\/snet-watch$/);
    assert.deepEqual(at(endpoint, "ipConfigurations"), [{ name: "main", privateIPAddress: "10.112.0.85" }]);
    assert.match(scriptOf("hub"), /10\.112\.0\.86 st[a-z0-9]+\.blob\.core\.windows\.net/);
  });

  test("the store has no keys and no anonymous readers, and is shut where no operator's address is named", async () => {
    const shut = watch.get("store").inputs;
    assert.deepEqual(
      [shut["allowSharedKeyAccess"], shut["allowBlobPublicAccess"], shut["publicNetworkAccess"]],
      [false, false, "Disabled"],
    );
    const { operators } = tenancy;
    assert.ok(operators !== undefined);
    const open = (await record({ operators: { ...operators, addresses: ["198.51.100.7"] } })).get("store").inputs;
    assert.equal(open["publicNetworkAccess"], "Enabled");
    assert.deepEqual(open["networkRuleSet"], {
      defaultAction: "Deny",
      bypass: "None",
      ipRules: [{ iPAddressOrRange: "198.51.100.7", action: "Allow" }],
      virtualNetworkRules: [],
    });
  });

  test("Grafana takes no keys and only accounts of the directory", () => {
    const { properties, sku, identity } = watch.get("grafana").inputs;
    assert.deepEqual([at(sku, "name"), at(identity, "type")], ["Standard", "SystemAssigned"]);
    assert.equal(at(properties, "apiKey"), "Disabled");
    assert.deepEqual(at(properties, "grafanaIntegrations", "azureMonitorWorkspaceIntegrations"), [
      { azureMonitorWorkspaceResourceId: watch.get("metrics").id },
    ]);
  });

  test("Grafana stands where Azure has it, over zones only where Azure can, and the metrics stay", async () => {
    const placed = (slice: Recording) => {
      const { location, properties } = slice.get("grafana").inputs;
      return [location, at(properties, "zoneRedundancy"), slice.get("metrics").inputs["location"]];
    };
    assert.deepEqual(placed(watch), ["francecentral", "Enabled", "italynorth"]);
    for (const grafanaRegion of ["swedencentral", "italynorth"])
      assert.deepEqual(placed(await record({ grafanaRegion })), [grafanaRegion, "Disabled", "italynorth"]);
  });
});

describe("the machines", () => {
  for (const [point, zone] of [
    ["hub", "1"],
    ["public", "2"],
  ] as const) {
    test(`${point}: Trusted Launch, encrypted at its host, patched, no password, in zone ${zone}`, () => {
      const { inputs } = watch.get(`${point}-machine`);
      assert.deepEqual(inputs["securityProfile"], {
        securityType: "TrustedLaunch",
        uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
        encryptionAtHost: true,
      });
      const linux = at(inputs, "osProfile", "linuxConfiguration");
      assert.equal(at(linux, "disablePasswordAuthentication"), true);
      assert.equal(at(linux, "ssh", "publicKeys", 0, "keyData"), tenancy.operators?.sshKey);
      assert.equal(at(linux, "patchSettings", "patchMode"), "AutomaticByPlatform");
      assert.equal(at(inputs, "osProfile", "adminPassword"), undefined);
      assert.deepEqual(inputs["zones"], [zone]);
      assert.equal(at(inputs, "hardwareProfile", "vmSize"), watchVm.name);
      assert.deepEqual(inputs["identity"], {
        type: "UserAssigned",
        userAssignedIdentities: [watch.get(`${point}-identity`).id],
      });
    });

    test(`${point}: the script is a secret, and follows the store's endpoint`, () => {
      const settle = watch.get(`${point}-settle`);
      assert.ok(settle.secrets.includes("protectedSettings"));
      assert.ok(settle.dependsOn.includes(`${point}-store`));
      assert.equal(settle.timeouts.create, "1h");
    });
  }

  test("custom data holds no receiver's address: Azure keeps it in clear", () => {
    const text = Buffer.from(String(at(watch.get("hub-machine").inputs, "osProfile", "customData")), "base64");
    assert.ok(!text.includes("example.org"));
    assert.ok(text.length < 65_535);
  });

  test("the hub's Prometheus asks the exporter outside and writes to the workspace as the machine's identity", () => {
    const config = fileIn(scriptOf("hub"), "/etc/prometheus/next/prometheus.yml");
    assert.match(config, /10\.112\.0\.85:9720/);
    assert.match(config, /client_id: client-of-hub/);
    assert.match(config, /https:\/\/metrics\.example\/dataCollectionRules\/dcr-0123\/streams\//);
    assert.match(fileIn(scriptOf("hub"), "/etc/prometheus/next/alertmanager.yml"), /token=of-night/);
  });
});

/** A file that a machine's script writes. */
function fileIn(script: string, path: string): string {
  const [, base64 = ""] = new RegExp(`^put ${path} \\d+ << 'END'\\n([^]*?)\\nEND$`, "m").exec(script) ?? [];
  return Buffer.from(base64, "base64").toString("utf8");
}

describe("who is told", () => {
  test("only that the watch is silent tells somebody: day and night at all hours, as a secret", () => {
    const telling = watch
      .ofType("PrometheusRuleGroup")
      .flatMap(({ inputs }) => (inputs["rules"] as object[]).filter((rule) => at(rule, "actions") !== undefined));
    assert.deepEqual(
      telling.map((rule) => [at(rule, "alert"), at(rule, "actions")]),
      [["WatchSilent", [{ actionGroupId: watch.get("silent-action").id }]]],
    );
    const action = watch.get("silent-action");
    assert.deepEqual(action.secrets, ["webhookReceivers"]);
    assert.deepEqual(action.inputs["webhookReceivers"], [
      { name: "day", serviceUri: "https://duty.example.org/day?token=of-day", useCommonAlertSchema: true },
      { name: "night", serviceUri: "https://duty.example.org/night?token=of-night", useCommonAlertSchema: true },
    ]);
  });

  test("the stack's secret addresses lie over the fleet's; a machine's own address is told to nobody", async () => {
    assert.deepEqual(receiversOf(undefined, {}), undefined);
    assert.equal(receiversOf(fleet.alerts, { day: "https://x.example/" })?.day.webhook, "https://x.example/");
    assert.throws(() => receiversOf(undefined, { day: "https://x.example/" }), /has night, tickets, audit, heartbeat$/);
    assert.throws(
      () => receiversOf(fleet.alerts, { dday: "https://x.example/" } as never),
      /"dday", which is none of day, night, tickets, audit, heartbeat/,
    );
    assert.ok(fleetFile.alerts !== undefined);
    assert.equal(unreachable(fleetFile.alerts).length, 5);
    const lab = await recordSlice(fleetFile, plan, "azure-watch", tenancy, {
      config: { source },
      outputs: asAzureTells,
    });
    assert.deepEqual(lab.get("silent-action").inputs["webhookReceivers"], []);
  });
});

describe("what is missing is told", () => {
  const settingsFor = (change: Partial<Tenancy>, configured: string | undefined) => {
    const slice = plan.slices.find(({ stack }) => stack === "azure-watch");
    assert.ok(slice !== undefined);
    pulumi.runtime.setAllConfig(configured === undefined ? {} : { "deskbridge:source": configured });
    return watchSettings(azureContext(plan, { ...tenancy, ...change }, slice));
  };
  const table: readonly (readonly [string, Partial<Tenancy>, string | undefined, RegExp])[] = [
    ["operators", { operators: undefined }, source, /no operators: section; write there who runs the service/],
    [
      "Grafana's region",
      { grafanaRegion: undefined },
      source,
      /no.* Grafana in .* italynorth .* grafanaRegion: .*francec/,
    ],
    ["a release", {}, undefined, /deskbridge:source is not configured; give it the git repository/],
    ["a whole commit", {}, "https://git.example.org/x.git#main", /deskbridge:source is "https:.*#main"/],
    ["a way that is encrypted", {}, `http://git.example.org/x.git#${commit}`, /deskbridge:source is "http:/],
    ["a shell's words", {}, `https://x/'$(id)#${commit}`, /deskbridge:source is "/],
  ];
  for (const [what, change, configured, message] of table) {
    test(what, () => assert.throws(() => settingsFor(change, configured), message));
  }
});
