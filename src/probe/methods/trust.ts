import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";

/** Whom to trust cannot be known; the message names the file and what is wrong with it. */
export class TrustError extends Error {
  override readonly name = "TrustError";
}

let machine: SecureContext | undefined;
const ofFiles = new Map<string, { readonly pem: string; readonly context: SecureContext }>();

/**
 * Who may have signed a certificate: the authorities of a PEM file, else those that this machine trusts. The file is
 * read each time, so that a renewed authority counts at once; the machine's own take longer than a probe to read: once
 * is enough. Throws TrustError.
 */
export async function trusted(file: string | undefined): Promise<SecureContext> {
  if (file === undefined) {
    machine ??= createSecureContext({ ca: [...getCACertificates("system")] });
    return machine;
  }
  try {
    const pem = await readFile(file, "utf8");
    const known = ofFiles.get(file);
    if (known?.pem === pem) return known.context;
    const context = contextOf(pem);
    ofFiles.set(file, { pem, context });
    return context;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TrustError(`its authority's file ${file}: ${why}`, { cause: error });
  }
}

/** Node passes over whatever is no certificate. */
function contextOf(pem: string): SecureContext {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
  if (certificates.length === 0) throw new Error("it holds no certificate");
  return createSecureContext({ ca: certificates.map((each) => new X509Certificate(each).toString()) });
}
