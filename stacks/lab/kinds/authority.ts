import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { X509Certificate } from "node:crypto";
import { openAuthority } from "../../../src/profiles/authority.ts";
import { type LabSettings, passphraseFile } from "../settings.ts";
import type { Kind } from "./kind.ts";

/** The lab's own certificate authority, which goes with the lab. Its key is on disk only, encrypted. */
export interface AuthorityProps {
  /** Folder under the lab's root. */
  readonly folder: string;
}

export const authorityKind: Kind<AuthorityProps> = {
  check: () => [],
  identity: (wanted) => wanted.folder,
  replaceOn: ["folder"],

  observe(wanted, lab) {
    const certificate = join(lab.root, wanted.folder, "ca.pem");
    const revocations = join(lab.root, wanted.folder, "crl.pem");
    if (!existsSync(certificate)) return Promise.resolve("absent");
    return Promise.resolve(existsSync(revocations) ? [] : ["its revocation list is missing"]);
  },

  async ensure(wanted, lab) {
    const authority = await openLabAuthority(lab, wanted.folder);
    await authority.writeCrl();
    return { fingerprint: new X509Certificate(authority.certificatePem).fingerprint256 };
  },

  remove(wanted, lab) {
    rmSync(join(lab.root, wanted.folder), { recursive: true, force: true });
    return Promise.resolve();
  },
};

/** Opens the lab's authority with the project's passphrase. */
export function openLabAuthority(lab: LabSettings, folder = "authority"): ReturnType<typeof openAuthority> {
  const passphrase = readFileSync(passphraseFile(lab), "utf8").trim();
  return openAuthority(join(lab.root, folder), passphrase);
}
