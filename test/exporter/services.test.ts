import assert from "node:assert/strict";
import { test } from "node:test";
import type { Report, TargetRecord } from "../../src/report.ts";
import { madeInventory } from "../watch/inventory.ts";
import { until } from "../watch/until.ts";
import { get, reporter, run, start, targets, value, writeInventory } from "./world.ts";
import { wordsOf } from "./wallboard/words.ts";

const services = [
  { id: "documents", name: "Documents & <forms>", url: "https://documents.example/" },
  { id: "health", name: "Health", url: "http://health.example:8080/" },
];
const hosts = [
  { name: "h-1", address: "10.64.0.1" },
  { name: "h-2", address: "10.64.0.2" },
];

const told = (id: string, change: Partial<TargetRecord>): Report => ({
  type: "targets",
  kind: "service",
  records: [
    {
      id,
      up: 1,
      since: 1,
      attempts: 9,
      failures: 2,
      transitions: 1,
      rtt: 0.25,
      unprobed: null,
      status: 200,
      ...change,
    },
  ],
});
const series = (name: string, service = "documents") =>
  `deskbridge_service_${name}{service="${service}",queue="",vantage="hub"}`;
const figures = async (service: string) => {
  const names = ["up", "unprobed", "http_status", "rtt_seconds", "certificate_expiry_timestamp_seconds"];
  return Promise.all(names.map((name) => value(series(name, service))));
};

test("each service is 0 or 1; its status, round trip and certificate are told where they are known", async () => {
  writeInventory(madeInventory({ services }));
  await start();
  const hub = await reporter("hub");
  const nothing = [0, 0, undefined, undefined, undefined];
  assert.deepEqual([await figures("documents"), await figures("health")], [nothing, nothing]);
  assert.equal(await value('deskbridge_inventory_targets{body="",kind="service",shard="1"}'), 2);
  assert.match((await get("/-/ready")).text, /2 of 2 services without a first verdict \(prober at hub\)/);
  hub(
    run("service", 1000),
    told("documents", { certificateEnds: 1_800_000_000 }),
    told("health", { up: 0, status: 503 }),
  );
  await until("the exporter to be ready", async () => ((await get("/-/ready")).status === 200 ? true : undefined));
  assert.deepEqual(await figures("documents"), [1, 0, 200, 0.25, 1_800_000_000]);
  assert.deepEqual(await figures("health"), [0, 0, 503, 0.25, undefined]);
  assert.equal(await value('deskbridge_collector_success{collector="services"}'), 1);
  assert.equal(
    await value('deskbridge_probe_last_run_timestamp_seconds{kind="service",vantage="hub",shard="1"}'),
    1000,
  );
});

test("a tool of the contact centre is a service with its queue", async () => {
  const tool = { id: "schools/e-learning", queue: "schools", name: "E-learning", url: "https://e.example/" };
  writeInventory(madeInventory({ services: [tool] }));
  await start();
  const hub = await reporter("hub");
  hub(run("service", 1000), told(tool.id, {}));
  const up = 'deskbridge_service_up{service="schools/e-learning",queue="schools",vantage="hub"}';
  await until("the tool to be up", async () => ((await value(up)) === 1 ? true : undefined));
});

test("a service that cannot be asked is told as such, neither waited for nor counted as down", async () => {
  writeInventory(madeInventory({ services: services.slice(0, 1) }));
  await start();
  const hub = await reporter("hub");
  const { status: _, ...unasked } = (told("documents", {}) as Extract<Report, { type: "targets" }>).records[0] ?? {};
  const record = { ...unasked, up: null, rtt: null, unprobed: "its authority's file is missing" } as TargetRecord;
  hub({ type: "targets", kind: "service", records: [record] });
  await until("the exporter to be ready", async () => ((await get("/-/ready")).status === 200 ? true : undefined));
  assert.deepEqual(await figures("documents"), [0, 1, undefined, undefined, undefined]);
  assert.match(wordsOf((await get("/")).text), /Nothing is known to be down; 1 not probed\./);
});

test("the page names services with their last answer, and where to look others are told the URL", async () => {
  writeInventory(madeInventory({ services }));
  await start();
  const hub = await reporter("hub");
  hub(told("documents", { certificateEnds: 1_800_000_000 }), told("health", { up: 0, status: 0 }));
  await until("the verdicts", async () => ((await value(series("up"))) === 1 ? true : undefined));
  const { text } = await get("/");
  assert.match(text, /<title>DOWN test/);
  const words = wordsOf(text);
  assert.match(words, /1 service down\./);
  assert.match(words, /Documents & <forms> https:\S+ ● .*?HTTP 200 certificate to 2027-01-15 08:00:00 UTC/);
  assert.match(words, /health\.example:8080\/ ■ was DOWN since .*? none/);
  assert.deepEqual(JSON.parse((await get("/targets?kind=service")).text), [
    { targets: ["https://documents.example/"], labels: { kind: "service", service: "documents", queue: "" } },
    { targets: ["http://health.example:8080/"], labels: { kind: "service", service: "health", queue: "" } },
  ]);
});

test("a host's certificate is told where it is known, and no host has a line for it before", async () => {
  writeInventory(madeInventory({ hosts }));
  await start();
  const hub = await reporter("hub");
  const name = "deskbridge_host_certificate_expiry_timestamp_seconds";
  hub(targets("host", { "h-1": 1, "h-2": 1 }));
  const of = (host: string) => value(`${name}{body="torino",pool="torino/office",host="${host}",vantage="hub"}`);
  const up = 'deskbridge_host_up{body="torino",pool="torino/office",host="h-2",vantage="hub"}';
  await until("the verdicts", async () => ((await value(up)) === 1 ? true : undefined));
  assert.ok(!(await get("/metrics")).text.includes(name));
  const record = {
    id: "h-2",
    up: 1,
    since: 1,
    attempts: 9,
    failures: 2,
    transitions: 1,
    rtt: 0.1,
    unprobed: null,
  } as const;
  hub({ type: "targets", kind: "host", records: [{ ...record, certificateEnds: 1_800_000_000 }] });
  await until("the certificate", async () => ((await of("h-2")) === 1_800_000_000 ? true : undefined));
  assert.equal(await of("h-1"), undefined);
  writeInventory(madeInventory({ hosts: [...hosts, { name: "h-3", address: "10.64.0.3" }] }));
  await until("the new host", () => value(up.replace("h-2", "h-3")));
  assert.equal(await of("h-2"), 1_800_000_000, "another inventory forgets nothing of those that stay");
  hub({ type: "targets", kind: "host", records: [record] });
  await until("it to go", async () => ((await of("h-2")) === undefined ? true : undefined));
});
