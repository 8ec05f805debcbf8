import { hkdfSync } from "node:crypto";

/**
 * Password of a host's local administrator: HKDF-SHA256 (RFC 5869) of the stacks' one secret and the host's name, so that
 * no two hosts share one and none is kept anywhere. 36 characters, with the four kinds that Windows asks for.
 */
export function hostPassword(secret: string, host: string): string {
  const key = hkdfSync("sha256", secret, "", `deskbridge local administrator of ${host}`, 24);
  return `Db1-${Buffer.from(key).toString("base64url")}`;
}
