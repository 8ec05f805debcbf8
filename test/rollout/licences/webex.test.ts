import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Webex, type WebexOptions } from "../../../src/rollout/licences/webex.ts";
import { startWebex, type WebexDouble } from "../../doubles/webex/server.ts";
import { forever, passing, patience, people, refusal } from "./refusal.ts";

const meetings = "licence-meetings";
let vendor: WebexDouble;
beforeEach(async () => {
  vendor = await startWebex();
  vendor.state.licences.push(
    { id: meetings, name: "Meeting - Webex Meeting Center", siteUrl: "site1-example.webex.com", totalUnits: 10 },
    { id: "licence-calling", name: "Webex Calling", siteUrl: "site1-example.webex.com", totalUnits: 5 },
  );
  const licences = new Set([meetings, "licence-calling"]);
  vendor.state.add("boss@example.org", { licences, lastActivity: "2026-11-20T08:00:00.028Z" });
  for (const email of people(3)) vendor.state.add(email);
});
afterEach(async () => {
  await vendor.close();
  assert.deepEqual(vendor.overQuota, []);
  for (const { id, totalUnits } of vendor.state.licences) assert.ok(vendor.state.holders(id).length <= totalUnits);
  assert.ok(vendor.state.find("boss@example.org")?.licences.has("licence-calling"));
});

const webex = (options: Partial<WebexOptions> = {}, at = vendor): Webex =>
  new Webex({ token: async () => at.token, licence: meetings, base: at.base, patience, ...options });
const writes = () => vendor.requests.filter((line) => !line.startsWith("GET")).length;
const holds = (...names: readonly string[]) =>
  assert.deepEqual(
    vendor.state.holders(meetings).map(({ email }) => email),
    ["boss", ...names].map((name) => `${name}@example.org`),
  );

test("a seat is given once, and taken once; other licences stay", async () => {
  const provider = webex();
  await provider.assign("p1@example.org", forever);
  await provider.assign("p1@example.org", forever);
  holds("p1");
  assert.deepEqual(await provider.seats(forever), { total: 10, used: 2 });
  assert.equal(await provider.holds("p1@example.org", forever), true);
  await provider.reclaim("p1@example.org", forever);
  await provider.reclaim("p1@example.org", forever);
  holds();
  assert.equal(writes(), 2);
});

for (const [what, fault] of passing) {
  for (const applied of [false, true]) {
    test(`${what}, ${applied ? "and yet it was done" : "and it was not done"}`, async () => {
      vendor.fail(/^PATCH/, { ...fault, applied });
      vendor.fail(/people/, fault);
      await webex().assign("p1@example.org", forever);
      holds("p1");
      assert.equal(writes(), applied ? 1 : 2);
      vendor.fail(/^PATCH/, { ...fault, applied });
      await webex().reclaim("p1@example.org", forever);
      holds();
      assert.equal(writes(), applied ? 2 : 4);
    });
  }
}

test("a write is not shown at once: it is waited for, and not made again", async () => {
  vendor.state.lagReads = 5;
  const provider = webex();
  await provider.assign("p1@example.org", forever);
  await provider.reclaim("p1@example.org", forever);
  holds();
  assert.equal(writes(), 2);
});

test("a write that is never shown is told as such", async () => {
  vendor.state.lagReads = 1_000_000;
  const error = await refusal(webex({ patience: { ...patience, lagMs: 20 } }).assign("p1@example.org", forever));
  assert.equal(error.kind, "unconfirmed");
  assert.equal(writes(), 1);
});

for (const isPartial of [true, false]) {
  test(`seats that run out on the way, told with ${isPartial ? 206 : 400}`, async () => {
    vendor.isPartial = isPartial;
    const licence = vendor.state.licences[0];
    assert.ok(licence !== undefined);
    licence.totalUnits = 3;
    const provider = webex();
    const ended = await Promise.allSettled(people(3).map((email) => provider.assign(email, forever)));
    const kinds = ended.map((each) => (each.status === "rejected" ? (each.reason as { kind: string }).kind : "given"));
    assert.deepEqual(kinds.toSorted(), ["given", "given", "noSeats"]);
    assert.equal(vendor.state.holders(meetings).length, 3);
    assert.deepEqual(await provider.seats(forever), { total: 3, used: 3 });
  });
}

test("206: what was done is compared with what was asked for", async () => {
  const body = JSON.stringify({ email: "p1@example.org", licenses: ["licence-calling"] });
  vendor.fail(/^PATCH/, { status: 206, body });
  const given = await refusal(webex().assign("p1@example.org", forever));
  assert.equal(given.kind, "refused");
  assert.equal(given.message, "webex: seat of p1@example.org: not changed: 206, and the licence was not given");
  vendor.fail(/^PATCH/, { status: 206, body: JSON.stringify({ licenses: [meetings] }) });
  const taken = await refusal(webex().reclaim("boss@example.org", forever));
  assert.match(taken.message, /206, and the licence was not taken/);
  // A part of something else may have failed.
  vendor.fail(/^PATCH/, { status: 206, applied: true, body: JSON.stringify({ licenses: [meetings] }) });
  await webex().assign("p2@example.org", forever);
  holds("p2");
});

test("one of another organisation has to accept first", async () => {
  vendor.state.add("guest@example.net", { isExternal: true });
  const error = await refusal(webex().assign("guest@example.net", forever));
  assert.match(error.message, /seat of guest@example.net: not changed: it waits for the person to accept/);
  holds();
});

test("a refusal for another reason stays one, with Webex's code and words", async () => {
  const errors = [{ errorCode: 700_004, description: "Free teams meeting mandatory\nfor paid teams meeting license." }];
  vendor.fail(/^PATCH/, { status: 400, body: JSON.stringify({ message: "License prerequisite missing", errors }) });
  const error = await refusal(webex().assign("p1@example.org", forever));
  assert.deepEqual([error.kind, error.details.code], ["refused", "700004"]);
  assert.equal(
    error.message,
    "webex: PATCH licenses/users: 400: 700004: Free teams meeting mandatory for paid teams meeting license.",
  );
  holds();
});

test("a list in which some hold a seat already: only the others are written", async () => {
  const provider = webex();
  for (const email of ["boss@example.org", ...people(3)]) await provider.assign(email, forever);
  holds("p1", "p2", "p3");
  assert.equal(writes(), 3);
});

test("whom Webex does not know, and a licence that is not one", async () => {
  assert.equal((await refusal(webex().assign("nobody@example.org", forever))).kind, "unknown");
  assert.equal((await webex({ licence: "Webex Calling" }).seats(forever)).total, 5);
  assert.match((await refusal(webex({ licence: "Gold" }).seats(forever))).message, /"Gold": the organisation has none/);
  vendor.state.licences.push({ id: "2", name: "Webex Calling", siteUrl: "site2-example.webex.com", totalUnits: 5 });
  const several = await refusal(webex({ licence: "Webex Calling" }).assign("p1@example.org", forever));
  assert.match(several.message, /the organisation has several: give its id/);
});

test("one who was deleted and made anew is found again", async () => {
  const provider = webex();
  await provider.assign("p1@example.org", forever);
  vendor.state.add("p1@example.org");
  assert.equal((await refusal(provider.holds("p1@example.org", forever))).kind, "unknown");
  assert.equal(await provider.holds("p1@example.org", forever), false);
});

test("holders come from all pages, with their last activity where it is told", async () => {
  vendor.state.pageSize = 2;
  for (const nth of [1, 2, 3]) vendor.state.add(`Anna${nth}@Example.org`, { licences: new Set([meetings]) });
  const expected = [1, 2, 3].map((nth) => ({ account: `anna${nth}@example.org`, lastUsed: undefined }));
  const boss = { account: "boss@example.org", lastUsed: "2026-11-20T08:00:00.028Z" };
  assert.deepEqual(await webex().holders(forever), [boss, ...expected]);
  vendor.fail(/people/, { status: 403, body: "{}" });
  assert.deepEqual(await webex().holders(forever), [{ ...boss, lastUsed: undefined }, ...expected]);
});

test("pages elsewhere are not asked for, nor one that comes again", async () => {
  const path = `licenses/${meetings}?includeAssignedTo=user&limit=300`;
  const link = (address: string) => ({ status: 200, headers: { link: `<${address}>; rel="next"` }, body: "{}" });
  vendor.fail(/includeAssignedTo/, link("https://webexapis.com.example.org/next"));
  assert.match((await refusal(webex().holders(forever))).message, /that is not at http/);
  vendor.fail(/includeAssignedTo/, link(path), 2);
  assert.match((await refusal(webex().holders(forever))).message, /comes to no end/);
});

test("in a meeting: by status, where it is hidden, and of whom nobody can tell", async () => {
  const shown = ["call", "meeting", "presenting", "DoNotDisturb", "unknown", "active", "inactive", "OutOfOffice"];
  for (const status of shown) vendor.state.add(`${status.toLowerCase()}@example.org`, { status });
  delete vendor.state.add("silent@example.org").status;
  const asked = [...shown, "silent", "nobody"].map((name) => `${name.toLowerCase()}@example.org`);
  const found = await webex().inMeeting(asked, forever);
  const names = ["call", "donotdisturb", "meeting", "nobody", "presenting", "silent", "unknown"];
  assert.deepEqual(
    [...found].sort(),
    names.map((name) => `${name}@example.org`),
  );
  vendor.fail(/people/, { status: 503 }, 99);
  const all = await webex({ patience: { ...patience, totalMs: 0 } }).inMeeting(people(3), forever);
  assert.deepEqual([...all].sort(), people(3));
});

test("429 with a wait longer than patience: told, and not asked again", async () => {
  vendor.fail(/people/, { status: 429, headers: { "retry-after": "3600" }, body: "{}" });
  const provider = webex();
  const error = await refusal(provider.holds("p1@example.org", forever));
  assert.deepEqual([error.kind, error.details.retryAfterMs], ["passing", 3_600_000]);
  const asked = vendor.requests.length;
  const second = await refusal(provider.assign("p2@example.org", forever));
  assert.match(second.message, /^webex: not asked: it wants no request before \d{4}-/);
  assert.equal(vendor.requests.length, asked);
  holds();
});

test("an answer of another shape is asked for again; a token that is not taken, once", async () => {
  vendor.fail(/licenses/, { status: 200, body: '{"items":[{"id":7}]}' });
  assert.deepEqual(await webex().seats(forever), { total: 10, used: 1 });
  const stale = vendor.token;
  vendor.expireToken();
  const token = async (_: AbortSignal, refused?: string) => (refused === undefined ? stale : vendor.token);
  assert.deepEqual(await webex({ token }).seats(forever), { total: 10, used: 1 });
  const error = await refusal(webex({ token: async () => "Y2-secret" }).seats(forever));
  assert.deepEqual([error.kind, error.details.status], ["refused", 401]);
  assert.ok(!`${error.message}${JSON.stringify(error)}${error.stack}`.includes("Y2-secret"));
});

test("the quota is kept to, also by many at once", async () => {
  const small = await startWebex(60, 1000);
  const rate = { units: 48, perMs: 1000, burst: 12 };
  try {
    small.state.licences.push({ id: meetings, name: "Meetings", siteUrl: "a.webex.com", totalUnits: 100 });
    for (const email of people(20)) small.state.add(email);
    const provider = webex({ rate }, small);
    await Promise.all(people(20).map((email) => provider.assign(email, forever)));
    assert.equal(small.state.holders(meetings).length, 20);
    assert.deepEqual(small.overQuota, []);
  } finally {
    await small.close();
  }
});
