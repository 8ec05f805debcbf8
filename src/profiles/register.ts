import { createHash } from "node:crypto";
import { open, readFile, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { errorCode, syncFolder } from "../files.ts";

/** What a certificate is for; it decides what the certificate may do. */
export const certificateKinds = ["gateway", "site", "person", "desk", "server"] as const;
export type CertificateKind = (typeof certificateKinds)[number];

/** Why a certificate is withdrawn: the words of RFC 5280, section 5.3.1, that apply to people and machines. */
export const revocationReasons = [
  "unspecified",
  "keyCompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
] as const;
export type RevocationReason = (typeof revocationReasons)[number];

/** One line of the register. Dates are ISO 8601, serials lower-case hexadecimal. */
const registerLine = z.discriminatedUnion("event", [
  z.object({
    event: z.literal("issued"),
    serial: z.string(),
    kind: z.enum(certificateKinds),
    commonName: z.string(),
    body: z.string().optional(),
    notAfter: z.iso.datetime(),
    at: z.iso.datetime(),
  }),
  z.object({
    event: z.literal("revoked"),
    serial: z.string(),
    reason: z.enum(revocationReasons),
    at: z.iso.datetime(),
  }),
]);
export type RegisterLine = z.output<typeof registerLine>;

/** One certificate, as the register's lines leave it. */
export interface Entry {
  readonly serial: string;
  readonly kind: CertificateKind;
  readonly commonName: string;
  readonly body: string | undefined;
  readonly issuedAt: string;
  readonly notAfter: string;
  readonly revoked: { readonly at: string; readonly reason: RevocationReason } | undefined;
}

/** A line that is not the last one does not match its checksum: somebody altered the register. */
export class RegisterError extends Error {
  override readonly name = "RegisterError";
  readonly path: string;
  readonly line: number;
  constructor(path: string, line: number) {
    super(`${path}:${line}: this line was altered or damaged; restore the register from a copy`);
    this.path = path;
    this.line = line;
  }
}

/** Adds one line and syncs it. A torn last line, left by a crash, is cut first. The caller holds the folder's lock. */
export async function appendLine(path: string, line: RegisterLine): Promise<void> {
  const { whole, size } = await readLines(path);
  if (size > whole) await truncate(path, whole);
  const file = await open(path, "a", 0o600);
  try {
    await file.writeFile(encode(line));
    await file.sync();
  } finally {
    await file.close();
  }
  if (size === 0) await syncFolder(dirname(path));
}

/** All certificates, in the order of issue. A torn last line counts as never written. */
export async function readEntries(path: string): Promise<Entry[]> {
  const { lines } = await readLines(path);
  const entries = new Map<string, Entry>();
  for (const line of lines) {
    if (line.event === "issued") {
      const { serial, kind, commonName, body, notAfter, at } = line;
      entries.set(serial, {
        serial,
        kind,
        commonName,
        body,
        issuedAt: at,
        notAfter,
        revoked: undefined,
      });
      continue;
    }
    const entry = entries.get(line.serial);
    if (entry !== undefined && entry.revoked === undefined) {
      entries.set(line.serial, { ...entry, revoked: { at: line.at, reason: line.reason } });
    }
  }
  return [...entries.values()];
}

interface Lines {
  readonly lines: RegisterLine[];
  /** Bytes of whole lines, and of the file. */
  readonly whole: number;
  readonly size: number;
}

async function readLines(path: string): Promise<Lines> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { lines: [], whole: 0, size: 0 };
    throw error;
  }
  const lines: RegisterLine[] = [];
  let whole = 0;
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start);
    const line = end < 0 ? undefined : decode(bytes.toString("utf8", start, end));
    if (line === undefined) {
      const last = end < 0 || end === bytes.length - 1;
      if (!last) throw new RegisterError(path, lines.length + 1);
      break;
    }
    lines.push(line);
    start = end + 1;
    whole = start;
  }
  return { lines, whole, size: bytes.length };
}

/** `<first 16 hexadecimal digits of SHA-256> <JSON>` and a line end. */
function encode(line: RegisterLine): string {
  const json = JSON.stringify(line);
  return `${checksum(json)} ${json}\n`;
}

function decode(text: string): RegisterLine | undefined {
  const json = text.slice(17);
  return text.slice(0, 17) === `${checksum(json)} ` ? registerLine.parse(JSON.parse(json)) : undefined;
}

function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
