import { cpSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { $ } from "zx";
import { buildWithGo, goProblem } from "./go.ts";
import { isExecutable } from "./machine.ts";
import { fromPath, obtain, said } from "./obtain.ts";
import type { Say, Step } from "./steps.ts";

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

const engine = {
  name: "Pulumi engine",
  version: engineVersion,
  command: "pulumi",
  versionOf: async (file: string) =>
    (await said(file, ["version"], { PULUMI_SKIP_UPDATE_CHECK: "true" })).replace(/^v/, ""),
} as const;

const besidePulumi = (name: string): boolean => /^pulumi(-language-nodejs.*|-resource-pulumi-.*)?$/.test(name);

function getEngine(folder: string, say: Say): Promise<void> {
  const sources = { "the PATH": fromPath(engine, besidePulumi), "its vendor": fromVendor, Go: fromGo };
  return obtain({ ...engine, sources }, folder, say);
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

/** Measured with Go 1.26: 3 GB of caches, 0.1 GB of result; and room to spare. */
const bytesNeeded = 4e9;

async function fromGo(folder: string, say: Say, signal: AbortSignal): Promise<string | undefined> {
  const problem = await goProblem(dirname(folder), bytesNeeded);
  if (problem !== undefined) return problem;
  await buildWithGo({
    module: hostSources,
    command: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    flags: [`-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${engineVersion}`],
    output: join(folder, "bin", "pulumi"),
    cost: "about 5 minutes on 2 cores, 2 GB of memory, 3 GB of disk meanwhile",
    say,
    signal,
  });
  return undefined;
}
