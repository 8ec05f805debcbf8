import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { comparePlans } from "../../src/plan/diff.ts";
import { plan } from "../../src/plan/plan.ts";
import { extras, fleetFrom, specs } from "./arbitrary.ts";
import { listed, reference, small } from "./fleet.ts";

type Change = NonNullable<Parameters<typeof reference>[0]>;
type Reference = Parameters<Change>[0];

const texts = (change: Change): string[] =>
  comparePlans(plan(reference()), plan(reference(change))).map(({ effect, text }) => `${effect}: ${text}`);

function bodyOf(fleet: Reference, id: string): Reference["bodies"][number] {
  const body = fleet.bodies.find((each) => each.id === id);
  assert.ok(body !== undefined);
  return body;
}

function siteOf(fleet: Reference, id: string): Reference["bodies"][number]["sites"][number] {
  const site = fleet.bodies.flatMap((body) => body.sites).find((each) => each.id === id);
  assert.ok(site !== undefined);
  return site;
}

test("the surge: who gets a desk, and who disconnects for how long", () => {
  const changes = comparePlans(plan(reference(), "today"), plan(reference(), "surge"));
  assert.deepEqual(changes[0], {
    effect: "interrupted",
    subject: "hub",
    people: 4090,
    minutes: 45,
    text:
      "gateway hub goes from VpnGw4AZ to VpnGw5AZ, an upgrade of about 45 minutes: up to 4,090 people at once " +
      "disconnect in it; profiles stay",
  });
  assert.deepEqual(
    changes.slice(1).map(({ effect, people, text }) => [effect, people, text]),
    [
      [
        "none",
        1500,
        "regione gains 1,500 desks (office 1,290, council 150, crisis 15, gis 45): 1,500 people get a desk",
      ],
      ["none", 1200, "torino gains 1,200 desks (office 750, counters 450): 1,200 people get a desk"],
      ["none", 300, "metropolitana gains 300 desks (office 300): 300 people get a desk"],
      ["none", 119, "consorzio: 119 people more get a profile for their laptop"],
      ["none", 54, "regione gains 54 videoconference seats"],
      ["none", 24, "torino gains 24 videoconference seats"],
      ["none", 12, "metropolitana gains 12 videoconference seats"],
    ],
  );
});

test("back from the surge: desks are lost, and a downgrade reissues every profile", () => {
  const changes = comparePlans(plan(reference(), "surge"), plan(reference(), "today")).map(({ text }) => text);
  assert.deepEqual(changes.slice(0, 2), [
    "regione/office loses 1,290 desks: 1,290 people lose their desk and what is stored on it",
    "regione/council loses 150 desks: 150 people lose the way in to their PC",
  ]);
  assert.ok(changes.includes("torino/office loses 750 desks: 750 people lose their seat in the pool"));
  assert.equal(
    changes.at(-1),
    "gateway hub goes from VpnGw5AZ to VpnGw4AZ, a downgrade, which is delete and recreate in up to 60 minutes: " +
      "up to 6,671 people at once disconnect, and every profile is issued again (7,999)",
  );
});

test("a gateway that outgrows its generation is made anew, and every profile is issued again", () => {
  const people = (desks: number) =>
    plan(small(desks, [{ id: "a", name: "A", pools: [{ id: "p", share: 1, kind: "personal", class: "light" }] }]));
  const [before, after] = [people(200), people(400)];
  assert.deepEqual(
    [before, after].map(({ gateways }) => gateways[0]?.sku),
    ["VpnGw1AZ", "VpnGw2AZ"],
  );
  const change = comparePlans(before, after).find(({ subject }) => subject === "hub");
  assert.equal(change?.effect, "new profile");
  assert.match(change?.text ?? "", /VpnGw1AZ to VpnGw2AZ, another generation, which is delete and recreate/);
});

test("nothing changes between equal plans", () => {
  assert.deepEqual(comparePlans(plan(reference()), plan(reference())), []);
});

const cases: readonly { name: string; change: Change; says: readonly string[] }[] = [
  {
    name: "a body's cloud desks go to another subscription",
    change: (fleet) => {
      if (fleet.azure !== undefined) fleet.azure.subscriptions = ["main", "city"];
      bodyOf(fleet, "torino").subscription = "city";
    },
    says: [
      "lost: torino: its subscription goes from main to city: its desks are built anew; 1,750 people lose their " +
        "profile, unless it is copied",
    ],
  },
  {
    name: "another region",
    change: (fleet) => {
      if (fleet.azure !== undefined) fleet.azure.region = "westeurope";
    },
    says: [
      "lost: regione: its region goes from italynorth to westeurope: its desks are built anew; 3,115 people lose their " +
        "desk and what is stored on it",
      "lost: torino: its region goes from italynorth to westeurope: its desks are built anew; 1,750 people lose their " +
        "profile, unless it is copied",
      "lost: metropolitana: its region goes from italynorth to westeurope: its desks are built anew; 700 people lose " +
        "their desk and what is stored on it",
      "new profile: the hub goes from region italynorth to westeurope, its gateway is made anew there: up to 6,671 " +
        "people at once disconnect, and every profile is issued again (7,999)",
    ],
  },
  {
    name: "the hub's subscription",
    change: (fleet) => {
      if (fleet.azure !== undefined) fleet.azure.subscriptions = ["hub", "main"];
      for (const body of fleet.bodies) body.subscription = "main";
    },
    says: [
      "new profile: the hub goes from subscription main to hub, its gateway is made anew there: up to 6,671 people at " +
        "once disconnect, and every profile is issued again (7,999)",
    ],
  },
  {
    name: "hosts join a domain",
    change: (fleet) => {
      if (fleet.azure !== undefined) fleet.azure.join = "domain";
    },
    says: [
      "lost: regione: its hosts join a domain, no longer Entra ID: its desks are built anew; 3,115 people lose their " +
        "desk and what is stored on it",
      "lost: torino: its hosts join a domain, no longer Entra ID: its desks are built anew; 1,750 people lose their " +
        "profile, unless it is copied",
      "lost: metropolitana: its hosts join a domain, no longer Entra ID: its desks are built anew; 700 people lose " +
        "their desk and what is stored on it",
    ],
  },
  {
    name: "another image: personal desks keep theirs",
    change: (fleet) => {
      if (fleet.azure !== undefined) fleet.azure.image = "win12-avd";
    },
    says: [
      "interrupted: torino: its pooled hosts are made from win12-avd, no longer from win11-avd: 1,750 people sign in " +
        "again; personal desks keep the image that they were made from",
    ],
  },
  {
    name: "another group",
    change: (fleet) => {
      bodyOf(fleet, "metropolitana").group = "sg-all-desks";
    },
    says: [
      "interrupted: metropolitana: its desks are for group sg-all-desks, no longer for group sg-metropolitana-desks: " +
        "700 people get in only if they are in it",
    ],
  },
  {
    name: "a body is dropped",
    change: (fleet) => {
      fleet.bodies.splice(2, 1);
      for (const pool of bodyOf(fleet, "torino").pools) if (pool.id === "office") pool.share = 0.35;
    },
    says: [
      "lost: metropolitana/office loses 700 desks: 700 people lose their desk and what is stored on it",
      "lost: metropolitana loses 20 videoconference seats: up to 20 people lose theirs",
      "none: torino gains 700 desks (office 700): 700 people get a desk",
      "none: site metropolitana/corso-inghilterra goes, with its lines: nobody works over them",
      "none: risk gone, the only line of metropolitana/corso-inghilterra down: fibre: the site has no second line, " +
        "0 people at once",
    ],
  },
  {
    name: "a pool turns into another kind",
    change: (fleet) => {
      for (const pool of bodyOf(fleet, "metropolitana").pools) pool.kind = "pooled";
    },
    says: ["lost: metropolitana/office turns from personal to pooled: 700 people get another desk in place of theirs"],
  },
  {
    name: "bodies change places, so addresses move",
    change: (fleet) => {
      const [first, second, ...rest] = fleet.bodies;
      if (first !== undefined && second !== undefined)
        fleet.bodies = [first, ...rest.slice(0, 1), second, ...rest.slice(1)];
    },
    says: [
      "lost: metropolitana/office: addresses go from 10.68.0.0/24 to 10.72.0.0/24; 700 people lose their desk and " +
        "what is stored on it, as their hosts are made anew",
      "interrupted: torino/office: addresses go from 10.72.0.0/24 to 10.68.0.0/24; 1,750 people are cut off " +
        "while their hosts are changed",
      "interrupted: torino/counters: addresses go from 10.73.0.0/24 to 10.69.0.0/24; 1,050 people are cut off " +
        "while their hosts are changed",
      "interrupted: line torino/palazzo-civico/fibre has its tunnel moved from 10.112.192.8/29 to 10.112.160.8/29; " +
        "735 people at torino/palazzo-civico use the site: they are cut off until it is up again",
    ],
  },
  {
    name: "host names and class change",
    change: (fleet) => {
      for (const pool of bodyOf(fleet, "metropolitana").pools) {
        pool.prefix = "metro";
        pool.class = "heavy";
      }
    },
    says: [
      "lost: metropolitana/office: host names go from metoffoj-… to metro-…, class goes from light to heavy; " +
        "700 people lose their desk and what is stored on it, as their hosts are made anew",
    ],
  },
  {
    name: "a pool packs its hosts otherwise",
    change: (fleet) => {
      for (const pool of bodyOf(fleet, "torino").pools) if (pool.id === "office") pool.concurrency = 1;
    },
    says: ["interrupted: torino/office goes from 40 to 32 desks a host: 1,718 people sign in again, on another host"],
  },
  {
    name: "an instance is added, and clients' addresses move",
    change: (fleet) => {
      fleet.access.instances = 3;
      fleet.network.clients = "10.104.0.0/13";
    },
    says: [
      "new profile: people's addresses at hub-a go from 10.96.0.0/16 to 10.104.0.0/16: up to 6,671 people at once " +
        "disconnect, and every profile is issued again (7,999)",
      "none: instance hub-c is added: nobody disconnects; the 7,999 profiles out there do not name it, and use it " +
        "once they are issued again",
      "interrupted: line regione/corso-marche/fibre ends on hub-c, no longer on hub-a; 35 people at " +
        "regione/corso-marche use the site: they are cut off until it is up again",
    ],
  },
  {
    name: "an instance goes",
    change: (fleet) => {
      fleet.access.instances = 1;
    },
    says: [
      "interrupted: instance hub-b goes: up to 3,336 people at once reconnect through the others",
      "interrupted: line regione/consiglio/fibre ends on hub-a, no longer on hub-b; 280 people at regione/consiglio " +
        "use the site: they are cut off until it is up again",
      "none: line torino/palazzo-civico/fibre-2 ends on hub-a, no longer on hub-b; 735 people at " +
        "torino/palazzo-civico use the site: they go on over the site's other lines",
    ],
  },
  {
    name: "another protocol and another way to prove who one is",
    change: (fleet) => {
      fleet.access.people = "ikev2";
      fleet.access.authentication.azure = "radius";
    },
    says: [
      "new profile: the protocol goes from openvpn to ikev2, people prove who they are by radius, no longer " +
        "by entra: " +
        "every profile is issued again (7,999)",
    ],
  },
  {
    name: "the cloud's own broker",
    change: (fleet) => {
      fleet.access.way = "broker";
    },
    says: [
      "interrupted: cloud desks are reached by broker, no longer by gateway: 5,565 people come in another way",
      "new profile: gateway hub goes from VpnGw5AZ to VpnGw4AZ, a downgrade, which is delete and recreate in up to " +
        "60 minutes: up to 6,671 people at once disconnect, and every profile is issued again (7,999)",
    ],
  },
  {
    name: "a site loses its second line",
    change: (fleet) => {
      siteOf(fleet, "palazzo-civico").links.pop();
    },
    says: [
      "exposed: new risk, the only line of torino/palazzo-civico down: fibre: the site has no second line, " +
        "735 people at once",
      "none: line torino/palazzo-civico/fibre-2 goes; 735 people at torino/palazzo-civico use the site: " +
        "they go on over the site's other lines",
    ],
  },
  {
    name: "a site gets a second line, and another a new carrier",
    change: (fleet) => {
      siteOf(fleet, "consiglio").links.push({ id: "radio", carrier: "carrier-b", mbps: 200, critical: false });
      for (const link of siteOf(fleet, "corso-inghilterra").links) link.carrier = "carrier-c";
    },
    says: [
      "none: line regione/consiglio/radio is added (carrier-b, 200 Mb/s): nobody disconnects",
      "none: line metropolitana/corso-inghilterra/fibre goes from carrier-a to carrier-c; nobody works over it",
      "none: risk gone, the only line of regione/consiglio down: fibre: the site has no second line, " +
        "280 people at once",
    ],
  },
  {
    name: "a line gets faster, and a site comes",
    change: (fleet) => {
      for (const link of siteOf(fleet, "corso-inghilterra").links) link.mbps = 1000;
      bodyOf(fleet, "metropolitana").sites.push({
        id: "annex",
        links: [
          { id: "one", carrier: "carrier-a", mbps: 10, critical: false },
          { id: "two", carrier: "carrier-b", mbps: 10, critical: false },
        ],
      });
    },
    says: [
      "none: line metropolitana/corso-inghilterra/fibre goes from 500 to 1,000 Mb/s",
      "none: site metropolitana/annex comes, with 2 lines",
    ],
  },
];
for (const { name, change, says } of cases) {
  test(`${name}: told in words of the people`, () => {
    const told = texts(change);
    for (const said of says) assert.ok(told.includes(said), `not told: ${said}\ntold:\n${told.join("\n")}`);
  });
}

test("a list that renames desks says how many people look for theirs", () => {
  const named = (...names: string[]) =>
    plan(
      small(
        4,
        [{ id: "a", name: "A", pools: [{ id: "p", share: 1, kind: "personal", class: "light", list: "x.csv" }] }],
        {},
        { "a/p": listed(...names) },
      ),
    );
  assert.deepEqual(
    comparePlans(named("mario", "anna"), named("mario", "lucia", "piero")).map(({ people, text }) => [people, text]),
    [[2, "a/p: the list renames 2 desks; 2 people look for theirs"]],
  );
});

test("growth and appended parts cost nobody a desk, and move nobody", () => {
  fc.assert(
    fc.property(specs(5000), fc.nat(5000), extras, (spec, more, extra) => {
      const before = plan(fleetFrom(spec));
      const after = plan(fleetFrom({ ...spec, desks: spec.desks + more }, extra));
      const bodies = new Set(before.bodies.map(({ id }) => id));
      for (const { effect, subject, text } of comparePlans(before, after)) {
        if (bodies.has(subject.split("/")[0] ?? "")) assert.ok(effect === "none", text);
      }
    }),
    { numRuns: 50 },
  );
});
