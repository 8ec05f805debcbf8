import assert from "node:assert/strict";
import { test } from "node:test";
import type { Report } from "../../src/report.ts";
import { until } from "../watch/until.ts";
import { fleet, writeInventory, start, get, value, reporter, targets, run, links, tellAll } from "./world.ts";
import { wordsOf } from "./wallboard/words.ts";

const gatewaySeries = (name: string) => `deskbridge_gateway_${name}{gateway="hub-a",vantage="public"}`;
const probing = (name: string) => `deskbridge_probe_${name}{kind="gateway",vantage="public",shard="1"}`;

test("a gateway that cannot be asked is told as such, neither waited for nor counted as down", async () => {
  writeInventory(fleet);
  await start();
  const hub = await reporter("hub");
  hub(links(1, 1), targets("site", { "torino/hall": 1 }), targets("host", { "h-1": 1, "h-2": 1 }));
  const outside = await reporter("public");
  const verdict = { since: 0, attempts: 0, failures: 0, transitions: 0, rtt: null };
  const record = (id: string, up: 0 | 1 | null, unprobed: string | null): Report => ({
    type: "targets",
    kind: "gateway",
    records: [{ id, up, unprobed, ...verdict }],
  });
  outside(record("hub-a", null, "its <key> is missing"), record("hub-b", 1, null));
  await until("the exporter to be ready", async () => ((await get("/-/ready")).status === 200 ? true : undefined));
  assert.deepEqual([await value(gatewaySeries("up")), await value(gatewaySeries("unprobed"))], [0, 1]);
  const words = wordsOf((await get("/")).text);
  assert.match(words, /Nothing is known to be down; 1 not probed\./);
  assert.match(words, /hub-a .*?◇ not probed: its <key> is missing/);
  outside(record("hub-a", 0, null));
  await until("its verdict", async () => ((await value(gatewaySeries("unprobed"))) === 0 ? true : undefined));
  assert.match((await get("/")).text, /1 gateway down/);
  outside(record("hub-a", null, "its key is missing"));
  outside(run("gateway", 5));
  await until("the run", async () => ((await value(probing("last_run_timestamp_seconds"))) === 5 ? true : undefined));
  assert.deepEqual([await value(gatewaySeries("up")), await value(gatewaySeries("unprobed"))], [0, 0]);
});

test("lag and coverage are the prober's own, and there are none of what was never told", async () => {
  writeInventory(fleet);
  await start();
  assert.deepEqual([await value(probing("lag_seconds")), await value(probing("coverage_ratio"))], [undefined, 0]);
  await tellAll();
  assert.deepEqual([await value(probing("lag_seconds")), await value(probing("coverage_ratio"))], [0.002, 0.75]);
});
