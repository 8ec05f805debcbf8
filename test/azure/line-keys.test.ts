import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { completeKeys, isTunnelIn, type KeyMaking } from "../../scripts/azure/line-keys.ts";
import type { StackState } from "../../scripts/state.ts";
import { linesOf } from "../../stacks/azure/hub/lines.ts";
import { hubWorld, recordHub } from "./hub-context.ts";
import { linkKeyFor } from "./mocks.ts";

const world = hubWorld();
const links = linesOf(world.plan)
  .map(({ link }) => link)
  .slice(0, 3);
const [first, second, third] = links.map(({ id }) => id) as [string, string, string];
/** As earlier releases made them. */
const old = (letter: string): string => `${letter.repeat(20)}-${letter.repeat(22)}`;

/** Makes key1, key2, …; the tunnels of `there` are there. */
function making(...there: readonly string[]): KeyMaking {
  let made = 0;
  return {
    make: () => `key${(made += 1)}`,
    isThere:
      async () =>
      ({ id }) =>
        there.includes(id),
  };
}

describe("keys of lines", () => {
  it("are made where there is none; those that are fine stay, also of lines that are gone", async () => {
    const keys = { [first]: "fine", [second]: "", "gone/site/line": old("g") };
    const unasked: KeyMaking = { ...making(), isThere: () => Promise.reject(new Error("nothing asks for this")) };
    assert.deepEqual(await completeKeys(links, { keys, accepted: [] }, unasked), {
      keys: { [first]: "fine", [second]: "key1", [third]: "key2", "gone/site/line": old("g") },
      accepted: [],
      said: [],
    });
  });

  it("of earlier releases with a hyphen are made anew before Azure has them, and stay where it has; both are told", async () => {
    const keys = { [first]: old("a"), [second]: old("b"), [third]: "set-by-somebody" };
    const complete = await completeKeys(links, { keys, accepted: [] }, making(second));
    assert.deepEqual(complete.keys, { [first]: "key1", [second]: old("b"), [third]: "set-by-somebody" });
    assert.deepEqual(complete.accepted, [second]);
    assert.match(
      complete.said.join("\n"),
      new RegExp(`^line ${first} gets another key: .*\n.* line ${second} has a hyphen`),
    );
    assert.doesNotMatch(complete.said.join("\n"), /aaaa|bbbb|set-by/);
  });

  it("that stayed and are forgotten are made anew, and nothing is left that would accept another", async () => {
    const complete = await completeKeys(links.slice(1, 2), { keys: {}, accepted: [second] }, making(second));
    assert.deepEqual(complete, { keys: { [second]: "key1" }, accepted: [], said: [] });
  });

  it("of which Azure took one are the program's, that one too, and no other", async () => {
    const keys = Object.fromEntries(linesOf(world.plan).map(({ link }) => [link.id, linkKeyFor(link.id)]));
    const linkKeys = JSON.stringify({ ...keys, [second]: old("b") });
    const hub = await recordHub(world, { config: { linkKeys, acceptedLinkKeys: JSON.stringify([second]) } });
    const name = `link-${second.replaceAll("/", "--")}`;
    assert.equal(hub.get(name).inputs["sharedKey"], old("b"));
  });
});

describe("a line's tunnel in a stack's state", () => {
  const resource = (type: string, inputs: object, more: object = {}): StackState => ({
    resources: [{ urn: "urn", type: `azure-native:network:${type}`, custom: true, inputs: { ...inputs }, ...more }],
  });
  const single = { virtualNetworkGatewayConnectionName: "con-a" };

  it("is a connection, or one of a Virtual WAN's", () => {
    assert.ok(isTunnelIn(resource("VirtualNetworkGatewayConnection", single), "con-a"));
    assert.ok(isTunnelIn(resource("VpnConnection", { vpnLinkConnections: [{ name: "con-a" }] }), "con-a"));
  });

  it("is not another's, nor one that Azure has not finished, nor what only bears its name", () => {
    assert.ok(!isTunnelIn(resource("VirtualNetworkGatewayConnection", single), "con"));
    assert.ok(!isTunnelIn(resource("VirtualNetworkGatewayConnection", single, { initErrors: ["Failed"] }), "con-a"));
    assert.ok(!isTunnelIn(resource("LocalNetworkGateway", { localNetworkGatewayName: "con-a" }), "con-a"));
    assert.ok(!isTunnelIn({}, "con-a"));
  });
});
