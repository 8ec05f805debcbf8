import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { inventoryPartSchema } from "../../src/inventory.ts";
import { linesOf } from "../../stacks/azure/hub/lines.ts";
import { type HubWorld, hubWorld, recordHub, wanWorld } from "./hub-context.ts";
import { addressFor, type Declared, linkKeyFor, type Recording } from "./mocks.ts";
import { checkAgainstSdk } from "./sdk/check.ts";

/** Everything that a resource waits for, also by way of others. */
function waitsFor(recording: Recording, name: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (of: string): void => {
    for (const next of recording.get(of).dependsOn) {
      if (found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  visit(name);
  return found;
}

function cloudOnly(recording: Recording): readonly Declared[] {
  return recording.resources.filter(({ type }) => type.startsWith("azure-native:"));
}

const choices: Readonly<Record<string, () => HubWorld>> = {
  "the reference fleet": () => hubWorld(),
  "people by certificate": () => hubWorld(({ access }) => (access.authentication.azure = "certificate")),
  "people by RADIUS": () => hubWorld(({ access }) => (access.authentication.azure = "radius")),
  "people by IKEv2": () =>
    hubWorld(({ access }) => {
      access.people = "ikev2";
      access.authentication.azure = "certificate";
    }),
  "one instance": () => hubWorld(({ access }) => (access.instances = 1)),
  "desks by the cloud's own broker": () => hubWorld(({ access }) => (access.way = "broker")),
  "a Virtual WAN": () => wanWorld(),
  "a Virtual WAN by RADIUS": () => wanWorld(({ access }) => (access.authentication.azure = "radius")),
};

describe("each choice of the hub", () => {
  for (const [name, make] of Object.entries(choices)) {
    describe(name, () => {
      const world = make();
      let hub: Recording;
      before(async () => {
        hub = await recordHub(world);
      });

      it("asks of Azure nothing that Microsoft's own models refuse", () => {
        for (const resource of cloudOnly(hub)) assert.deepEqual(checkAgainstSdk(resource), [], resource.name);
      });

      it("is as many resources as the plan says", () => {
        const planned = world.plan.slices.find(({ stack }) => stack === "azure-hub")?.resources;
        assert.equal(hub.resources.length, planned);
      });

      it("gives every resource one subscription, and its tags where it takes any", () => {
        const untagged = new Set([
          "Subnet",
          "DiagnosticSetting",
          "PrivateDnsZoneGroup",
          "RoleAssignment",
          "HubVirtualNetworkConnection",
          "VpnConnection",
        ]);
        for (const { name: of, type, inputs, subscription } of cloudOnly(hub)) {
          assert.equal(subscription, world.tenancy.subscriptions["main"], of);
          if (untagged.has(type.split(":").at(-1) ?? "")) continue;
          const tags = inputs["tags"] as Readonly<Record<string, string>>;
          assert.deepEqual([tags["fleet"], tags["slice"]], ["piemonte", "azure-hub"], of);
        }
      });

      it("puts all but the group and the roles under a component", () => {
        const loose = cloudOnly(hub).filter(({ parent }) => parent === undefined);
        assert.deepEqual(loose.map(({ name: of }) => of).toSorted(), ["group", "power-main"]);
        const components = new Set(hub.resources.filter(({ custom }) => !custom).map(({ name: of }) => of));
        for (const { parent, name: of } of cloudOnly(hub))
          assert.ok(parent === undefined || components.has(parent), of);
      });

      it("names no two resources alike", () => {
        const ids = cloudOnly(hub).map(({ id }) => id.toLowerCase());
        assert.equal(new Set(ids).size, ids.length);
      });

      it("writes one subnet after the other", () => {
        const subnets = hub.ofType("Subnet");
        assert.deepEqual(
          subnets.map(
            ({ dependsOn }) => dependsOn.filter((each) => subnets.some(({ name: of }) => of === each)).length,
          ),
          subnets.map((_, nth) => (nth === 0 ? 0 : 1)),
        );
        for (const { inputs } of hub.ofType("VirtualNetwork")) assert.equal("subnets" in inputs, false);
      });

      it("keeps what profiles hang on: protected, two hours' patience", () => {
        const kinds = ["VirtualNetworkGateway", "P2sVpnGateway", "VpnServerConfiguration", "VirtualHub", "VpnGateway"];
        const kept = kinds.flatMap((kind) => hub.ofType(kind));
        const addresses = hub.ofType("PublicIPAddress").filter(({ name: of }) => of.startsWith("address-"));
        assert.ok(kept.length > 0);
        for (const { name: of, protect, timeouts } of [...kept, ...addresses]) {
          assert.equal(protect, true, of);
          assert.deepEqual(timeouts, { create: "2h", update: "2h", delete: "2h" }, of);
        }
      });

      it("leaves behind only what it cannot delete at a closed vault, and the role that others may hang on", () => {
        const left = hub.resources.filter(({ retainOnDelete }) => retainOnDelete);
        assert.deepEqual(left, [...hub.ofType("RoleAssignment"), ...hub.ofType("Secret")]);
      });

      it("shows no secret in clear", () => {
        const keys = linesOf(world.plan).map(({ link }) => linkKeyFor(link.id));
        const hidden = ["a-secret-of-radius", ...keys];
        for (const { name: of, inputs, secrets } of hub.resources) {
          const open = withoutSecrets(inputs, "", new Set(secrets));
          for (const secret of hidden) assert.ok(!JSON.stringify(open).includes(secret), `${of} shows ${secret}`);
        }
        const { inventory } = hub;
        for (const secret of hidden) assert.ok(!JSON.stringify(inventory).includes(secret));
      });

      it("keeps each line's key in the vault, and uses the same on the line", () => {
        const secrets = hub.ofType("Secret");
        const used = [...hub.ofType("VirtualNetworkGatewayConnection"), ...hub.ofType("VpnConnection")];
        const text = JSON.stringify(used.map(({ inputs }) => inputs));
        for (const { link } of linesOf(world.plan)) {
          const secret = secrets.find(({ inputs }) => inputs["secretName"] === `link-${link.id.replaceAll("/", "--")}`);
          assert.ok(secret !== undefined);
          assert.deepEqual(secret.secrets, ["properties.value"]);
          const { value } = secret.inputs["properties"] as { readonly value: string };
          assert.equal(value, linkKeyFor(link.id));
          assert.ok(text.includes(`"${linkKeyFor(link.id)}"`), link.id);
        }
        assert.equal(secrets.length, linesOf(world.plan).length);
      });

      it("hands over an inventory that its readers take", () => {
        assert.doesNotThrow(() => inventoryPartSchema.parse(hub.inventory));
      });
    });
  }
});

/** A copy of inputs in which secrets are gone. */
function withoutSecrets(value: unknown, path: string, secrets: ReadonlySet<string>): unknown {
  if (secrets.has(path)) return undefined;
  if (Array.isArray(value)) return value.map((each, index) => withoutSecrets(each, `${path}[${index}]`, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      withoutSecrets(each, path === "" ? key : `${path}.${key}`, secrets),
    ]),
  );
}

describe("the hub of the reference fleet", () => {
  const world = hubWorld();
  let hub: Recording;
  before(async () => {
    hub = await recordHub(world);
  });

  it("has its parts, each counted", () => {
    const counts = new Map<string, number>();
    for (const { type } of hub.resources) {
      const kind = type.split(":").at(-1) ?? "";
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    assert.deepEqual(Object.fromEntries(counts), {
      DataCollectionRule: 1,
      DiagnosticSetting: 5,
      DnsResolver: 1,
      GlobalFeed: 1,
      HubGateway: 1,
      HubLogs: 1,
      HubNetwork: 1,
      HubResolver: 1,
      HubVault: 1,
      InboundEndpoint: 1,
      LocalNetworkGateway: 9,
      NatGateway: 1,
      NetworkSecurityGroup: 2,
      PrivateDnsZoneGroup: 2,
      PrivateEndpoint: 2,
      PrivateZone: 4,
      PublicIPAddress: 4,
      ResourceGroup: 1,
      RoleAssignment: 1,
      Secret: 9,
      Subnet: 4,
      Vault: 1,
      VirtualNetwork: 1,
      VirtualNetworkGateway: 1,
      VirtualNetworkGatewayConnection: 9,
      VirtualNetworkLink: 4,
      Workspace: 2,
      "azure-native": 1,
    });
  });

  it("makes the gateway after its subnet and addresses, and lines after the gateway", () => {
    const gateway = waitsFor(hub, "vpn-gateway");
    for (const name of ["network-gateway", "address-hub-a", "address-hub-b", "address-hub-people", "group"]) {
      assert.ok(gateway.has(name), name);
    }
    const link = waitsFor(hub, "link-regione--giunta--fibre");
    assert.ok(link.has("vpn-gateway") && link.has("link-regione--giunta--fibre-site"));
  });

  it("makes private endpoints after what is behind them, their subnet, and the zone of their names", () => {
    for (const [endpoint, behind, zone] of [
      ["vault-endpoint", "vault-lines", "resolver-vaults-link"],
      ["global-endpoint", "global-feed", "resolver-desktopsGlobal-link"],
    ] as const) {
      const before = waitsFor(hub, endpoint);
      for (const name of [behind, zone, "network-endpoints"]) assert.ok(before.has(name), `${endpoint}: ${name}`);
      assert.deepEqual(hub.get(`${endpoint}-names`).dependsOn, [endpoint]);
    }
  });

  it("puts each private endpoint into the endpoints' subnet, with the part it is for and the zone of its names", () => {
    const parts = [
      ["vault-endpoint", "vault-lines", "vault", "privatelink.vaultcore.azure.net"],
      ["global-endpoint", "global-feed", "global", "privatelink-global.wvd.microsoft.com"],
    ] as const;
    for (const [name, behind, part, zone] of parts) {
      const { inputs } = hub.get(name);
      assert.equal((inputs["subnet"] as { readonly id: string }).id, hub.get("network-endpoints").id);
      assert.deepEqual(inputs["privateLinkServiceConnections"], [
        { name: part, privateLinkServiceId: hub.get(behind).id, groupIds: [part] },
      ]);
      const [config] = hub.get(`${name}-names`).inputs["privateDnsZoneConfigs"] as readonly {
        privateDnsZoneId: string;
      }[];
      assert.ok(config?.privateDnsZoneId.endsWith(`/privateDnsZones/${zone}`));
    }
  });

  it("sends the logs of gateway, public addresses and vault to the workspace, after it is there", () => {
    const workspaceId = hub.get("logs-workspace").id;
    const watched = ["vpn-gateway", "address-hub-a", "address-hub-b", "address-hub-people"];
    for (const [name, of] of [
      ...watched.map((each) => [`${each}-logs`, each]),
      ["vault-logs", "vault-lines"],
    ] as const) {
      const { inputs, dependsOn } = hub.get(name ?? "");
      assert.equal(inputs["workspaceId"], workspaceId);
      assert.equal(inputs["resourceUri"], hub.get(of ?? "").id);
      assert.ok(dependsOn.includes("logs-workspace"));
      assert.deepEqual(inputs["logs"], [{ categoryGroup: "allLogs", enabled: true }]);
      assert.deepEqual(inputs["metrics"], [{ category: "AllMetrics", enabled: true }]);
    }
  });

  it("tells where people come in: both instances at the address that shares people out", () => {
    assert.deepEqual(hub.inventory["instances"], [
      instance("hub-a", "10.96.0.0/16"),
      instance("hub-b", "10.97.0.0/16"),
    ]);
  });

  it("tells what Azure calls gateway and connections", () => {
    const { gateways, connections, subscriptions, pools } = hub.inventory["azure"] as Readonly<Record<string, unknown>>;
    assert.deepEqual(gateways, [{ id: "hub", resourceId: hub.get("vpn-gateway").id, region: "italynorth" }]);
    assert.deepEqual([subscriptions, pools], [[world.tenancy.subscriptions["main"]], []]);
    assert.deepEqual(
      connections,
      linesOf(world.plan).map(({ link }) => ({
        link: link.id,
        name: hub.get(`link-${link.id.replaceAll("/", "--")}`).inputs["virtualNetworkGatewayConnectionName"],
      })),
    );
  });

  it("tells of bodies that have no stack of their own, and of no others", () => {
    assert.deepEqual(hub.inventory["bodies"], [{ id: "consorzio", name: "The consortium itself", laptops: 999 }]);
    assert.deepEqual([hub.inventory["sites"], hub.inventory["desks"]], [[], []]);
  });

  function instance(id: string, clients: string) {
    return {
      id,
      gateway: "hub",
      address: addressFor("address-hub-people"),
      port: 443,
      protocol: "tcp",
      staticKey: { use: "tls-auth", direction: 1, digest: "SHA256" },
      clients,
      sessionsLimit: world.plan.gateways[0]?.instances[0]?.sessionsLimit,
    };
  }
});

describe("a body whose desks all stay in the office", () => {
  it("is told by the hub, with its sites, lines, pools, PCs and desks", async () => {
    const world = hubWorld((fleet) => {
      const torino = fleet.bodies.find(({ id }) => id === "torino");
      if (torino !== undefined) {
        const counters = torino.pools.filter(({ id }) => id === "counters");
        torino.pools = counters.map((pool) => ({ ...pool, share: 0.4 }));
      }
    });
    const { inventory } = await recordHub(world);
    const part = inventoryPartSchema.parse(inventory);
    assert.deepEqual(
      part.bodies.map(({ id }) => id),
      ["torino", "consorzio"],
    );
    assert.deepEqual(
      part.links.map(({ id }) => id),
      ["torino/palazzo-civico/fibre", "torino/palazzo-civico/fibre-2"],
    );
    assert.deepEqual(
      part.pools.map(({ id, site }) => [id, site]),
      [["torino/counters", "torino/palazzo-civico"]],
    );
    assert.equal(part.desks.length, 2_800);
    assert.equal(part.hosts.length, 2_800);
  });
});

describe("other hubs", () => {
  it("leave a role alone that somebody else has given", async () => {
    const hub = await recordHub(hubWorld(), { config: { givenPower: JSON.stringify(["power-main"]) } });
    assert.deepEqual(hub.ofType("RoleAssignment"), []);
  });

  it("with people at the cloud's own broker have no workspace of their own, and no zone that would hide its names", async () => {
    const hub = await recordHub(hubWorld(({ access }) => (access.way = "broker")));
    assert.deepEqual(
      hub.ofType("Workspace").map(({ name }) => name),
      ["logs-workspace"],
    );
    assert.deepEqual(
      hub.ofType("privatedns:PrivateZone").map(({ name }) => name),
      ["resolver-files", "resolver-vaults"],
    );
    assert.equal(hub.ofType("VirtualNetworkGateway").length, 1);
  });

  it("with RADIUS hide its secret, and take it from the stack", async () => {
    const hub = await recordHub(hubWorld(({ access }) => (access.authentication.azure = "radius")));
    const { inputs, secrets } = hub.get("vpn-gateway");
    assert.deepEqual(
      secrets.toSorted(),
      [0, 1].map((nth) => `vpnClientConfiguration.radiusServers[${nth}].radiusServerSecret`),
    );
    assert.match(JSON.stringify(inputs), /a-secret-of-radius/);
  });

  it("recover a vault that was deleted, when told to", async () => {
    const recover = async (config: Record<string, string>) => {
      const vault = (await recordHub(hubWorld(), { config })).get("vault-lines");
      assert.deepEqual(vault.ignoreChanges, ["properties.createMode"]);
      return (vault.inputs["properties"] as Record<string, unknown>)["createMode"];
    };
    assert.equal(await recover({ recoverVault: "true" }), "recover");
    assert.equal(await recover({}), undefined);
  });
});
