// oxlint-disable-next-line import/no-unassigned-import -- it fills in what the library asks for
import "./reflect.ts";
import { randomBytes, type webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  Extension,
  type JsonGeneralNames,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  X509Crl,
  X509CrlGenerator,
  X509CrlReason,
} from "@peculiar/x509";
import { integer, pem } from "./der.ts";
import { newKeyPair, privateKeyPem, signatureAlgorithm } from "./keys.ts";
import type { CertificateKind, Entry, RevocationReason } from "./register.ts";

/** Clocks of clients differ a little: a certificate or list holds from five minutes before its making. */
const skew = 5 * 60_000;
export const day = 24 * 3600 * 1000;

const usage = {
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
  /** RFC 4945: what IKE daemons look for. */
  ipsecIke: "1.3.6.1.5.5.7.3.17",
} as const;

/** What each kind may do. A site's router opens the tunnel and answers on it; a person only opens. */
const extendedUsages: Readonly<Record<CertificateKind, readonly string[]>> = {
  gateway: [usage.serverAuth, usage.ipsecIke],
  site: [usage.clientAuth, usage.serverAuth, usage.ipsecIke],
  person: [usage.clientAuth],
  desk: [usage.serverAuth],
  server: [usage.serverAuth],
};

const revocationListNumber = "2.5.29.20";

export interface CertificateRequest {
  readonly kind: CertificateKind;
  readonly commonName: string;
  readonly body?: string;
  readonly dnsNames?: readonly string[];
  readonly addresses?: readonly string[];
  /** Days from now; cut at the authority's own end. */
  readonly days: number;
}

export interface Issued {
  readonly certificatePem: string;
  /** In clear: write it with mode 0600, print it never. */
  readonly keyPem: string;
  readonly serial: string;
  /** ISO 8601 */
  readonly notAfter: string;
}

export interface Root {
  readonly certificate: X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

export async function makeRoot(
  name: string,
  years: number,
  now: Date,
): Promise<Root & { keys: webcrypto.CryptoKeyPair }> {
  const keys = await newKeyPair();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: subject(name),
    notBefore: new Date(now.getTime() - skew),
    notAfter: new Date(Date.UTC(now.getUTCFullYear() + years, now.getUTCMonth(), now.getUTCDate())),
    signingAlgorithm: signatureAlgorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, key: keys.privateKey, keys };
}

export function readRoot(certificatePem: string, key: webcrypto.CryptoKey): Root {
  return { certificate: new X509Certificate(certificatePem), key };
}

/** A new key and its certificate. */
export async function makeCertificate(root: Root, request: CertificateRequest, now: Date): Promise<Issued> {
  const keys = await newKeyPair();
  const serial = newSerial();
  const end = Math.min(now.getTime() + request.days * day, root.certificate.notAfter.getTime());
  const names: JsonGeneralNames = [
    ...(request.dnsNames ?? []).map((value) => ({ type: "dns" as const, value })),
    ...(request.addresses ?? []).map((value) => ({ type: "ip" as const, value })),
  ];
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial,
    subject: subject(request.commonName, request.body),
    issuer: root.certificate.subjectName,
    notBefore: new Date(now.getTime() - skew),
    notAfter: new Date(end),
    signingAlgorithm: signatureAlgorithm,
    publicKey: keys.publicKey,
    signingKey: root.key,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      // OpenVPN's remote-cert-tls wants a key usage beside the extended one.
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyAgreement, true),
      new ExtendedKeyUsageExtension([...extendedUsages[request.kind]]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(root.certificate.publicKey),
      ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []),
    ],
  });
  return {
    certificatePem: withLineEnd(certificate.toString("pem")),
    keyPem: await privateKeyPem(keys.privateKey),
    serial,
    notAfter: certificate.notAfter.toISOString(),
  };
}

/** The list of withdrawn certificates that have not run out; its number is one more than the last list's. */
export async function makeRevocationList(
  root: Root,
  entries: readonly Entry[],
  options: { readonly now: Date; readonly days: number; readonly number: number },
): Promise<string> {
  const { now, days, number } = options;
  const list = await X509CrlGenerator.create({
    issuer: root.certificate.subjectName,
    thisUpdate: new Date(now.getTime() - skew),
    nextUpdate: new Date(now.getTime() + days * day),
    signingAlgorithm: signatureAlgorithm,
    signingKey: root.key,
    entries: entries
      .filter((entry) => Date.parse(entry.notAfter) > now.getTime() - day)
      .flatMap(({ serial, revoked }) =>
        revoked === undefined
          ? []
          : [
              {
                serialNumber: serial,
                revocationDate: new Date(revoked.at),
                ...reasonOf(revoked.reason),
              },
            ],
      ),
    extensions: [
      await AuthorityKeyIdentifierExtension.create(root.certificate.publicKey),
      new Extension(revocationListNumber, false, integer(number)),
    ],
  });
  // The library writes the label "CRL", which OpenSSL does not know.
  return pem("X509 CRL", Buffer.from(list.rawData));
}

export interface RevocationList {
  readonly number: number;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | undefined;
}

export function readRevocationList(text: string): RevocationList {
  const list = new X509Crl(text);
  const number = list.extensions.find((extension) => extension.type === revocationListNumber);
  const digits = number === undefined ? "" : Buffer.from(number.value).subarray(2).toString("hex");
  return {
    number: Number.parseInt(digits || "0", 16),
    thisUpdate: list.thisUpdate,
    nextUpdate: list.nextUpdate,
  };
}

/** RFC 5280 wants "unspecified" left out. */
function reasonOf(reason: RevocationReason): { reason?: X509CrlReason } {
  return reason === "unspecified" ? {} : { reason: X509CrlReason[reason] };
}

/** 16 bytes, random but for the first two bits, which keep it positive and of one length. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}

function subject(commonName: string, body?: string): JsonName {
  return [{ O: ["Deskbridge"] }, ...(body === undefined ? [] : [{ OU: [body] }]), { CN: [commonName] }];
}

function withLineEnd(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
