import { writeFile } from "node:fs/promises";
import { type ArgsDef, defineCommand } from "citty";
import { errorCode } from "../../src/files.ts";
import type { Host } from "../../src/inventory.ts";
import { enrol, type Scanned } from "../../src/rollout/ssh/enrol.ts";
import { SshError } from "../../src/rollout/ssh/failure.ts";
import { KnownHostsError, loadKnownHosts } from "../../src/rollout/ssh/known-hosts.ts";
import { scan, ScanError } from "../../src/rollout/ssh/scan.ts";
import { CommandError, note, print, targetArg } from "../cli.ts";
import { inventoryArg, inventoryOf } from "../link/built.ts";
import { entered } from "./entered.ts";
import { inventoryPath } from "./folder.ts";

/** Hosts that are asked at once, and how long each of their connections may take. */
const atOnce = 32;
const seconds = 10;

const enrollArgs = {
  "known-hosts": {
    type: "string",
    valueHint: "A,B",
    description: "known_hosts files: what they have is not written again",
  },
  out: { type: "string", valueHint: "FILE", description: "write to a new file (default: to standard output)" },
} as const satisfies ArgsDef;

export default defineCommand({
  meta: {
    name: "enroll",
    description: "ask each desk's host for its SSH keys, and write those that nobody knows yet for a person to review",
  },
  args: { ...enrollArgs, ...inventoryArg, ...targetArg },
  async run({ args }) {
    const inventory = await inventoryOf(args.inventory, args.target);
    if (await entered(inventory, args.inventory === undefined ? ["--inventory", inventoryPath(args.target)] : []))
      return;
    const known = await loadKnownHosts(args["known-hosts"]?.split(",") ?? []).catch((error: unknown) => {
      if (error instanceof KnownHostsError) throw new CommandError(error.message, 1, { cause: error });
      throw error;
    });
    const { scanned, silent } = await scanAll(inventory.hosts);
    const lines = enrol(scanned, known);
    note(
      `${scanned.length} hosts asked, ${lines.filter((line) => line.startsWith("# NEW")).length} keys are new, ` +
        `${lines.filter((line) => /^# (CHANGED|REVOKED)/.test(line)).length} are wrong, ${silent} hosts gave none`,
    );
    const text = lines.map((line) => `${line}\n`).join("");
    if (args.out === undefined) print(text);
    else await writeNew(args.out, text);
    if (silent > 0 || lines.some((line) => /^# (CHANGED|REVOKED)/.test(line))) process.exitCode = 1;
  },
});

async function scanAll(
  hosts: readonly Host[],
): Promise<{ readonly scanned: readonly Scanned[]; readonly silent: number }> {
  const scanned: Scanned[] = [];
  let silent = 0;
  const waiting = hosts.values();
  const hand = async (): Promise<void> => {
    for (const { name, address, ports, hostKeys } of waiting) {
      try {
        const keys = await scan({ name, address, port: ports.ssh }, seconds);
        scanned.push({ name, port: ports.ssh, hostKeys, keys });
      } catch (error) {
        if (!(error instanceof SshError) && !(error instanceof ScanError)) throw error;
        silent += 1;
        note(error.message);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, hosts.length) }, hand));
  return { scanned: scanned.toSorted((one, other) => (one.name < other.name ? -1 : 1)), silent };
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (errorCode(error) === "EEXIST") throw new CommandError(`${file} is there already; name a new file`, 2);
    throw new CommandError(`${file}: ${(error as Error).message}`);
  }
  note(`look through ${file}, then give it as --known-hosts`);
}
