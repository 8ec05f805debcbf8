import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { rttBuckets } from "../src/metrics.ts";
import {
  decodeReport,
  encodeReport,
  protocolVersion,
  type Report,
  ReportError,
  targetKinds,
  vantageIds,
} from "../src/report.ts";

const kind = fc.constantFrom(...targetKinds);
const figure = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const record = fc.record(
  {
    id: fc.string({ minLength: 1 }),
    up: fc.constantFrom(0 as const, 1 as const, null),
    since: figure,
    attempts: fc.nat(),
    failures: fc.nat(),
    transitions: fc.nat(),
    rtt: fc.option(figure),
    unprobed: fc.option(fc.string()),
    certificateEnds: figure,
    status: fc.nat(),
    rtts: fc.record({
      counts: fc.array(fc.nat(), { minLength: rttBuckets.length + 1, maxLength: rttBuckets.length + 1 }),
      sum: figure,
    }),
  },
  {
    requiredKeys: ["id", "up", "since", "attempts", "failures", "transitions", "rtt", "unprobed"],
    noNullPrototype: true,
  },
);
const report: fc.Arbitrary<Report> = fc.oneof(
  fc.record({
    type: fc.constant("hello" as const),
    protocol: fc.constant(protocolVersion),
    vantage: fc.constantFrom(...vantageIds),
    shard: fc.record({ index: fc.nat(), count: fc.nat() }, { noNullPrototype: true }),
  }),
  fc.record({
    type: fc.constant("kind" as const),
    kind,
    interval: figure,
    lastRun: figure,
    lag: figure,
    coverage: figure,
  }),
  fc.record({ type: fc.constant("targets" as const), kind, records: fc.array(record, { maxLength: 5 }) }),
  fc.record({ type: fc.constant("way" as const), up: fc.constantFrom(0 as const, 1 as const, null) }),
  fc.record({ type: fc.constant("snapshot" as const) }),
) as fc.Arbitrary<Report>;

test("what is told is what is understood, in one line", () => {
  fc.assert(
    fc.property(report, (told) => {
      const line = encodeReport(told);
      assert.equal(line.indexOf("\n"), line.length - 1);
      assert.equal(encodeReport(decodeReport(line)), line);
    }),
  );
});

const good = { id: "a", up: 1, since: 1, attempts: 1, failures: 0, transitions: 0, rtt: 0.1, unprobed: null };
const targets = (change: object) =>
  JSON.stringify({ type: "targets", kind: "link", records: [{ ...good, ...change }] });
const refused = [
  ["half a line", '{"type":"hel', 'not JSON: {"type":"hel'],
  ["no object", "[]", "report is no object"],
  ["no type", "{}", "type undefined is none of hello, kind, targets, way, snapshot"],
  ["another protocol", '{"type":"hello","protocol":9,"vantage":"hub"}', "protocol 9; this exporter speaks 4"],
  ["another place", '{"type":"hello","protocol":4,"vantage":"moon"}', 'vantage "moon" is none of hub, public'],
  ["no part of the fleet", '{"type":"hello","protocol":4,"vantage":"hub"}', "shard is no object"],
  [
    "a part without a number",
    '{"type":"hello","protocol":4,"vantage":"hub","shard":{"index":1}}',
    "shard.count is undefined, not a number of 0 or more",
  ],
  [
    "another kind",
    '{"type":"kind","kind":"x","interval":1,"lastRun":0}',
    'kind "x" is none of link, site, host, service, gateway',
  ],
  ["no interval", '{"type":"kind","kind":"link","lastRun":0}', "interval is undefined, not a number of 0 or more"],
  [
    "no coverage",
    '{"type":"kind","kind":"link","interval":1,"lastRun":0,"lag":0}',
    "coverage is undefined, not a number of 0 or more",
  ],
  ["records that are none", '{"type":"targets","kind":"link","records":{}}', "records is not a list"],
  ["a record without a name", targets({ id: "" }), "a record's id is not a name"],
  ["a way that is neither", '{"type":"way","up":2}', "way: up is 2, not 0, 1 or null"],
  ["a verdict of 2", targets({ up: 2 }), "a: up is 2, not 0, 1 or null"],
  ["a negative counter", targets({ failures: -1 }), "a: failures is -1, not a number of 0 or more"],
  ["a reason that is none", targets({ unprobed: 1 }), "a: unprobed is no text and not null"],
  [
    "a certificate's end as text",
    targets({ certificateEnds: "2026" }),
    'a: certificateEnds is "2026", not a number of 0 or more',
  ],
  ["a status that is none", targets({ status: null }), "a: status is null, not a number of 0 or more"],
  ["too few buckets", targets({ rtts: { counts: [1], sum: 1 } }), "a: rtts has not 13 counts"],
] as const;

for (const [what, line, message] of refused) {
  test(`refused: ${what}`, () => {
    assert.throws(
      () => decodeReport(line),
      (error: unknown) => error instanceof ReportError && error.message === message,
    );
  });
}

test("hostile lines end in a ReportError, nothing else", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
      try {
        decodeReport(line);
      } catch (error) {
        assert.ok(error instanceof ReportError);
      }
    }),
  );
});
