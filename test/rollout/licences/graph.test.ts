import assert from "node:assert/strict";
import { test } from "node:test";
import { addUser, grant, otherSku, show, sku } from "../../doubles/graph/state.ts";
import { assertHolders, forever, patient, people, worldOf, writesOf, writesOfAtLeast } from "./graph-world.ts";
import { refusal } from "./refusal.ts";

const anna = "anna@example.org";

test("seats: those of the licence that is named, for users, also those in their days of grace", async (t) => {
  const { graph, provider } = await worldOf(t);
  const [, ours] = graph.state.skus;
  assert.ok(ours !== undefined);
  graph.state.skus.unshift({ ...ours, skuId: otherSku, appliesTo: "Company", enabled: 7 });
  Object.assign(ours, { enabled: 90, warning: 5, suspended: 50 });
  grant(addUser(graph.state, anna), { skuId: sku, state: "Active" });
  assert.deepEqual(await provider.seats(forever), { total: 95, used: 1 });
  for (const [status, total] of [
    ["Warning", 95],
    ["Suspended", 0],
    ["LockedOut", 0],
    ["Deleted", 0],
  ] as const) {
    ours.capabilityStatus = status;
    assert.deepEqual(await provider.seats(forever), { total, used: 1 });
  }
});

test("a licence that is not there is named, with those that are", async (t) => {
  const { provider } = await worldOf(t, { sku: "MEETING" });
  const message = "graph: no licence MEETING for users; there are: OTHER, MEETINGS";
  assert.equal((await refusal(provider.seats(forever))).message, message);
  assert.equal((await refusal(provider.assign(anna, forever))).message, message);
});

test("holders: of all pages, with their last use and whether a group gave the seat", async (t) => {
  const { graph, provider } = await worldOf(t);
  graph.state.pageSize = 4;
  const accounts = people(graph, 9);
  for (const account of accounts)
    grant(graph.state.users.get(account) ?? assert.fail(), { skuId: sku, state: "Active" });
  const used = addUser(graph.state, "Anna@Example.org", { lastSignIn: "2026-11-01T08:00:00Z" });
  grant(used, { skuId: sku, state: "ActiveWithError", assignedByGroup: "group-1" });
  grant(addUser(graph.state, "failed@example.org"), { skuId: sku, state: "Error", error: "CountViolation" });
  grant(addUser(graph.state, "other@example.org"), { skuId: otherSku, state: "Active" });
  const holders = await provider.holders(forever);
  assert.deepEqual(
    holders.map(({ account }) => account),
    [...accounts, anna],
  );
  assert.deepEqual(holders.at(-1), { account: anna, lastUsed: "2026-11-01T08:00:00.000Z", isInherited: true });
  assert.deepEqual(holders[0], { account: accounts[0], lastUsed: undefined, isInherited: false });
  assert.equal(graph.lines.filter((line) => line === "GET /users").length, 3);
});

test("holders: without Entra ID P1 nobody's last use", async (t) => {
  const { graph, provider } = await worldOf(t);
  graph.state.premium = false;
  grant(addUser(graph.state, anna, { lastSignIn: "2026-11-01T08:00:00Z" }), { skuId: sku, state: "Active" });
  assert.deepEqual(await provider.holders(forever), [{ account: anna, lastUsed: undefined, isInherited: false }]);
  graph.fail(/^GET \/users$/, { status: 403 }, 2);
  assert.equal((await refusal(provider.holders(forever))).details.status, 403);
});

test("holders: a page that is busy or broken is asked for again; one elsewhere or in a circle is refused", async (t) => {
  const { graph, provider } = await worldOf(t);
  grant(addUser(graph.state, anna), { skuId: sku, state: "Active" });
  graph.fail(/^GET \/users$/, { status: 429 });
  graph.fail(/^GET \/users$/, { status: 503, headers: { "Retry-After": "0" } });
  graph.fail(/^GET \/users$/, { status: 200, body: '{"value":[{' });
  graph.fail(/^GET \/users$/, { status: 200, body: { value: [{ userPrincipalName: 7 }] } });
  graph.fail(/^GET \/users$/, "cut");
  assert.equal((await provider.holders(forever)).length, 1);
  const elsewhere = { value: [], "@odata.nextLink": "http://127.0.0.1:1/v1.0/users?$skiptoken=2" };
  graph.fail(/^GET \/users$/, { status: 200, body: elsewhere });
  assert.match((await refusal(provider.holders(forever))).message, /that is not at/);
  const circle = { value: [], "@odata.nextLink": `${graph.base.href}users?$skiptoken=2` };
  graph.fail(/^GET \/users$/, { status: 200, body: circle }, 2);
  assert.match((await refusal(provider.holders(forever))).message, /its pages go round in circles/);
});

test("holds: only an assignment that works; nobody of that name is told as such", async (t) => {
  const { graph, provider } = await worldOf(t);
  for (const [nth, [state, skuId, assignedByGroup, expected]] of (
    [
      ["Active", sku, null, true],
      ["ActiveWithError", sku, null, true],
      ["Active", sku, "group-1", true],
      ["Error", sku, null, false],
      ["Disabled", sku, null, false],
      ["Active", otherSku, null, false],
    ] as const
  ).entries()) {
    const account = `user'${nth}#ext@example.org`;
    grant(addUser(graph.state, account), { state, skuId, assignedByGroup });
    assert.equal(await provider.holds(account, forever), expected, `${state} ${skuId}`);
  }
  const error = await refusal(provider.holds("nobody@example.org", forever));
  assert.equal(error.kind, "unknown");
  assert.match(error.message, /^graph: GET \/users\/nobody%40example.org: 404: Request_ResourceNotFound: /);
});

test("assign: one write where the location is known, two where it lacks, none where there is a seat", async (t) => {
  const { graph, provider } = await worldOf(t);
  const lacking = addUser(graph.state, "lacking@example.org", { usageLocation: null });
  const had = addUser(graph.state, "had@example.org");
  grant(had, { skuId: sku, state: "Active" });
  const inherits = addUser(graph.state, "inherits@example.org");
  grant(inherits, { skuId: sku, state: "Active", assignedByGroup: "group-1" });
  addUser(graph.state, anna, { usageLocation: "FR" });
  const all = [anna, lacking.principal, had.principal, inherits.principal];
  for (const _ of ["once", "twice"]) {
    await Promise.all(all.map((account) => provider.assign(account, forever)));
    assertHolders(graph, all);
    assert.deepEqual(writesOf(graph).toSorted(), [
      "PATCH /users/lacking@example.org",
      "POST /users/anna@example.org/assignLicense",
      "POST /users/lacking@example.org/assignLicense",
    ]);
  }
  assert.deepEqual(lacking.changes, ["@IT", `+${sku}`]);
  assert.deepEqual(inherits.changes, []);
});

test("assign: a location that licences' side does not know yet is waited for, but not for ever", async (t) => {
  const { graph, provider, another } = await worldOf(t);
  graph.state.locationLagMs = 1e9;
  const [first = "", second = ""] = people(graph, 2, { usageLocation: null });
  const work = provider.assign(first, forever);
  await writesOfAtLeast(graph, 4);
  const user = graph.state.users.get(first) ?? assert.fail();
  user.locationFrom = 0;
  await work;
  assertHolders(graph, [first]);
  assert.deepEqual(user.changes, ["@IT", `+${sku}`]);
  assert.equal(writesOf(graph).filter((line) => line.startsWith("PATCH")).length, 1);
  const error = await refusal(another({ patience: { ...patient, lagMs: 200 } }).assign(second, forever));
  assert.deepEqual([error.kind, error.details.status], ["refused", 400]);
  assert.match(error.message, /invalid usage location/);
  assertHolders(graph, [first]);
});

test("assign: no seat left", async (t) => {
  const { graph, provider } = await worldOf(t);
  const all = people(graph, 130);
  const results = await Promise.allSettled(all.map((account) => provider.assign(account, forever)));
  const given = all.filter((_, nth) => results[nth]?.status === "fulfilled");
  assert.equal(given.length, 100);
  assertHolders(graph, given);
  for (const result of results) {
    if (result.status === "rejected") assert.equal((await refusal(Promise.reject(result.reason))).kind, "noSeats");
  }
});

test("assign: what was taken and then failed says why, what had failed before does not", async (t) => {
  const { graph, provider } = await worldOf(t);
  const ours = graph.state.skus.at(-1) ?? assert.fail();
  const [first = "", second = "", third = ""] = people(graph, 3);
  ours.fails = "CountViolation";
  assert.equal((await refusal(provider.assign(first, forever))).kind, "noSeats");
  ours.fails = "MutuallyExclusiveViolation";
  const error = await refusal(provider.assign(second, forever));
  assert.deepEqual([error.kind, error.details.code], ["refused", "MutuallyExclusiveViolation"]);
  delete ours.fails;
  const old = { state: "Error", error: "DependencyViolation", lastUpdatedDateTime: "2026-01-01T00:00:00Z" };
  grant(graph.state.users.get(third) ?? assert.fail(), { skuId: sku, ...old });
  graph.state.readLagMs = 30;
  await provider.assign(third, forever);
  assertHolders(graph, [third]);
});

test("assign: what is shown late is not written again; what is never shown is unconfirmed", async (t) => {
  const { graph, provider, another } = await worldOf(t);
  const [first = "", second = ""] = people(graph, 2, { usageLocation: null });
  graph.state.readLagMs = 60;
  await provider.assign(first, forever);
  assert.equal(writesOf(graph).length, 2);
  assertHolders(graph, [first]);
  graph.state.readLagMs = 1e9;
  const error = await refusal(another({ patience: { ...patient, lagMs: 200 } }).assign(second, forever));
  assert.deepEqual([error.kind, writesOf(graph).length], ["unconfirmed", 4]);
});

test("reclaim: takes the account's own seat and nothing else, and twice is once", async (t) => {
  const { graph, provider } = await worldOf(t);
  const user = addUser(graph.state, anna);
  grant(user, { skuId: sku, state: "Active" });
  grant(user, { skuId: otherSku, state: "Active" });
  for (const _ of ["once", "twice"]) {
    await provider.reclaim(anna, forever);
    assertHolders(graph, []);
    assert.deepEqual(user.changes, [`-${sku}`]);
  }
  assert.equal(writesOf(graph).length, 1);
});

test("reclaim: never what a group gave, also where there is one of its own beside it", async (t) => {
  const { graph, provider } = await worldOf(t);
  const [first = "", second = ""] = people(graph, 2);
  for (const account of [first, second]) {
    grant(graph.state.users.get(account) ?? assert.fail(), { skuId: sku, state: "Active", assignedByGroup: "group-1" });
  }
  grant(graph.state.users.get(second) ?? assert.fail(), { skuId: sku, state: "Active" });
  for (const account of [first, second]) {
    const error = await refusal(provider.reclaim(account, forever));
    assert.deepEqual(
      [error.kind, error.message],
      ["refused", `graph: seat of ${account}: it comes with a group's licence`],
    );
  }
  assert.deepEqual(writesOf(graph), []);
  assertHolders(graph, [first, second]);
});

test("reclaim: taken by a refused write and shown late is taken", async (t) => {
  const { graph, provider } = await worldOf(t);
  const user = addUser(graph.state, anna);
  grant(user, { skuId: sku, state: "Active" });
  graph.state.readLagMs = 1e9;
  graph.fail(/assignLicense/, { status: 429, applied: true });
  const work = provider.reclaim(anna, forever);
  await writesOfAtLeast(graph, 2);
  show(user);
  await work;
  assertHolders(graph, []);
});

test("in a meeting: who says so, who may hide it, and of whom nobody can tell", async (t) => {
  const { graph, provider } = await worldOf(t);
  const cases = [
    ["Available", "Available", false],
    ["AvailableIdle", "Available", false],
    ["Away", "Away", false],
    ["BeRightBack", "BeRightBack", false],
    ["Offline", "Offline", false],
    ["Offline", "OffWork", false],
    ["Away", "OutOfOffice", false],
    ["Busy", "InACall", true],
    ["Busy", "InAConferenceCall", true],
    ["Busy", "InAMeeting", true],
    ["DoNotDisturb", "Presenting", true],
    ["Available", "InACall", true],
    ["Busy", "Busy", true],
    ["BusyIdle", "Busy", true],
    ["DoNotDisturb", "DoNotDisturb", true],
    ["PresenceUnknown", "PresenceUnknown", true],
    ["Available", "Juggling", true],
    ["Busy", "OutOfOffice", true],
    [null, null, true],
  ] as const;
  const expected: string[] = [];
  for (const [nth, [availability, activity, busy]] of cases.entries()) {
    const account = `user-${nth}@example.org`;
    addUser(graph.state, account, { presence: { availability, activity } });
    if (busy) expected.push(account);
  }
  const [silent = ""] = people(graph, 1);
  const all = [...cases.map((_, nth) => `user-${nth}@example.org`), silent, "nobody@example.org"];
  assert.deepEqual([...(await provider.inMeeting(all, forever))], [...expected, silent, "nobody@example.org"]);
  graph.fail(/getPresences/, { status: 403 });
  assert.deepEqual([...(await provider.inMeeting(all, forever))], all);
  assert.deepEqual([...(await provider.inMeeting([], forever))], []);
});

test("in a meeting: 650 a request, and a refusal counts for those alone who were asked of", async (t) => {
  const { graph, provider } = await worldOf(t);
  const all = people(graph, 700, { presence: { availability: "Away", activity: "Away" } });
  assert.equal((await provider.inMeeting(all, forever)).size, 0);
  assert.equal(graph.lines.filter((line) => line.includes("getPresences")).length, 2);
  graph.fail(/getPresences/, { status: 429 });
  graph.fail(/getPresences/, { status: 403 });
  assert.equal((await provider.inMeeting(all, forever)).size, 650);
});
