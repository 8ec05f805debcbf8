import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { askVici } from "../../../src/exporter/vici/client.ts";
import { decodeMessage, ViciError, type ViciSection, type ViciValue } from "../../../src/exporter/vici/message.ts";
import { joinListings, readConnections, readTunnels } from "../../../src/exporter/vici/tunnels.ts";
import { captured } from "./captured.ts";
import { charon, confirm, done, encode, event, packet, sectionOf } from "./charon.ts";
import { daemon, flood, folder } from "./daemons.ts";

const connections = { command: "list-conns", event: "list-conn" };
const associations = { command: "list-sas", event: "list-sa" };
const both = [connections, associations] as const;
const never = new AbortController().signal;

test("a real daemon's answer: what is configured, what is up, rekeyed and then cut, each SA's bytes", async () => {
  const bytes = Buffer.from(captured("vici-rekeyed-then-cut.hex").replaceAll("\n", ""), "hex");
  const path = await daemon("vici", (socket) => socket.write(bytes));
  const [configured, listed] = await askVici(path, both, never);
  assert.deepEqual([...readConnections(configured)], ["torino-hall-fibre", "torino-hall-radio"]);
  assert.deepEqual(Object.fromEntries(readTunnels(listed)), {
    "torino-hall-fibre": {
      configured: false,
      sa: true,
      child: true,
      dpdPending: true,
      bytes: new Map([
        ["c35a13ce/66ab4195", { rx: 168, tx: 0 }],
        ["1292a0ca/75de47d6", { rx: 84, tx: 84 }],
      ]),
    },
  });
});

test("that answer is read the same wherever it is torn", async () => {
  const bytes = Buffer.from(captured("vici-rekeyed-then-cut.hex").replaceAll("\n", ""), "hex");
  const path = await daemon("vici", (socket) => {
    let at = 0;
    const next = (): void => {
      if (at < bytes.length && !socket.destroyed) socket.write(bytes.subarray(at, (at += 7)), () => setImmediate(next));
    };
    next();
  });
  const [configured, listed] = await askVici(path, both, never);
  assert.deepEqual([configured.length, readTunnels(listed).size], [2, 1]);
});

const text = fc.string({ unit: "grapheme", maxLength: 20 });
const name = fc.string({ unit: "grapheme-ascii", maxLength: 20 });
const value: fc.Memo<ViciValue> = fc.memo((depth) =>
  depth > 1
    ? fc.oneof(text, fc.array(text, { maxLength: 4 }), section(depth - 1))
    : fc.oneof(text, fc.array(text, { maxLength: 4 })),
);
const section: fc.Memo<ViciSection> = fc.memo((depth) =>
  fc
    .uniqueArray(fc.tuple(name, value(depth)), { selector: ([each]) => each, maxLength: 5 })
    .map((each) => new Map(each)),
);

test("whatever a daemon encodes is read back, and no part of it passes for the whole", () => {
  fc.assert(
    fc.property(section(4), fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (tree, part) => {
      const bytes = encode(tree);
      assert.deepEqual(decodeMessage(bytes), tree);
      const half = bytes.subarray(0, Math.floor(bytes.length * part));
      try {
        assert.ok(decodeMessage(half).size <= tree.size);
      } catch (error) {
        assert.ok(error instanceof ViciError, String(error));
      }
    }),
  );
});

test("arbitrary bytes are a message or a ViciError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        decodeMessage(Buffer.from(bytes));
      } catch (error) {
        assert.ok(error instanceof ViciError, String(error));
      }
    }),
  );
});

const broken = {
  "a message broke off": Buffer.of(3, 200),
  "a message ends a section that it did not begin": Buffer.of(2),
  'a message names "a" twice in one section': Buffer.of(3, 1, 97, 0, 0, 3, 1, 97, 0, 0),
  "a list has an element of type 4": Buffer.of(4, 1, 97, 4),
  "a message has an element of type 9 where none of that kind can be": Buffer.of(9),
  "a message nests more than 16 deep": Buffer.concat(Array.from({ length: 18 }, () => Buffer.of(1, 1, 97))),
};
for (const [message, bytes] of Object.entries(broken)) {
  test(`says so: ${message}`, () => {
    if (message.includes("that it did not begin")) assert.throws(() => decodeMessage(bytes), ViciError);
    else assert.throws(() => decodeMessage(bytes), new ViciError(message));
  });
}

const misbehaving: readonly (readonly [what: string, serve: (socket: Socket) => void, message: RegExp])[] = [
  ["says nothing of an event that it is asked for", (socket) => socket.write(packet(6)), /has no event list-conn/],
  [
    "does not know the command",
    (socket) => socket.write(Buffer.concat([confirm, packet(2)])),
    /does not know list-conns/,
  ],
  [
    "ends amid the answer",
    (socket) => socket.end(Buffer.concat([confirm, done.subarray(0, 3)])),
    /list-conns broke off/,
  ],
  [
    "ends before the answer's end",
    (socket) => socket.end(Buffer.concat([confirm, event("list-conn", {})])),
    /broke off/,
  ],
  [
    "sends an event that nobody asked for",
    (socket) => socket.write(Buffer.concat([confirm, event("log", {})])),
    /event "log"/,
  ],
  ["announces 4 GB", (socket) => socket.write(Buffer.of(255, 255, 255, 255)), /a packet of 4294967295 bytes/],
  ["announces nothing", (socket) => socket.write(Buffer.of(0, 0, 0, 0)), /a packet of 0 bytes/],
  ["floods", flood, /a packet of \d+ bytes/],
  [
    "floods with events",
    (socket) => {
      const packets = Buffer.concat(
        Array.from({ length: 10_000 }, () => event("list-conn", { line: { version: "IKEv2" } })),
      );
      const pour = (): void => void (socket.destroyed || socket.write(packets, () => setImmediate(pour)));
      socket.write(confirm, pour);
    },
    /list-conns gives more than 20000 events/,
  ],
  [
    "floods with long events",
    (socket) => {
      const long = event(
        "list-conn",
        Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`${at}`, "x".repeat(60_000)])),
      );
      const pour = (): void => void (socket.destroyed || socket.write(long, () => setImmediate(pour)));
      socket.write(confirm, pour);
    },
    /an answer of more than 32000000 bytes/,
  ],
];
for (const [what, serve, message] of misbehaving) {
  test(`a daemon that ${what} is told and left`, async () => {
    const path = await daemon("vici", serve);
    await assert.rejects(askVici(path, both, never), { name: "ViciError", message });
  });
}

test("a daemon that never answers is left when time is up; one that does not run refuses", async () => {
  const abort = new AbortController();
  const path = await daemon("vici", (socket) => socket.once("data", () => abort.abort()));
  await assert.rejects(askVici(path, both, abort.signal), new ViciError("no answer in time"));
  await assert.rejects(askVici(path, both, AbortSignal.abort()), new ViciError("no answer in time"));
  await assert.rejects(askVici(join(folder, "none"), both, never), { code: "ENOENT" });
});

test("an empty daemon has nothing", async () => {
  assert.deepEqual(await askVici(await charon("vici", [], [[]]), both, never), [[], []]);
});

const tunnelsOf = (sa: Readonly<Record<string, string>>, ...children: readonly Readonly<Record<string, string>>[]) =>
  readTunnels([
    sectionOf({
      line: { ...sa, "child-sas": Object.fromEntries(children.map((child, index) => [`line-${index}`, child])) },
    }),
  ]).get("line");

/** States as charon 5.9.8 was seen to show them, alone and beside each other. */
const shown: readonly (readonly [
  sa: string,
  children: readonly string[],
  up: readonly [sa: boolean, child: boolean],
])[] = [
  ["CONNECTING", [], [false, false]],
  ["ESTABLISHED", [], [true, false]],
  ["ESTABLISHED", ["INSTALLED"], [true, true]],
  ["ESTABLISHED", ["INSTALLING"], [true, false]],
  ["ESTABLISHED", ["REKEYING"], [true, true]],
  ["ESTABLISHED", ["REKEYED", "INSTALLED"], [true, true]],
  ["ESTABLISHED", ["DELETED", "INSTALLED"], [true, true]],
  ["ESTABLISHED", ["DELETED"], [true, false]],
  ["REKEYING", ["INSTALLED"], [true, true]],
  ["REKEYED", [], [true, false]],
  ["DELETING", [], [false, false]],
];
for (const [sa, children, up] of shown) {
  test(`${sa} with ${children.join(" and ") || "no child"}`, () => {
    const tunnel = tunnelsOf({ state: sa }, ...children.map((state) => ({ state })));
    assert.deepEqual([tunnel?.sa, tunnel?.child], up);
  });
}

test("of two listings, what either shows as up is up", () => {
  const handedOver = readTunnels([sectionOf({ line: { state: "REKEYED" } })]);
  const successor = readTunnels([
    sectionOf({ line: { state: "ESTABLISHED", "child-sas": { a: { state: "INSTALLED" } } } }),
  ]);
  for (const joined of [joinListings(handedOver, successor), joinListings(successor, handedOver)])
    assert.deepEqual([joined.get("line")?.sa, joined.get("line")?.child], [true, true]);
});

const installed = { state: "INSTALLED", "spi-in": "c1", "spi-out": "c2", "bytes-in": "1", "bytes-out": "2" };
const lies: readonly (readonly [what: string, child: Readonly<Record<string, string>>, message: RegExp])[] = [
  ["negative bytes", { ...installed, "bytes-in": "-1" }, /bytes-in of line is "-1"/],
  ["NaN", { ...installed, "bytes-out": "NaN" }, /bytes-out of line is "NaN"/],
  ["more than can be counted", { ...installed, "bytes-in": "18446744073709551615" }, /bytes-in of line is/],
  ["bytes one way only", { state: "INSTALLED", "spi-in": "c1", "spi-out": "c2", "bytes-in": "1" }, /has no bytes-out/],
  ["no state", { "spi-in": "c1" }, /an SA of line has no state/],
];
for (const [what, child, message] of lies) {
  test(`an SA that tells ${what} is not believed`, () =>
    assert.throws(() => tunnelsOf({ state: "ESTABLISHED" }, child), { name: "ViciError", message }));
}
