/**
 * The first message of IKEv2 and what may come back (RFC 7296). The proposal names algorithms from the range for private
 * use, which no gateway accepts: it refuses with NO_PROPOSAL_CHOSEN and forgets us at once, where a proposal that it
 * accepted would cost it a Diffie-Hellman computation and leave a half-open SA, which is counted against cookies and
 * limits (2.6). Under attack it asks for a cookie instead, as cheaply. Header:
 *
 *     8 bytes  our SPI          1 byte   next payload        4 bytes  message id
 *     8 bytes  its SPI          1 byte   version, 0x20       4 bytes  length of all
 *                               1 byte   exchange, 34
 *                               1 byte   flags: 0x08 initiator, 0x20 response
 *
 * Each payload begins with the next one's type, a byte of flags and its length in two bytes.
 */

export const spiBytes = 8;
export const nonceBytes = 32;
const headerBytes = 28;
const version = 0x20;
const ikeSaInit = 34;
const flag = { initiator: 0x08, response: 0x20 } as const;
const payload = { none: 0, securityAssociation: 33, keyExchange: 34, nonce: 40, notify: 41 } as const;
/** Transforms of the private-use range of their kind: encryption, pseudo-random function, integrity, group. */
const transforms = [1, 2, 3, 4] as const;
const privateUse = 0xff00;
/** Curve25519, of which any 32 bytes are a public key (RFC 8031). */
const group = 31;

/** The message; `spi`, `nonce` and `key` (32 bytes) are random and never used again. */
export function encodeSaInit(spi: Uint8Array, nonce: Uint8Array, key: Uint8Array): Buffer {
  const body = Buffer.concat([
    part(payload.keyExchange, proposal()),
    part(payload.nonce, Buffer.concat([Buffer.from([0, group, 0, 0]), key])),
    part(payload.none, nonce),
  ]);
  const header = Buffer.alloc(headerBytes);
  header.set(spi);
  header[16] = payload.securityAssociation;
  header[17] = version;
  header[18] = ikeSaInit;
  header[19] = flag.initiator;
  header.writeUInt32BE(headerBytes + body.length, 24);
  return Buffer.concat([header, body]);
}

function part(next: number, content: Uint8Array): Buffer {
  const head = Buffer.from([next, 0, 0, 0]);
  head.writeUInt16BE(4 + content.length, 2);
  return Buffer.concat([head, content]);
}

/** Proposal 1, protocol IKE, without an SPI. */
function proposal(): Buffer {
  const listed = transforms.map((kind, index) => {
    const transform = Buffer.from([index === transforms.length - 1 ? 0 : 3, 0, 0, 8, kind, 0, 0, 0]);
    transform.writeUInt16BE(privateUse + kind, 6);
    return transform;
  });
  const head = Buffer.from([0, 0, 0, 0, 1, 1, 0, listed.length]);
  head.writeUInt16BE(8 + 8 * listed.length, 2);
  return Buffer.concat([head, ...listed]);
}

/** `accepted`: it agreed to something; `notify`: the number that it refused with, or asked for a cookie. */
export type SaInitAnswer = { readonly kind: "accepted" } | { readonly kind: "notify"; readonly notify: number };

export const notifies = { noProposalChosen: 14, invalidKeyExchange: 17, cookie: 16_390 } as const;

/** A gateway's answer to the message with that SPI; undefined for all else. */
export function decodeSaInitAnswer(message: Buffer, spi: Uint8Array): SaInitAnswer | undefined {
  if (message.length < headerBytes || !message.subarray(0, spiBytes).equals(spi)) return undefined;
  const [exchange, flags] = [message[18], message[19] ?? 0];
  if (message[17] !== version || exchange !== ikeSaInit) return undefined;
  if ((flags & flag.response) === 0 || (flags & flag.initiator) !== 0) return undefined;
  if (message.readUInt32BE(20) !== 0 || message.readUInt32BE(24) !== message.length) return undefined;
  let accepted = false;
  let notify: number | undefined;
  let type = message[16] ?? payload.none;
  for (let start = headerBytes; type !== payload.none;) {
    if (start + 4 > message.length) return undefined;
    const length = message.readUInt16BE(start + 2);
    if (length < 4 || start + length > message.length) return undefined;
    if (type === payload.securityAssociation) accepted = true;
    if (type === payload.notify && length >= 8) notify ??= message.readUInt16BE(start + 6);
    type = message[start] ?? payload.none;
    start += length;
  }
  if (accepted) return { kind: "accepted" };
  return notify === undefined ? undefined : { kind: "notify", notify };
}

/** Port where messages follow a marker of four zeros, since ESP comes there too (RFC 3948). */
const natPort = 4500;
const marker = Buffer.alloc(4);

export function wrapFor(port: number, message: Buffer): Buffer {
  return port === natPort ? Buffer.concat([marker, message]) : message;
}

export function unwrapFor(port: number, packet: Buffer): Buffer {
  return port === natPort && packet.subarray(0, 4).equals(marker) ? packet.subarray(4) : packet;
}
