/**
 * The first packet of an OpenVPN session and the server's answer to it: enough to know that a gateway serves people.
 * The server answers without keeping anything (OpenVPN 2.6 keeps no state before the third packet). Control packet:
 *
 *     byte 0        opcode << 3 | key id
 *     bytes 1-8     the sender's session id
 *     byte 9        n acknowledgements; then n × 4 bytes and, where n > 0, the 8 bytes of the receiver's session id
 *     4 bytes       packet id
 *
 * Over TCP each packet follows its length in two bytes. Gateways with a static key take and give each packet sealed
 * with it (`static-key.ts`).
 */

const clientReset = 7;
const serverReset = 8;
export const sessionBytes = 8;
/** Opcode, key id and session id, which stay readable however a packet is sealed. */
export const headBytes = 1 + sessionBytes;

/** P_CONTROL_HARD_RESET_CLIENT_V2 with key id 0 and packet id 0. */
export function encodeClientReset(session: Uint8Array): Buffer {
  const packet = Buffer.alloc(14);
  packet[0] = clientReset << 3;
  packet.set(session, 1);
  return packet;
}

/** The client's session id (hexadecimal) that a P_CONTROL_HARD_RESET_SERVER_V2 acknowledges; undefined for all else. */
export function decodeServerReset(packet: Uint8Array): string | undefined {
  const first = packet[0];
  const acknowledged = packet[9];
  if (first === undefined || first >> 3 !== serverReset || acknowledged === undefined || acknowledged === 0)
    return undefined;
  const start = 10 + 4 * acknowledged;
  if (packet.length < start + sessionBytes + 4) return undefined;
  return Buffer.from(packet.subarray(start, start + sessionBytes)).toString("hex");
}

/** As sent over TCP. */
export function frame(packet: Uint8Array): Buffer {
  const framed = Buffer.alloc(packet.length + 2);
  framed.writeUInt16BE(packet.length);
  framed.set(packet, 2);
  return framed;
}

/** The first whole packet of a TCP stream; undefined while it is incomplete. */
export function unframe(stream: Buffer): Buffer | undefined {
  if (stream.length < 2) return undefined;
  const length = stream.readUInt16BE();
  return stream.length < length + 2 ? undefined : stream.subarray(2, length + 2);
}
