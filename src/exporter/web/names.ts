import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";

/**
 * DNS names, mail addresses and URIs of a certificate, from Node's text of them (`DNS:a, URI:"b, c"`): a value that
 * holds a comma or a quote is written as JSON there, so that none can pass for two.
 */
export function alternativeNames(text: string): readonly string[] {
  const names: string[] = [];
  for (const [, kind = "", value = ""] of text.matchAll(/(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,"]*)/g)) {
    if (!["DNS", "email", "URI"].includes(kind)) continue;
    names.push(value.startsWith('"') ? (JSON.parse(value) as string) : value);
  }
  return names;
}

/** Whether one of the certificate's names is exactly one of `allowed`. */
export function hasName(certificate: X509Certificate, allowed: readonly string[]): boolean {
  const names = alternativeNames(certificate.subjectAltName ?? "");
  return allowed.some((name) => (isIP(name) === 0 ? names.includes(name) : certificate.checkIP(name) !== undefined));
}
