import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { $ } from "zx";
import { buildEngine, goProblem } from "./go.ts";
import { isExecutable, onPath } from "./machine.ts";
import { type Say, SetupError, type Step } from "./steps.ts";

/**
 * The Pulumi engine, at exactly the version of `@pulumi/pulumi`, in the folder where `npx pulumi` and the Automation
 * API look for it: `PULUMI_HOME/versions/VERSION/bin`. It outlives the checkout, so it is had once.
 */

const require = createRequire(import.meta.url);
export const engineVersion = (require("@pulumi/pulumi/package.json") as { version: string }).version;

type Environment = Readonly<Record<string, string | undefined>>;

export function engineFolder(environment: Environment): string {
  const home = environment["PULUMI_HOME"] ?? join(environment["HOME"] ?? homedir(), ".pulumi");
  return join(resolve(home), "versions", engineVersion);
}

/** Our host is two files beside the CLI; the vendor's is one program and brings no such file as the second. */
const hostFiles = {
  "pulumi-language-nodejs": "pulumi-language-nodejs",
  "deskbridge-language-host.mts": "language-host.ts",
} as const;
const hostSources = resolve(import.meta.dirname, "../engine");
const npmPulumi = resolve(import.meta.dirname, "../../node_modules/.bin/pulumi");

export function engineSteps(environment: Environment): readonly Step[] {
  const folder = engineFolder(environment);
  const bin = join(folder, "bin");
  return [
    {
      name: `Pulumi engine ${engineVersion}`,
      why: `builds the stacks (kept in ${folder}, for every checkout)`,
      found: () => isExecutable(join(bin, "pulumi")),
      install: (say) => getEngine(folder, say),
      remedy: `let set-up reach get.pulumi.com, or the Go module proxy with Go installed`,
    },
    {
      name: "Pulumi language host",
      why: "runs our TypeScript programs for an engine that came without its vendor's host",
      found: () => isHostThere(bin),
      install: async () => installHost(bin),
      remedy: `make ${bin} writable`,
    },
  ];
}

/** The vendor's host, or ours as this checkout has it. */
export function isHostThere(bin: string): boolean {
  if (!isExecutable(join(bin, "pulumi-language-nodejs"))) return false;
  if (!existsSync(join(bin, "deskbridge-language-host.mts"))) return true;
  return Object.entries(hostFiles).every(
    ([name, source]) => existsSync(join(bin, name)) && same(join(bin, name), join(hostSources, source)),
  );
}

function same(one: string, other: string): boolean {
  return readFileSync(one).equals(readFileSync(other));
}

/** Each file is replaced whole, the one that marks the host as ours first. */
export function installHost(bin: string): void {
  for (const [name, source] of Object.entries(hostFiles).reverse()) {
    const draft = join(bin, `.${name}.${process.pid}`);
    cpSync(join(hostSources, source), draft);
    renameSync(draft, join(bin, name));
  }
}

/** A way to fill a folder with the engine; undefined where it worked, else why it did not. */
type Source = (folder: string, say: Say, signal: AbortSignal) => Promise<string | undefined>;

const sources: Readonly<Record<string, Source>> = {
  "the PATH": fromPath,
  "its vendor": fromVendor,
  Go: fromGo,
};

async function getEngine(folder: string, say: Say): Promise<void> {
  const reasons: string[] = [];
  await withDraft(folder, async (draft, signal) => {
    for (const [name, source] of Object.entries(sources)) {
      const target = join(draft, name.replaceAll(" ", "-"));
      mkdirSync(join(target, "bin"), { recursive: true });
      const reason = await source(target, say, signal);
      signal.throwIfAborted();
      if (reason === undefined) {
        await mustBe(engineVersion, join(target, "bin", "pulumi"));
        rmSync(folder, { recursive: true, force: true });
        renameSync(target, folder);
        return;
      }
      say(`  not from ${name}: ${reason}`);
      reasons.push(`${name}: ${reason}`);
    }
    throw new SetupError(`no Pulumi engine ${engineVersion}:\n${reasons.map((line) => `  ${line}`).join("\n")}`);
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

async function mustBe(version: string, pulumi: string): Promise<void> {
  const found = await versionOf(pulumi);
  if (found !== version) throw new SetupError(`${pulumi} says it is version "${found}", not ${version}`);
}

async function versionOf(pulumi: string): Promise<string> {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const { stdout } = await $({ quiet: true, nothrow: true, env })`${pulumi} version`;
  return stdout.trim().replace(/^v/, "");
}

/** Copies, so that an upgrade of the user's own Pulumi does not change ours. */
async function fromPath(folder: string, say: Say): Promise<string | undefined> {
  // `npm run` puts the package's own `pulumi` on the PATH, which would fetch it: look past node_modules.
  const path = (process.env["PATH"] ?? "").split(":").filter((entry) => !entry.includes("node_modules"));
  const pulumi = onPath("pulumi", path.join(":"));
  if (pulumi === undefined) return "no pulumi there";
  const version = await versionOf(pulumi);
  if (version !== engineVersion) return `${pulumi} is ${version || "no engine"}, not ${engineVersion}`;
  const from = dirname(await realPath(pulumi));
  for (const name of readdirSync(from).filter((entry) =>
    /^pulumi(-language-nodejs.*|-resource-pulumi-.*)?$/.test(entry),
  )) {
    cpSync(join(from, name), join(folder, "bin", name), { dereference: true });
  }
  say(`  copied from ${from}`);
  return undefined;
}

async function realPath(file: string): Promise<string> {
  return (await $({ quiet: true })`readlink -f ${file}`).stdout.trim();
}

const vendorAnswersWithin = 10_000;
const vendorDeliversWithin = "600s";

async function fromVendor(folder: string, say: Say, signal: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await fetch("https://get.pulumi.com/install.sh", {
      method: "HEAD",
      signal: AbortSignal.any([signal, AbortSignal.timeout(vendorAnswersWithin)]),
    });
    if (!answer.ok) return `get.pulumi.com answered ${answer.status}`;
  } catch (error) {
    return `get.pulumi.com did not answer (${reasonOf(error)})`;
  }
  say("  downloads it from get.pulumi.com (about 120 MB)");
  const env = {
    ...process.env,
    PULUMI_HOME: folder,
    PULUMI_VERSION: engineVersion,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const download = $({ quiet: true, nothrow: true, env, signal, stdio: ["ignore", "pipe", "pipe"] });
  const result = await download`${npmPulumi} version`.timeout(vendorDeliversWithin);
  const got = join(folder, "versions", engineVersion, "bin");
  if (result.exitCode !== 0 || !isExecutable(join(got, "pulumi"))) {
    return `the download failed: ${result.stderr.trim().split("\n").at(-1) ?? ""}`;
  }
  rmSync(join(folder, "bin"), { recursive: true });
  renameSync(got, join(folder, "bin"));
  rmSync(join(folder, "versions"), { recursive: true });
  return undefined;
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : message;
}

async function fromGo(folder: string, say: Say, signal: AbortSignal): Promise<string | undefined> {
  const problem = await goProblem(dirname(folder));
  if (problem !== undefined) return problem;
  const output = join(folder, "bin", "pulumi");
  await buildEngine({ module: hostSources, output, version: engineVersion, say, signal });
  return undefined;
}
