import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { CommandError } from "./cli.ts";

const run = promisify(execFile);

/**
 * A stack's state, to be mended by hand. The Automation API's own export and import lay every secret in clear into a
 * file that all may read; here secrets stay encrypted, and nobody else reads the file.
 */

/** A resource as the engine writes it (apitype.ResourceV3), as far as it is read here. */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  readonly parent?: string;
  readonly provider?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** URNs, each of something before it in the state. */
  readonly dependencies?: readonly string[];
  /** URNs behind each input: by these the engine knows what is made anew with what. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  readonly protect?: boolean;
  /** Forgotten, and not deleted, when it goes. */
  readonly retainOnDelete?: boolean;
  /** Condemned: its replacement stands beside it under the same URN. */
  readonly delete?: boolean;
  /** Gone already: its replacement is still to be made. */
  readonly pendingReplacement?: boolean;
  /** The next update makes it anew, even where nothing differs. */
  readonly taint?: boolean;
  /** What the next update is to mend, even where nothing differs. */
  readonly initErrors?: readonly string[];
}

/** What an engine that was killed was doing: "creating", "updating", "deleting", "reading" or "importing". */
export interface PendingOperation {
  readonly type: string;
  readonly resource: ResourceState;
}

export interface StackState {
  readonly resources?: readonly ResourceState[];
  readonly pending_operations?: readonly PendingOperation[];
}

/** What a state marks values by that are not plain (sdk/go/common/resource/sig): this key, with what they are. */
export const signature = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** What `pulumi stack export` gives; a stack that never came up has no deployment. */
export interface SavedState {
  readonly version?: number;
  readonly deployment?: StackState;
}

/** Throws CommandError. */
export async function readState(stack: Stack): Promise<SavedState> {
  return JSON.parse(await pulumi(stack, "state cannot be read", ["stack", "export"])) as SavedState;
}

/** Throws CommandError. */
export async function writeState(stack: Stack, state: SavedState): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "deskbridge-state-"));
  try {
    const file = join(folder, "state.json");
    writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
    await pulumi(stack, "state cannot be written", ["stack", "import", "--file", file]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A stack's outputs by name, or as the engine's events tell them. Secrets among them are masked. */
export type Outputs = Readonly<Record<string, unknown>>;

/** Throws CommandError. */
export async function readOutputs(stack: Stack): Promise<Outputs> {
  return JSON.parse(await pulumi(stack, "outputs cannot be read", ["stack", "output", "--json"])) as Outputs;
}

/**
 * Keeps a secret in a stack's configuration. By standard input: whoever is on the machine sees the words of a command,
 * and the Automation API gives the value among them. Throws CommandError.
 */
export async function setSecret(stack: Stack, key: string, value: string): Promise<void> {
  await pulumi(stack, "configuration cannot be written", ["config", "set", "--secret", key], value);
}

async function pulumi(stack: Stack, failure: string, words: readonly string[], input = ""): Promise<string> {
  const { pulumiCommand, workDir, envVars } = stack.workspace;
  const all = [...words, "--stack", stack.name, "--non-interactive"];
  const env = { ...process.env, ...envVars };
  try {
    const running = run(pulumiCommand.command, all, { cwd: workDir, env, maxBuffer: Number.POSITIVE_INFINITY });
    running.child.stdin?.end(input);
    return (await running).stdout;
  } catch (error) {
    const { stderr, message } = error as Error & { readonly stderr?: string };
    throw new CommandError(`${stack.name}'s ${failure}:\n${(stderr ?? message).trimEnd()}`, 1, { cause: error });
  }
}
