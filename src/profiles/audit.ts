import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Instance } from "../inventory.ts";
import type { Authority } from "./authority.ts";
import { day } from "./certificates.ts";
import { errorCode, replaceFile } from "../files.ts";
import { commonPrefix, renderOpenVpnProfile } from "./openvpn.ts";

/**
 * The profiles with which the proof of reach comes in: `audit@<body>`, and `audit-revoked@<body>`, which was revoked as
 * soon as it was made. Kept in `folder` (files of mode 0600) and used again while they hold.
 */
export interface AuditProfiles {
  /** Path of a good profile that begins with the instance given and lists the others after it. */
  readonly good: (body: string, first: string) => Promise<string>;
  /** Path of a revoked profile for this instance alone. */
  readonly revoked: (body: string, instance: string) => Promise<string>;
}

const names = { good: "audit", revoked: "audit-revoked" } as const;

/** Whether a certificate's name is one of the proof of reach, and no person's. */
export function isAudit(commonName: string): boolean {
  return Object.values(names).some((name) => commonName.startsWith(`${name}@`));
}

const goodFor = 30;
const credential = z.object({
  certificatePem: z.string(),
  keyPem: z.string(),
  serial: z.string(),
  notAfter: z.iso.datetime(),
});
type Credential = z.output<typeof credential>;

export function auditProfiles(authority: Authority, folder: string, instances: readonly Instance[]): AuditProfiles {
  const gatewayPrefix = commonPrefix(instances.map(({ id }) => id));
  const known = new Map<string, Promise<Credential>>();
  const get = (person: string, body: string, wanted: "valid" | "revoked"): Promise<Credential> => {
    const name = `${person}@${body}`;
    const found = known.get(name) ?? credentialOf(authority, folder, name, body, wanted);
    known.set(name, found);
    return found;
  };
  const write = async (name: string, remotes: readonly Instance[], { certificatePem, keyPem }: Credential) => {
    const path = join(folder, `${name}.ovpn`);
    const ca = authority.certificatePem;
    const profile = { remotes, ca, certificate: certificatePem, key: keyPem, gatewayPrefix };
    await replaceFile(path, renderOpenVpnProfile(profile), 0o600);
    return path;
  };
  return {
    good: async (body, first) => {
      const start = Math.max(
        0,
        instances.findIndex(({ id }) => id === first),
      );
      const order = [...instances.slice(start), ...instances.slice(0, start)];
      return write(`audit@${body}`, order, await get(names.good, body, "valid"));
    },
    revoked: async (body, instance) => {
      const remotes = instances.filter(({ id }) => id === instance);
      return write(`audit-revoked@${body}-${instance}`, remotes, await get(names.revoked, body, "revoked"));
    },
  };
}

async function credentialOf(
  authority: Authority,
  folder: string,
  name: string,
  body: string,
  wanted: "valid" | "revoked",
): Promise<Credential> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${name}.json`);
  const kept = await readKept(path);
  if (kept !== undefined && Date.parse(kept.notAfter) > Date.now() + day) {
    const entry = (await authority.list()).find(({ serial }) => serial === kept.serial);
    // Of this very authority (a lab that was made anew has another), and in the state that is wanted.
    if (entry !== undefined && (entry.revoked !== undefined) === (wanted === "revoked")) return kept;
  }
  const issued = await authority.issue({ kind: "person", commonName: name, body, days: goodFor });
  if (wanted === "revoked") await authority.revoke(issued.serial, "superseded");
  await replaceFile(path, JSON.stringify(issued), 0o600);
  return issued;
}

async function readKept(path: string): Promise<Credential | undefined> {
  try {
    return credential.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if (errorCode(error) === "ENOENT" || error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}
