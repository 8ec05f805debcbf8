import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import * as fc from "fast-check";
import { renderFamilies } from "../../src/exporter/exposition.ts";
import { rttBuckets } from "../../src/metrics.ts";

function promtool(text: string): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
  return { status, output: stdout + stderr };
}

const link = (name: string) => ({ body: "torino", site: "torino/a", gateway: "hub-a", link: name, vantage: "hub" });

test("families are written as Prometheus reads them", async () => {
  const text = await renderFamilies([
    { name: "link_up", samples: [{ labels: link("torino/a/x"), value: 1 }] },
    { name: "vpn_rx_bytes_total", samples: [{ labels: { gateway: "hub-a" }, value: 1e21 }] },
  ]);
  assert.equal(
    text,
    `# HELP deskbridge_link_up 1 while probes through this line's tunnel come back, 0 while they do not or never did.
# TYPE deskbridge_link_up gauge
deskbridge_link_up{body="torino",site="torino/a",gateway="hub-a",link="torino/a/x",vantage="hub"} 1

# HELP deskbridge_vpn_rx_bytes_total Bytes that the gateway instance received from people since it started.
# TYPE deskbridge_vpn_rx_bytes_total counter
deskbridge_vpn_rx_bytes_total{gateway="hub-a"} 1e+21
`,
  );
  assert.deepEqual(promtool(text), { status: 0, output: "" });
});

test("a histogram's buckets add up, and promtool has nothing to say", async () => {
  const counts = [...rttBuckets, 0].map((_, index) => index % 3);
  const text = await renderFamilies([
    { name: "link_probe_rtt_seconds", histograms: [{ labels: link("torino/a/x"), counts, sum: 1.5 }] },
  ]);
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
});

test("any name in a label comes back as it was", async () => {
  const unescape = (text: string): string =>
    text.replaceAll(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character));
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme" }), async (name) => {
      const text = await renderFamilies([{ name: "vpn_sessions", samples: [{ labels: { gateway: name }, value: 0 }] }]);
      const written = /^deskbridge_vpn_sessions\{gateway="((?:[^"\\\n]|\\.)*)"\} 0$/m.exec(text)?.[1];
      assert.equal(unescape(written ?? "nothing"), name);
    }),
  );
});

test("promtool reads names with quotes, newlines, backslashes and other scripts", async () => {
  const names = ['a"b', "a\nb", "a\\b", "città", "日本", "{}", 'x="1",y', ""];
  const samples = names.map((name) => ({ labels: { gateway: name }, value: 1 }));
  assert.deepEqual(promtool(await renderFamilies([{ name: "vpn_sessions", samples }])), { status: 0, output: "" });
});
