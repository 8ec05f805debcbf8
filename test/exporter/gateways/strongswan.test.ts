import assert from "node:assert/strict";
import { test } from "node:test";
import { strongswanCollector } from "../../../src/exporter/collectors/strongswan.ts";
import { madeInventory } from "../../watch/inventory.ts";
import { charon, type Tree } from "./charon.ts";
import { daemon, flood, gather, sceneOf } from "./daemons.ts";

/** Charons that say what no real one can be made to say at will; test/exporter/gateways/strongswan.e2e.test.ts has real ones. */

const inventory = madeInventory({
  instances: [{ vici: "a" }, { vici: "b" }, {}],
  sites: [
    {
      name: "hall",
      router: "10.0.1.1",
      links: [
        { name: "fibre", address: "10.112.0.6", instance: "hub-a" },
        { name: "radio", address: "10.112.0.10", instance: "hub-b" },
        { name: "copper", address: "10.112.0.14", instance: "hub-c" },
      ],
    },
  ],
});
const connection = (name: string): Tree => ({ [`torino-hall-${name}`]: { version: "IKEv2" } });
const tunnel = (name: string, state: string, ...children: readonly Tree[]): Tree => ({
  [`torino-hall-${name}`]: {
    state,
    "child-sas": Object.fromEntries(children.map((child, index) => [`${index}`, child])),
  },
});
const child = (spi: string, rx: number, tx: number, state = "INSTALLED"): Tree => ({
  state,
  "spi-in": spi,
  "spi-out": spi,
  "bytes-in": String(rx),
  "bytes-out": String(tx),
});
const radioUp = () => charon("b", [connection("radio")], [[tunnel("radio", "ESTABLISHED", child("b", 0, 0))]]);

const layers = (instance: string, link: string, config: number, sa: number, up: number) =>
  [
    ["config", config],
    ["sa", sa],
    ["child", up],
  ].map(([layer, state]) => [`link_state ${instance} torino/hall/${link} ${layer}`, state] as const);
const counted = (instance: string, link: string, rx: number, tx: number) => [
  [`link_rx_bytes_total ${instance} torino/hall/${link}`, rx],
  [`link_tx_bytes_total ${instance} torino/hall/${link}`, tx],
];
const stateOf = (series: ReadonlyMap<string, number>) => [...series].filter(([name]) => name.startsWith("link_state"));

test("every line of an instance that answers has a state, known to the daemon or not; no other line has", async () => {
  await charon("a", [connection("fibre")], [[]]);
  await charon("b", [], [[]]);
  const { series, fault } = await gather(strongswanCollector, sceneOf(inventory));
  assert.equal(fault, undefined);
  assert.deepEqual(stateOf(series), [...layers("hub-a", "fibre", 1, 0, 0), ...layers("hub-b", "radio", 0, 0, 0)]);
});

test("a listing that missed the successor of a rekeyed SA takes no tunnel down", async () => {
  await charon(
    "a",
    [connection("fibre")],
    [[tunnel("fibre", "REKEYED")], [tunnel("fibre", "ESTABLISHED", child("1", 5, 6)), tunnel("fibre", "REKEYED")]],
  );
  await radioUp();
  const { series } = await gather(strongswanCollector, sceneOf(inventory));
  assert.deepEqual(stateOf(series).slice(0, 3), layers("hub-a", "fibre", 1, 1, 1));
});

test("a tunnel that only ever connects is down", async () => {
  await charon("a", [connection("fibre")], [[tunnel("fibre", "CONNECTING")]]);
  await radioUp();
  const { series } = await gather(strongswanCollector, sceneOf(inventory));
  assert.deepEqual(stateOf(series).slice(0, 3), layers("hub-a", "fibre", 1, 0, 0));
});

test("bytes go on over a rekeying, and from where they were after a restart of the daemon", async () => {
  const listings = [
    [tunnel("fibre", "ESTABLISHED", child("1", 1000, 2000))],
    [tunnel("fibre", "ESTABLISHED", child("1", 1100, 2100, "DELETED"), child("2", 10, 20))],
    [tunnel("fibre", "ESTABLISHED", child("2", 15, 25))],
    [],
    [tunnel("fibre", "ESTABLISHED", child("3", 7, 8))],
  ];
  await charon("a", [connection("fibre")], listings);
  await radioUp();
  const scene = sceneOf(inventory);
  const wanted = [
    [0, 0],
    [110, 120],
    [115, 125],
    [115, 125],
    [122, 133],
  ];
  for (const [rx = 0, tx = 0] of wanted) {
    const { series } = await gather(strongswanCollector, scene);
    assert.deepEqual(
      [...series].filter(([name]) => name.includes("bytes_total hub-a")),
      counted("hub-a", "fibre", rx, tx),
    );
  }
});

test("more bytes than any line carries cost the line its bytes, and are told; its state stands", async () => {
  const listings = [
    [tunnel("fibre", "ESTABLISHED", child("1", 0, 0))],
    [tunnel("fibre", "ESTABLISHED", child("1", 9e15, 0))],
  ];
  await charon("a", [connection("fibre")], listings);
  await radioUp();
  const scene = sceneOf(inventory, { now: () => 0 });
  await gather(strongswanCollector, scene);
  const { series, fault } = await gather(strongswanCollector, scene);
  assert.equal(fault, "hub-a: torino/hall/fibre: 9000000000000000 bytes more than 1 s ago");
  assert.deepEqual(stateOf(series).slice(0, 3), layers("hub-a", "fibre", 1, 1, 1));
  assert.ok(!series.has("link_rx_bytes_total hub-a torino/hall/fibre"));
  assert.ok(series.has("link_rx_bytes_total hub-b torino/hall/radio"));
});

test("the gateway that waits for a sign of life", async () => {
  const waiting = {
    "torino-hall-fibre": { state: "ESTABLISHED", "tasks-active": ["IKE_DPD"], "child-sas": { c: child("1", 0, 0) } },
  };
  await charon("a", [connection("fibre")], [[waiting]]);
  await radioUp();
  const { series } = await gather(strongswanCollector, sceneOf(inventory));
  assert.equal(series.get("link_dpd_pending hub-a torino/hall/fibre"), 1);
  assert.equal(series.get("link_dpd_pending hub-b torino/hall/radio"), 0);
});

const silent = [
  ["does not run", undefined, /^hub-a: connect ENOENT /],
  ["hangs", () => undefined, /^hub-a: no answer in time$/],
  ["floods", flood, /^hub-a: a packet of \d+ bytes$/],
] as const;
for (const [what, serve, message] of silent) {
  test(`a charon that ${what} says nothing of its lines, and takes nothing from another's`, async () => {
    if (serve !== undefined) await daemon("a", serve);
    await radioUp();
    const { series, fault } = await gather(strongswanCollector, sceneOf(inventory, { patience: "short" }));
    assert.match(fault ?? "", message);
    assert.deepEqual(stateOf(series), layers("hub-b", "radio", 1, 1, 1));
    assert.ok([...series.keys()].every((name) => !name.includes("hub-a")));
  });
}
