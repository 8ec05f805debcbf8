import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { hashSync } from "bcryptjs";
import type { Collector } from "../../../src/exporter/collector.ts";
import { Gate } from "../../../src/exporter/web/gate.ts";
import { guarded } from "../../../src/exporter/web/guard.ts";
import { loadWebConfig } from "../../../src/exporter/web/load.ts";
import { usualViewers } from "../../../src/exporter/wallboard/viewers.ts";
import type { Reply } from "../../../src/http-server.ts";
import { until } from "../../watch/until.ts";
import { exporter, fleet, folder, get, links, reporter, run, start, tellAll, writeInventory } from "../world.ts";
import { follow as followStream, type Following } from "./events.ts";
import { wordsOf } from "./words.ts";

let following: Following[] = [];
const follow = async (headers: Readonly<Record<string, string>> = {}): Promise<Following> => {
  const one = await followStream(headers);
  following.push(one);
  return one;
};
afterEach(async () => {
  await Promise.all(following.map((one) => one.leave()));
  following = [];
});

const linesOf = (sections: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.values(sections).flatMap((lines) => Object.values(lines as object).map(String));

test("who follows gets all that is shown, then only what changed", async () => {
  writeInventory(fleet);
  await start();
  const hub = await tellAll();
  const viewer = await follow();
  const full = await viewer.next();
  assert.equal(full?.name, "full");
  assert.equal(full?.data.title, "DOWN test");
  assert.ok(wordsOf(linesOf(full?.data.sections).join("")).includes("link torino/hall/radio was DOWN"));
  assert.deepEqual(full?.data.charts.ids, ["torino/hall/fibre", "torino/hall/radio"]);
  assert.deepEqual(
    full?.data.charts.loss.map((each: unknown[]) => each.length),
    [120, 120],
  );
  hub(run("link", Date.now() / 1000), links(0, 1));
  const change = await viewer.next("change");
  const lines = linesOf(change?.data.sections);
  assert.ok(wordsOf(lines.join("")).includes("link torino/hall/fibre DOWN since"));
  assert.ok(lines.length < linesOf(full?.data.sections).length, "lines that are the same are not sent again");
  assert.equal(lines.filter((line) => line.includes("City of torino")).length, 0, "nothing changed at the desks");
});

test("where nothing changes, the clock alone goes on", async () => {
  writeInventory({ ...fleet, links: [], sites: [] });
  await start();
  const viewer = await follow();
  assert.equal((await viewer.next())?.name, "full");
  const first = await viewer.next();
  const second = await viewer.next();
  assert.deepEqual([first?.name, second?.name], ["clock", "clock"]);
  assert.ok(second?.data.now > first?.data.now);
});

test("a link's loss and round trips come step by step", async () => {
  writeInventory(fleet);
  let at = 1_800_000_001_000;
  await start({ now: () => at });
  const hub = await reporter("hub");
  const told = (attempts: number, failures: number, sum: number): void =>
    hub({
      type: "targets",
      kind: "link",
      records: [
        {
          id: "torino/hall/fibre",
          up: 1,
          since: 1,
          attempts,
          failures,
          transitions: 0,
          rtt: 0.009,
          unprobed: null,
          rtts: { counts: [attempts - failures, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], sum },
        },
      ],
    });
  told(100, 50, 7);
  await until("the record", async () => ((await get("/")).text.includes("card is-up") ? true : undefined));
  const viewer = await follow();
  assert.equal((await viewer.next("full"))?.data.charts.last, 360_000_000 - 1);
  told(110, 51, 7.045);
  await until("the figures", async () => {
    at += 5000;
    const steps = await viewer.next("steps");
    const seen = steps?.data.charts.loss[0].indexOf(10);
    if (seen === undefined || seen < 0) return undefined;
    assert.equal(steps?.data.charts.rtt[0][seen], 5, "milliseconds, of those that came back since the last report");
    return true;
  });
});

test("so many follow it and no more; who leaves makes room", async () => {
  await start({ viewers: { ...usualViewers, most: 2 } });
  const first = await follow();
  await follow();
  for (const _ of [1, 2, 3]) assert.equal((await get("/-/healthy", { method: "HEAD" })).status, 200);
  const refused = await get("/events");
  assert.equal(refused.status, 503);
  assert.match(refused.text, /^too many follow the wallboard already; try again later/);
  assert.equal((await get("/")).status, 200, "the page itself is still there");
  await first.leave();
  await until("room", async () => follow().catch(() => undefined));
});

test("a request for the headers alone takes no place", async () => {
  await start({ viewers: { ...usualViewers, most: 1 } });
  for (const _ of [1, 2, 3]) {
    await until("room", async () => ((await get("/events", { method: "HEAD" })).status === 200 ? true : undefined));
  }
  await until("room", async () => follow().catch(() => undefined));
});

test("after its time who follows has to come again", async () => {
  await start({ viewers: { ...usualViewers, stayMs: 50 } });
  const viewer = await follow();
  while ((await viewer.next()) !== undefined);
  assert.equal((await (await follow()).next())?.name, "full");
});

test("the exporter that closes ends all streams at once", async (t) => {
  await start();
  const viewers = await Promise.all([follow(), follow()]);
  for (const viewer of viewers) assert.equal((await viewer.next())?.name, "full");
  // Without these nobody forces the streams to end when their time is over.
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const closing = exporter?.close();
  for (const viewer of viewers) while ((await viewer.next()) !== undefined);
  await closing;
});

test("the stream is behind the web configuration", async () => {
  writeFileSync(join(folder, "web.yaml"), `basic_auth_users:\n  anna: ${hashSync("right", 4)}\n`);
  await start({ web: loadWebConfig(join(folder, "web.yaml")) });
  await assert.rejects(follow(), /^Error: 401 unauthorized/);
  const viewer = await follow({ authorization: `Basic ${Buffer.from("anna:right").toString("base64")}` });
  assert.equal((await viewer.next())?.name, "full");
});

test("what lasts does so behind a web configuration, too", async () => {
  writeFileSync(join(folder, "web.yaml"), "{}\n");
  const { settings } = loadWebConfig(join(folder, "web.yaml"));
  const lasting: Reply = { status: 200, headers: {}, body: "", lasts: true };
  const handler = guarded(
    () => lasting,
    () => settings,
    new Gate(() => Promise.resolve(true)),
  );
  const request = { headers: {} } as IncomingMessage;
  assert.deepEqual(await handler(request, new URL("http://localhost/events")), lasting);
});

test("people at the gateways are asked for once for all who follow, and not at all where a scrape told", async () => {
  writeInventory(fleet);
  let runs = 0;
  const collector: Collector = {
    name: "people",
    collect: () => {
      runs += 1;
      return [{ name: "vpn_sessions", samples: [{ labels: { gateway: "hub-a" }, value: 41 }] }];
    },
  };
  await start({ collectors: [collector] });
  await tellAll();
  assert.match(wordsOf((await get("/")).text), /hub-a .*? not known of 100 planned/);
  assert.equal(runs, 0, "no page runs collectors");
  const viewers = await Promise.all([follow(), follow(), follow()]);
  for (const viewer of viewers) {
    await until("the people", async () =>
      linesOf((await viewer.next("change"))?.data.sections ?? {}).some((line) => line.includes("41 <span"))
        ? true
        : undefined,
    );
  }
  assert.equal(runs, 1);
  await get("/metrics");
  assert.equal(runs, 2);
  assert.match(wordsOf((await get("/")).text), /hub-a .*? 41 of 100 planned/);
});
