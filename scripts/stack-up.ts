import { stripVTControlCharacters } from "node:util";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { CommandError, note } from "./cli.ts";
import { Progress, told } from "./progress.ts";
import type { Outputs } from "./state.ts";

/** What an update did to one stack, in numbers of resources. */
export interface StackReport {
  readonly name: string;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly same: number;
  readonly seconds: number;
}

export interface Upped {
  readonly report: StackReport;
  readonly outputs: Outputs;
}

/** An operation of the engine that failed: Azure, say, may have done it all the same. */
export interface FailedStep {
  readonly type: "creating" | "updating" | "deleting";
  readonly resource: StepState;
  /** What the engine says went wrong. */
  readonly words: string;
}

/** An update that failed, with the operations that did. */
export class UpdateError extends CommandError {
  readonly failed: readonly FailedStep[];
  constructor(message: string, failed: readonly FailedStep[], options: ErrorOptions) {
    super(message, 1, options);
    this.failed = failed;
  }
}

/** Brings one stack to its program; `parallel` operations at once. Throws UpdateError with the engine's own words. */
export async function upStack(stack: Stack, parallel?: number): Promise<Upped> {
  const began = performance.now();
  const failed: Omit<FailedStep, "words">[] = [];
  const words = new Map<string, string>();
  let changes: Changes = {};
  let outputs: Outputs = {};
  try {
    await told(new Progress(stack.name, began), (see) =>
      stack.up({
        suppressProgress: true,
        color: "never",
        onEvent: (event) => {
          see(event);
          outputs = stackOutputs(event)?.after ?? outputs;
          changes = event.summaryEvent?.resourceChanges ?? changes;
          failed.push(...failedSteps(event));
          const { urn = "", severity, message } = event.diagnosticEvent ?? {};
          if (severity === "error") words.set(urn, `${words.get(urn) ?? ""}${message}`);
          const warning = warningOf(event);
          if (warning !== undefined) note(`${stack.name}: ${warning}`);
        },
        ...(parallel === undefined ? {} : { parallel }),
      }),
    );
    return { report: reportOf(stack.name, changes, (performance.now() - began) / 1000), outputs };
  } catch (error) {
    const steps = failed.map((step) => ({ ...step, words: words.get(step.resource.urn) ?? "" }));
    throw new UpdateError(`${stack.name} did not come up:\n${engineWords(error)}`, steps, { cause: error });
  }
}

/** A resource as the engine's events tell it. Secrets among its inputs are masked. */
export type StepState = NonNullable<NonNullable<EngineEvent["resourcePreEvent"]>["metadata"]["new"]> & {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly provider?: string;
};

const operations: Readonly<Record<string, FailedStep["type"]>> = {
  create: "creating",
  "create-replacement": "creating",
  update: "updating",
  delete: "deleting",
  "delete-replaced": "deleting",
};

function failedSteps({ resOpFailedEvent }: EngineEvent): readonly Omit<FailedStep, "words">[] {
  const { metadata } = resOpFailedEvent ?? {};
  const type = operations[metadata?.op ?? ""];
  const resource = metadata?.new ?? metadata?.old;
  return type !== undefined && resource?.custom === true ? [{ type, resource }] : [];
}

/** The stack's outputs, before and after, where the event tells them. */
export function stackOutputs({ resOutputsEvent }: EngineEvent): StackOutputs | undefined {
  const done = resOutputsEvent?.metadata;
  if (done?.type !== "pulumi:pulumi:Stack") return undefined;
  return { before: done.old?.outputs, after: done.new?.outputs ?? {} };
}

export interface StackOutputs {
  readonly before: Outputs | undefined;
  readonly after: Outputs;
}

/** What the program, or its provider, warns of; not that a provider was found on the PATH, which is as it was meant. */
function warningOf({ diagnosticEvent }: EngineEvent): string | undefined {
  if (diagnosticEvent?.severity !== "warning") return undefined;
  const message = stripVTControlCharacters(diagnosticEvent.message)
    .replaceAll(/<\{%.*?%\}>/g, "")
    .replace(/^warning:\s*/, "")
    .trim();
  return /^using pulumi-\S+ from \$PATH/.test(message) ? undefined : message;
}

/** A stack that was not taken down, or not to its end: `removed` is how many of its resources went this time. */
export class RemovalError extends CommandError {
  readonly removed: number;
  constructor(message: string, removed: number, options: ErrorOptions) {
    super(message, 1, options);
    this.removed = removed;
  }
}

/** Destroys what a stack holds, and the stack. Throws RemovalError with the engine's own words. */
export async function removeStack(stack: Stack): Promise<void> {
  const progress = new Progress(stack.name, performance.now());
  try {
    await told(progress, (onEvent) => stack.destroy({ suppressProgress: true, color: "never", onEvent }));
  } catch (error) {
    const message = `${stack.name} was not taken down:\n${engineWords(error)}`;
    throw new RemovalError(message, progress.done, { cause: error });
  }
  await stack.workspace.removeStack(stack.name);
}

/** Reads what is really there, all of it or some, into the stack's state. Throws CommandError. */
export async function refreshStack(stack: Stack, urns?: readonly string[]): Promise<void> {
  try {
    const target = urns === undefined ? {} : { target: [...urns] };
    await stack.refresh({ ...target, suppressProgress: true, color: "never" });
  } catch (error) {
    throw new CommandError(`${stack.name} cannot be refreshed:\n${engineWords(error)}`, 1, { cause: error });
  }
}

/** Resources by what was done with them, in the engine's words. */
type Changes = Readonly<Record<string, number>>;

function reportOf(name: string, changes: Changes, seconds: number): StackReport {
  const replaced = changes["replace"] ?? 0;
  return {
    name,
    created: (changes["create"] ?? 0) + replaced,
    updated: changes["update"] ?? 0,
    deleted: changes["delete"] ?? 0,
    same: changes["same"] ?? 0,
    seconds,
  };
}

export function describeReport(report: StackReport): string {
  const parts = [
    [report.created, "made"],
    [report.updated, "mended"],
    [report.deleted, "removed"],
    [report.same, "as they were"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(", ");
}

/** The engine's own diagnostics; all that it said where it gave none. */
export function engineWords(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const killed = /Command was killed with (SIG\w+)/.exec(text)?.[1];
  if (killed !== undefined) return `the Pulumi engine was killed (${killed})`;
  const diagnostics = /\nDiagnostics:\n([^]*?)\n(?:Outputs|Resources|Policies):/.exec(text)?.[1];
  return (diagnostics ?? text).trimEnd();
}
