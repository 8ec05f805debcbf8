import { X509Certificate } from "node:crypto";
import { open } from "node:fs/promises";

/** A chain with long names is some 20 kB. */
const mostBytes = 100_000;

/**
 * When the first certificate of a PEM file ends, seconds since 1970. Nothing of the file's text is in an error, since a
 * key may stand beside. Throws where there is no such file, or no certificate in it.
 */
export async function certificateEnd(path: string): Promise<number> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
    const [pem] =
      /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(buffer.toString("latin1", 0, bytesRead)) ?? [];
    if (pem === undefined) throw new Error(`${path} holds no certificate`);
    return parse(pem, path).validToDate.getTime() / 1000;
  } finally {
    await file.close();
  }
}

function parse(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new Error(`${path} holds a certificate that cannot be read`);
  }
}
