import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { array, assert as holds, double, property } from "fast-check";
import { subscriptionOf } from "../doubles/azure-native/ids.ts";
import { schemaOf } from "../doubles/azure-native/schema.ts";
import { State } from "../doubles/azure-native/state.ts";
import { take } from "../doubles/azure-native/throttle.ts";
import { types } from "../doubles/azure-native/types/index.ts";
import { pathInputs, type ResourceType } from "../doubles/azure-native/types/type.ts";
import { type Properties, text } from "../doubles/azure-native/values.ts";
import { but, inGroup, inNetwork, parts, subscriptionId, urn, World } from "./double-world.ts";
import { publishedPuts } from "./published-puts.ts";

const all = Object.keys(parts) as (keyof typeof parts)[];
const before = (name: keyof typeof parts): (keyof typeof parts)[] => all.slice(0, all.indexOf(name));

describe("the tables of types", () => {
  const published = publishedPuts();
  for (const type of types) {
    it(`${type.token} speaks of properties that azure-native has`, () => {
      const schema = schemaOf(type.token);
      const inputs = [
        ...pathInputs(type),
        ...(type.needed ?? []),
        ...(type.writeOnly ?? []),
        ...(type.replaceOn ?? []),
        ...(type.fixed ?? []).map(({ path }) => path),
        ...Object.keys(type.allowed ?? {}),
      ];
      const unknown = inputs.filter((path) => !schema.inputs.has(path.split(".")[0] ?? ""));
      assert.deepEqual(unknown, []);
      const unfilled = (type.filled ?? []).filter((path) => !schema.state.has(path.split(".")[0] ?? ""));
      assert.deepEqual(unfilled, []);
    });

    it(`${type.token} has the path of Microsoft's own package, long-running or not as there`, (t) => {
      const put = published.get(shape(type.path));
      if (put === undefined) {
        t.diagnostic("none of the installed packages has it");
        assert.ok(unpublished.has(type.token), `${type.path} is in no package of Microsoft's`);
      } else assert.equal(type.longRunning === true, put.longRunning);
    });
  }
});

/** Types whose package is not installed. */
const unpublished = new Set([
  "azure-native:alertsmanagement:PrometheusRuleGroup",
  "azure-native:monitor:AzureMonitorWorkspace",
]);

function shape(path: string): string {
  return path
    .replace(/^\/?/, "/")
    .replaceAll(/\{\w+\}/g, "{}")
    .toLowerCase();
}

describe("a whole estate", () => {
  it("is made, read back the same, unchanged by a second look, and deleted in reverse", (t) => {
    const world = new World(t);
    const ids = world.estate(...all);
    for (const [index, name] of all.entries()) {
      const { token, inputs } = parts[name];
      const checked = world.provider.check(urn(token), {}, inputs, "").inputs;
      assert.equal(world.provider.diff(urn(token), checked, checked).changes.size, 0);
      const state = world.provider.read(ids[index] ?? "", urn(token), checked, {})?.properties ?? {};
      const again = world.provider.read(ids[index] ?? "", urn(token), checked, state);
      assert.deepEqual(again?.inputs, checked, `${name} has drifted`);
      assert.deepEqual(again?.properties, state);
    }
    for (const name of all.toReversed()) world.delete(parts[name].token, ids[all.indexOf(name)] ?? "");
    assert.deepEqual(world.control.resources(), []);
    assert.deepEqual(world.control.orphans(), []);
  });

  it("goes with its group", (t) => {
    const world = new World(t);
    const [group = ""] = world.estate(...all);
    world.delete("resources:ResourceGroup", group);
    assert.deepEqual(world.control.resources(), []);
  });

  it("gives no secret back", (t) => {
    const world = new World(t);
    world.estate(...all);
    const kept = JSON.stringify(world.control.resources());
    assert.doesNotMatch(kept, /nobody reads/);
  });

  it("is read for an import with the inputs that make it", (t) => {
    const world = new World(t);
    const ids = world.estate(...all);
    for (const [index, name] of all.entries()) {
      const found = world.provider.read(ids[index] ?? "", urn(parts[name].token), undefined, {});
      for (const input of pathInputs(typeNamed(parts[name].token))) {
        const bare = (inputs: Properties | undefined): string => text(inputs, input).replace(/^\//, "").toLowerCase();
        assert.equal(bare(found?.inputs), bare(parts[name].inputs), `${name}.${input}`);
      }
    }
  });
});

function typeNamed(token: string): ResourceType {
  const type = types.find((found) => found.token === `azure-native:${token}`);
  assert.ok(type);
  return type;
}

describe("what Azure gives", () => {
  it("addresses of a network card in order, the first four kept back, and again once free", (t) => {
    const world = new World(t);
    world.estate(...before("card"));
    const card = (name: string): Properties =>
      world.make("network:NetworkInterface", but("card", { networkInterfaceName: name })).properties;
    const address = (properties: Properties): string => text(properties, "ipConfigurations.privateIPAddress");
    // The private endpoint before them has taken the first.
    assert.equal(address(card("one")), "10.1.0.5");
    assert.equal(address(card("two")), "10.1.0.6");
    world.delete("network:NetworkInterface", `${inNetwork}/networkInterfaces/one`);
    assert.equal(address(card("three")), "10.1.0.5");
  });

  it("a gateway its addresses by instance, and the tunnels' public ones", (t) => {
    const world = new World(t);
    world.estate(...before("site"));
    const gateway = world.control.find(`${inNetwork}/virtualNetworkGateways/gw`);
    const tunnel = text(gateway?.outputs, "bgpSettings.bgpPeeringAddresses.tunnelIpAddresses");
    assert.equal(tunnel, text(world.control.find(`${inNetwork}/publicIPAddresses/gw-a`)?.outputs, "ipAddress"));
    assert.match(tunnel, /^198\.1[89]\./);
  });

  it("a registration token only at use", (t) => {
    const world = new World(t);
    world.estate("group");
    const expirationTime = new Date(Date.now() + 86_400_000).toISOString();
    const inputs = but("pool", { registrationInfo: { expirationTime, registrationTokenOperation: "Update" } });
    const { properties } = world.make("desktopvirtualization:HostPool", inputs);
    const found = world.provider.invoke("azure-native:desktopvirtualization:listHostPoolRegistrationTokens", {
      resourceGroupName: "rg",
      hostPoolName: "pool",
    });
    assert.equal(text(found, "value.expirationTime"), expirationTime);
    assert.ok(!JSON.stringify(properties).includes(text(found, "value.token")));
  });

  it("nothing in a preview: what it fills is unknown, and nothing is written", (t) => {
    const world = new World(t);
    const shown = world.provider.preview(urn("network:VirtualNetworkGateway"), parts.gateway.inputs);
    assert.equal(text(shown, "bgpSettings.bgpPeeringAddresses"), "04da6b54-80e4-46f7-96ec-b56ff0331ba9");
    assert.equal(text(shown, "provisioningState"), "04da6b54-80e4-46f7-96ec-b56ff0331ba9");
    assert.deepEqual(world.control.counters(), { reads: 0, writes: 0, deletes: 0, throttled: 0, seconds: 0 });
  });
});

describe("replacement", () => {
  const cases: [keyof typeof parts, Properties, readonly string[]][] = [
    ["vnet", { location: "westeurope" }, ["location"]],
    ["vnet", { location: "Italy North" }, []],
    ["vnet", { tags: { a: "b" } }, []],
    ["subnet", { subnetName: "other" }, ["subnetName"]],
    ["addressA", { sku: { name: "StandardV2" } }, ["sku"]],
    ["endpoint", { subnet: { id: "other" } }, ["subnet"]],
    ["gateway", { sku: { name: "VpnGw5AZ" } }, []],
    ["role", { principalId: "66666666-6666-4666-8666-666666666666" }, ["principalId"]],
    ["machine", { hardwareProfile: { vmSize: "Standard_D16ads_v5" } }, []],
  ];
  for (const [name, patch, replaces] of cases) {
    it(`${name} with ${JSON.stringify(patch)}: ${replaces.join(", ") || "in place"}`, (t) => {
      const world = new World(t);
      const found = world.provider.diff(urn(parts[name].token), parts[name].inputs, but(name, patch));
      assert.deepEqual(found.replaces, replaces);
    });
  }
});

describe("requests", () => {
  it("beyond a bucket wait in virtual time and all go through", (t) => {
    const world = new World(t);
    world.estate("group");
    for (let index = 0; index < 700; index += 1) {
      world.make("managedidentity:UserAssignedIdentity", but("identity", { resourceName: `identity-${index}` }));
    }
    const { writes, throttled, seconds } = world.control.counters();
    assert.ok(throttled > 0, "nothing was throttled");
    assert.ok(writes >= 701);
    // 701 writes with a bucket of 200 that gains 10 a second cannot take less.
    assert.ok(seconds >= 50, `${seconds} s`);
  });

  it("taken in order never exceed the bucket in any span of time", (t) => {
    const world = new World(t);
    let runs = 0;
    holds(
      property(array(double({ min: 0, max: 3, noNaN: true }), { maxLength: 120 }), (gaps) => {
        const bucket = { name: `bucket ${runs++}`, capacity: 10, perSecond: 2 };
        let time = 0;
        const taken: number[] = [];
        for (const gap of gaps) {
          time += gap;
          if (take(world.state, bucket, time) === 0) taken.push(Math.floor(time));
        }
        for (const [index, start] of taken.entries()) {
          for (const [further, end] of taken.slice(index).entries()) {
            assert.ok(further + 1 <= bucket.capacity + bucket.perSecond * (end - start + 1));
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("faults", () => {
  const attempt = (world: World, timeout = 0): string => {
    try {
      world.make("network:VirtualNetwork", parts.vnet.inputs, timeout);
      return "made";
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  };
  const vnet = `${inNetwork}/virtualNetworks/vnet`;
  const cases: [Parameters<World["control"]["setFault"]>[0], RegExp, boolean][] = [
    [{ match: "", kind: "429", times: 3 }, /^made$/, true],
    [{ match: "", kind: "429", times: 4 }, /Status=429 Code="SubscriptionRequestsThrottled"/, false],
    [{ match: "virtualNetworks", kind: "500", times: 4 }, /Status=500/, false],
    [{ match: "virtualNetworks/other", kind: "500", times: 4 }, /^made$/, true],
    [{ match: "azure-native:network:VirtualNetwork", kind: "503", times: 2 }, /^made$/, true],
    [{ match: "", kind: "timeout-created" }, /^PartialError: operation timed out$/, true],
    [{ match: "", kind: "reset-created" }, /^ProviderError: Put .*connection reset by peer/, true],
    [{ match: "", kind: "never-ends" }, /^PartialError: operation timed out$/, true],
    [{ match: "", kind: "500", at: 2, times: 4 }, /^made$/, true],
    [{ match: "", kind: "500", times: 4, operation: "delete" }, /^made$/, true],
    [{ match: "virtualNetworks", kind: "429", times: 4, operation: "read" }, /Status=429/, false],
  ];
  for (const [fault, answer, made] of cases) {
    it(`${JSON.stringify(fault)} answers ${String(answer)}; ${made ? "made" : "not made"}`, (t) => {
      const world = new World(t);
      world.estate("group");
      world.control.setFault(fault);
      assert.match(attempt(world), answer);
      assert.equal(world.control.find(vnet) !== undefined, made);
    });
  }

  it("an operation that never ends leaves the resource Updating; the next write mends it", (t) => {
    const world = new World(t);
    world.estate("group");
    world.control.setFault({ match: "", kind: "never-ends" });
    attempt(world, 7200);
    assert.equal(world.control.find(vnet)?.provisioning, "Updating");
    assert.ok(world.control.counters().seconds >= 7200);
    world.update("network:VirtualNetwork", vnet, parts.vnet.inputs);
    assert.equal(world.control.find(vnet)?.provisioning, "Succeeded");
  });

  it("a create whose answer was lost is refused by the next one", (t) => {
    const world = new World(t);
    world.estate("group");
    world.control.setFault({ match: "", kind: "reset-created" });
    attempt(world);
    assert.match(attempt(world), /cannot create already existing resource '.*\/virtualNetworks\/vnet'/);
  });
});

describe("state", () => {
  it("is shared by several providers, and ids are compared without case", (t) => {
    const world = new World(t);
    world.estate("group", "vnet");
    const other = new State(world.folder);
    t.after(() => other.close());
    assert.ok(other.find(`${inNetwork.toUpperCase()}/VIRTUALNETWORKS/VNET`));
    assert.equal(subscriptionOf(inGroup), subscriptionId);
  });

  it("shows drift by hand in the next read, and only that", (t) => {
    const world = new World(t);
    const [, id = ""] = world.estate("group", "vnet");
    const checked = world.provider.check(urn("network:VirtualNetwork"), {}, parts.vnet.inputs, "").inputs;
    const state = world.provider.read(id, urn("network:VirtualNetwork"), checked, {})?.properties ?? {};
    world.control.touch(id, { tags: { owner: "someone" } });
    const found = world.provider.read(id, urn("network:VirtualNetwork"), checked, state);
    assert.deepEqual(found?.inputs, { ...checked, tags: { owner: "someone" } });
    world.control.remove(id);
    assert.equal(world.provider.read(id, urn("network:VirtualNetwork"), checked, state), undefined);
  });
});
