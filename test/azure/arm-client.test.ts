import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { ArmOptions, TokenRequest } from "../../src/azure/client.ts";
import { ArmError } from "../../src/azure/error.ts";
import { listSessionHosts } from "../../src/azure/session-hosts.ts";
import { listVmUsages } from "../../src/azure/usages.ts";
import { type ArmDouble, type Fault, startArm } from "../doubles/arm/server.ts";
import { clientOf, deskSubscription, forever, hostOf, poolId, poolOf, region } from "./arm-world.ts";

let arm: ArmDouble;
beforeEach(async () => {
  arm = await startArm();
  arm.state.pools = [poolOf("office", [hostOf("h-1", { sessions: 3 })])];
});
afterEach(() => arm.close());

const hosts = (options: Partial<ArmOptions> = {}, signal = forever) =>
  listSessionHosts(clientOf(arm, options), poolId("office"), signal);

async function refusal(work: Promise<unknown>): Promise<ArmError> {
  const error: unknown = await work.then(
    () => assert.fail("it went through"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ArmError, String(error));
  return error;
}

const passing: readonly (readonly [string, Fault])[] = [
  ["429 with a wait in seconds", { status: 429, headers: { "retry-after": "0" } }],
  ["429 with a wait until a date", { status: 429, headers: { "retry-after": new Date(0).toUTCString() } }],
  ["500", { status: 500, headers: { "retry-after": "0" } }],
  ["503 without JSON", { status: 503, headers: { "retry-after": "0" }, body: "<html>busy</html>" }],
  ["an answer that is no JSON", { status: 200, headers: { "retry-after": "0" }, body: '{"value":[' }],
  ["a connection that breaks", "cut"],
];

for (const [what, fault] of passing) {
  test(`asks again after ${what}`, async () => {
    arm.fail(/sessionHosts/, fault);
    assert.deepEqual(
      (await hosts()).map(({ name, sessions }) => [name, sessions]),
      [["h-1", 3]],
    );
    assert.equal(arm.requests.length, 2);
  });
}

test("asks again where no answer came in time", async () => {
  arm.fail(/sessionHosts/, "hang");
  assert.equal((await hosts({ requestMs: 200 })).length, 1);
  arm.fail(/sessionHosts/, "hang", 9);
  const error = await refusal(hosts({ requestMs: 50, attempts: 2 }));
  assert.equal(error.message, "GET hostPools/office/sessionHosts: Timeout: no answer in 50 ms");
});

test("gives up after so many tries, with Azure's own words and the request's id", async () => {
  const body = JSON.stringify({ error: { code: "InternalServerError", message: "An error\n  occurred." } });
  arm.fail(/sessionHosts/, { status: 500, headers: { "retry-after": "0", "x-ms-request-id": "abc" }, body }, 9);
  const error = await refusal(hosts());
  assert.equal(
    error.message,
    "GET hostPools/office/sessionHosts: 500 InternalServerError: An error occurred. (request abc)",
  );
  assert.deepEqual([error.status, error.code, error.requestId], [500, "InternalServerError", "abc"]);
  assert.equal(arm.requests.length, 3);
});

test("what another try cannot mend is told at once", async () => {
  const missing = await refusal(listSessionHosts(clientOf(arm), poolId("gone"), forever));
  assert.deepEqual([missing.status, missing.code], [404, "ResourceNotFound"]);
  arm.fail(/sessionHosts/, { status: 200, body: JSON.stringify({ value: [{ id: 7 }] }) });
  const strange = await refusal(hosts());
  assert.match(strange.message, /UnexpectedShape: value\.0\.id: .*expected string/);
  assert.equal(arm.requests.length, 2);
});

test("an empty bucket: told how long to wait, and asked nothing more until then", async () => {
  arm.state.reads.set(deskSubscription, 1);
  const client = clientOf(arm);
  await listSessionHosts(client, poolId("office"), forever);
  const first = await refusal(listSessionHosts(client, poolId("office"), forever));
  assert.deepEqual([first.status, first.code, first.retryAfterMs], [429, "SubscriptionRequestsThrottled", 17_000]);
  const second = await refusal(listVmUsages(client, deskSubscription, region, forever));
  assert.match(second.message, /429 TooManyRequests: not asked: Azure wants no request of this subscription for 17 s/);
  assert.equal(arm.requests.length, 2);
});

test("remembers what is left of the reads, as it falls", async () => {
  const client = clientOf(arm);
  const left = () => {
    const { principal, all } = client.reads.get(deskSubscription) ?? {};
    return [principal, all];
  };
  assert.deepEqual(left(), [undefined, undefined]);
  arm.state.reads.set(deskSubscription, 250);
  await listSessionHosts(client, poolId("office"), forever);
  assert.deepEqual(left(), [249, 3749]);
  await listSessionHosts(client, poolId("office"), forever);
  assert.deepEqual(left(), [248, 3748]);
});

test("a token that has expired: another is asked for once, with the claims that Azure wants", async () => {
  const stale = arm.token(arm.cloud.management.scope);
  arm.expireTokens();
  const asked: (string | undefined)[] = [];
  const token = async ({ scope, claims }: TokenRequest) => {
    asked.push(claims);
    return claims === undefined ? stale : arm.token(scope);
  };
  assert.equal((await hosts({ token })).length, 1);
  assert.deepEqual(asked, [undefined, '{"access_token":{"nbf":{"essential":true,"value":"1"}}}']);
});

test("a token that stays refused is an error, which does not give it away", async () => {
  const error = await refusal(hosts({ token: async () => "eyJ-secret" }));
  assert.deepEqual([error.status, error.code], [401, "ExpiredAuthenticationToken"]);
  assert.ok(!`${error.message}${JSON.stringify(error)}${error.stack}`.includes("eyJ-secret"));
  assert.equal(arm.requests.length, 2);
});

test("no token at all is an error that says why", async () => {
  const token = () => Promise.reject(new Error("no managed identity here"));
  const error = await refusal(hosts({ token }));
  assert.equal(error.message, "GET hostPools/office/sessionHosts: NoToken: no managed identity here");
  assert.equal(arm.requests.length, 0);
});

test("its caller's signal ends a wait, and an answer that does not come", async () => {
  for (const fault of [{ status: 503, headers: { "retry-after": "1" } }, "hang"] as const) {
    const before = arm.requests.length;
    arm.fail(/sessionHosts/, fault);
    const stop = new AbortController();
    const work = hosts({}, stop.signal);
    while (arm.requests.length === before) await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new Error("enough"));
    await assert.rejects(work, /enough/);
    assert.equal(arm.requests.length, before + 1);
  }
});

test("nobody answers: it says what was tried and why it failed", async () => {
  const gone = clientOf(arm, { attempts: 1 });
  await arm.close();
  const error = await refusal(listSessionHosts(gone, poolId("office"), forever));
  assert.match(error.message, /^GET hostPools\/office\/sessionHosts: NoAnswer: connect ECONNREFUSED/);
  assert.equal(error.status, 0);
});

test("goes to every page, and to none elsewhere", async () => {
  arm.state.pageSize = 2;
  arm.state.pools = [
    poolOf(
      "office",
      Array.from({ length: 5 }, (_, nth) => hostOf(`h-${nth}`)),
    ),
  ];
  assert.deepEqual(
    (await hosts()).map(({ name }) => name),
    ["h-0", "h-1", "h-2", "h-3", "h-4"],
  );
  assert.equal(arm.requests.length, 3);
  for (const nextLink of ["https://management.azure.com.example.org/next", "next"]) {
    arm.fail(/sessionHosts/, { status: 200, body: JSON.stringify({ value: [], nextLink }) });
    const error = await refusal(hosts());
    assert.equal(error.code, "ForeignPage");
  }
  assert.equal(arm.requests.length, 5);
});

test("so many requests under way at once, and no more", async () => {
  arm.fail(/sessionHosts/, "hang", 9);
  const stop = new AbortController();
  const client = clientOf(arm, { parallel: 2 });
  const all = Array.from({ length: 5 }, () => listSessionHosts(client, poolId("office"), stop.signal));
  const ended = Promise.allSettled(all);
  while (arm.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(arm.requests.length, 2);
  stop.abort(new Error("enough"));
  assert.ok((await ended).every(({ status }) => status === "rejected"));
  arm.mend();
  assert.equal((await listSessionHosts(client, poolId("office"), forever)).length, 1);
});
