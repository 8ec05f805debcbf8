import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { orderText } from "../../src/link/order-text.ts";
import { orderFor, usualMbps, usualWidth } from "../../src/link/order.ts";
import { plan } from "../../src/plan/plan.ts";
import { reference } from "../plan/fleet.ts";
import { link } from "./run.ts";

const surge = plan(reference(), "surge");
const settings = {
  share: 0.8,
  loss: 0.01,
  algorithms: { ike: "IKEv2 AES256", ipsec: "IPsec GCMAES256" },
  measure: { misses: 5, hits: 2, intervalMs: 200 },
};
const sites = surge.bodies.flatMap((body) => body.sites);
const orderOf = (id: string, name?: string) => {
  const site = sites.find((each) => each.id === id);
  assert.ok(site);
  return orderFor(
    surge,
    site,
    site.links.find((each) => each.name === name),
    settings,
  );
};

test("a usual width is enough, and the one below is not", () => {
  assert.deepEqual([0, 10, 10.1, 459, 500, 400_001].map(usualWidth), [10, 10, 20, 500, 500, 800_000]);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 400_000, noNaN: true }), (mbps) => {
      const width = usualWidth(mbps);
      const below = usualMbps[usualMbps.findIndex((usual) => usual === width) - 1] ?? -1;
      assert.ok(width >= mbps && below < mbps);
    }),
  );
});

test("each line bears all the site's people alone, with a fifth to spare", () => {
  const { width, apart, quality, tunnel } = orderOf("torino/palazzo-civico");
  assert.deepEqual(
    [width.people, width.demandMbps, width.mbps, width.tooWideFor],
    [735, 367.5, 500, undefined], // 1,050 desks, 70 % at once, 0.5 Mb/s; / 0.8 = 459
  );
  assert.deepEqual(apart.carriers, ["carrier-a", "carrier-b"]);
  assert.match(quality[0]?.asked ?? "", /99\.5 %.*216 minutes/);
  assert.deepEqual(
    tunnel.instances.map(({ id, home }) => [id, home]),
    [
      ["hub-a", true],
      ["hub-b", false],
    ],
  );
});

test("a line anew keeps apart from the others of its site, and an only line must be better", () => {
  assert.deepEqual(orderOf("regione/corso-marche", "radio").apart.carriers, ["carrier-a", "carrier-c"]);
  const only = orderOf("regione/consiglio", "fibre");
  assert.deepEqual(only.apart.lines, []);
  assert.match(only.quality[0]?.asked ?? "", /99\.9 %.*43 minutes/);
});

test("every order of the reference fleet says its width, and none of our addresses or people", () => {
  for (const site of sites) {
    for (const name of [undefined, ...site.links.map((each) => each.name)]) {
      const order = orderOf(site.id, name);
      const text = orderText(order);
      assert.ok(text.includes(`${order.width.mbps.toLocaleString("en-US")} Mb/s each way`), text);
      assert.doesNotMatch(text, /\d+\.\d+\.\d+\.\d+|p\d\d\b/);
      for (const row of text.split("\n")) assert.ok(row.length <= 120, row);
    }
  }
});

test("deskbridge link order: text, JSON, and what there is to choose from", async () => {
  const [text, json, unknown] = await Promise.all([
    link("order", "torino/palazzo-civico", "--stage", "today"),
    link("order", "regione/corso-marche/radio", "--json"),
    link("order", "torino/town-hall"),
  ]);
  assert.match(text.stdout, /420 people at once at stage today/);
  assert.match(text.stdout, /IKEv2 AES256, SHA384, ECP384; IPsec GCMAES256, PFS ECP384/);
  const { width, line } = JSON.parse(json.stdout) as { width: { mbps: number }; line: string };
  assert.deepEqual([line, width.mbps], ["regione/corso-marche/radio", 50]);
  assert.equal(unknown.status, 2);
  assert.match(
    unknown.stderr,
    /no site or line "torino\/town-hall"; choose one of: regione\/giunta, regione\/giunta\/fibre/,
  );
});
