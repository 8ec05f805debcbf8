import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../handshake/servers.ts";

export interface Made {
  readonly certificate: string;
  readonly key: string;
  readonly certificatePem: string;
  readonly keyPem: string;
  /** ISO 8601. */
  readonly notAfter: string;
}

/** A self-signed certificate for so many days; a negative number gives one that has run out. */
export async function selfSigned(folder: string, name: string, days: number, names = `DNS:${name}`): Promise<Made> {
  const path = join(folder, name);
  const [certificate, key] = [`${path}.crt`, `${path}.key`];
  const wanted = ["-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", `/CN=${name}`];
  const extension = ["-addext", `subjectAltName=${names}`];
  await run("openssl", ["req", ...wanted, ...extension, "-keyout", key, "-out", `${path}.csr`]);
  const signing = ["-req", "-in", `${path}.csr`, "-signkey", key, "-days", String(days), "-copy_extensions", "copyall"];
  await run("openssl", ["x509", ...signing, "-out", certificate]);
  const [certificatePem, keyPem] = await Promise.all([readFile(certificate, "utf8"), readFile(key, "utf8")]);
  const notAfter = new Date(new X509Certificate(certificatePem).validTo).toISOString();
  return { certificate, key, certificatePem, keyPem, notAfter };
}
