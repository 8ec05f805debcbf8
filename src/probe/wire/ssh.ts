/**
 * An SSH server's identification string (RFC 4253, 4.2): `SSH-2.0-software comments`, at most 255 bytes with its line
 * end, after any number of other lines.
 */
export type Identification =
  | { readonly kind: "found"; readonly protocol: string; readonly software: string }
  | { readonly kind: "incomplete" }
  | { readonly kind: "wrong"; readonly detail: string };

/** OpenSSH's own client reads 1,024 lines of up to 8 kB; a server that people use sends a few. */
export const mostBytes = 16_384;
const longestLine = 255;
const shape = /^SSH-([^-\s]+)-([!-,.-~][!-~]*)?/;

/** Reads what a server has sent so far. */
export function readIdentification(received: Buffer): Identification {
  for (let start = 0; ;) {
    const end = received.indexOf(0x0a, start);
    const line = received.subarray(start, end < 0 ? received.length : end).toString("latin1");
    const own = line.startsWith("SSH-");
    if (own && line.length >= longestLine) return { kind: "wrong", detail: "its identification is too long" };
    if (end < 0) break;
    if (own) return judge(line.replace(/\r$/, ""));
    start = end + 1;
  }
  return received.length < mostBytes
    ? { kind: "incomplete" }
    : { kind: "wrong", detail: `it sent ${mostBytes} bytes without an identification` };
}

function judge(line: string): Identification {
  const [, protocol, software] = shape.exec(line) ?? [];
  if (protocol === undefined || software === undefined) return { kind: "wrong", detail: "its identification is none" };
  // 1.99 is a server of version 2 that also speaks the old one (RFC 4253, 5.1).
  if (protocol !== "2.0" && protocol !== "1.99") return { kind: "wrong", detail: `it speaks SSH ${protocol}, not 2.0` };
  return { kind: "found", protocol, software };
}
