import type { ServerHostKeyAlgorithm } from "ssh2";
import { fingerprintOf, signatureAlgorithms } from "../../handshake/ssh.ts";

/** A public key as OpenSSH writes it. */
export interface HostKey {
  /** `ssh-ed25519` */
  readonly type: string;
  /** Base64, as it stands on the line. */
  readonly blob: string;
}

/** Types that a desk may be scanned for. */
export const keyTypes: readonly string[] = Object.keys(signatureAlgorithms);

export function algorithmsOf(keys: readonly Pick<HostKey, "type">[]): ServerHostKeyAlgorithm[] {
  const types = new Set(keys.map(({ type }) => type));
  return Object.entries(signatureAlgorithms).flatMap(([type, names]) => (types.has(type) ? names : []));
}

/** As `ssh-keygen -l` prints it. */
export function fingerprint(blob: string): string {
  return fingerprintOf(Buffer.from(blob, "base64"));
}

/** The key that a server sent. */
export function keyOf(sent: Buffer): HostKey {
  return { type: fieldsOf(sent)?.[0]?.toString("latin1") ?? "", blob: sent.toString("base64") };
}

/** `ssh-ed25519 AAAA…`, perhaps with a comment; or what is wrong with it, in words that follow "the key". */
export function parseKey(text: string): HostKey | string {
  const [type = "", blob = ""] = text.split(/[ \t]+/);
  if (blob === "") return "has no type or no text";
  const bytes = Buffer.from(blob, "base64");
  if (bytes.toString("base64") !== blob) return "is not whole base64";
  const fields = fieldsOf(bytes);
  if (fields === undefined) return "is cut or has something after its end";
  const named = fields[0]?.toString("latin1");
  if (named !== type) return `says it is ${JSON.stringify(named)}, and its line ${JSON.stringify(type)}`;
  if (type === "ssh-ed25519" && (fields.length !== 2 || fields[1]?.length !== 32)) return "is no ed25519 key";
  if (fields.length < 2) return "has no content";
  return { type, blob };
}

/** A key is a row of strings, each after its length; undefined where it is not. */
function fieldsOf(bytes: Buffer): Buffer[] | undefined {
  const fields: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    fields.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return fields;
}
