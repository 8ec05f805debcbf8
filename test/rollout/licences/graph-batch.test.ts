import assert from "node:assert/strict";
import { test } from "node:test";
import { randomFrom } from "../../random.ts";
import type { Fault } from "../../doubles/graph/server.ts";
import { addUser, grant, sku } from "../../doubles/graph/state.ts";
import { SlidingWindow } from "../../doubles/licences/window.ts";
import { assertHolders, forever, patient, people, unbounded, worldOf, writesOf } from "./graph-world.ts";
import { refusal } from "./refusal.ts";

const anna = "anna@example.org";

test("who waits at the same time travels together, twenty at most, and each has an answer of its own", async (t) => {
  const { graph, provider } = await worldOf(t);
  const accounts = people(graph, 50);
  for (const account of accounts.slice(0, 25)) {
    grant(graph.state.users.get(account) ?? assert.fail(), { skuId: sku, state: "Active" });
  }
  const asked = await Promise.all(accounts.map((account) => provider.holds(account, forever)));
  assert.deepEqual(
    asked,
    accounts.map((_, nth) => nth < 25),
  );
  assert.deepEqual(graph.batches, [20, 20, 10]);
  assert.equal(graph.lines.filter((line) => line === "GET /subscribedSkus").length, 1);
});

const parts: readonly (readonly [string, Fault, number])[] = [
  ["429 with Retry-After", { status: 429, headers: { "Retry-After": "0" } }, 2],
  ["429 without Retry-After", { status: 429 }, 2],
  ["429 that was applied", { status: 429, applied: true }, 1],
  ["503 that was applied", { status: 503, applied: true }, 1],
  ["503", { status: 503 }, 2],
  ["409", { status: 409, body: { error: { code: "Directory_ConcurrencyViolation", message: "At once." } } }, 2],
  ["no answer", "unanswered", 2],
];

for (const [what, fault, writes] of parts) {
  test(`a part of a batch with ${what}: each has one seat, and only that one is written again`, async (t) => {
    const { graph, provider } = await worldOf(t);
    const accounts = people(graph, 25);
    graph.fail(/user-7@example.org\/assignLicense/, fault);
    await Promise.all(accounts.map((account) => provider.assign(account, forever)));
    assertHolders(graph, accounts);
    assert.equal(writesOf(graph).filter((line) => line.includes("user-7@")).length, writes);
    assert.equal(writesOf(graph).length, 24 + writes);
    await Promise.all(accounts.map((account) => provider.reclaim(account, forever)));
    assertHolders(graph, []);
  });
}

const whole: readonly (readonly [string, Fault])[] = [
  ["429", { status: 429 }],
  ["503 that was applied", { status: 503, applied: true }],
  ["an answer that breaks", "cut"],
  ["no answer", "unanswered"],
  ["an answer that is no JSON", { status: 200, body: '{"responses":[', applied: true }],
  ["an answer of another shape", { status: 200, body: { responses: [{ id: 1 }] }, applied: true }],
];

for (const [what, fault] of whole) {
  test(`a batch with ${what}: each has one seat`, async (t) => {
    const { graph, provider } = await worldOf(t, { patience: { ...patient, requestMs: 1_000 } });
    const accounts = people(graph, 25, { usageLocation: null });
    const [first = ""] = accounts;
    assert.equal(await provider.holds(first, forever), false);
    // The first batches read; those after them write.
    for (let nth = 0; nth < 5; nth += 1) graph.fail(/batch/, fault);
    await Promise.all(accounts.map((account) => provider.assign(account, forever)));
    assertHolders(graph, accounts);
  });
}

test("what a read of one account brings of another shape is asked again, and not for ever", async (t) => {
  const { graph, provider } = await worldOf(t, { patience: { ...patient, totalMs: 2_000, pauseMs: 100 } });
  addUser(graph.state, anna);
  graph.fail(/^GET \/users\//, { status: 200, body: { id: 7 } });
  assert.equal(await provider.holds(anna, forever), false);
  graph.fail(/^GET \/users\//, { status: 200, body: "rubbish" }, 1_000);
  const error = await refusal(provider.holds(anna, forever));
  assert.match(error.message, /^graph: GET \/users\/anna%40example.org: an answer of another shape: /);
});

test("whoever leaves stops nobody else; when all have left nothing is sent", async (t) => {
  const { graph, provider } = await worldOf(t);
  const accounts = people(graph, 5);
  await provider.holds(accounts[0] ?? "", forever);
  const stop = new AbortController();
  const leaving = assert.rejects(provider.assign(accounts[0] ?? "", stop.signal), /^Error: enough$/);
  const staying = accounts.slice(1).map((account) => provider.assign(account, forever));
  stop.abort(new Error("enough"));
  await Promise.all([leaving, ...staying]);
  assertHolders(graph, accounts.slice(1));
  const before = graph.batches.length;
  const held = new AbortController();
  graph.fail(/^GET \/users\//, { status: 429, headers: { "Retry-After": "30" } }, 2);
  const works = accounts.slice(0, 2).map((account) => assert.rejects(provider.holds(account, held.signal), /over$/));
  while (graph.batches.length === before) await new Promise((resolve) => setImmediate(resolve));
  works.push(assert.rejects(provider.holds(accounts[3] ?? "", held.signal), /over$/));
  setImmediate(() => held.abort(new Error("over")));
  await Promise.all(works);
  assert.equal(graph.batches.length, before + 1);
});

test("who asked for the licence first and left leaves the others to ask for themselves", async (t) => {
  const { graph, provider } = await worldOf(t);
  const [first = "", second = ""] = people(graph, 2);
  const stop = new AbortController();
  const leaving = assert.rejects(provider.holds(first, stop.signal), /^Error: enough$/);
  const staying = provider.holds(second, forever);
  stop.abort(new Error("enough"));
  await leaving;
  assert.equal(await staying, false);
});

test("a Retry-After holds all", async (t) => {
  const { graph, provider } = await worldOf(t, { patience: { ...patient, totalMs: 400 } });
  const [first = "", second = ""] = people(graph, 2);
  await provider.holds(first, forever);
  graph.fail(/user-0/, { status: 429, headers: { "Retry-After": "60" } });
  assert.equal((await refusal(provider.holds(first, forever))).details.retryAfterMs, 60_000);
  const lines = graph.lines.length;
  const stop = new AbortController();
  const work = assert.rejects(provider.holds(second, stop.signal), /enough/);
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(graph.lines.length, lines);
  stop.abort(new Error("enough"));
  await work;
});

test("a token that ends in mid-run is renewed", async (t) => {
  let current = "token-1";
  const token = async (_: AbortSignal, refused?: string) => {
    if (refused === "token-1") current = "token-2";
    return current;
  };
  const { graph, provider } = await worldOf(t, { token });
  const accounts = people(graph, 30);
  await provider.assign(accounts[0] ?? "", forever);
  graph.state.token = "token-2";
  await Promise.all(accounts.map((account) => provider.assign(account, forever)));
  assertHolders(graph, accounts);
});

for (const seed of [1, 2, 3, 4]) {
  test(`whatever goes wrong, each has one seat at the end, and none after it (seed ${seed})`, async (t) => {
    const { graph, provider } = await worldOf(t, { patience: { ...patient, requestMs: 300 } }, { seed });
    const random = randomFrom(seed);
    const accounts = people(graph, 45, { usageLocation: null });
    const bystander = addUser(graph.state, anna);
    grant(bystander, { skuId: sku, state: "Active" });
    Object.assign(graph.state, { readLagMs: 20, locationLagMs: 30 });
    graph.mishap = (line) => {
      if (random() > 0.2) return undefined;
      const applied = random() < 0.5;
      const faults: readonly Fault[] = [
        { status: 429, applied },
        { status: 429, headers: { "Retry-After": "0" }, applied },
        { status: 503, applied },
        { status: 504, applied },
        { status: 409, body: { error: { code: "Directory_ConcurrencyViolation", message: "At once." } } },
        "unanswered",
        { status: 200, body: "rubbish", applied },
      ];
      const picked = faults[Math.floor(random() * faults.length)];
      // No write is answered with success that was not made.
      const isWrite = /^(PATCH|POST) \/users/.test(line);
      return isWrite && typeof picked === "object" && picked.status === 200 ? undefined : picked;
    };
    await Promise.all(accounts.map((account) => provider.assign(account, forever)));
    assertHolders(graph, [...accounts, anna]);
    await Promise.all(accounts.map((account) => provider.reclaim(account, forever)));
    assertHolders(graph, [anna]);
    assert.deepEqual(bystander.changes, []);
  });
}

test("600 people at a quota of 200 writes a second: none is refused, and each has one seat", async (t) => {
  const writes = { units: 160, perMs: 1_000, burst: 40 };
  const { graph, provider } = await worldOf(t, { quota: { ...unbounded, writes } }, { scale: 20 });
  graph.state.writes = new SlidingWindow(200, 1_000);
  const accounts = people(graph, 600);
  const ours = graph.state.skus.at(-1) ?? assert.fail();
  ours.enabled = 600;
  await Promise.all(accounts.map((account) => provider.assign(account, forever)));
  assertHolders(graph, accounts);
  assert.deepEqual([graph.state.writes.refused, graph.state.units.refused], [0, 0]);
  assert.equal(writesOf(graph).length, 600);
  assert.deepEqual(await provider.seats(forever), { total: 600, used: 600 });
});
