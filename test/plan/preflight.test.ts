import assert from "node:assert/strict";
import { test } from "node:test";
import { plan } from "../../src/plan/plan.ts";
import { readBudget, writeBudget } from "../../src/plan/limits.ts";
import { preflightOf } from "../../src/plan/preflight.ts";
import { costsOf, parsePrices, PriceTableError } from "../../src/plan/preflight/prices.ts";
import type { Meter, Preflight, Price } from "../../src/plan/preflight/types.ts";
import { bucketSeconds, windowSeconds } from "../../src/plan/preflight/writes.ts";
import { preflightText } from "../../src/plan/text/preflight.ts";
import type { Plan } from "../../src/plan/types.ts";
import { reference, small } from "./fleet.ts";

function before(made: Plan, prices: readonly Price[] = []): Preflight {
  const preflight = preflightOf(made, prices);
  assert.ok(preflight !== undefined);
  return preflight;
}

/** The reference fleet with all bodies but the Region in a subscription of their own. */
const apart = plan(
  reference((fleet) => {
    if (fleet.azure !== undefined) fleet.azure.subscriptions = ["main", "city"];
    for (const body of fleet.bodies) if (body.id !== "regione") body.subscription = "city";
  }),
);

test("vCPU quota by subscription and family, with spare for what is made anew at once", () => {
  assert.deepEqual(
    before(plan(reference())).vcpus.map(({ subscription, family, vms, vcpus, spare }) => [
      subscription,
      family,
      vms,
      vcpus,
      spare,
    ]),
    [
      // 3,010 × 4 + 44 × 8 + 700 × 2, and the watch's two of 2; spare: one of 4, a quarter of 44 of 8, one of 2
      ["main", "standardDASv5Family", 3756, 13_796, 94],
      ["main", "StandardNVADSA10v5Family", 105, 630, 6],
      ["main", "cores (total of the region)", 3861, 14_426, 100],
    ],
  );
  assert.deepEqual(
    before(apart).vcpus.map(({ subscription, vcpus, spare }) => [subscription, vcpus, spare]),
    [
      ["main", 12_044, 4],
      ["main", 630, 6],
      ["main", 12_674, 10],
      ["city", 1752, 90],
      ["city", 1752, 90],
    ],
  );
});

test("addresses, disks and profiles of each subscription", () => {
  assert.deepEqual(before(apart).subscriptions, [
    // three of the active-active gateway, the hub's way out, the watch's, four of the Region's 3,115 hosts
    { subscription: "main", vms: 3117, publicAddresses: 9, disks: 3117, profilesGib: 0 },
    { subscription: "city", vms: 744, publicAddresses: 2, disks: 744, profilesGib: 52_500 },
  ]);
});

test("writes are those of the slices, and the hub's part of joining a body is the hub's subscription's", () => {
  const { writes } = before(apart);
  const slices = apart.slices.filter(({ target }) => target === "azure");
  const all = slices.flatMap((slice) => slice.writes).reduce((sum, { network, others }) => sum + network + others, 0);
  assert.equal(
    writes.reduce((sum, need) => sum + need.writes, 0),
    all,
  );
  assert.deepEqual(
    slices.find(({ stack }) => stack === "azure-torino")?.writes.map(({ subscription }) => subscription),
    ["city", "main"],
  );
  const [main] = before(plan(reference())).writes;
  assert.ok(main !== undefined);
  assert.ok(main.writes > 6 * 3859 && main.writes < 6 * 3859 + 400, String(main.writes));
  assert.ok(main.network > 3859 && main.network < 3859 + 200, String(main.network));
});

const budgets: readonly { writes: number; bucket: number; window: number }[] = [
  { writes: 0, bucket: 0, window: 0 },
  { writes: 200, bucket: 0, window: 0 },
  { writes: 210, bucket: 1, window: 0 },
  { writes: 1000, bucket: 80, window: 0 },
  { writes: 1001, bucket: 80.1, window: 300 },
  { writes: 35_000, bucket: 3480, window: 10_200 },
];
for (const { writes, bucket, window } of budgets) {
  test(`${writes} writes take at least ${bucket} s by the bucket, ${window} s by the network provider's window`, () => {
    assert.deepEqual([bucketSeconds(writes, writeBudget), windowSeconds(writes, writeBudget)], [bucket, window]);
  });
}

const reads: readonly { reads: number; bucket: number; window: number }[] = [
  { reads: 250, bucket: 0, window: 0 },
  { reads: 275, bucket: 1, window: 0 },
  { reads: 10_000, bucket: 390, window: 0 },
  { reads: 10_001, bucket: 390.04, window: 300 },
];
for (const { reads: count, bucket, window } of reads) {
  test(`${count} reads take at least ${bucket} s by the bucket, ${window} s by the network provider's window`, () => {
    assert.deepEqual([bucketSeconds(count, readBudget), windowSeconds(count, readBudget)], [bucket, window]);
  });
}

test("a refresh reads each thing once, and takes less than half of what writing it took", () => {
  const [main] = before(plan(reference())).writes;
  assert.deepEqual([main?.minutes, main?.refreshMinutes], [39, 16]);
});

test("the least time: the gateway's half hour, then the slowest subscription", () => {
  const { time, writes } = before(apart);
  const slowest = Math.max(...writes.map(({ minutes }) => minutes));
  assert.deepEqual(time, { gateway: { atLeast: 30, atMost: 60 }, atLeast: 30 + slowest });
  assert.ok(time.atLeast < before(plan(reference())).time.atLeast);
});

test("how many subscriptions the VMs need, at least and as recommended", () => {
  const told = before(plan(reference())).notices.map(({ text }) => text);
  assert.ok(told.some((text) => text.includes("3,861 VMs need at least 1 subscription, 2 as")));
});

test("a fleet without a cloud has nothing to prepare", () => {
  const lab = small(10, [{ id: "a", name: "A", pools: [{ id: "p", share: 1, kind: "personal", class: "light" }] }]);
  assert.equal(preflightOf(plan(lab), []), undefined);
});

test("a Virtual WAN is paid by hub and scale unit, and brings its own addresses", () => {
  const wan = plan(
    small(12_001, [{ id: "a", name: "A", pools: [{ id: "p", share: 1, kind: "personal", class: "light" }] }], {
      azure: { region: "italynorth", tenant: "example.org", subscriptions: ["one"], image: "win11" },
    }),
  );
  const { costs, subscriptions } = before(wan);
  const quantity = (meter: string) => costs.meters.find((each) => each.meter === meter)?.quantity?.always;
  assert.equal(quantity("Virtual WAN hub"), 730);
  assert.equal(quantity("Virtual WAN scale unit, people"), 25 * 730);
  assert.ok(costs.meters.every(({ meter }) => !meter.startsWith("VPN gateway")));
  // the hub's way out, the watch's, and twelve of 12,001 hosts
  assert.equal(subscriptions[0]?.publicAddresses, 14);
});

test("every meter is listed with a month's quantity, hosts by the hours that they run", () => {
  const { costs } = before(plan(reference()));
  const quantity = (meter: string) => costs.meters.find((each) => each.meter === meter)?.quantity;
  assert.deepEqual(quantity("VM Standard_D4as_v5"), { atWork: 3010 * 282, always: 3010 * 730 });
  assert.deepEqual(quantity("VPN gateway VpnGw5AZ"), { atWork: 730, always: 730 });
  assert.deepEqual(quantity("Azure Files premium, ZRS"), { atWork: 52_500, always: 52_500 });
  assert.equal(quantity("Log Analytics, data"), undefined);
  assert.equal(costs.unknown, costs.meters.length);
  assert.equal(costs.currency, undefined);
});

const header = "meter,unit,price,currency,source,date";
const row = "VPN gateway VpnGw5AZ,hour,2.5,EUR,a price list of a test,2026-01-31";

test("prices: the total says at least, and how many meters are unknown", () => {
  const prices = parsePrices(`${header}\n${row}\n`, "p.csv");
  const { costs } = before(plan(reference()), prices);
  assert.deepEqual(costs.known, { atWork: 1825, always: 1825 });
  assert.equal(costs.unknown, costs.meters.length - 1);
  const text = preflightText(before(plan(reference()), prices));
  assert.match(text, /In all: at least 1,825 EUR a month at work, 1,825 EUR always on \(\d+ of \d+ meters unknown\)/);
  assert.match(text, /prices: a price list of a test \(2026-01-31\)/);
});

test("a price in another unit is no price", () => {
  const meter: Meter = { meter: "m", unit: "hour", quantity: { atWork: 1, always: 2 }, why: "" };
  const price: Price = { meter: "m", unit: "month", price: 3, currency: "EUR", source: "s", date: "2026-01-31" };
  assert.equal(costsOf([meter], [price]).unknown, 1);
  assert.deepEqual(costsOf([meter], [{ ...price, unit: "hour" }]).known, { atWork: 3, always: 6 });
  assert.equal(costsOf([{ ...meter, quantity: undefined }], [{ ...price, unit: "hour" }]).unknown, 1);
});

const tables: readonly { name: string; text: string; mistakes: readonly string[] }[] = [
  {
    name: "another header",
    text: "meter,unit,price,currency,date,when\n",
    mistakes: [
      "p.csv:1: the columns must be meter, unit, price, currency, source, date; missing: source; unknown: when",
    ],
  },
  { name: "an empty file", text: "", mistakes: [/missing: meter/.source] },
  {
    name: "every mistake of a row",
    text: `${header}\n,,a lot,euro,,31.1.2026\n`,
    mistakes: [
      "p.csv:2: the row names no meter",
      "p.csv:2: unit is missing",
      'p.csv:2: price must be a number of 0 or more, not "a lot"',
      'p.csv:2: currency must be a code such as EUR, not "euro"',
      "p.csv:2: source is missing: where the price was read",
      'p.csv:2: date must be a day as YYYY-MM-DD, not "31.1.2026"',
    ],
  },
  {
    name: "a meter twice, another currency, a row too short",
    text: `${header}\n${row}\n${row.replace("EUR", "USD")}\nm,hour,1\n`,
    mistakes: [
      "p.csv:3: the currency is USD, above it is EUR; a table has one",
      'p.csv:3: the meter "VPN gateway VpnGw5AZ" stands twice',
      "p.csv:4: the row has 3 fields, the header 6",
    ],
  },
  { name: "an open quote", text: `${header}\n"m,hour\n`, mistakes: [/p\.csv: not CSV: /.source] },
];
for (const { name, text, mistakes } of tables) {
  test(`a table of prices with ${name} is refused, saying where and what`, () => {
    assert.throws(
      () => parsePrices(text, "p.csv"),
      (error) => {
        assert.ok(error instanceof PriceTableError);
        assert.equal(error.mistakes.length, mistakes.length, error.message);
        for (const [nth, mistake] of mistakes.entries()) {
          const got = error.mistakes[nth] ?? "";
          assert.ok(got === mistake || new RegExp(mistake).test(got), got);
        }
        return true;
      },
    );
  });
}

test("comments and blank lines of a table are passed over", () => {
  assert.equal(parsePrices(`# of a test\n${header}\n\n${row}\n`, "p.csv").length, 1);
});

test("the text is at most 120 columns wide, and names what is unknown", () => {
  const lines = preflightText(before(plan(reference()))).split("\n");
  assert.equal(lines[0], "Before you build in Azure (italynorth)");
  assert.ok(lines.every((line) => line.length <= 120));
  assert.ok(lines.some((line) => /^In all: unknown \(\d+ of \d+ meters unknown\)/.test(line)));
});
