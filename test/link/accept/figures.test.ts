import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as fc from "fast-check";
import { Heartbeat, jitterOf, parseEchoes, quantile } from "../../../src/link/accept/echoes.ts";
import { MeasureError, parseIperf } from "../../../src/link/accept/iperf.ts";

/** As iperf3 3.12 and fping 5.1 printed it in the lab, of a line of 100 Mb/s. */
const captured = (name: string): string =>
  readFileSync(new URL(`../../testdata/link/${name}`, import.meta.url), "utf8");

test("iperf3 tells what arrived, each way", () => {
  const there = parseIperf(captured("iperf-to-hub.json"));
  assert.deepEqual([Math.round(there.bitsPerSecond / 1e6), there.streams], [88, 4]);
  assert.ok(there.seconds > 1.9 && there.seconds < 2.1);
  assert.equal(typeof there.retransmits, "number");
  assert.equal(Math.round(parseIperf(captured("iperf-from-hub.json")).bitsPerSecond / 1e6), 88);
});

test("what iperf3 cannot do is told in its words", () => {
  for (const [text, says] of [
    [captured("iperf-refused.json"), /^iperf3: unable to connect to server: Connection refused$/],
    ["", /^iperf3 printed no JSON: nothing$/],
    ["iperf3: parameter error", /^iperf3 printed no JSON: iperf3: parameter error$/],
    ['{"start":{},"end":{}}', /tells nothing of what was received/],
    ['{"start":{},"end":{"sum_received":{"bits_per_second":-1,"seconds":1}}}', /not as expected/],
  ] as const) {
    assert.throws(() => parseIperf(text), { name: MeasureError.name, message: says });
  }
});

test("fping's round trips, the lost ones among them", () => {
  const times = parseEchoes(captured("fping-echoes.txt"), 400);
  assert.equal(times.length, 400);
  assert.deepEqual([times[0], times[9]], [0.000_412, undefined]);
  const lost = times.filter((time) => time === undefined).length;
  assert.ok(lost > 20 && lost < 60, `${lost} lost of 400 at 10 %`);
  assert.deepEqual(parseEchoes("10.0.0.5 : - - -\n", 3), [undefined, undefined, undefined]);
  for (const [text, says] of [
    [captured("fping-echoes.txt"), /told 400 round trips of 401 probes/],
    ["fping: can't create socket\n", /told no round trips: fping: can't create socket/],
  ] as const) {
    assert.throws(() => parseEchoes(text, 401), { name: MeasureError.name, message: says });
  }
});

test("a cut line's silence is the probes in a row without an answer", () => {
  const beat = new Heartbeat();
  const lines = captured("fping-cut.txt").split("\n");
  for (const line of lines) beat.read(line);
  assert.deepEqual([beat.longestLost, beat.probes, beat.last, beat.inRow(-1)], [39, 300, 299, 200]);
  assert.equal(beat.inRow(250), 49);
  beat.mark();
  assert.deepEqual([beat.longestLost, beat.probes], [0, 1], "from the last answer on");
});

test("probes that leave no line count as lost, in whatever order the answers come", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(60), { minLength: 1 }), (answered) => {
      const beat = new Heartbeat();
      for (const each of answered) beat.read(`[1.0] 10.0.0.1 : [${each}], 64 bytes, 0.5 ms (0.5 avg, 0% loss)`);
      const probes = Array.from({ length: Math.max(...answered) + 1 }, (_, index) =>
        answered.includes(index) ? "1" : "0",
      );
      const longest = Math.max(
        ...probes
          .join("")
          .split("1")
          .map((run) => run.length),
      );
      assert.equal(beat.longestLost, longest);
      assert.equal(beat.inRow(-1), /1*$/.exec(probes.join(""))?.[0].length);
    }),
  );
});

test("quantiles are values that were measured; jitter is of neighbours alone", () => {
  assert.equal(quantile([], 0.5), undefined);
  assert.deepEqual(
    [0.01, 0.5, 0.95, 0.99, 1].map((part) =>
      quantile(
        Array.from({ length: 100 }, (_, index) => 100 - index),
        part,
      ),
    ),
    [1, 50, 95, 99, 100],
  );
  assert.equal(jitterOf([1, undefined, 2]), undefined);
  assert.equal(jitterOf([1, 3, undefined, 10, 9]), 1.5);
});
