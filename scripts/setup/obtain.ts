import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { $ } from "zx";
import { onPath } from "./machine.ts";
import { type Say, SetupError } from "./steps.ts";

/** A way to fill a folder with a program; undefined where it worked, else why it did not. */
export type Source = (folder: string, say: Say, signal: AbortSignal) => Promise<string | undefined>;

/** A program that outlives the checkout, in a folder that carries its version. */
export interface Program {
  /** For people. */
  readonly name: string;
  readonly version: string;
  /** The program's file in `bin` of the folder. */
  readonly command: string;
  readonly versionOf: (file: string) => Promise<string>;
  /** By their names for people, the cheapest first. */
  readonly sources: Readonly<Record<string, Source>>;
}

/** Gets a program from the first source that has it; what it leaves is complete or nothing. Throws a SetupError. */
export async function obtain(program: Program, folder: string, say: Say): Promise<void> {
  const { name, version, command, versionOf, sources } = program;
  const reasons: string[] = [];
  await withDraft(folder, async (draft, signal) => {
    for (const [from, source] of Object.entries(sources)) {
      const target = join(draft, from.replaceAll(" ", "-"));
      mkdirSync(join(target, "bin"), { recursive: true });
      const reason = await source(target, say, signal);
      signal.throwIfAborted();
      if (reason === undefined) {
        const file = join(target, "bin", command);
        const found = await versionOf(file);
        if (found !== version) throw new SetupError(`${file} says it is version "${found}", not ${version}`);
        rmSync(folder, { recursive: true, force: true });
        renameSync(target, folder);
        return;
      }
      say(`  not from ${from}: ${reason}`);
      reasons.push(`${from}: ${reason}`);
    }
    throw new SetupError(`no ${name} ${version}:\n${reasons.map((line) => `  ${line}`).join("\n")}`);
  });
}

/**
 * Works in a folder of its own beside the target (same disk, so that a rename puts it in place at once), which goes
 * whatever happens, Ctrl-C too. A killed set-up's folder goes at the next one: it carries the process id.
 */
async function withDraft(folder: string, run: (draft: string, signal: AbortSignal) => Promise<void>): Promise<void> {
  const parent = dirname(folder);
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent)) {
    const pid = /^\.deskbridge-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(join(parent, name), { recursive: true, force: true });
  }
  const draft = mkdtempSync(join(parent, `.deskbridge-${process.pid}-`));
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    await run(draft, stopped.signal);
  } catch (error) {
    throw stopped.signal.aborted ? new SetupError("set-up was stopped; nothing half done is left") : error;
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
    rmSync(draft, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Copies the files beside a command on the PATH, so that an upgrade of the user's own does not change ours. */
export function fromPath(
  { command, version, versionOf }: Omit<Program, "sources">,
  isWanted: (name: string) => boolean,
): Source {
  return async (folder, say) => {
    // `npm run` puts launchers of packages on the PATH, which would fetch the program: look past node_modules.
    const path = (process.env["PATH"] ?? "").split(":").filter((entry) => !entry.includes("node_modules"));
    const file = onPath(command, path.join(":"));
    if (file === undefined) return `no ${command} there`;
    const found = await versionOf(file);
    if (found !== version) return `${file} is ${found || "broken"}, not ${version}`;
    const from = dirname(realpathSync(file));
    for (const name of readdirSync(from).filter(isWanted)) {
      cpSync(join(from, name), join(folder, "bin", name), { dereference: true });
    }
    say(`  copied from ${from}`);
    return undefined;
  };
}

/** What a program prints when it is asked for its version, empty where it does not run. */
export async function said(file: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const asked = $({ quiet: true, nothrow: true, env: { ...process.env, ...env } });
  return (await asked`${file} ${[...words]}`).stdout.trim();
}
