import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseResourceId, ResourceIdError } from "../../src/azure/ids.ts";
import { readsLeft } from "../../src/azure/reads.ts";
import { backOffMs, retryAfterMs } from "../../src/azure/retry.ts";
import { gatewayId, poolId } from "./arm-world.ts";

test("an id in its parts; Azure's spelling of types does not matter", () => {
  assert.deepEqual(parseResourceId(gatewayId.replace("resourceGroups", "resourcegroups")), {
    subscription: "11111111-1111-4111-8111-111111111111",
    resourceGroup: "rg-hub",
    type: "microsoft.network/virtualnetworkgateways",
    name: "hub",
  });
  const host = parseResourceId(`${poolId("office")}/sessionHosts/h-1`);
  assert.deepEqual([host.type, host.name], ["microsoft.desktopvirtualization/hostpools/sessionhosts", "h-1"]);
});

test("what is no resource's id is refused", () => {
  for (const id of ["", "/", "hub", "/subscriptions/x", `${gatewayId}/`, `${gatewayId}/sub`, ` ${gatewayId}`]) {
    assert.throws(() => parseResourceId(id), ResourceIdError, id);
  }
});

test("Retry-After in its writings", () => {
  const now = Date.parse("2026-03-02T12:00:00Z");
  const of = (headers: Record<string, string>) => retryAfterMs(new Headers(headers), now);
  assert.equal(of({ "retry-after": "17" }), 17_000);
  assert.equal(of({ "retry-after": "Mon, 02 Mar 2026 12:01:30 GMT" }), 90_000);
  assert.equal(of({ "retry-after": "Mon, 02 Mar 2026 11:00:00 GMT" }), 0);
  assert.equal(of({ "x-ms-retry-after-ms": "250", "retry-after": "1" }), 250);
  assert.equal(of({ "retry-after": "soon" }), undefined);
  assert.equal(of({}), undefined);
});

test("our own waits never shrink below half, nor grow past their bound", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 1, noNaN: true }), (nth, random) => {
      const wait = backOffMs(nth, random);
      const whole = Math.min(8000, 500 * 2 ** (nth - 1));
      assert.ok(wait >= whole / 2 && wait <= whole);
    }),
  );
});

test("reads left: either figure, or none", () => {
  const of = (headers: Record<string, string>) => readsLeft(new Headers(headers), 5);
  const principal = "x-ms-ratelimit-remaining-subscription-reads";
  assert.deepEqual(of({ [principal]: "249" }), { principal: 249, all: undefined, at: 5 });
  assert.deepEqual(of({ "x-ms-ratelimit-remaining-subscription-global-reads": "3749" }), {
    principal: undefined,
    all: 3749,
    at: 5,
  });
  assert.equal(of({ [principal]: "many" }), undefined);
});
