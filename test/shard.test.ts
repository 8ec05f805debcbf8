import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseShard, shardOf, shareOf } from "../src/shard.ts";
import { madeInventory } from "./watch/inventory.ts";

const name = fc.string({ minLength: 1, maxLength: 30 });
const names = fc.uniqueArray(name, { maxLength: 60 });
const count = fc.integer({ min: 1, max: 40 });
const divided = ["host", "site", "gateway", "service"] as const;

function inventoryOf(hosts: readonly string[], sites: readonly string[]) {
  return madeInventory({
    hosts: hosts.map((each) => ({ name: each, address: "10.64.0.1" })),
    sites: sites.map((each) => ({
      name: each,
      router: "10.0.1.1",
      links: ["fibre", "radio"].map((link) => ({ name: link, address: "10.9.1.2", instance: "hub-a" })),
    })),
    instances: [{}, {}, {}],
    services: ["mail", "documents"].map((id) => ({ id, name: id, url: `https://${id}.example/` })),
    jobs: [{ unit: "crisis", id: "daily", every: "day", by: "08:00", timezone: "Europe/Rome" }],
  });
}

function shares(inventory: ReturnType<typeof inventoryOf>, parts: number) {
  return Array.from({ length: parts }, (_, at) => shareOf(inventory, { index: at + 1, count: parts }));
}

test("all parts together are the whole, each thing once; a site's lines and a host's desks are where these are", () => {
  fc.assert(
    fc.property(names, names, count, (hosts, sites, parts) => {
      const whole = inventoryOf(hosts, sites);
      const all = shares(whole, parts);
      for (const key of ["instances", "sites", "links", "hosts", "desks", "services", "jobs"] as const) {
        const of = ({ [key]: things }: typeof whole) => things.map((thing) => JSON.stringify(thing));
        assert.deepEqual(all.flatMap(of).toSorted(), of(whole).toSorted(), key);
      }
      for (const share of all) {
        const siteIds = new Set(share.sites.map(({ id }) => id));
        assert.ok(share.links.every(({ site }) => siteIds.has(site)));
        const hostNames = new Set(share.hosts.map((host) => host.name));
        assert.ok(share.desks.every(({ host }) => hostNames.has(host)));
        assert.deepEqual(share.bodies, whole.bodies);
        assert.deepEqual(share.pools, whole.pools);
      }
    }),
    { numRuns: 60 },
  );
});

test("what comes or goes moves nothing else", () => {
  fc.assert(
    fc.property(names, names, count, (before, added, parts) => {
      const placesOf = (hosts: readonly string[]) =>
        shares(inventoryOf(hosts, []), parts).map(({ hosts: own }) => own.map((host) => host.name));
      const small = placesOf(before);
      const large = placesOf([...new Set([...before, ...added])]);
      const old = new Set(before);
      assert.deepEqual(
        large.map((own) => own.filter((each) => old.has(each))),
        small,
      );
    }),
    { numRuns: 60 },
  );
});

test("one part more takes from all others, and moves nothing between them", () => {
  fc.assert(
    fc.property(fc.constantFrom(...divided), name, count, (kind, id, parts) => {
      const [now, then] = [shardOf(kind, id, parts), shardOf(kind, id, parts + 1)];
      assert.ok(now >= 1 && now <= parts);
      assert.ok(then === now || then === parts + 1);
    }),
  );
});

/** Six standard deviations of a fair draw: one fleet in a hundred million would be less even by chance. */
const bound = 6;

test("names that are counted up are spread evenly", () => {
  for (const parts of [2, 3, 10, 64]) {
    for (const form of ["torino-anagrafe-", "h-", ""]) {
      const targets = 20_000;
      const counts = Array.from({ length: parts }, () => 0);
      for (let each = 0; each < targets; each += 1) {
        const at = shardOf("host", `${form}${String(each).padStart(5, "0")}`, parts) - 1;
        counts[at] = (counts[at] ?? 0) + 1;
      }
      const fair = targets / parts;
      const widest = Math.max(...counts.map((each) => Math.abs(each - fair)));
      assert.ok(widest < bound * Math.sqrt(fair), `${form} ${parts}: ${widest} from ${fair}`);
    }
  }
});

test("where a thing falls is for ever: parts of different versions watch together", () => {
  const places = divided.map((kind) => ["h-1", "torino/hall", "hub-a"].map((id) => shardOf(kind, id, 16)));
  assert.deepEqual(places, [
    [4, 5, 11],
    [11, 1, 5],
    [14, 14, 4],
    [9, 10, 8],
  ]);
});

test("the whole fleet is one part, and is left as it is", () => {
  const whole = inventoryOf(["a"], ["b"]);
  assert.equal(shareOf(whole, { index: 1, count: 1 }), whole);
});

test("a part is written I/N", () => {
  assert.deepEqual(parseShard("2/4"), { index: 2, count: 4 });
  assert.deepEqual(parseShard("1000/1000"), { index: 1000, count: 1000 });
  for (const wrong of ["", "0/4", "5/4", "1/1001", "1/0", "01/4", "1 / 4", "1/4/2", "-1/4", "a/b", "1.5/4"])
    assert.throws(() => parseShard(wrong), { name: "RangeError", message: /is not I\/N, such as 2\/4/ }, wrong);
});
