import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { account, operatorFolder } from "../account.ts";
import type { LabSettings } from "../settings.ts";
import { makeHostKey, openSshPrivateKey, openSshPublicKey } from "./host-keys.ts";
import type { Kind } from "./kind.ts";

/** The key with which an operator logs in to all desks of the lab; it goes with the lab, and is on disk only. */
export interface OperatorProps {
  /** Under the lab's root. */
  readonly folder: string;
}

export const operatorKind: Kind<OperatorProps> = {
  check: () => [],
  identity: (wanted) => wanted.folder,
  replaceOn: ["folder"],

  observe(wanted, lab) {
    const folder = join(lab.root, wanted.folder);
    if (!existsSync(folder)) return Promise.resolve("absent");
    const drift = [keyFile, publicFile]
      .filter((file) => !existsSync(join(folder, file)))
      .map((file) => `its file ${file} is missing`);
    if (drift.length === 0 && (statSync(join(folder, keyFile)).mode & 0o077) !== 0)
      drift.push("its key can be read by others");
    return Promise.resolve(drift);
  },

  /** Keeps a key that is whole. Throws where the machine has an account of that number. */
  async ensure(wanted, lab) {
    refuseTakenNumber();
    const found = await operatorKind.observe(wanted, lab);
    if (found === "absent" || found.length > 0) makeKey(join(lab.root, wanted.folder));
    return { publicKey: operatorPublicKey(lab) };
  },

  remove(wanted, lab) {
    rmSync(join(lab.root, wanted.folder), { recursive: true, force: true });
    return Promise.resolve();
  },
};

const keyFile = "id_ed25519";
const publicFile = "id_ed25519.pub";

/** `ssh-ed25519 AAAA…`; empty where the lab has none yet. */
export function operatorPublicKey(lab: LabSettings): string {
  try {
    return readFileSync(join(lab.root, operatorFolder, publicFile), "utf8").trim();
  } catch {
    return "";
  }
}

/** Whole or not at all: the folder gets its name when all is in it. */
function makeKey(folder: string): void {
  const key = makeHostKey();
  const draft = `${folder}.tmp`;
  for (const each of [draft, folder]) rmSync(each, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  writeFileSync(join(draft, publicFile), `${openSshPublicKey(key.public)}\n`, { mode: 0o644 });
  writeFileSync(join(draft, keyFile), openSshPrivateKey(key), { mode: 0o600 });
  renameSync(draft, folder);
}

function refuseTakenNumber(): void {
  for (const file of ["/etc/passwd", "/etc/group"]) {
    const taken = readFileSync(file, "utf8")
      .split("\n")
      .find((line) => line.split(":")[2] === String(account.id));
    if (taken === undefined) continue;
    throw new Error(`the lab's account wants number ${account.id}, which ${taken.split(":")[0]} has in ${file}`);
  }
}
