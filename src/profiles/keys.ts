import {
  createCipheriv,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  scrypt,
  webcrypto,
} from "node:crypto";
import { promisify } from "node:util";
import { integer, octets, pem, sequence } from "./der.ts";

/** All keys here: ECDSA on P-256, which OpenVPN, strongSwan, xrdp and every Windows client of today speak. */
export const keyAlgorithm = { name: "ECDSA", namedCurve: "P-256" } as const;
export const signatureAlgorithm = { name: "ECDSA", hash: "SHA-256" } as const;

/**
 * Cost of turning the passphrase into a key: 16 MB of memory and about 0.2 s, the OWASP's Password Storage Cheat
 * Sheet's third choice (2023). OpenSSL refuses to open a file that asks for more than 32 MB.
 */
const cost = { N: 16_384, r: 8, p: 5 } as const;

/** The authority's key file cannot be opened with this passphrase. */
export class PassphraseError extends Error {
  override readonly name = "PassphraseError";
  readonly path: string;
  constructor(path: string, options?: ErrorOptions) {
    super(`the passphrase does not open the authority's key ${path}: it was made with another passphrase`, options);
    this.path = path;
  }
}

export async function newKeyPair(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(keyAlgorithm, true, ["sign", "verify"]);
}

/** PKCS#8 in PEM, in clear: for the owner's own file, never for a log. */
export async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return pem("PRIVATE KEY", Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key)));
}

/**
 * PKCS#8 in PEM, encrypted (PBES2: scrypt and AES-256-CBC), as `openssl pkcs8 -topk8 -scrypt` writes it and
 * `openssl pkey` reads it. Node writes only PBKDF2 with 2,048 rounds, hence our own dozen lines of DER.
 */
export async function encryptedKeyPem(key: webcrypto.CryptoKey, passphrase: string): Promise<string> {
  const plain = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key));
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const secret = await derive(passphrase, salt);
  const cipher = createCipheriv("aes-256-cbc", secret, iv);
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
  const derivation = sequence(oid.scrypt, sequence(octets(salt), integer(cost.N), integer(cost.r), integer(cost.p)));
  const scheme = sequence(oid.aes256cbc, octets(iv));
  const der = sequence(sequence(oid.pbes2, sequence(derivation, scheme)), octets(encrypted));
  return pem("ENCRYPTED PRIVATE KEY", der);
}

/** Opens such a file's text. Throws PassphraseError. */
export function openKey(text: string, passphrase: string, path: string): KeyObject {
  try {
    return createPrivateKey({ key: text, format: "pem", passphrase });
  } catch (error) {
    throw new PassphraseError(path, { cause: error });
  }
}

export async function signingKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const der = key.export({ type: "pkcs8", format: "der" });
  return webcrypto.subtle.importKey("pkcs8", der, keyAlgorithm, false, ["sign"]);
}

/** Public key as DER, to tell whether a key and a certificate belong together. */
export function publicKeyDer(key: KeyObject | string): Buffer {
  return createPublicKey(key).export({ type: "spki", format: "der" });
}

async function derive(passphrase: string, salt: Buffer): Promise<Buffer> {
  const run = promisify<string, Buffer, number, typeof cost, Buffer>(scrypt);
  return run(passphrase, salt, 32, cost);
}

const oid = {
  /** 1.2.840.113549.1.5.13, 1.3.6.1.4.1.11591.4.11, 2.16.840.1.101.3.4.1.42 */
  pbes2: Buffer.from("06092a864886f70d01050d", "hex"),
  scrypt: Buffer.from("06092b06010401da47040b", "hex"),
  aes256cbc: Buffer.from("060960864801650304012a", "hex"),
};
