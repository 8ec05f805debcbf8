import assert from "node:assert/strict";
import { test } from "node:test";
import { inventoryPartSchema, joinAzure } from "../src/inventory.ts";

test("what the stacks say of Azure becomes one part: each subscription once, all else in order", () => {
  const gateway = { id: "hub", resourceId: "/subscriptions/s-1/gateway", region: "italynorth" };
  const pool = (name: string) => ({ id: `torino/${name}`, resourceId: `/subscriptions/s-2/${name}` });
  const connection = { link: "torino/hall/fibre", name: "torino-hall-fibre" };
  const parts = [
    { azure: { subscriptions: ["s-1"], gateways: [gateway], pools: [], connections: [connection] } },
    {},
    { azure: { subscriptions: ["s-2", "s-1"], gateways: [], pools: [pool("a")] } },
    { azure: { subscriptions: ["s-2"], gateways: [], pools: [pool("b")] } },
  ].map((part) => inventoryPartSchema.parse(part));
  assert.deepEqual(joinAzure(parts), {
    subscriptions: ["s-1", "s-2"],
    gateways: [gateway],
    pools: [pool("a"), pool("b")],
    connections: [connection],
  });
  assert.equal(joinAzure([inventoryPartSchema.parse({})]), undefined);
});
