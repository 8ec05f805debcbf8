import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { collectDefaultMetrics, Registry } from "prom-client";
import type { Format } from "../../src/exporter/exposition/format.ts";
import { labelsText, Lines, linesPerPart } from "../../src/exporter/exposition/lines.ts";
import {
  breathing,
  type Collected,
  exposition,
  gzipOf,
  type OwnMetric,
  plainOf,
} from "../../src/exporter/exposition.ts";
import { fullName, rttBuckets } from "../../src/metrics.ts";

function rendered(collected: readonly Collected[], format: Format = "text", own: readonly OwnMetric[] = []): string {
  return Buffer.concat([...exposition(collected, own, format)].map(({ text }) => text)).toString();
}

function promtool(text: string): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
  return { status, output: stdout + stderr };
}

/** As Prometheus's Python client reads it, which holds OpenMetrics to the letter: samples by name, with their labels. */
function python(text: string): readonly (readonly [string, Readonly<Record<string, string>>, number])[] {
  const program = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
text = sys.stdin.buffer.read().decode()
print(json.dumps([[s.name, s.labels, repr(float(s.value))] for f in text_string_to_metric_families(text) for s in f.samples]))`;
  const { status, stdout, stderr } = spawnSync("/usr/bin/python3", ["-c", program], { input: text, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const samples = JSON.parse(stdout) as readonly (readonly [string, Readonly<Record<string, string>>, string])[];
  return samples.map(([name, labels, value]) => [name, labels, Number(value.replace("inf", "Infinity"))]);
}

const link = (name: string) => ({ body: "torino", site: "torino/a", gateway: "hub-a", link: name, vantage: "hub" });
const host = (name: string) => ({ body: "torino", pool: "torino/office", host: name, vantage: "hub" });

/** `host_up` of so many hosts, all up. */
function hosts(count: number): Lines {
  const labels = Array.from({ length: count }, (_, index) => labelsText(host(`h-${index}`)));
  return new Lines(fullName("host_up"), labels, 1);
}

async function collectedBytes(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

test("families are written as Prometheus reads them", () => {
  const collected: readonly Collected[] = [
    { name: "link_up", samples: [{ labels: link("torino/a/x"), value: 1 }] },
    { name: "vpn_rx_bytes_total", samples: [{ labels: { gateway: "hub-a" }, value: 1e21 }] },
  ];
  const text = rendered(collected);
  assert.equal(
    text,
    `# HELP deskbridge_link_up 1 while probes through this line's tunnel come back, 0 while they do not or never did.
# TYPE deskbridge_link_up gauge
deskbridge_link_up{body="torino",site="torino/a",gateway="hub-a",link="torino/a/x",vantage="hub"} 1
# HELP deskbridge_vpn_rx_bytes_total Bytes that the gateway instance received from people since it started, or, over WireGuard, was first asked.
# TYPE deskbridge_vpn_rx_bytes_total counter
deskbridge_vpn_rx_bytes_total{gateway="hub-a"} 1e+21
`,
  );
  assert.deepEqual(promtool(text), { status: 0, output: "" });
});

test("OpenMetrics names a counter's family without _total, and ends with its mark", () => {
  const counter: Collected = { name: "vpn_rx_bytes_total", samples: [{ labels: { gateway: "hub-a" }, value: 7 }] };
  const text = rendered([counter], "openmetrics");
  assert.match(text, /^# TYPE deskbridge_vpn_rx_bytes counter\ndeskbridge_vpn_rx_bytes_total\{gateway="hub-a"\} 7$/m);
  assert.match(text, /\n# EOF\n$/);
  assert.deepEqual(python(text), [["deskbridge_vpn_rx_bytes_total", { gateway: "hub-a" }, 7]]);
});

test("a gauge whose name ends in _total has no type, so that neither reader takes it for a counter", () => {
  const total: Collected = { name: "vpn_addresses_total", samples: [{ labels: { gateway: "hub-a" }, value: 5 }] };
  const text = rendered([total]);
  assert.match(text, /^# TYPE deskbridge_vpn_addresses_total untyped$/m);
  assert.deepEqual(promtool(text), { status: 0, output: "" });
  const openmetrics = rendered([total], "openmetrics");
  assert.match(openmetrics, /^# TYPE deskbridge_vpn_addresses_total unknown$/m);
  assert.deepEqual(python(openmetrics), [["deskbridge_vpn_addresses_total", { gateway: "hub-a" }, 5]]);
});

test("a histogram's buckets add up, and both readers take it", () => {
  const counts = [...rttBuckets, 0].map((_, index) => index % 3);
  const collected: readonly Collected[] = [
    { name: "link_probe_rtt_seconds", histograms: [{ labels: link("torino/a/x"), counts, sum: 1.5 }] },
  ];
  const text = rendered(collected);
  const lines = text.split("\n").filter((line) => line.startsWith("deskbridge_link_probe_rtt_seconds"));
  const value = (part: string): number =>
    Number(
      lines
        .find((line) => line.includes(part))
        ?.split(" ")
        .at(-1),
    );
  const total = counts.reduce((sum, count) => sum + count, 0);
  assert.deepEqual([value('le="0.001"'), value('le="0.005"'), value('le="+Inf"')], [0, 3, total]);
  assert.deepEqual([value("_count"), value("_sum")], [total, 1.5]);
  assert.deepEqual(promtool(text), { status: 0, output: "" });
  assert.equal(python(rendered(collected, "openmetrics")).length, rttBuckets.length + 3);
});

test("this process's own metrics are told in both formats", async () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const own = await registry.getMetricsAsJSON();
  for (let again = 0; again < 2; again += 1) {
    assert.match(rendered([], "text", own), /^process_cpu_user_seconds_total \d/m);
    const samples = python(rendered([], "openmetrics", own));
    assert.ok(samples.some(([name]) => name === "process_cpu_user_seconds_total"));
    assert.ok(
      samples.some(([name, labels]) => name === "nodejs_version_info" && labels["version"] === process.version),
    );
  }
  registry.clear();
});

test("samples of one metric from two collectors stand together", () => {
  const sample = (gateway: string): Collected => ({
    name: "vpn_sessions",
    samples: [{ labels: { gateway }, value: 1 }],
  });
  const text = rendered([sample("hub-a"), { name: "link_up", samples: [] }, sample("hub-b")]);
  assert.equal(text.match(/^# TYPE deskbridge_vpn_sessions/gm)?.length, 1);
  assert.match(text, /hub-a"\} 1\ndeskbridge_vpn_sessions\{gateway="hub-b"\} 1\n/);
});

test("whatever stands in a label or a value, both readers give it back", () => {
  const label = fc.string({
    unit: fc.oneof(fc.constantFrom('"', "\\", "\n", "{", "}", ",", "=", " ", "#"), fc.string()),
  });
  const number = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY));
  const samples = fc.uniqueArray(fc.tuple(label, number), { selector: ([gateway]) => gateway, minLength: 1 });
  fc.assert(
    fc.property(samples, (drawn) => {
      const labels = drawn.map(([gateway]) => labelsText({ gateway }));
      const large = new Lines(fullName("vpn_sessions_limit"), labels, undefined);
      for (const [index, [, value]] of drawn.entries()) large.set(index, value);
      const collected: readonly Collected[] = [
        { name: "vpn_sessions", samples: drawn.map(([gateway, value]) => ({ labels: { gateway }, value })) },
        { name: "vpn_sessions_limit", lines: large },
      ];
      assert.equal(promtool(rendered(collected)).status, 0);
      const read = python(rendered(collected, "openmetrics"));
      const of = (name: string) =>
        read.flatMap(([each, labels, value]) => (each === name ? [[labels["gateway"], value + 0]] : []));
      // A text cannot tell -0 from 0.
      const expected = drawn.map(([gateway, value]) => [gateway, value + 0]);
      assert.deepEqual(of(fullName("vpn_sessions")), expected);
      assert.deepEqual(
        of(fullName("vpn_sessions_limit")),
        expected.filter(([, value]) => !Number.isNaN(value)),
      );
    }),
    { numRuns: 30 },
  );
});

test("of a large family only the part is made again in which a value changed", () => {
  const lines = hosts(3 * linesPerPart + 1);
  const before = [...lines.parts()];
  assert.equal(before.length, 4);
  assert.equal(
    Buffer.concat(before.map(({ text }) => text))
      .toString()
      .split("\n").length - 1,
    3 * linesPerPart + 1,
  );
  lines.set(linesPerPart, 0);
  lines.set(0, 1);
  const after = [...lines.parts()];
  assert.deepEqual(
    after.map((part, nth) => part === before[nth]),
    [true, false, true, true],
  );
  assert.match(after[1]?.text.toString() ?? "", /^deskbridge_host_up\{[^}]*host="h-512"[^}]*\} 0\n/);
});

test("a target without a value has no line", () => {
  const lines = hosts(3);
  lines.set(1, undefined);
  assert.deepEqual(
    [...lines.parts()].flatMap(({ text }) => text.toString().match(/h-\d/g)),
    ["h-0", "h-2"],
  );
});

test("compressed it is one gzip member that says the same", async () => {
  for (const count of [0, 1, 5 * linesPerPart]) {
    const collected: readonly Collected[] = [
      { name: "vpn_sessions", samples: [{ labels: { gateway: "città" }, value: 1 }] },
      { name: "host_up", lines: hosts(count) },
    ];
    const plain = await collectedBytes(plainOf(breathing(exposition(collected, [], "text"))));
    const zipped = await collectedBytes(gzipOf(breathing(exposition(collected, [], "text"))));
    assert.equal(plain.toString(), rendered(collected));
    assert.ok(gunzipSync(zipped).equals(plain));
    const strict = spawnSync("gzip", ["-t"], { input: zipped });
    assert.deepEqual([strict.status, strict.stderr.toString()], [0, ""]);
  }
});
