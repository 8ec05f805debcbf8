import assert from "node:assert/strict";
import { test } from "node:test";
import { canary, EchoReader, fpingArguments, parseEcho } from "../../src/probe/fping.ts";

/** Captured from fping 5.1: `fping -l -D -p 400 -t 1000 -i 1`. */
const captured = [
  [
    "[1795433420.24019] 127.0.0.1 : [0], 64 bytes, 0.254 ms (0.254 avg, 0% loss)",
    "127.0.0.1",
    1795433420.24019,
    0.000254,
  ],
  [
    "[1795433424.64139] 10.90.0.1 : [11], 64 bytes, 0.026 ms (0.024 avg, 0% loss)",
    "10.90.0.1",
    1795433424.64139,
    0.000026,
  ],
  ["[1795433421.24268] 10.90.0.2 : [0], timed out (NaN avg, 100% loss)", "10.90.0.2", 1795433421.24268, undefined],
  ["[1795433421.24473] 10.98.0.7 : [0], timed out (NaN avg, 100% loss)", "10.98.0.7", 1795433421.24473, undefined],
] as const;

for (const [line, address, at, rtt] of captured) {
  test(`reads: ${line}`, () => assert.deepEqual(parseEcho(line), { address, at, rtt }));
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
const answer = (at: number, address: string): string =>
  `[${at.toFixed(5)}] ${address} : [0], 64 bytes, 1.00 ms (1 avg, 0% loss)`;
const miss = (at: number, address: string): string =>
  `[${at.toFixed(5)}] ${address} : [0], timed out (NaN avg, 100% loss)`;

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
