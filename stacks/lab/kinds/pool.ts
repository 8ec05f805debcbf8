import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { account } from "../account.ts";
import { ask, run } from "../run.ts";
import { makeHostKey, openSshPrivateKey, openSshPublicKey } from "./host-keys.ts";
import type { Kind } from "./kind.ts";

/**
 * The hosts of a pool: addresses that one namespace answers for (AnyIP), each with a key and a home of the account's
 * under `<folder>/<address>/`, and a table of faults, so that one host can be cut without its neighbours.
 */
export interface PoolProps {
  readonly namespace: string;
  /** Under the lab's root. */
  readonly folder: string;
  /** Host addresses as runs: `count` addresses from `first`. */
  readonly runs: readonly { readonly first: string; readonly count: number }[];
}

const faults = `
  set down { type ipv4_addr; }
  chain reached { type filter hook prerouting priority raw; policy accept; ip daddr @down drop; }
`;

export const poolKind: Kind<PoolProps> = {
  check: (wanted) =>
    wanted.runs.every((each) => each.count > 0)
      ? []
      : [{ property: "runs", reason: "a run of hosts has at least one" }],
  identity: (wanted) => wanted.folder,
  replaceOn: ["namespace", "folder"],

  async observe(wanted, lab) {
    const root = join(lab.root, wanted.folder);
    if (!existsSync(root)) return "absent";
    const drift: string[] = [];
    const present = new Set(readdirSync(root));
    const missing = [...addressesOf(wanted)].filter(
      (address) => !present.has(address) || !existsSync(join(root, address, "keys", "ed25519.pk")),
    );
    if (missing.length > 0) drift.push(`${missing.length} hosts have no key, such as ${missing[0]}`);
    const homeless = [...addressesOf(wanted)].filter((address) => !hasHome(join(root, address)));
    if (homeless.length > 0) drift.push(`${homeless.length} hosts have no home, such as ${homeless[0]}`);
    const down = await downHosts(wanted.namespace);
    if (down === undefined) drift.push("its table of faults is missing");
    else if (down.length > 0) drift.push(`${down.length} hosts are cut, such as ${down[0]}`);
    return drift;
  },

  async ensure(wanted, lab) {
    const root = join(lab.root, wanted.folder);
    mkdirSync(root, { recursive: true, mode: 0o755 });
    const hostKeys: string[] = [];
    const kept = new Set<string>();
    for (const address of addressesOf(wanted)) {
      kept.add(address);
      hostKeys.push(ensureKey(join(root, address)));
      ensureHome(join(root, address));
    }
    for (const entry of readdirSync(root))
      if (!kept.has(entry)) rmSync(join(root, entry), { recursive: true, force: true });
    await run(["ip", "netns", "exec", wanted.namespace, "nft", "-f", "-"], {
      input: `table inet faults {}\ndelete table inet faults\ntable inet faults {${faults}}\n`,
    });
    return { hostKeys };
  },

  async remove(wanted, lab) {
    rmSync(join(lab.root, wanted.folder), { recursive: true, force: true });
    await ask(["ip", "netns", "exec", wanted.namespace, "nft", "delete", "table", "inet", "faults"]);
  },
};

/** Host addresses in order. */
export function* addressesOf(pool: Pick<PoolProps, "runs">): Generator<string> {
  for (const { first, count } of pool.runs) {
    const base = first.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    for (let index = 0; index < count; index += 1) {
      const value = base + index;
      yield [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
    }
  }
}

/** Addresses that are cut in this pool; undefined where the table is gone. */
export async function downHosts(namespace: string): Promise<readonly string[] | undefined> {
  const text = await ask(["ip", "netns", "exec", namespace, "nft", "-j", "list", "set", "inet", "faults", "down"]);
  if (text === undefined) return undefined;
  const { nftables } = JSON.parse(text) as { nftables: { set?: { elem?: string[] } }[] };
  return nftables.flatMap((each) => each.set?.elem ?? []);
}

/** Makes a host's key where it has none, and gives its public key; the key's last file is written last. */
function ensureKey(folder: string): string {
  const keys = join(folder, "keys");
  const publicFile = join(keys, "ed25519.pk");
  try {
    return openSshPublicKey(readFileSync(publicFile));
  } catch {
    // none yet
  }
  const key = makeHostKey();
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  writeFileSync(join(keys, ".ed25519.sk"), key.secret, { mode: 0o600 });
  writeFileSync(join(keys, "openssh"), openSshPrivateKey(key), { mode: 0o600 });
  writeFileSync(publicFile, key.public, { mode: 0o644 });
  return openSshPublicKey(key.public);
}

function hasHome(folder: string): boolean {
  const found = statSync(join(folder, "home"), { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === account.id;
}

/** What an operator left at the host stays; its owner is set last. */
function ensureHome(folder: string): void {
  if (hasHome(folder)) return;
  const home = join(folder, "home");
  mkdirSync(home, { recursive: true });
  chmodSync(home, 0o700);
  chownSync(home, account.id, account.id);
}
