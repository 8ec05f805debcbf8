import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  decodeSaInitAnswer,
  encodeSaInit,
  nonceBytes,
  notifies,
  spiBytes,
  unwrapFor,
  wrapFor,
} from "../../../src/probe/wire/ikev2.ts";

const spi = Buffer.from("0102030405060708", "hex");
const message = encodeSaInit(spi, Buffer.alloc(nonceBytes, 0xaa), Buffer.alloc(32, 0xbb));

test("the message, byte for byte", () => {
  const expected = [
    ["0102030405060708", "0000000000000000", "21", "20", "22", "08", "00000000", "00000094"],
    // Security association: one proposal of IKE with four transforms for private use.
    ["22", "00", "002c", "00", "00", "0028", "01", "01", "00", "04"],
    ["03000008", "0100", "ff01", "03000008", "0200", "ff02", "03000008", "0300", "ff03", "00000008", "0400", "ff04"],
    // Key exchange with Curve25519, nonce.
    ["28", "00", "0028", "001f", "0000", "bb".repeat(32)],
    ["00", "00", "0024", "aa".repeat(32)],
  ];
  assert.equal(message.toString("hex"), expected.flat().join(""));
});

/** An answer of those payloads: type and content. */
function answer(parts: readonly (readonly [number, string])[], change: Readonly<Record<number, number>> = {}): Buffer {
  const body = parts.map(([, hex], index) => {
    const content = Buffer.from(hex, "hex");
    const head = Buffer.from([parts[index + 1]?.[0] ?? 0, 0, 0, 4 + content.length]);
    return Buffer.concat([head, content]);
  });
  const header = Buffer.from(`${spi.toString("hex")}a1a2a3a4a5a6a7a8002022200000000000000000`, "hex");
  header[16] = parts[0]?.[0] ?? 0;
  const whole = Buffer.concat([header, ...body]);
  whole.writeUInt32BE(whole.length, 24);
  for (const [index, value] of Object.entries(change)) whole[Number(index)] = value;
  return whole;
}

const refused = [41, "0000000e"] as const;
const answers = [
  ["no proposal chosen", answer([refused]), { kind: "notify", notify: notifies.noProposalChosen }],
  ["invalid key exchange", answer([[41, "00000011001f"]]), { kind: "notify", notify: notifies.invalidKeyExchange }],
  ["a cookie", answer([[41, `00004006${"cc".repeat(20)}`]]), { kind: "notify", notify: notifies.cookie }],
  [
    "an agreement",
    answer([
      [33, "00"],
      [34, "00"],
      [40, "00"],
      [41, "00004004"],
    ]),
    { kind: "accepted" },
  ],
] as const;
for (const [what, bytes, expected] of answers) {
  test(`an answer: ${what}`, () => assert.deepEqual(decodeSaInitAnswer(bytes, spi), expected));
}

const others = [
  ["our own message", message],
  ["nothing", Buffer.alloc(0)],
  ["an answer to another", answer([refused], { 0: 9 })],
  ["IKEv1", answer([refused], { 17: 0x10 })],
  ["another exchange", answer([refused], { 18: 35 })],
  ["no response", answer([refused], { 19: 0 })],
  ["an initiator's", answer([refused], { 19: 0x28 })],
  ["another message id", answer([refused], { 23: 1 })],
  ["cut off", answer([refused]).subarray(0, -1)],
  ["longer than it says", Buffer.concat([answer([refused]), Buffer.alloc(1)])],
  ["a payload beyond the end", answer([refused], { 31: 200 })],
  ["a payload without a length", answer([refused], { 31: 0 })],
  ["no payload", answer([])],
  ["only a nonce", answer([[40, "00"]])],
] as const;
for (const [what, bytes] of others) {
  test(`no answer: ${what}`, () => assert.equal(decodeSaInitAnswer(bytes, spi), undefined));
}

test("any bytes at all are read without harm", () => {
  const random = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  const changed = fc
    .dictionary(fc.nat(60).map(String), fc.nat(255))
    .map((change) => answer([refused, refused], change));
  fc.assert(
    fc.property(fc.oneof(random, changed), (bytes) => {
      decodeSaInitAnswer(bytes, spi);
      decodeSaInitAnswer(bytes, bytes.subarray(0, spiBytes));
      decodeSaInitAnswer(unwrapFor(4500, bytes), spi);
    }),
  );
});

test("at port 4500 messages follow a marker, at 500 they do not", () => {
  assert.deepEqual(wrapFor(500, message), message);
  assert.equal(wrapFor(4500, message).toString("hex"), `00000000${message.toString("hex")}`);
  for (const port of [500, 4500]) assert.deepEqual(unwrapFor(port, wrapFor(port, message)), message);
});
