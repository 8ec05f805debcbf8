import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  bare,
  parseStaticKey,
  type Seal,
  StaticKeyError,
  tlsAuth,
  tlsCrypt,
} from "../../../src/probe/wire/static-key.ts";

/** A key whose bytes count from 0 to 255, as OpenVPN writes one. */
const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
const begin = "-----BEGIN OpenVPN Static key V1-----";
const end = "-----END OpenVPN Static key V1-----";
const lines = bytes.toString("hex").match(/.{32}/g)?.join("\n") ?? "";
const file = `#\n# 2048 bit OpenVPN static key\n#\n${begin}\n${lines}\n${end}\n`;

test("reads a key file, also with other line ends or inside a profile", () => {
  for (const text of [file, file.replaceAll("\n", "\r\n"), `client\n<tls-auth>\n${file}</tls-auth>\n`]) {
    assert.deepEqual(parseStaticKey(text), bytes);
  }
});

const refused = [
  ["nothing", "", "no OpenVPN static key is in it"],
  ["another key", file.replaceAll("OpenVPN Static key V1", "PRIVATE KEY"), "no OpenVPN static key is in it"],
  ["one that is cut off", file.slice(0, -60), "no OpenVPN static key is in it"],
  ["a short one", `${begin}\n00ff\n${end}`, "the key in it has 2 bytes, not 256"],
] as const;
for (const [what, text, message] of refused) {
  test(`refused: ${what}`, () => {
    assert.throws(() => parseStaticKey(text), { name: "StaticKeyError", message });
  });
}

test("a digest that is none is refused", () => {
  assert.throws(() => tlsAuth(bytes, 1, "SHA3000"), StaticKeyError);
});

const packet = Buffer.from("3801020304050607080000000000", "hex");

test("tls-auth keeps the head, then come HMAC, packet id, date and the rest", () => {
  const sealed = tlsAuth(bytes, 1).seal(packet, 0x65432100);
  assert.equal(sealed.subarray(0, 9).toString("hex"), "380102030405060708");
  assert.equal(sealed.subarray(29).toString("hex"), ["00000001", "65432100", "0000000000"].join(""));
  assert.equal(tlsAuth(bytes, 1, "sha256").seal(packet, 0).length, sealed.length + 12);
});

test("tls-crypt keeps the head, then come packet id, date, tag and the rest, hidden", () => {
  const sealed = tlsCrypt(bytes).seal(packet, 0x65432100);
  assert.equal(sealed.subarray(0, 17).toString("hex"), ["380102030405060708", "00000001", "65432100"].join(""));
  assert.equal(sealed.length, packet.length + 8 + 32);
});

/** What one end seals the other opens: the other's key has its halves the other way round. */
const swapped = Buffer.concat([bytes.subarray(128), bytes.subarray(0, 128)]);
const ends: Readonly<Record<string, readonly [Seal, Seal]>> = {
  bare: [bare, bare],
  "tls-auth 1": [tlsAuth(bytes, 1), tlsAuth(bytes, 0)],
  "tls-auth 0": [tlsAuth(bytes, 0), tlsAuth(bytes, 1)],
  "tls-auth both ways": [tlsAuth(bytes, undefined), tlsAuth(bytes, undefined)],
  "tls-auth SHA512": [tlsAuth(bytes, 1, "SHA512"), tlsAuth(bytes, 0, "SHA512")],
  "tls-crypt": [tlsCrypt(bytes), tlsCrypt(swapped)],
};
for (const [name, [one, other]] of Object.entries(ends)) {
  test(`${name}: what one end seals the other opens, and nothing else`, () => {
    const packets = fc.uint8Array({ minLength: 9, maxLength: 100 });
    fc.assert(
      fc.property(packets, fc.nat(0xffff_ffff), fc.nat(), (plain, date, place) => {
        const sealed = one.seal(plain, date);
        assert.deepEqual(other.open(sealed), Buffer.from(plain));
        if (name === "bare") return;
        const index = place % sealed.length;
        sealed[index] = (sealed[index] ?? 0) ^ 1;
        assert.equal(other.open(sealed), undefined);
      }),
    );
  });

  test(`${name}: any bytes at all are opened without harm`, () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (any) => void one.open(any)));
  });
}
