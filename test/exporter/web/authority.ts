// oxlint-disable-next-line import/no-unassigned-import -- it fills in what the library asks for
import "../../../src/profiles/reflect.ts";
import {
  BasicConstraintsExtension,
  type JsonGeneralName,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { webcrypto } from "node:crypto";
import { newKeyPair, privateKeyPem, signatureAlgorithm } from "../../../src/profiles/keys.ts";

/** A certificate and its key, both PEM. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** An authority of a test's own, and what it signs. */
export interface TestAuthority {
  readonly cert: string;
  sign(name: string, also?: readonly JsonGeneralName[], days?: number): Promise<Pair>;
}

const dayMs = 24 * 3600 * 1000;

/** Numbers of certificates are only told apart by their authority. */
let serial = 0x10;

export async function testAuthority(name: string): Promise<TestAuthority> {
  const keys = await newKeyPair();
  const own = await certificate({ subject: name, issuer: name, signer: keys, publicKey: keys.publicKey, days: 30 });
  return {
    cert: own.toString("pem"),
    sign: async (subject, also = [], days = 2) => {
      const pair = await newKeyPair();
      const signed = await certificate({
        subject,
        issuer: name,
        signer: keys,
        publicKey: pair.publicKey,
        days,
        names: [{ type: "ip", value: "127.0.0.1" }, ...also],
      });
      return { cert: signed.toString("pem"), key: await privateKeyPem(pair.privateKey) };
    },
  };
}

interface Wanted {
  readonly subject: string;
  readonly issuer: string;
  readonly signer: webcrypto.CryptoKeyPair;
  readonly publicKey: webcrypto.CryptoKey;
  readonly days: number;
  /** Without names, an authority. */
  readonly names?: JsonGeneralName[];
}

function certificate({ subject, issuer, signer, publicKey, days, names }: Wanted): Promise<X509Certificate> {
  serial += 1;
  return X509CertificateGenerator.create({
    serialNumber: serial.toString(16),
    subject: `CN=${subject}`,
    issuer: `CN=${issuer}`,
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + days * dayMs),
    signingAlgorithm: signatureAlgorithm,
    signingKey: signer.privateKey,
    publicKey,
    extensions: [
      names === undefined
        ? new BasicConstraintsExtension(true, undefined, true)
        : new SubjectAlternativeNameExtension(names),
    ],
  });
}
