import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { VendorClient } from "../../../src/rollout/licences/client.ts";
import type { VendorError } from "../../../src/rollout/licences/vendor-error.ts";
import { Zoom, type ZoomOptions } from "../../../src/rollout/licences/zoom.ts";
import { Gathering } from "../../../src/rollout/licences/zoom-gathering.ts";
import { zoomRates } from "../../../src/rollout/licences/zoom-quota.ts";
import { startZoom, type ZoomDouble } from "../../doubles/zoom/server.ts";
import { forever, passing, patience, people } from "./refusal.ts";

let vendor: ZoomDouble;
beforeEach(async () => {
  vendor = await startZoom(20);
  vendor.state.add("boss@example.org", { type: 2 });
  for (const email of people(8)) vendor.state.add(email);
});
afterEach(async () => {
  await vendor.close();
  assert.deepEqual(vendor.overQuota, []);
  assert.ok(vendor.state.licensed().length <= vendor.state.hosts);
});

const zoom = (options: Partial<ZoomOptions> = {}): Zoom =>
  new Zoom({ token: async () => vendor.token, base: vendor.base, patience, rates: zoomRates.business, ...options });
const written = (method: string) => vendor.requests.filter((line) => line.startsWith(method)).length;
const eight = ["boss@example.org", ...people(8)];

async function outcomes(works: readonly Promise<void>[]): Promise<readonly string[]> {
  const ended = await Promise.allSettled(works);
  return ended.map((each) => {
    if (each.status === "fulfilled") return "done";
    const { kind, message } = each.reason as VendorError;
    return `${kind}: ${message}`;
  });
}

test("who waits at once goes in one request, and each is read back", async () => {
  const provider = zoom();
  await Promise.all(eight.map((email) => provider.assign(email, forever)));
  assert.deepEqual(vendor.state.licensed(), eight);
  assert.deepEqual([written("POST"), written("PATCH")], [1, 0]);
  const looks = eight.map((email) => vendor.requests.filter((line) => line.includes(encodeURIComponent(email))).length);
  assert.deepEqual(looks, [1, 2, 2, 2, 2, 2, 2, 2, 2]);
  assert.deepEqual(await provider.seats(forever), { total: 20, used: 9 });
});

test("a few are written one by one; those who give and those who take are not mixed", async () => {
  const provider = zoom();
  const few = people(4);
  await Promise.all([
    ...few.map((email) => provider.assign(email, forever)),
    provider.reclaim(eight[0] ?? "", forever),
  ]);
  assert.deepEqual(vendor.state.licensed(), few);
  assert.deepEqual([written("POST"), written("PATCH")], [0, 5]);
});

test("seats that run out on the way; who was given one meanwhile has no need of it", async () => {
  vendor.state.hosts = 6;
  vendor.state.lagReads = 3;
  const first = vendor.state.find("p1@example.org");
  assert.ok(first !== undefined && vendor.state.become(first, 2));
  const provider = zoom();
  const works = people(8).map((email) => provider.assign(email, forever));
  const told = await outcomes(works);
  assert.deepEqual(
    told.slice(0, 5),
    Array.from({ length: 5 }, () => "done"),
  );
  for (const each of told.slice(5)) assert.equal(each, "noSeats: zoom: POST users/features: Not enough seats");
  assert.deepEqual(vendor.state.licensed(), eight.slice(0, 6));
});

test("who has an event to come keeps the seat, in Zoom's words", async () => {
  for (const [nth, email] of people(6).entries()) vendor.state.add(email, { type: 2, hasEvents: nth === 0 });
  const provider = zoom();
  const told = await outcomes(people(6).map((email) => provider.reclaim(email, forever)));
  assert.equal(told[0], "refused: zoom: POST users/features: Have upcoming events");
  assert.deepEqual(
    told.slice(1),
    Array.from({ length: 5 }, () => "done"),
  );
  assert.deepEqual(vendor.state.licensed().toSorted(), ["boss@example.org", "p1@example.org"]);
});

const answers: readonly (readonly [string, string, string])[] = [
  ["who is not found", '{"fail_details":[{"user_ids":["id-2"],"reason":"Users not found"}]}', "unknown: "],
  ["a reason that is new", '{"fail_details":[{"user_ids":["id-2"],"reason":"Not on Fridays"}]}', "refused: "],
];
for (const [what, body, kind] of answers) {
  test(`${what}; of whom the answer says nothing is looked at, and written alone`, async () => {
    vendor.fail(/^POST/, { status: 200, body });
    const told = await outcomes(people(6).map(bindAssign(zoom())));
    assert.ok(told[0]?.startsWith(kind), told[0]);
    assert.deepEqual(vendor.state.licensed(), ["boss@example.org", ...people(6).slice(1)]);
    assert.deepEqual([written("POST"), written("PATCH")], [1, 5]);
  });
}

for (const [what, fault] of passing) {
  for (const applied of [false, true]) {
    test(`${what}, ${applied ? "and yet it was done" : "and it was not done"}`, async () => {
      vendor.fail(/^POST/, { ...fault, applied });
      assert.deepEqual(new Set(await outcomes(people(8).map(bindAssign(zoom())))), new Set(["done"]));
      assert.deepEqual(vendor.state.licensed(), eight);
      assert.deepEqual([written("POST"), written("PATCH")], [1, applied ? 0 : 8]);
    });
  }
}

test("an app that may not write many: one by one, and not tried again", async () => {
  vendor.fail(/^POST/, { status: 400, body: '{"code":4711,"message":"does not contain scopes"}' }, 9);
  const provider = zoom({ rates: { ...zoomRates.business, bulkMs: 0 } });
  await Promise.all(people(5).map(bindAssign(provider)));
  for (const email of people(5)) vendor.state.add(email);
  await Promise.all(people(5).map(bindAssign(provider)));
  assert.deepEqual(vendor.state.licensed(), eight.slice(0, 6));
  assert.deepEqual([written("POST"), written("PATCH")], [1, 10]);
});

test("those who are invited, unknown or done already leave the others to go", async () => {
  vendor.state.add("new@example.org", { status: "pending" });
  const provider = zoom();
  const wanted = ["boss@example.org", "new@example.org", "nobody@example.org", ...people(5)];
  const told = await outcomes(wanted.map(bindAssign(provider)));
  assert.deepEqual(
    told.map((each) => each.split(":")[0]),
    ["done", "refused", "unknown", "done", "done", "done", "done", "done"],
  );
  assert.deepEqual(vendor.state.licensed(), eight.slice(0, 6));
  assert.deepEqual([written("POST"), written("PATCH")], [1, 0]);
});

test("one who gives up does not end it for the others", async () => {
  const stop = new AbortController();
  const provider = zoom();
  const works = people(6).map((email, nth) => provider.assign(email, nth === 0 ? stop.signal : forever));
  const first = assert.rejects(works[0] ?? Promise.resolve(), /enough/);
  while (written("GET") < 6) await new Promise((resolve) => setImmediate(resolve));
  stop.abort(new Error("enough"));
  await first;
  await Promise.all(works.slice(1));
  for (const email of people(6).slice(1)) assert.ok(vendor.state.licensed().includes(email));
});

function gatheringOf(from: number): Gathering {
  const token = async () => vendor.token;
  const client = new VendorClient({ vendor: "zoom", base: vendor.base, token, meaning: () => ({}), patience });
  return new Gathering({ client, from, everyMs: 10_500, waitMs: 5 });
}

test("one who is not ready in time does not hold the others up, and is written alone", async () => {
  const gathering = gatheringOf(2);
  const [late, ...places] = people(3).map(() => gathering.join(2));
  assert.deepEqual(await Promise.all(places.map((place, nth) => place.write(`id-${nth + 3}`, forever))), [true, true]);
  assert.equal(await late?.write("id-2", forever), false);
  assert.deepEqual(vendor.state.licensed(), ["boss@example.org", "p2@example.org", "p3@example.org"]);
});

test("one who has given up is not written with the others", async () => {
  const gathering = gatheringOf(2);
  const stop = new AbortController();
  const [first, ...places] = people(3).map(() => gathering.join(2));
  const given = first?.write("id-2", stop.signal) ?? Promise.resolve();
  stop.abort(new Error("enough"));
  await assert.rejects(given, /enough/);
  assert.deepEqual(await Promise.all(places.map((place, nth) => place.write(`id-${nth + 3}`, forever))), [true, true]);
  assert.deepEqual(vendor.state.licensed(), ["boss@example.org", "p2@example.org", "p3@example.org"]);
});

function bindAssign(provider: Zoom): (email: string) => Promise<void> {
  return (email) => provider.assign(email, forever);
}
