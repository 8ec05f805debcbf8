import { mkdir, readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import {
  type CertificateRequest,
  day,
  type Issued,
  makeCertificate,
  makeRevocationList,
  makeRoot,
  readRoot,
  readRevocationList,
  type Root,
} from "./certificates.ts";
import { errorCode, replaceFile } from "../files.ts";
import { encryptedKeyPem, openKey, publicKeyDer, signingKey } from "./keys.ts";
import { withLock } from "../lock.ts";
import { appendLine, type Entry, readEntries, type RevocationReason } from "./register.ts";

/**
 * The certificate authority of gateways, sites, people and servers, kept in one folder:
 * `ca.pem` (the root), `ca-key.pem` (encrypted, mode 0600), `register.jsonl` (all that was issued and revoked),
 * `crl.pem` (the revocation list that gateways read). Several processes may use the folder at once.
 */
export interface Authority {
  readonly folder: string;
  /** The root certificate, PEM. */
  readonly certificatePem: string;
  /** Path of the revocation list. */
  readonly crlPath: string;
  /** Registers, then hands over a new key with its certificate. Throws RequestError. */
  issue(request: CertificateRequest): Promise<Issued>;
  /** Withdraws a certificate and writes the list anew; one that is withdrawn already stays as it is. */
  revoke(serial: string, reason: RevocationReason): Promise<void>;
  /** Every certificate ever issued, oldest first. */
  list(): Promise<Entry[]>;
  /** Writes the revocation list anew, from the register. */
  writeCrl(): Promise<void>;
}

const rootYears = 10;
/** A list that has run out closes every gateway that reads it: it is renewed when half its time has gone. */
const listDays = 30;

/** A certificate was asked for that must not be made; the message names the field, its value and what is allowed. */
export class RequestError extends Error {
  override readonly name = "RequestError";
}

/** The folder holds something else than a whole authority. */
export class AuthorityError extends Error {
  override readonly name = "AuthorityError";
}

/**
 * Opens the authority in `folder`, made on first use. Also renews the revocation list when it is due.
 * Throws PassphraseError, AuthorityError, RegisterError, LockError.
 */
export async function openAuthority(folder: string, passphrase: string): Promise<Authority> {
  if (passphrase === "") throw new AuthorityError("the authority's passphrase is empty");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = {
    certificate: join(folder, "ca.pem"),
    key: join(folder, "ca-key.pem"),
    register: join(folder, "register.jsonl"),
    crl: join(folder, "crl.pem"),
    lock: join(folder, "lock"),
  };
  const root = (await load(path, passphrase)) ?? (await withLock(path.lock, () => create(path, passphrase)));

  const writeList = async (): Promise<void> => {
    const old = await readText(path.crl);
    const number = old === undefined ? 1 : readRevocationList(old).number + 1;
    const entries = await readEntries(path.register);
    await replaceFile(
      path.crl,
      await makeRevocationList(root, entries, { now: new Date(), days: listDays, number }),
      0o644,
    );
  };
  if (await listIsDue(path.crl)) {
    await withLock(path.lock, async () => {
      if (await listIsDue(path.crl)) await writeList();
    });
  }

  return {
    folder,
    certificatePem: `${root.certificate.toString("pem").trimEnd()}\n`,
    crlPath: path.crl,
    issue: async (request) => {
      checkRequest(request);
      const now = new Date();
      const issued = await makeCertificate(root, request, now);
      const { kind, commonName, body } = request;
      const { serial, notAfter } = issued;
      const line = {
        event: "issued",
        serial,
        kind,
        commonName,
        body,
        notAfter,
        at: now.toISOString(),
      } as const;
      await withLock(path.lock, () => appendLine(path.register, line));
      return issued;
    },
    revoke: (serial, reason) =>
      withLock(path.lock, async () => {
        const entry = (await readEntries(path.register)).find((one) => one.serial === serial.toLowerCase());
        if (entry === undefined) throw new RequestError(`no certificate with serial "${serial}" was issued here`);
        if (entry.revoked === undefined) {
          const at = new Date().toISOString();
          await appendLine(path.register, { event: "revoked", serial: entry.serial, reason, at });
        }
        // Also when it was withdrawn before: a crash may have come between the register and the list.
        await writeList();
      }),
    list: () => readEntries(path.register),
    writeCrl: () => withLock(path.lock, writeList),
  };
}

interface Paths {
  readonly certificate: string;
  readonly key: string;
}

async function load(path: Paths, passphrase: string): Promise<Root | undefined> {
  const certificatePem = await readText(path.certificate);
  if (certificatePem === undefined) return undefined;
  const keyPem = await readText(path.key);
  if (keyPem === undefined) throw new AuthorityError(`${path.certificate} is there, but its key ${path.key} is not`);
  const key = openKey(keyPem, passphrase, path.key);
  if (!publicKeyDer(key).equals(publicKeyDer(certificatePem))) {
    throw new AuthorityError(`${path.key} is not the key of ${path.certificate}`);
  }
  return readRoot(certificatePem, await signingKey(key));
}

/** The key comes first and the certificate last: a folder with `ca.pem` is whole, whenever a maker was killed. */
async function create(path: Paths, passphrase: string): Promise<Root> {
  const made = await load(path, passphrase);
  if (made !== undefined) return made;
  const { certificate, key, keys } = await makeRoot("Deskbridge authority", rootYears, new Date());
  await replaceFile(path.key, await encryptedKeyPem(keys.privateKey, passphrase), 0o600);
  await replaceFile(path.certificate, `${certificate.toString("pem").trimEnd()}\n`, 0o644);
  return { certificate, key };
}

async function listIsDue(path: string): Promise<boolean> {
  const text = await readText(path);
  if (text === undefined) return true;
  const { nextUpdate } = readRevocationList(text);
  return nextUpdate === undefined || nextUpdate.getTime() - Date.now() < (listDays / 2) * day;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function refuse(field: string, value: unknown, rule: string): never {
  throw new RequestError(`${field} ${JSON.stringify(value)}: ${rule}`);
}

/** X.520's upper bound of a common name, in characters. */
const longestName = 64;
const nameText = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;
const dnsText = /^(\*\.)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

function checkRequest({ kind, commonName, body, dnsNames, addresses, days }: CertificateRequest): void {
  if (commonName.length > longestName) refuse("commonName", commonName, `at most ${longestName} characters`);
  const parts = commonName.split("@");
  if (!parts.every((part) => nameText.test(part)) || parts.length > 2) {
    refuse("commonName", commonName, "letters, digits and . _ + - only, beginning with a letter or digit");
  }
  if (kind === "person" && (body === undefined || parts.length !== 2 || parts[1] !== body)) {
    refuse("commonName", commonName, `a person's name is <person>@<body>, with body ${JSON.stringify(body)}`);
  }
  if (kind !== "person" && parts.length > 1) refuse("commonName", commonName, "only a person's name has an @");
  if (body !== undefined && !nameText.test(body)) refuse("body", body, "letters, digits and . _ + - only");
  for (const name of dnsNames ?? []) if (!dnsText.test(name)) refuse("dnsNames", name, "not a DNS name");
  for (const address of addresses ?? []) if (isIP(address) === 0) refuse("addresses", address, "not an IP address");
  if (!(days > 0)) refuse("days", days, "more than 0");
}
