import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { delimiter, join } from "node:path";
import { LocalWorkspace, PulumiCommand, Stack, StackAlreadyExistsError } from "@pulumi/pulumi/automation/index.js";
import {
  deskbridgeFolder,
  type LabSettings,
  labSettings,
  passphraseFile,
  projectRoot,
} from "../stacks/lab/settings.ts";
import { markOf } from "../stacks/lab/processes.ts";
import { CommandError } from "./cli.ts";
import { readState, writeState } from "./state.ts";

/** The pinned version of the Pulumi engine, equal to the SDK's. */
export const engineVersion = "3.259.0";

export interface EngineContext {
  readonly lab: LabSettings;
  readonly fleetFile: string;
  readonly stage: string | undefined;
}

export function engineContext(fleetFile: string, stage: string | undefined): EngineContext {
  return { lab: labSettings(process.env), fleetFile, stage };
}

export function pulumiHome(): string {
  return process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
}

/** The variables with which plain `pulumi` finds the engine, the backend, the passphrase and the fleet. */
export function engineVariables(context: EngineContext): Readonly<Record<string, string>> {
  const { lab } = context;
  const engine = join(pulumiHome(), "versions", engineVersion, "bin");
  return {
    PATH: [join(projectRoot, "node_modules/.bin"), engine, process.env["PATH"] ?? ""].join(delimiter),
    PULUMI_BACKEND_URL: process.env["PULUMI_BACKEND_URL"] ?? backendOf(stateFolder(lab)),
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(lab),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    DESKBRIDGE_FLEET: context.fleetFile,
    ...(context.stage === undefined ? {} : { DESKBRIDGE_STAGE: context.stage }),
    DESKBRIDGE_STATE: lab.state,
    DESKBRIDGE_LAB_PREFIX: lab.prefix,
    DESKBRIDGE_PORT_EXPORTER: String(lab.ports.exporter),
    DESKBRIDGE_PORT_PROMETHEUS: String(lab.ports.prometheus),
    DESKBRIDGE_PORT_ALERTMANAGER: String(lab.ports.alertmanager),
    DESKBRIDGE_PORT_RECEIVER: String(lab.ports.receiver),
  };
}

/**
 * A local folder as backend. Without files of metadata, which are all that is not written under another name and then
 * renamed: one that a killed engine left half written would make every later command fail.
 */
function backendOf(folder: string): string {
  return `file://${folder}?metadata=skip`;
}

/** The workspace of the program, for `openStack` and `makeStack`. Throws CommandError where set-up has not run. */
export async function openWorkspace(context: EngineContext): Promise<LocalWorkspace> {
  const root = join(pulumiHome(), "versions", engineVersion);
  if (!existsSync(join(root, "bin", "pulumi"))) {
    throw new CommandError(`the Pulumi engine ${engineVersion} is not in ${root}; run: npm run setup`);
  }
  if (!existsSync(passphraseFile(context.lab))) {
    throw new CommandError(`the passphrase file ${passphraseFile(context.lab)} is missing; run: npm run setup`);
  }
  mkdirSync(stateFolder(context.lab), { recursive: true });
  const workspace = await LocalWorkspace.create({
    workDir: programFolder(context.lab),
    pulumiCommand: await PulumiCommand.get({ root }),
    envVars: { ...engineVariables(context) },
  });
  return Object.assign(workspace, unasked.ofWorkspace);
}

/**
 * What the Automation API would ask of the engine, and nobody needs: it selects each stack for plain `pulumi`, and after
 * an update reads its outputs twice and its history. That is four more runs, of half a second each. Every command names
 * its stack, and the engine's events tell the rest.
 */
const unasked = {
  ofWorkspace: { selectStack: () => Promise.resolve(), stackOutputs: () => Promise.resolve({}) },
  ofStack: { history: () => Promise.resolve([]) },
};

/** A stack that is there. */
export async function openStack(workspace: LocalWorkspace, name: string): Promise<Stack> {
  return Object.assign(await Stack.select(name, workspace), unasked.ofStack);
}

/** A stack that need not be there yet. */
export async function makeStack(workspace: LocalWorkspace, name: string): Promise<Stack> {
  try {
    return Object.assign(await Stack.create(name, workspace), unasked.ofStack);
  } catch (error) {
    if (!(error instanceof StackAlreadyExistsError)) throw error;
    return openStack(workspace, name);
  }
}

/** What an update that was killed leaves: its lock, and operations that are "pending". Both go; a create adopts. */
export async function settle(context: EngineContext, stack: Stack): Promise<void> {
  unlock(context, stack.name);
  const saved = await readState(stack);
  const { pending_operations: pending = [], ...deployment } = saved.deployment ?? {};
  if (pending.length > 0) await writeState(stack, { ...saved, deployment });
}

/**
 * Removes a stack's locks of engines that are gone; one that was killed while it made the stack has left them for a
 * stack that is not there. Throws CommandError where an engine is at work, since what is pending in its state is its
 * own business.
 */
export function unlock(context: EngineContext, stack: string): void {
  const folder = join(stateFolder(context.lab), ".pulumi/locks/organization/deskbridge", stack);
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder)) {
    const lock = lockOf(join(folder, entry));
    if (lock !== undefined && (lock.hostname !== hostname() || isEngine(lock.pid))) {
      throw new CommandError(
        `${stack} is being changed by ${lock.username} on ${lock.hostname} (process ${lock.pid}, since ` +
          `${lock.timestamp}); wait for it, or where it is gone run: pulumi cancel --stack ${stack}`,
      );
    }
    rmSync(join(folder, entry), { force: true });
  }
}

/** A lock as the engine writes it (pkg/backend/diy/lock.go). */
interface Lock {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  readonly timestamp: string;
}

/** Undefined where its engine has just taken it away, or was killed while it wrote it. */
function lockOf(file: string): Lock | undefined {
  try {
    const lock = JSON.parse(readFileSync(file, "utf8")) as Partial<Lock>;
    return typeof lock.pid === "number" ? (lock as Lock) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an engine runs under the number. Where the system has no /proc, any process counts. */
function isEngine(pid: number): boolean {
  if (existsSync("/proc/self")) return markOf(pid) !== undefined && nameOf(pid) === "pulumi";
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return ""; // gone meanwhile
  }
}

function stateFolder(lab: LabSettings): string {
  return join(deskbridgeFolder(lab), "state");
}

/**
 * Pulumi keeps a stack's settings beside Pulumi.yaml: the project's own folder, or, for a lab kept elsewhere, a folder
 * there that stands for it.
 */
export function programFolder(lab: LabSettings): string {
  if (lab.state === projectRoot) return projectRoot;
  const folder = join(deskbridgeFolder(lab), "program");
  mkdirSync(folder, { recursive: true });
  for (const entry of ["stacks", "src", "dashboards", "node_modules", "package.json"]) {
    const link = join(folder, entry);
    if (!existsSync(link)) symlinkSync(join(projectRoot, entry), link);
  }
  writeFileSync(join(folder, "Pulumi.yaml"), readFileSync(join(projectRoot, "Pulumi.yaml")));
  return folder;
}
