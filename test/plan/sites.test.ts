import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseRange, rangesOverlap, sizeOf } from "../../src/plan/addresses.ts";
import { plan } from "../../src/plan/plan.ts";
import { hubAsn } from "../../src/plan/sites.ts";
import type { Plan, SitePlan } from "../../src/plan/types.ts";
import { extras, fleetFrom, specs } from "./arbitrary.ts";
import { reference, small } from "./fleet.ts";

const sitesOf = ({ bodies }: Plan): readonly SitePlan[] => bodies.flatMap((body) => body.sites);

test("the Crisis Unit's site: router, AS number, and three lines on both instances", () => {
  const site = sitesOf(plan(reference())).find(({ id }) => id === "regione/corso-marche");
  assert.deepEqual(
    { router: site?.router, asn: site?.asn, desks: site?.desks, people: site?.peopleAtOnce, pools: site?.pools },
    { router: "10.112.128.129", asn: 4_200_000_002, desks: 35, people: 35, pools: ["regione/crisis"] },
  );
  assert.deepEqual(site?.links[1], {
    id: "regione/corso-marche/radio",
    body: "regione",
    site: "regione/corso-marche",
    name: "radio",
    ordinal: 1,
    carrier: "carrier-b",
    mbps: 100,
    critical: true,
    availability: undefined,
    instance: "hub-b",
    slot: 18,
    transit: "10.112.128.144/29",
    tunnel: {
      gatewayOuter: "10.112.128.145",
      siteOuter: "10.112.128.146",
      gatewayInner: "10.112.128.149",
      siteInner: "10.112.128.150",
    },
  });
});

test("AS numbers differ: hub, instances, sites", () => {
  const made = plan(reference());
  const instances = made.gateways.flatMap((gateway) => gateway.instances.map(({ asn }) => asn));
  const all = [hubAsn, ...instances, ...sitesOf(made).map(({ asn }) => asn)];
  assert.deepEqual(all.slice(0, 3), [64_512, 64_513, 64_514]);
  assert.equal(new Set(all).size, all.length);
});

test("a site with several lines has them on different instances", () => {
  fc.assert(
    fc.property(specs(100), (spec) => {
      for (const { links } of sitesOf(plan(fleetFrom(spec)))) {
        assert.equal(new Set(links.map(({ instance }) => instance)).size, Math.min(2, links.length));
      }
    }),
  );
});

test("lines' ranges lie in the upper half, never overlap, hold their slot's number, and stay when others come", () => {
  fc.assert(
    fc.property(specs(1000), extras, (spec, extra) => {
      const made = plan(fleetFrom(spec, extra));
      const transit = parseRange(made.network.transit);
      const base = transit.first + sizeOf(transit) / 2;
      const links = sitesOf(made).flatMap((site) => site.links);
      const ordered = links.map((link) => parseRange(link.transit)).toSorted((a, b) => a.first - b.first);
      for (const [index, range] of ordered.entries()) {
        const next = ordered[index + 1];
        if (next !== undefined) assert.ok(!rangesOverlap(range, next));
        assert.ok(range.first >= base && range.first + sizeOf(range) <= transit.first + sizeOf(transit));
      }
      for (const link of links) assert.equal(parseRange(link.transit).first, base + 8 * link.slot);
      const addresses = sitesOf(made).flatMap((site) => [
        site.router,
        ...site.links.flatMap((link) => Object.values(link.tunnel)),
      ]);
      assert.equal(new Set(addresses).size, addresses.length);
      const places = (each: Plan) =>
        sitesOf(each).flatMap((site) => [site.router, ...site.links.map((l) => l.transit)]);
      const now = new Set(places(made));
      assert.ok(places(plan(fleetFrom(spec))).every((place) => now.has(place)));
    }),
  );
});

const crowd = (sites: number, transit: string) =>
  plan(
    small(
      1,
      [
        {
          id: "a",
          name: "A",
          pools: [{ id: "p", share: 1, kind: "personal", class: "light" }],
          sites: Array.from({ length: sites }, (_, nth) => ({
            id: `s${nth}`,
            links: [{ id: "l", carrier: "c", mbps: 1 }],
          })),
        },
        { id: "b", name: "B", sites: [{ id: "s", links: [{ id: "l", carrier: "c", mbps: 1 }] }] },
      ],
      { network: { transit } },
    ),
  );

test("256 sites of the first of two bodies fit in a /16; one more is refused with what to do", () => {
  const routers = sitesOf(crowd(256, "10.112.0.0/16")).map(({ router }) => router);
  assert.equal(new Set(routers).size, 257);
  assert.throws(() => crowd(257, "10.112.0.0/16"), {
    message: "body a has 257 sites, and its place in 10.112.0.0/16 has room for 256; give network.transit more room",
  });
});

test("a small transit range is refused in the same words", () => {
  assert.throws(() => crowd(2, "10.112.0.0/24"), {
    message: "body a has 2 sites, and its place in 10.112.0.0/24 has room for 1; give network.transit more room",
  });
});
