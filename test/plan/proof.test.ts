import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { plan } from "../../src/plan/plan.ts";
import type { Plan, ProofRow } from "../../src/plan/types.ts";
import { fleetFrom, specs } from "./arbitrary.ts";
import { reference, small } from "./fleet.ts";

const broken = ({ proof }: Plan) => proof.filter((row) => !row.holds).map((row) => row.what);

function row({ proof }: Plan, what: string): ProofRow {
  const found = proof.find((each) => each.what.startsWith(what));
  assert.ok(found !== undefined, `no row "${what}" in: ${proof.map((each) => each.what).join("; ")}`);
  return found;
}

for (const stage of ["today", "surge"]) {
  test(`every limit holds for the reference fleet, stage ${stage}`, () => {
    assert.deepEqual(broken(plan(reference(), stage)), []);
  });
}

test("a row says demand, limit, source, headroom, and what breaks it, also in desks", () => {
  assert.deepEqual(row(plan(reference()), "people at once"), {
    group: "gateway",
    what: "people at once through VpnGw5AZ",
    demand: 6671,
    limit: 10_000,
    unit: "people",
    source: "Azure VPN Gateway: about gateway SKUs (June 2026)",
    headroom: 3329,
    breaksAt: 10_001,
    breaksAtDesks: 11_039,
    holds: true,
  });
});

test("the total of desks that breaks a row does break it, and one less does not", () => {
  const at = (desks: number) =>
    plan(
      reference((fleet) => {
        for (const stage of fleet.stages) if (stage.name === "surge") stage.desks = desks;
      }),
    );
  assert.equal(at(11_038).peopleAtOnce <= 10_000, true);
  assert.equal(at(11_039).peopleAtOnce > 10_000, true);
  const vms = row(plan(reference()), "VMs in subscription main").breaksAtDesks ?? 0;
  assert.equal(row(at(vms), "VMs in subscription main").holds, false);
  assert.equal(row(at(vms - 1), "VMs in subscription main").holds, true);
});

test("N−1: one instance less, everybody has an address on the other; one line less, sites bear their people", () => {
  const surge = plan(reference());
  assert.deepEqual(
    surge.proof.filter(({ what }) => what.includes("N−1")).map(({ what, demand, limit }) => [what, demand, limit]),
    [
      ["regione/corso-marche: one line less (N−1), its people on radio", 17.5, 100],
      ["regione/corso-marche: one gateway instance less (N−1), on radio", 17.5, 100],
      ["torino/palazzo-civico: one line less (N−1), its people on fibre-2", 367.5, 1000],
      ["torino/palazzo-civico: one gateway instance less (N−1), on fibre-2", 367.5, 1000],
      ["everybody on hub-a alone (N−1)", 6671, 65_533],
      ["everybody on hub-b alone (N−1)", 6671, 65_533],
    ],
  );
});

test("the rows' arithmetic agrees with itself, whatever the fleet", () => {
  fc.assert(
    fc.property(specs(30_000), (spec) => {
      for (const { demand, limit, headroom, breaksAt, holds, source, unit } of plan(fleetFrom(spec)).proof) {
        assert.equal(holds, demand <= limit);
        assert.equal(headroom, limit - demand);
        assert.ok(breaksAt > limit && breaksAt <= limit + 1);
        assert.notEqual(source, "");
        assert.notEqual(unit, "");
      }
    }),
  );
});

type Change = NonNullable<Parameters<typeof reference>[0]>;
type Reference = Parameters<Change>[0];

const bodyOf = (fleet: Reference, id: string) => {
  const body = fleet.bodies.find((each) => each.id === id);
  assert.ok(body !== undefined);
  return body;
};

const breakers: readonly { name: string; change: Change; rows: readonly string[] }[] = [
  {
    name: "an office with too thin a line for its people",
    change: (fleet) => {
      for (const site of bodyOf(fleet, "regione").sites) {
        if (site.id === "consiglio") for (const link of site.links) link.mbps = 100;
      }
    },
    rows: ["regione/consiglio: its people on fibre"],
  },
  {
    name: "a second line too thin to take over",
    change: (fleet) => {
      const [, second] = bodyOf(fleet, "torino").sites[0]?.links ?? [];
      if (second !== undefined) second.mbps = 300;
    },
    rows: [
      "torino/palazzo-civico: one line less (N−1), its people on fibre-2",
      "torino/palazzo-civico: one gateway instance less (N−1), on fibre-2",
    ],
  },
  {
    name: "8,189 client addresses an instance",
    change: (fleet) => {
      fleet.network.clients = "10.96.0.0/18";
    },
    rows: [],
  },
  {
    name: "too few client addresses for everybody on one instance",
    change: (fleet) => {
      fleet.network.clients = "10.96.0.0/19";
    },
    rows: ["everybody on hub-a alone (N−1)", "everybody on hub-b alone (N−1)"],
  },
  {
    name: "client certificates in the cloud",
    change: (fleet) => {
      fleet.access.authentication.azure = "certificate";
    },
    rows: ["certificates, which are refused where not each can be revoked (entra or radius has no such limit)"],
  },
  {
    name: "more seats than the stage has",
    change: (fleet) => {
      bodyOf(fleet, "torino").seats = 41;
    },
    rows: ["videoconference seats of the bodies"],
  },
  {
    name: "too few people for a unit's hours",
    change: (fleet) => {
      for (const unit of fleet.units) unit.day.present = 7;
    },
    rows: ["Crisis Unit, Civil Protection: people needed for 7 present 08:00-20:00 every day"],
  },
  {
    name: "a unit that works round the clock with too few people",
    change: (fleet) => {
      for (const unit of fleet.units) unit.day.hours = "20:00-19:00";
    },
    rows: ["Crisis Unit, Civil Protection: people needed for 5 present 20:00-19:00 every day"],
  },
];
for (const { name, change, rows } of breakers) {
  test(`${name}: ${rows.length === 0 ? "all limits hold" : "its rows do not hold, and no others"}`, () => {
    assert.deepEqual(broken(plan(reference(change))), rows);
  });
}

test("7,000 personal desks break the subscription's recommended VMs, and two subscriptions hold them", () => {
  const personal = (...subscriptions: string[]) =>
    plan(
      small(
        7000,
        ["a", "b"].map((id, index) => ({
          id,
          name: id,
          subscription: subscriptions[index] ?? "one",
          pools: [{ id: "p", share: 0.5, kind: "personal", class: "medium" }],
        })),
        { azure: { region: "italynorth", tenant: "example.org", subscriptions: ["one", "two"], image: "win11-avd" } },
      ),
    );
  assert.deepEqual(broken(personal("one")), ["VMs in subscription one"]);
  assert.deepEqual(broken(personal("one", "two")), []);
});

test("more than 10,000 hosts in one pool break the host pool, and past a VNet's addresses the network", () => {
  const made = plan(
    small(70_000, [{ id: "a", name: "A", pools: [{ id: "p", share: 1, kind: "personal", class: "medium" }] }]),
  );
  assert.deepEqual(broken(made), [
    "VMs behind one VirtualWan hub",
    "session hosts in the largest host pool, a/p",
    "VMs in one subscription",
    "public addresses by which the hosts of a go out",
    "everybody on hub-a alone (N−1)",
    "everybody on hub-b alone (N−1)",
    "addresses in the largest network, a",
  ]);
});

test("a prefix of nine letters and 100,000 hosts is a computer name too long", () => {
  const made = plan(
    small(100_000, [
      { id: "a", name: "A", pools: [{ id: "p", share: 1, kind: "personal", class: "medium", prefix: "abcdefghi" }] },
    ]),
  );
  assert.deepEqual(
    made.proof.filter((each) => each.unit === "characters").map(({ what, demand, holds }) => [what, demand, holds]),
    [
      ['longest host name prefix, "abcdefghi"', 9, true],
      ['longest computer name, "abcdefghi-100000"', 16, false],
    ],
  );
});

test("a fleet with only physical desks has no rows of the cloud's desks", () => {
  const made = plan(
    small(10, [
      {
        id: "a",
        name: "A",
        pools: [{ id: "p", share: 1, kind: "physical", site: "s" }],
        sites: [{ id: "s", links: [{ id: "l", carrier: "c", mbps: 10 }] }],
      },
    ]),
  );
  assert.deepEqual(broken(made), []);
  assert.deepEqual(
    made.proof.filter(({ group }) => group === "Azure"),
    [],
  );
});

test("what the loss of one part takes with it, worst first", () => {
  assert.deepEqual(
    plan(reference()).risks.map(({ kind, what, desks, people }) => [kind, what, desks, people]),
    [
      ["gateway", "all gateway instances down: hub-a, hub-b", 7000, 6671],
      ["instance", "gateway instance hub-b down", 350, 280],
      ["line", "the only line of regione/consiglio down: fibre", 350, 280],
      ["host", "one host of torino/office down", 40, 32],
      ["instance", "gateway instance hub-a down", 0, 0],
      ["line", "the only line of metropolitana/corso-inghilterra down: fibre", 0, 0],
    ],
  );
});

test("one instance only, and all lines of one carrier, are risks", () => {
  const made = plan(
    reference((fleet) => {
      fleet.access.instances = 1;
      for (const site of bodyOf(fleet, "torino").sites) for (const link of site.links) link.carrier = "carrier-a";
    }),
  );
  assert.deepEqual(
    made.risks.slice(0, 2).map(({ what, people }) => [what, people]),
    [
      ["the only gateway instance down: hub-a", 6671],
      ["carrier-a down at torino/palazzo-civico", 735],
    ],
  );
});
