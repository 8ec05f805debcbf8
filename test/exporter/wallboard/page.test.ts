import assert from "node:assert/strict";
import { test } from "node:test";
import { hashSync } from "bcryptjs";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadWebConfig } from "../../../src/exporter/web/load.ts";
import type { Report, TargetKind } from "../../../src/report.ts";
import { until } from "../../watch/until.ts";
import { exporter, fleet, folder, get, links, notes, reporter, run, start, targets, writeInventory } from "../world.ts";
import { wordsOf } from "./words.ts";

const now = (): number => Date.now() / 1000;
const page = async (): Promise<string> => wordsOf((await get("/")).text);
const ready = () => until("readiness", async () => ((await get("/-/ready")).status === 200 ? true : undefined));

/** All as it should be, seen a moment ago. */
async function allWell(): Promise<Record<"hub" | "outside", (...reports: readonly Report[]) => void>> {
  const hub = await reporter("hub");
  const outside = await reporter("public");
  hub(run("link", now()), links(1, 1), run("site", now()), targets("site", { "torino/hall": 1 }));
  hub(run("host", now()), targets("host", { "h-1": 1, "h-2": 1 }));
  outside(run("gateway", now()), targets("gateway", { "hub-a": 1, "hub-b": 1 }));
  await ready();
  return { hub, outside };
}

test("all is well: it says so, and how many of what there are", async () => {
  writeInventory(fleet);
  await start();
  await allWell();
  const { text } = await get("/");
  const words = wordsOf(text);
  assert.match(words, /● All well All gateways, sites, links, services and desks are up\./);
  assert.match(words, /City of torino 2 2 0/);
  assert.match(words, /● probed 2 links from hub, every 0\.2 s/);
  assert.match(text, /<title>test<\/title>/);
  assert.doesNotMatch(
    text,
    /aria-labelledby="jobs-title">/,
    "no jobs are watched: there is no such section to be seen",
  );
});

test("the page brings all it needs, and lets nothing else in", async () => {
  await start();
  const response = await fetch(`http://127.0.0.1:${exporter?.port}/`);
  const text = await response.text();
  const policy = response.headers.get("content-security-policy") ?? "";
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';/);
  assert.doesNotMatch(text, /<script(?![^>]* src=)|style="|https?:\/\/|\son\w+="/);
  const wanted = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? "");
  assert.ok(wanted.length >= 4, wanted.join());
  for (const path of wanted) assert.equal((await get(`/${path}`)).status, 200, path);
  for (const name of ["morph.js", "stream.js", "times.js", "charts.js", "uplot.js"]) {
    assert.equal((await get(`/wallboard/${name}`)).status, 200, name);
  }
  for (const name of ["", "tsconfig.json", "../board.ts", "..%2fboard.ts"]) {
    assert.equal((await get(`/wallboard/${name}`)).status, 404, name);
  }
});

test("names that are markup are shown as they are", async () => {
  const evil = `<img src=x onerror=alert(1)>"'&`;
  const [instance, ...rest] = fleet.instances;
  assert.ok(instance);
  writeInventory({
    ...fleet,
    fleet: evil,
    stage: evil,
    bodies: [{ id: "torino", name: evil, laptops: 0 }],
    instances: [{ ...instance, id: `hub${evil}` }, ...rest],
    links: fleet.links.map((link) => ({ ...link, id: `${link.id}${evil}`, carrier: evil, instance: `hub${evil}` })),
    sites: fleet.sites.map((site) => ({ ...site, id: `torino/hall` })),
    pools: fleet.pools.map((pool) => ({ ...pool, id: `torino/${evil}` })),
    hosts: fleet.hosts.map((host) => ({ ...host, pool: `torino/${evil}` })),
    services: [{ id: "s", name: evil, url: "https://s.example/?%3Cb%3E" }],
    jobs: [{ unit: evil, id: evil, every: "day", by: "03:00", timezone: "Europe/Rome" }],
  });
  await start({ heartbeats: join(folder, "heartbeats.json") });
  const hub = await reporter("hub");
  const outside = await reporter("public");
  const down = (kind: TargetKind, id: string): Report => targets(kind, { [id]: 0 });
  hub(...fleet.links.map(({ id }) => down("link", `${id}${evil}`)), down("service", "s"));
  hub(down("site", "torino/hall"), targets("host", { "h-1": 0, "h-2": 0 }));
  const unprobed = { up: null, since: 0, attempts: 0, failures: 0, transitions: 0, rtt: null, unprobed: evil };
  outside({ type: "targets", kind: "gateway", records: [{ id: `hub${evil}`, ...unprobed }] }, down("gateway", "hub-b"));
  await ready();
  const { text } = await get("/");
  assert.equal(text.includes("<img"), false);
  assert.equal(text.includes(`"'&`), false);
  const words = wordsOf(text);
  assert.ok(words.includes(`${evil} 2 0 ■ 2`), "the body's name");
  assert.ok(words.includes(`not probed: ${evil}`), "the prober's reason");
  assert.ok(words.includes(`${evil}/${evil} ●`), "the job");
});

test("what was never seen is not down, and neither is it well", async () => {
  writeInventory(fleet);
  await start();
  await until("the inventory", async () => ((await page()).includes("hub-a") ? true : undefined));
  const words = await page();
  assert.match(words, /◇ Not known Nothing is known to be down; 7 not seen yet\./);
  assert.match(words, /No links, sites, desks have been probed yet; no prober reports from hub\./);
  assert.match(words, /hub-a 198\.18\.0\.10:1194\/udp ○ not seen yet/);
  assert.doesNotMatch(words, /DOWN|All well|\bis up/);
});

test("what nobody looks at any more is told as it was, and as old", async () => {
  writeInventory(fleet);
  await start();
  const { hub, outside } = await allWell();
  hub(run("link", now() - 60), links(1, 0));
  hub(run("site", now() - 60), run("host", now() - 60));
  outside(run("gateway", now() - 60));
  await until("the run", async () => ((await page()).includes("Old: links") ? true : undefined));
  const words = await page();
  assert.match(words, /■ 1 thing burns/);
  assert.match(words, /link torino\/hall\/radio was DOWN when last looked at since/);
  assert.match(words, /Old: links, sites, desks were last probed 6\d s ago from hub\./);
  assert.match(words, /Old: gateways were last probed 6\d s ago from public\./);
  assert.match(words, /torino\/hall\/fibre ● was up/);
  assert.match(words, /◇ OLD last 6\d s ago 2 links from hub/);
  assert.doesNotMatch(words, /All well|● up/);
});

test("nothing burns, but nobody looks: that is not all well", async () => {
  writeInventory(fleet);
  await start();
  const { hub } = await allWell();
  hub(run("link", now() - 60), run("site", now() - 60), run("host", now() - 60));
  await until("the run", async () => ((await page()).includes("Old: links") ? true : undefined));
  assert.match(await page(), /◇ Not known All gateways/);
});

test("a vantage point whose own line is cut says nothing about what it watches", async () => {
  writeInventory(fleet);
  await start();
  const { outside } = await allWell();
  outside({ type: "way", up: 0 });
  await until("the way", async () => ((await page()).includes("cut") ? true : undefined));
  const words = await page();
  assert.match(words, /The own line of the vantage point public is cut: what it watches keeps its last state\./);
  assert.match(words, /hub-a 198\.18\.0\.10:1194\/udp ● was up/);
  assert.match(words, /◇ CUT OFF: its own line is cut 2 gateways/);
});

test("a site that is down explains its lines; a few desks of many do not burn, and are told", async () => {
  const many = Array.from({ length: 40 }, (_, index) => ({ ...fleet.hosts[0], name: `m-${index}` }));
  const hosts = many as typeof fleet.hosts;
  writeInventory({ ...fleet, hosts, desks: hosts.map(({ name }) => ({ id: `d-${name}`, host: name })) });
  await start();
  const hub = await reporter("hub");
  const verdicts = Object.fromEntries(hosts.map(({ name }, index) => [name, index === 0 ? 0 : 1] as const));
  hub(run("link", now()), run("site", now()), run("host", now()), targets("host", verdicts), links(0, 0));
  hub(targets("site", { "torino/hall": 0 }), { type: "snapshot" });
  await until("the site", async () => ((await page()).includes("1 site down") ? true : undefined));
  const words = await page();
  assert.match(words, /■ 1 thing burns 1 site down, 2 links down, 1 desk down, 2 not seen yet\./);
  assert.match(words, /site torino\/hall DOWN since .*? with 2 links/);
  assert.doesNotMatch(words, /link torino\/hall\/fibre DOWN|desks torino/);
  const more = Object.fromEntries(hosts.slice(0, 2).map(({ name }) => [name, 0] as const));
  hub(targets("host", more));
  await until("desks that burn", async () => ((await page()).includes("2 things burn") ? true : undefined));
  assert.match(await page(), /desks torino\/office 2 of 40 DOWN/);
});

test("a part of a fleet says that the rest is elsewhere", async () => {
  writeInventory(fleet);
  await start({ shard: { index: 2, count: 3 } });
  await until("the inventory", async () => ((await page()).includes("Stage") ? true : undefined));
  assert.match(await page(), /Part 2\/3 of the fleet: the rest is not shown here\./);
});

test("jobs: when they last ran, and that one is late", async () => {
  const job = { unit: "crisis", id: "rivers", every: "hour", by: "00:20", timezone: "UTC" } as const;
  writeInventory({ ...fleet, jobs: [job] });
  let at = Date.UTC(2026, 10, 27, 12, 5);
  await start({ heartbeats: join(folder, "heartbeats.json"), now: () => at });
  await until("the inventory", async () => ((await page()).includes("crisis/rivers") ? true : undefined));
  assert.match(await page(), /crisis\/rivers ● in time due 2026-11-27 12:20:00 UTC never told/);
  await get("/heartbeats/crisis/rivers", { method: "POST" });
  assert.match(await page(), /crisis\/rivers ● in time due 2026-11-27 13:20:00 UTC 2026-11-27 12:05:00 UTC \(0 s\)/);
  at = Date.UTC(2026, 10, 27, 13, 30);
  assert.match(await page(), /job crisis\/rivers LATE since 2026-11-27 13:20:00 UTC 10 min has not run by its time/);
});

test("a section that cannot be drawn says why, once in the log, and takes nothing from the others", async () => {
  writeInventory({ ...fleet, jobs: [{ unit: "u", id: "j", every: "day", by: "03:00", timezone: "<Nowhere>" }] });
  await start({ heartbeats: join(folder, "heartbeats.json") });
  await allWell();
  await page();
  const words = await page();
  assert.match(words, /Jobs ◇ This part cannot be shown: .*<Nowhere>/i);
  assert.match(words, /torino\/hall\/fibre ● up/);
  assert.equal(notes.filter((note) => note.startsWith("wallboard: jobs: ")).length, 1, notes.join("\n"));
});

test("with a web configuration nobody sees or follows it without a password", async () => {
  writeFileSync(join(folder, "web.yaml"), `basic_auth_users:\n  anna: ${hashSync("right", 4)}\n`);
  await start({ web: loadWebConfig(join(folder, "web.yaml")) });
  for (const path of ["/", "/events", "/wallboard/board.js"]) assert.equal((await get(path)).status, 401, path);
  const authorization = `Basic ${Buffer.from("anna:right").toString("base64")}`;
  assert.equal((await get("/", { headers: { authorization } })).status, 200);
});
