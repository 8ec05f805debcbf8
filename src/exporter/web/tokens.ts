import { createHash } from "node:crypto";
import { type FleetError, maxErrors } from "../../fleet/errors.ts";

/**
 * The file of bearer tokens: one a line, as it is or as `sha256:` and its digest in hexadecimal, so that the file need
 * not hold what opens the door. Empty lines and lines that begin with # say nothing. A file with one token alone is also
 * what Prometheus reads as `authorization.credentials_file`.
 */
export interface Tokens {
  /** SHA-256 of each token. A token is random, unlike a password: no slow hash is needed. */
  readonly digests: readonly Buffer[];
  readonly errors: readonly FleetError[];
}

/** Two while one takes the other's place, for each of a few clients: all are compared each time. */
const maxTokens = 100;
/** RFC 6750, section 2.1, `b64token`; 16 characters of base64 are 96 bits. */
const token = /^[A-Za-z0-9._~+/-]{16,}=*$/;
const digest = /^sha256:([0-9a-fA-F]{64})$/;

export function parseTokens(text: string, file: string): Tokens {
  const digests: Buffer[] = [];
  const errors: FleetError[] = [];
  const refuse = (line: number, message: string): void => {
    errors.push({ file, line, column: 1, path: "", message });
  };
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const hex = digest.exec(line)?.[1];
    if (hex !== undefined) digests.push(Buffer.from(hex, "hex"));
    else if (token.test(line)) digests.push(sha256(line));
    else {
      refuse(
        index + 1,
        "a line must hold a bearer token of at least 16 letters, digits, - . _ ~ + or /, or sha256: and 64 hexadecimal digits",
      );
    }
    if (errors.length >= maxErrors) break;
  }
  if (errors.length === 0 && digests.length === 0) refuse(1, "the file holds no token");
  if (digests.length > maxTokens) refuse(1, `the file holds more than ${maxTokens} tokens`);
  return { digests, errors };
}

export function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
