import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Zoom, type ZoomOptions } from "../../../src/rollout/licences/zoom.ts";
import { zoomRates } from "../../../src/rollout/licences/zoom-quota.ts";
import { startZoom, type ZoomDouble } from "../../doubles/zoom/server.ts";
import { forever, passing, patience, people, refusal } from "./refusal.ts";

let vendor: ZoomDouble;
beforeEach(async () => {
  vendor = await startZoom(10);
  vendor.state.add("boss@example.org", { type: 2, lastLogin: "2026-11-20T08:00:00Z" });
  for (const email of people(3)) vendor.state.add(email);
});
afterEach(async () => {
  await vendor.close();
  assert.deepEqual(vendor.overQuota, []);
  assert.ok(vendor.state.licensed().length <= vendor.state.hosts);
});

const zoom = (options: Partial<ZoomOptions> = {}, at = vendor): Zoom =>
  new Zoom({ token: async () => at.token, base: at.base, patience, rates: zoomRates.business, ...options });
const writes = () => vendor.requests.filter((line) => !line.startsWith("GET"));
const holds = (...names: readonly string[]) =>
  assert.deepEqual(
    vendor.state.licensed(),
    ["boss", ...names].map((name) => `${name}@example.org`),
  );

test("a seat is given once, and taken once", async () => {
  const provider = zoom();
  await provider.assign("p1@example.org", forever);
  await provider.assign("p1@example.org", forever);
  holds("p1");
  assert.deepEqual(await provider.seats(forever), { total: 10, used: 2 });
  assert.equal(await provider.holds("p1@example.org", forever), true);
  await provider.reclaim("p1@example.org", forever);
  await provider.reclaim("p1@example.org", forever);
  holds();
  assert.deepEqual(
    writes(),
    Array.from({ length: 2 }, () => "PATCH /v2/users/p1%40example.org"),
  );
});

for (const [what, fault] of passing) {
  for (const applied of [false, true]) {
    test(`${what}, ${applied ? "and yet it was done" : "and it was not done"}`, async () => {
      vendor.fail(/^PATCH/, { ...fault, applied });
      vendor.fail(/^GET/, fault);
      await zoom().assign("p1@example.org", forever);
      holds("p1");
      assert.equal(writes().length, applied ? 1 : 2);
      vendor.fail(/^PATCH/, { ...fault, applied });
      await zoom().reclaim("p1@example.org", forever);
      holds();
      assert.equal(writes().length, applied ? 2 : 4);
    });
  }
}

test("a write is not shown at once: it is waited for, and not made again", async () => {
  vendor.state.lagReads = 5;
  await zoom().assign("p1@example.org", forever);
  holds("p1");
  assert.equal(writes().length, 1);
});

test("a write that is never shown is told as such", async () => {
  vendor.state.lagReads = 1_000_000;
  const error = await refusal(zoom({ patience: { ...patience, lagMs: 20 } }).assign("p1@example.org", forever));
  assert.equal(error.kind, "unconfirmed");
  assert.match(error.message, /^zoom: seat of p1@example.org: it was taken, and is not shown after/);
  assert.equal(writes().length, 1);
});

test("one who has not accepted the invitation: Zoom would answer 204 and do nothing", async () => {
  vendor.state.add("new@example.org", { status: "pending" });
  const error = await refusal(zoom().assign("new@example.org", forever));
  assert.equal(error.kind, "refused");
  assert.match(error.message, /seat of new@example.org: not changed: has not accepted Zoom's invitation yet/);
  assert.deepEqual(writes(), []);
  vendor.state.add("paid@example.org", { status: "pending", type: 2 });
  await zoom().assign("paid@example.org", forever);
  assert.match((await refusal(zoom().reclaim("paid@example.org", forever))).message, /status "pending"/);
  holds("paid");
  assert.deepEqual(await zoom().seats(forever), { total: 10, used: 2 });
});

test("seats that run out on the way: as many as there are, and who gets none is told", async () => {
  vendor.state.hosts = 6;
  for (const email of people(8).slice(3)) vendor.state.add(email);
  const ended = await Promise.allSettled(people(8).map((email) => zoom().assign(email, forever)));
  const kinds = ended.map((each) => (each.status === "rejected" ? (each.reason as { kind: string }).kind : "given"));
  assert.equal(kinds.filter((kind) => kind === "given").length, 5);
  assert.equal(kinds.filter((kind) => kind === "noSeats").length, 3);
  assert.equal(vendor.state.free, 0);
  assert.ok(vendor.state.licensed().includes("boss@example.org"));
});

test("a refusal for another reason stays one", async () => {
  vendor.fail(/^PATCH/, { status: 400, body: '{"code":300,"message":"Validation\\nFailed."}' });
  const error = await refusal(zoom().assign("p1@example.org", forever));
  assert.deepEqual([error.kind, error.details.code], ["refused", "300"]);
  assert.equal(error.message, "zoom: PATCH users/p1%40example.org: 400: 300: Validation Failed.");
  holds();
});

test("a list in which some hold a seat already: only the others are written", async () => {
  const provider = zoom();
  for (const email of ["boss@example.org", ...people(3)]) await provider.assign(email, forever);
  holds("p1", "p2", "p3");
  assert.equal(writes().length, 3);
});

test("whom Zoom does not know", async () => {
  assert.equal((await refusal(zoom().assign("nobody@example.org", forever))).kind, "unknown");
  assert.equal((await refusal(zoom().holds("nobody@example.org", forever))).kind, "unknown");
});

test("holders come from all pages, with their last login; no one who is invited or deactivated", async () => {
  vendor.state.pageSize = 2;
  vendor.state.add("Anna@Example.org", { type: 2 });
  vendor.state.add("new@example.org", { type: 2, status: "pending" });
  vendor.state.add("gone@example.org", { type: 2, status: "inactive" });
  assert.deepEqual(await zoom().holders(forever), [
    { account: "boss@example.org", lastUsed: "2026-11-20T08:00:00.000Z" },
    { account: "anna@example.org", lastUsed: undefined },
  ]);
  assert.equal(vendor.requests.length, 3);
  const page = JSON.stringify({ next_page_token: "again", users: [] });
  vendor.fail(/users\?/, { status: 200, body: page }, 2);
  assert.match((await refusal(zoom().holders(forever))).message, /comes to no end/);
});

test("an answer of another shape is asked for again", async () => {
  vendor.fail(/usage/, { status: 200, body: '{"plan_base":{"hosts":"ten","usage":1}}' });
  vendor.fail(/usage/, { status: 200, body: "<html>" });
  assert.deepEqual(await zoom().seats(forever), { total: 10, used: 1 });
  vendor.fail(/usage/, { status: 200, body: '{"plan_united":{"hosts":9,"usage":1}}' });
  assert.match((await refusal(zoom().seats(forever))).message, /has no base plan/);
});

for (const tells of [false, true]) {
  test(`the day's quota is used up, ${tells ? "with" : "without"} Retry-After: told until when, and asked no more`, async () => {
    vendor.tellsMidnight = tells;
    vendor.daily.set("light", 1);
    const provider = zoom();
    assert.equal(await provider.holds("p1@example.org", forever), false);
    // Where midnight is near, it would be waited for.
    const impatient = zoom({ patience: { ...patience, totalMs: 0 } });
    const error = await refusal(impatient.assign("p1@example.org", forever));
    assert.deepEqual([error.kind, error.details.status], ["passing", 429]);
    const midnight = `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T00:00:00`;
    assert.ok(error.message.includes(`daily rate limit for this API.: not before ${midnight}`), error.message);
    const asked = vendor.requests.length;
    const second = await refusal(impatient.assign("p2@example.org", forever));
    assert.match(second.message, /^zoom \(light\): not asked: it wants no request before \d{4}-\d\d-\d\dT00:00:00/);
    assert.equal(vendor.requests.length, asked);
    assert.deepEqual(await impatient.seats(forever), { total: 10, used: 1 });
    holds();
  });
}

test("a user's own quota of the day, told by words alone, does not close the others", async () => {
  const message = "You have exceeded the daily rate limit (100) of API requests permitted for this particular user.";
  vendor.fail(/p1/, { status: 429, body: JSON.stringify({ code: 429, message }) });
  const provider = zoom({ patience: { ...patience, totalMs: 1000 } });
  const error = await refusal(provider.holds("p1@example.org", forever));
  assert.match(error.message, /particular user\.: not before \d{4}-\d\d-\d\dT00:00:00/);
  await provider.assign("p2@example.org", forever);
  holds("p2");
});

test("in a meeting: who hosts one, and of whom nobody can tell", async () => {
  const [first = "", second = "", third = ""] = people(3);
  vendor.state.users.set(second, { ...vendor.state.add(second), isLive: true });
  vendor.fail(/p3.*live/, { status: 403, body: "{}" });
  const found = await zoom().inMeeting([first, second, third, "nobody@example.org"], forever);
  assert.deepEqual([...found].sort(), ["nobody@example.org", second, third]);
  // It is asked no more once it gives no answer: at most about those who were asked about at once.
  vendor.fail(/live/, { status: 503 }, 99);
  const before = vendor.requests.length;
  const all = await zoom({ patience: { ...patience, totalMs: 0 } }).inMeeting(people(40), forever);
  assert.deepEqual([...all].sort(), [...people(40)].sort());
  assert.ok(vendor.requests.length - before <= 8);
});

test("who hosts a meeting soon keeps the seat", async () => {
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  vendor.state.add("host@example.org", { type: 2, upcoming: [inHours(30), inHours(2)] });
  const provider = zoom({ upcomingMs: 24 * 3_600_000 });
  const error = await refusal(provider.reclaim("host@example.org", forever));
  assert.match(error.message, /seat of host@example.org: kept: hosts a meeting at /);
  holds("host");
  vendor.state.find("host@example.org")?.upcoming.pop();
  await provider.reclaim("host@example.org", forever);
  holds();
});

test("a token that is no longer taken is asked for anew, once", async () => {
  const stale = vendor.token;
  vendor.expireToken();
  const refused: (string | undefined)[] = [];
  const token = async (_: AbortSignal, old?: string) => {
    refused.push(old);
    return old === undefined ? stale : vendor.token;
  };
  assert.equal(await zoom({ token }).holds("p1@example.org", forever), false);
  assert.deepEqual(refused, [undefined, stale]);
  const error = await refusal(zoom({ token: async () => "eyJ-secret" }).holds("p1@example.org", forever));
  assert.deepEqual([error.kind, error.details.status], ["refused", 401]);
  assert.ok(!`${error.message}${JSON.stringify(error)}${error.stack}`.includes("eyJ-secret"));
});

test("its caller's signal ends a wait", async () => {
  const stop = new AbortController();
  vendor.fail(/^GET/, { status: 503, headers: { "retry-after": "10" } });
  const work = zoom().assign("p1@example.org", stop.signal);
  while (vendor.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  stop.abort(new Error("enough"));
  await assert.rejects(work, /enough/);
  holds();
});

test("quotas of the smaller plan are kept to, also by many at once; no one waits for a second bulk request", async () => {
  const small = await startZoom(100, { light: 30, medium: 20, heavy: 10, windowMs: 1000, bulkMs: 10_000 });
  try {
    for (const email of people(40)) small.state.add(email);
    const provider = zoom({ rates: zoomRates.pro }, small);
    await Promise.all(people(40).map((email) => provider.assign(email, forever)));
    assert.deepEqual([...small.state.licensed()].sort(), [...people(40)].sort());
    assert.equal((await provider.inMeeting(people(30), forever)).size, 0);
    await Promise.all(people(15).map(() => provider.seats(forever)));
    assert.deepEqual(small.overQuota, []);
    assert.equal(small.requests.filter((line) => line.startsWith("POST")).length, 1);
    assert.equal(small.requests.filter((line) => line.startsWith("PATCH")).length, 10);
    assert.ok(zoomRates.pro.bulkMs > 10_000);
  } finally {
    await small.close();
  }
});
