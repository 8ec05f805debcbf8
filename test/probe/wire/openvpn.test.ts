import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { decodeServerReset, encodeClientReset, frame, unframe } from "../../../src/probe/wire/openvpn.ts";

test("the first packet is a hard reset with our session and packet 0", () => {
  const packet = encodeClientReset(Buffer.from("0102030405060708", "hex"));
  assert.equal(packet.toString("hex"), ["38", "0102030405060708", "00", "00000000"].join(""));
});

/** P_CONTROL_HARD_RESET_SERVER_V2, its session, 1 acknowledgement of packet 0 of our session, packet 0. */
const reply = ["40", "a1a2a3a4a5a6a7a8", "01", "00000000", "0102030405060708", "00000000"].join("");

test("the answer names the session that it answers", () => {
  assert.equal(decodeServerReset(Buffer.from(reply, "hex")), "0102030405060708");
});

const others = {
  "another packet": `20${reply.slice(2)}`,
  "an answer that acknowledges nothing": ["40", "a1a2a3a4a5a6a7a8", "00", "00000000"].join(""),
  "an answer that was cut off": reply.slice(0, -2),
  "a length beyond its end": `${reply.slice(0, 18)}ff${reply.slice(20)}`,
  nothing: "",
};
for (const [what, hex] of Object.entries(others)) {
  test(`no answer: ${what}`, () => assert.equal(decodeServerReset(Buffer.from(hex, "hex")), undefined));
}

test("any bytes at all are read without harm", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeServerReset(bytes)));
});

test("a frame comes back whole from a stream, and not before it is whole", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 20 }), (packet, more) => {
      const framed = frame(packet);
      assert.deepEqual(unframe(Buffer.concat([framed, more])), Buffer.from(packet));
      assert.equal(unframe(framed.subarray(0, framed.length - 1)), undefined);
    }),
  );
});
