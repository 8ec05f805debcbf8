import assert from "node:assert/strict";
import { test } from "node:test";
import { contradictions, moved, parseCounters } from "../../src/reach/counters.ts";

/** `ip -j -s link show dev tun0`, iproute2 6.1, shortened to what matters. */
const shown =
  '[{"ifindex":3,"ifname":"tun0","flags":["POINTOPOINT","UP"],"mtu":1500,"stats64":{"rx":{"bytes":12345,"packets":20,' +
  '"errors":0},"tx":{"bytes":678,"packets":9,"errors":0}}}]';

test("reads what ip prints, and nothing else", () => {
  assert.deepEqual(parseCounters(shown), { rx: 12_345, tx: 678 });
  assert.throws(() => parseCounters("[]"));
  assert.throws(() => parseCounters('[{"ifname":"tun0"}]'));
});

test("what moved is the difference; a device made anew counts from nothing", () => {
  const before = [
    { kind: "instance", id: "hub-a", rx: 100, tx: 50 },
    { kind: "instance", id: "hub-b", rx: 9000, tx: 9000 },
  ] as const;
  const after = [
    { kind: "instance", id: "hub-a", rx: 150, tx: 75 },
    { kind: "instance", id: "hub-b", rx: 10, tx: 20 },
    { kind: "link", id: "b/s/fibre", rx: 1, tx: 2 },
  ] as const;
  assert.deepEqual(moved(before, after), [
    { kind: "instance", id: "hub-a", rx: 50, tx: 25 },
    { kind: "instance", id: "hub-b", rx: 10, tx: 20 },
    { kind: "link", id: "b/s/fibre", rx: 1, tx: 2 },
  ]);
});

const instance = (rx: number, tx: number) => ({ kind: "instance", id: "hub-a", rx, tx }) as const;
const link = (id: string, rx: number, tx: number) => ({ kind: "link", id, rx, tx }) as const;

test("counters that moved enough contradict nothing; a site's links count together", () => {
  const traffic = [instance(60_000, 60_000), link("b/s/one", 30_000, 30_000), link("b/s/two", 30_000, 30_000)];
  assert.deepEqual(contradictions(traffic, { all: 100, bySite: new Map([["b/s", 100]]) }), []);
});

test("counters that stood still, or moved one way only, contradict the answers", () => {
  const reached = { all: 100, bySite: new Map([["b/s", 40]]) };
  const found = contradictions(
    [instance(60_000, 10), link("b/s/one", 0, 0), link("b/sx/one", 90_000, 90_000)],
    reached,
  );
  assert.deepEqual(found, [
    "100 desks answered, but the gateway's byte counters hardly moved: not through the gateway",
    "40 desks of site b/s answered, but its links' byte counters hardly moved: not over its links",
  ]);
});

test("where no counter could be read, none contradicts", () => {
  assert.deepEqual(contradictions([], { all: 100, bySite: new Map([["b/s", 40]]) }), []);
});
