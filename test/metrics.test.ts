import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fullName, metricNames, metrics, rttBuckets, select, seriesNames } from "../src/metrics.ts";

test("counters end in _total, and nothing else does that has a type", () => {
  const total = new Set(["counter", "unknown"]);
  for (const name of metricNames) assert.equal(name.endsWith("_total"), total.has(metrics[name].type), name);
});

test("names and labels are Prometheus's plain ones, without repetition", () => {
  for (const name of metricNames) {
    assert.match(fullName(name), /^deskbridge_[a-z][a-z0-9_]*[a-z0-9]$/);
    const labels: readonly string[] = metrics[name].labels;
    for (const label of labels) assert.match(label, /^[a-z]+(_[a-z]+)*$/);
    assert.equal(new Set(labels).size, labels.length, name);
    assert.match(metrics[name].help, /\.$/, name);
  }
});

test("no label is one that Prometheus sets itself at each scrape", () => {
  const taken = metricNames.filter((name) => metrics[name].labels.some((label) => ["job", "instance"].includes(label)));
  assert.deepEqual(taken, []);
});

test("buckets ascend", () => {
  assert.deepEqual(
    rttBuckets.toSorted((a, b) => a - b),
    [...rttBuckets],
  );
});

test("a histogram has three series, all else one", () => {
  assert.deepEqual(seriesNames("link_up"), ["deskbridge_link_up"]);
  assert.deepEqual(seriesNames("link_probe_rtt_seconds"), [
    "deskbridge_link_probe_rtt_seconds_bucket",
    "deskbridge_link_probe_rtt_seconds_sum",
    "deskbridge_link_probe_rtt_seconds_count",
  ]);
});

test("a selector quotes its values", () => {
  assert.equal(select("site_up", { body: { matches: "$body" } }), 'deskbridge_site_up{body=~"$body"}');
  // @ts-expect-error no such metric
  assert.equal(select("no_such_metric"), "deskbridge_no_such_metric");
  // @ts-expect-error no such label
  assert.equal(select("site_up", { link: "a" }), 'deskbridge_site_up{link="a"}');
  assert.equal(select("link_up"), "deskbridge_link_up");
  assert.equal(
    select("probe_interval_seconds", { kind: 'a"b\\', vantage: "hub" }),
    String.raw`deskbridge_probe_interval_seconds{kind="a\"b\\",vantage="hub"}`,
  );
});

test("an unknown metric or label does not compile", () => {
  // @ts-expect-error no such metric
  assert.equal(select("link_upp"), "deskbridge_link_upp");
  // @ts-expect-error no such label of this metric
  assert.equal(select("gateway_up", { site: "x" }), 'deskbridge_gateway_up{site="x"}');
});

test("Prometheus's own tool has nothing to say against a name, a unit or a type", () => {
  const text = metricNames.map((name) => {
    const { type, help } = metrics[name];
    const samples = type === "histogram" ? ['_bucket{le="+Inf"} 1', "_sum 1", "_count 1"] : [" 1"];
    const lines = samples.map((sample) => `${fullName(name)}${sample}`);
    return [
      `# HELP ${fullName(name)} ${help}`,
      `# TYPE ${fullName(name)} ${type === "unknown" ? "untyped" : type}`,
      ...lines,
      "",
    ].join("\n");
  });
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
    input: text.join(""),
    encoding: "utf8",
  });
  assert.deepEqual([status, stdout, stderr], [0, "", ""]);
});
