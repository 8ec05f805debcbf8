import assert from "node:assert/strict";
import { test } from "node:test";
import { probeKinds } from "../../src/probe/kinds.ts";
import { targetsFrom } from "../../src/probe/targets.ts";
import { madeInventory } from "../watch/inventory.ts";

const staticKey = { use: "tls-crypt", file: "/etc/deskbridge/static.key" } as const;
const inventory = madeInventory({
  instances: [{ staticKey }, { speaks: "ikev2", port: 500 }],
  hosts: [{ name: "h-1", address: "10.64.0.1" }],
});
const hostsBy = (change: object) =>
  targetsFrom("hub", inventory, { ...probeKinds, host: { ...probeKinds.host, ...change } }).get("host");

const host = { id: "h-1", address: "10.64.0.1" };
const asked = [
  [{}, host],
  [{ method: "ssh" }, { ...host, port: 22 }],
  [{ method: "rdp" }, { ...host, port: 3389 }],
  [{ method: "tcp" }, { ...host, port: 3389 }],
  [
    { method: "tcp", port: "ssh" },
    { ...host, port: 22 },
  ],
] as const;
for (const [change, target] of asked) {
  test(`hosts with ${JSON.stringify(change)}`, () => assert.deepEqual(hostsBy(change), [target]));
}

test("gateways come with what they speak and the key that they want", () => {
  const gateways = targetsFrom("public", inventory).get("gateway") ?? [];
  assert.deepEqual(
    gateways.map(({ id, port, speaks, staticKey: key }) => [id, port, speaks, key]),
    [
      ["hub-a", 1194, undefined, staticKey],
      ["hub-b", 500, "ikev2", undefined],
    ],
  );
});
