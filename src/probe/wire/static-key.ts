import { createCipheriv, createDecipheriv, createHmac, getHashes, timingSafeEqual } from "node:crypto";
import { headBytes } from "./openvpn.ts";

/**
 * OpenVPN's static key, which seals control packets so that a gateway says nothing to whoever does not have it. The
 * file has 256 bytes: for each of two directions 64 for a cipher, then 64 for an HMAC. Sealed packets:
 *
 *     tls-auth    head (9) · HMAC · packet id (4) · date (4) · rest
 *                 the HMAC is over packet id, date, head, rest, in this order
 *     tls-crypt   head (9) · packet id (4) · date (4) · tag (32) · AES-256-CTR of rest
 *                 the tag is HMAC-SHA256 over head, packet id, date, rest; its first 16 bytes are the cipher's start
 */
export interface Seal {
  /** Seals a packet sent at `date`, seconds since 1970; gateways take only the first with a packet id and date. */
  seal(packet: Uint8Array, date: number): Buffer;
  /** A packet of the gateway, opened; undefined where the seal is not the key's. */
  open(packet: Uint8Array): Buffer | undefined;
}

/** The key file or what is said of it is of no use; the message says why. */
export class StaticKeyError extends Error {
  override readonly name = "StaticKeyError";
}

export const bare: Seal = { seal: (packet) => Buffer.from(packet), open: (packet) => Buffer.from(packet) };

const keyBytes = 256;
const stampBytes = 8;
const shape = /-----BEGIN OpenVPN Static key V1-----([\s\da-f]*)-----END OpenVPN Static key V1-----/i;

/** The key in an OpenVPN key file. Throws StaticKeyError. */
export function parseStaticKey(text: string): Buffer {
  const [, digits] = shape.exec(text) ?? [];
  if (digits === undefined) throw new StaticKeyError("no OpenVPN static key is in it");
  const key = Buffer.from(digits.replaceAll(/\s/g, ""), "hex");
  if (key.length !== keyBytes) throw new StaticKeyError(`the key in it has ${key.length} bytes, not ${keyBytes}`);
  return key;
}

/** Packet id 1 and the date, as a session's first packet has them. */
function stamp(date: number): Buffer {
  const stamped = Buffer.alloc(stampBytes);
  stamped.writeUInt32BE(1);
  stamped.writeUInt32BE(Math.trunc(date) % 2 ** 32, 4);
  return stamped;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * `direction` is the client's: 1 as most profiles have it (`key-direction 1`), 0, or undefined where the gateway names
 * none, so that both ways use the same part. Throws StaticKeyError where `digest` is unknown.
 */
export function tlsAuth(key: Buffer, direction: 0 | 1 | undefined, digest = "SHA1"): Seal {
  const name = getHashes().find((each) => each.toLowerCase() === digest.toLowerCase());
  if (name === undefined) throw new StaticKeyError(`its digest ${digest} is unknown here`);
  const length = createHmac(name, "").digest().length;
  const part = (index: 0 | 1) => key.subarray(128 * index + 64, 128 * index + 64 + length);
  const [out, back] = [part(direction ?? 0), part(direction === 0 ? 1 : 0)];
  const mac = (secret: Buffer, stamped: Uint8Array, head: Uint8Array, rest: Uint8Array): Buffer =>
    createHmac(name, secret).update(stamped).update(head).update(rest).digest();
  return {
    seal: (packet, date) => {
      const [head, rest, stamped] = [packet.subarray(0, headBytes), packet.subarray(headBytes), stamp(date)];
      return Buffer.concat([head, mac(out, stamped, head, rest), stamped, rest]);
    },
    open: (packet) => {
      const start = headBytes + length;
      if (packet.length < start + stampBytes) return undefined;
      const head = packet.subarray(0, headBytes);
      const rest = packet.subarray(start + stampBytes);
      const expected = mac(back, packet.subarray(start, start + stampBytes), head, rest);
      return equal(expected, packet.subarray(headBytes, start)) ? Buffer.concat([head, rest]) : undefined;
    },
  };
}

const tagBytes = 32;
const cipher = "aes-256-ctr";
const ivBytes = 16;

export function tlsCrypt(key: Buffer): Seal {
  // The client sends with the second direction's keys, whatever else is set.
  const out = { cipher: key.subarray(128, 160), mac: key.subarray(192, 224) };
  const back = { cipher: key.subarray(0, 32), mac: key.subarray(64, 96) };
  const tagOf = (secret: Buffer, header: Uint8Array, rest: Uint8Array): Buffer =>
    createHmac("sha256", secret).update(header).update(rest).digest();
  return {
    seal: (packet, date) => {
      const rest = packet.subarray(headBytes);
      const header = Buffer.concat([packet.subarray(0, headBytes), stamp(date)]);
      const tag = tagOf(out.mac, header, rest);
      const hidden = createCipheriv(cipher, out.cipher, tag.subarray(0, ivBytes));
      return Buffer.concat([header, tag, hidden.update(rest), hidden.final()]);
    },
    open: (packet) => {
      const start = headBytes + stampBytes;
      if (packet.length < start + tagBytes) return undefined;
      const header = packet.subarray(0, start);
      const tag = packet.subarray(start, start + tagBytes);
      const shown = createDecipheriv(cipher, back.cipher, tag.subarray(0, ivBytes));
      const rest = Buffer.concat([shown.update(packet.subarray(start + tagBytes)), shown.final()]);
      if (!equal(tagOf(back.mac, header, rest), tag)) return undefined;
      return Buffer.concat([packet.subarray(0, headBytes), rest]);
    },
  };
}
