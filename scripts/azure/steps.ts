import { isDeepStrictEqual } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { CommandError } from "../cli.ts";
import { engineWords, type StepState } from "../stack-up.ts";

/** What the engine would do to one resource, as a preview tells it. Secrets in `inputs` read "[secret]". */
export interface PlannedStep {
  readonly stack: string;
  readonly op: string;
  readonly urn: string;
  /** Pulumi token. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Paths of the properties that change. */
  readonly diff: readonly string[];
  /** The resource as it would be; for a delete, as it is. */
  readonly state: StepState;
}

export interface Preview {
  /** All steps but those that change nothing. */
  readonly steps: readonly PlannedStep[];
  readonly same: number;
  /** Whether the stack would be told apart from before in nothing, its outputs included. */
  readonly unchanged: boolean;
}

/** Throws CommandError with the engine's own words. */
export async function previewStack(stack: Stack): Promise<Preview> {
  const steps: PlannedStep[] = [];
  let same = 0;
  let sameOutputs = false;
  try {
    await stack.preview({
      suppressProgress: true,
      color: "never",
      onEvent: (event) => {
        const done = event.resOutputsEvent?.metadata;
        if (done?.type === "pulumi:pulumi:Stack") {
          sameOutputs = done.old !== undefined && isDeepStrictEqual(done.old.outputs, done.new?.outputs);
        }
        const metadata = event.resourcePreEvent?.metadata;
        if (metadata?.op === "same") same += 1;
        const state = metadata?.new ?? metadata?.old;
        if (metadata === undefined || state === undefined || metadata.op === "same") return;
        steps.push({
          stack: stack.name,
          op: metadata.op,
          urn: metadata.urn,
          type: metadata.type,
          name: metadata.urn.split("::").at(-1) ?? "",
          diff: Object.keys(metadata.detailedDiff ?? {}),
          state,
        });
      },
    });
  } catch (error) {
    throw new CommandError(`${stack.name} cannot be previewed:\n${engineWords(error)}`, 1, { cause: error });
  }
  return { steps, same, unchanged: steps.length === 0 && sameOutputs };
}

/** The preview of taking a stack down. */
export async function previewRemoval(stack: Stack): Promise<Preview> {
  const { deployment } = await stack.exportStack();
  const resources = ((deployment as { resources?: StepState[] } | undefined)?.resources ?? []).filter(
    (each) => each.custom === true,
  );
  const steps = resources.map((state) => ({
    stack: stack.name,
    op: "delete",
    urn: state.urn,
    type: state.type,
    name: state.urn.split("::").at(-1) ?? "",
    diff: [],
    state,
  }));
  return { steps, same: 0, unchanged: false };
}
