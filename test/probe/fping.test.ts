import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { canary, EchoReader, fpingArguments, parseEcho } from "../../src/probe/fping.ts";

/** Captured from fping 5.1: `fping -l -D -p 400 -t 1000 -i 1`. */
const captured = [
  [
    "[1795433420.24019] 127.0.0.1 : [0], 64 bytes, 0.254 ms (0.254 avg, 0% loss)",
    "127.0.0.1",
    1795433420.24019,
    0.000254,
    0,
  ],
  [
    "[1795433424.64139] 10.90.0.1 : [11], 64 bytes, 0.026 ms (0.024 avg, 0% loss)",
    "10.90.0.1",
    1795433424.64139,
    0.000026,
    11,
  ],
  ["[1795433421.24268] 10.90.0.2 : [0], timed out (NaN avg, 100% loss)", "10.90.0.2", 1795433421.24268, undefined, 0],
  ["[1795433421.24473] 10.98.0.7 : [0], timed out (NaN avg, 100% loss)", "10.98.0.7", 1795433421.24473, undefined, 0],
] as const;

for (const [line, address, at, rtt, nth] of captured) {
  test(`reads: ${line}`, () => assert.deepEqual(parseEcho(line), { address, at, nth, rtt }));
}

test("reads nothing into other lines", () => {
  const others = [
    "",
    "ICMP Host Unreachable from 10.98.0.1 for ICMP Echo sent to 10.98.0.7",
    "[1795433420.24019] 10.90.0.1 : duplicate for [0], 64 bytes, 0.254 ms",
    "fping: can't create socket (must run as root?)",
  ];
  for (const line of others) assert.equal(parseEcho(line), undefined);
});

test("spreads a round over the interval", () => {
  assert.equal(
    fpingArguments({ intervalMs: 10_000, timeoutMs: 2000 }, 4999).join(" "),
    "-l -D -4 -p 10000 -t 2000 -i 2.000 -f -",
  );
});

const pace = { intervalMs: 200, timeoutMs: 1000 };
const answer = (at: number, address: string, nth = 0, ms = 1): string =>
  `[${at.toFixed(5)}] ${address} : [${nth}], 64 bytes, ${ms.toFixed(2)} ms (1 avg, 0% loss)`;
const miss = (at: number, address: string, nth = 0): string =>
  `[${at.toFixed(5)}] ${address} : [${nth}], timed out (NaN avg, 100% loss)`;

test("a target that the kernel sends nothing to misses while the canary is heard", () => {
  const reader = new EchoReader({ intervalMs: 250, timeoutMs: 1000 }, ["10.0.0.1", "10.0.0.2"]);
  const missed: [string, number][] = [];
  for (let at = 100; at < 102.5; at += 0.25) {
    for (const line of [answer(at, canary), answer(at + 0.01, "10.0.0.1")]) {
      for (const { address, rtt } of reader.read(line)) if (rtt === undefined) missed.push([address, at]);
    }
  }
  // Two rounds and a time-out of silence are 1.5 s; then one miss a round.
  assert.deepEqual(missed, [
    ["10.0.0.2", 101.75],
    ["10.0.0.2", 102],
    ["10.0.0.2", 102.25],
  ]);
});

test("without the canary silence says nothing", () => {
  const reader = new EchoReader(pace, ["10.0.0.1", "10.0.0.2"]);
  for (let at = 100; at < 110; at += 0.2) {
    assert.deepEqual(
      reader.read(answer(at, "10.0.0.1")).map(({ address }) => address),
      ["10.0.0.1"],
    );
  }
});

test("after a standstill of fping itself its misses are not believed, its answers are", () => {
  const reader = new EchoReader(pace, ["10.0.0.1"]);
  reader.read(answer(100, canary));
  reader.read(answer(100.1, "10.0.0.1"));
  // Stopped for 5 s; then the answers that waited are told as timed out.
  assert.deepEqual(reader.read(miss(105.1, "10.0.0.1")), []);
  assert.equal(reader.read(answer(105.2, "10.0.0.1")).length, 1);
  assert.deepEqual(
    reader.read(answer(105.2, canary)).map(({ address }) => address),
    [canary],
  );
  assert.deepEqual(reader.read(miss(105.5, "10.0.0.1")), []);
  for (let at = 105.6; at < 106.2; at += 0.2) reader.read(answer(at, canary));
  assert.equal(reader.read(miss(106.3, "10.0.0.1")).length, 1);
});

test("a date that is set back is a standstill too: who is silent afterwards is noticed in time", () => {
  const reader = new EchoReader({ intervalMs: 250, timeoutMs: 1000 }, ["10.0.0.1"]);
  reader.read(answer(7300, canary));
  assert.deepEqual(reader.read(miss(100, "10.0.0.1")), []);
  let missed = 0;
  for (let at = 100; at < 102.5; at += 0.25) {
    missed += reader.read(answer(at, canary)).filter(({ rtt }) => rtt === undefined).length;
  }
  assert.ok(missed > 0);
});

test("few hosts with long pauses between them are no standstill", () => {
  const reader = new EchoReader({ intervalMs: 10_000, timeoutMs: 2000 }, ["10.0.0.1"]);
  reader.read(answer(100, canary));
  assert.equal(reader.read(miss(107, "10.0.0.1")).length, 1);
});

test("a target that is not asked for any more is left out", () => {
  assert.deepEqual(new EchoReader(pace, ["10.0.0.1"]).read(answer(1, "10.0.0.9")), []);
});

/** What a reader makes of one target that is asked every 200 ms from second 100 on; `lines`: what fping prints, by time. */
function judged(reader: EchoReader, lines: readonly (readonly [at: number, line: string])[], until: number) {
  const beats = Array.from({ length: Math.round((until - 100) / 0.2) }, (_, beat): [number, string] => {
    const at = 100.05 + 0.2 * beat;
    return [at, answer(at, canary, beat)];
  });
  const echoes = [...beats, ...lines]
    .toSorted(([one], [other]) => one - other)
    .flatMap(([, line]) => reader.read(line));
  const own = echoes.filter(({ address }) => address !== canary);
  return {
    misses: own.filter(({ rtt, judges }) => rtt === undefined && judges).map(({ at }) => Math.round(at * 100) / 100),
    counted: own.filter(({ counts }) => counts).length,
    lost: own.filter(({ counts, rtt }) => counts && rtt === undefined).length,
  };
}

const target = "10.0.0.1";
/** Probes that are answered after so many milliseconds. */
const answers = (count: number, ms: number, from = 0) =>
  Array.from({ length: count }, (_, index): [number, string] => {
    const at = 100 + 0.2 * (from + index) + ms / 1000;
    return [at, answer(at, target, from + index, ms)];
  });
const timeouts = (from: number, count: number) =>
  Array.from({ length: count }, (_, index): [number, string] => {
    const at = 101 + 0.2 * (from + index);
    return [at, miss(at, target, from + index)];
  });

test("a line that answers at once and falls silent has five misses after a second, not after two; each is counted once", () => {
  // Probes 0 to 9 are answered; the next is sent at 102 s and would be told as timed out at 103 s.
  const { misses, counted, lost } = judged(
    new EchoReader(pace, [target]),
    [...answers(10, 1), ...timeouts(10, 10)],
    105,
  );
  assert.ok((misses[4] ?? 999) <= 103.06, misses.join());
  assert.deepEqual([counted, lost], [20, 10]);
  assert.equal(misses.length, 14, "each once, and the four that are overdue and not told as timed out yet");
});

test("one probe that is lost is one miss, whenever it is told", () => {
  const series = [...answers(5, 1), ...timeouts(5, 1), ...answers(20, 1, 6)];
  const { misses, counted } = judged(new EchoReader(pace, [target]), series, 105.2);
  assert.equal(misses.length, 1);
  assert.equal(counted, 26);
});

test("a satellite's line, whose answers take longer than any wait before their time is over, has no early misses", () => {
  const { misses } = judged(new EchoReader(pace, [target]), [...answers(10, 650), ...timeouts(10, 5)], 104.8);
  assert.deepEqual(
    misses.filter((at) => at < 103),
    [],
  );
  assert.equal(misses.length, 5);
});

test("a line that becomes slower from one probe to the next is not silent", () => {
  const { misses } = judged(new EchoReader(pace, [target]), [...answers(10, 1), ...answers(10, 400, 10)], 104.2);
  assert.ok(misses.length < 5, misses.join());
});

test("while fping itself is late nobody is", () => {
  const reader = new EchoReader(pace, [target]);
  const own: number[] = [];
  for (let nth = 0; nth < 10; nth += 1) {
    reader.read(answer(100 + 0.2 * nth, canary, nth));
    reader.read(answer(100.01 + 0.2 * nth, target, nth));
  }
  // It stood still for 0.7 s: too short to be seen as such.
  for (const at of [102.5, 102.7]) {
    for (const { rtt } of reader.read(answer(at, canary, 10))) if (rtt === undefined) own.push(at);
  }
  assert.ok(own.length <= 1, own.join());
});

test("whatever is lost, each probe is counted once, and judged once", () => {
  const probes = fc.array(fc.boolean(), { maxLength: 60 }).map((middle) => [true, true, ...middle, true, true, true]);
  fc.assert(
    fc.property(probes, fc.integer({ min: 1, max: 440 }), (answered, ms) => {
      const lines = answered.flatMap((isAnswered, nth) => (isAnswered ? answers(1, ms, nth) : timeouts(nth, 1)));
      // Told before the last answer's successor would be overdue; the last time-outs come later.
      const end = 100 + 0.2 * (answered.length - 1) + Math.max(0.15, ms / 1000);
      const late = lines.filter(([at]) => at > end).map(([, line]) => line);
      const reader = new EchoReader(pace, [target]);
      const { misses, counted } = judged(
        reader,
        lines.filter(([at]) => at <= end),
        end,
      );
      const rest = late.flatMap((line) => reader.read(line));
      const lost = answered.filter((isAnswered) => !isAnswered).length;
      assert.equal(counted + rest.length, answered.length);
      assert.equal(misses.length + rest.filter(({ judges }) => judges).length, lost);
    }),
  );
});
