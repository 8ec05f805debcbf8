import { isDeepStrictEqual } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { CommandError } from "../cli.ts";
import type { EngineStep } from "../../src/plan/impact.ts";
import { engineWords, type StackOutputs, stackOutputs } from "../stack-up.ts";
import { type Outputs, readState } from "../state.ts";

export interface Preview {
  /** All steps but those that change nothing in Azure: what is only forgotten stays there. */
  readonly steps: readonly EngineStep[];
  readonly same: number;
  /** Whether the stack would be told apart from before in nothing, its outputs included. */
  readonly unchanged: boolean;
  readonly outputs: Outputs;
}

/** Throws CommandError with the engine's own words. */
export async function previewStack(stack: Stack): Promise<Preview> {
  const steps: EngineStep[] = [];
  let same = 0;
  let outputs: StackOutputs = { before: undefined, after: {} };
  let forgets = false;
  try {
    await stack.preview({
      suppressProgress: true,
      color: "never",
      onEvent: (event) => {
        outputs = stackOutputs(event) ?? outputs;
        const metadata = event.resourcePreEvent?.metadata;
        if (metadata === undefined) return;
        if (metadata.op === "same") same += 1;
        // What somebody else made is read, and stays as it is.
        if (metadata.op === "same" || metadata.op === "read") return;
        if (metadata.op === "delete" && metadata.old?.retainOnDelete === true) {
          forgets = true;
          return;
        }
        steps.push({
          stack: stack.name,
          op: metadata.op,
          urn: metadata.urn,
          type: metadata.type,
          name: metadata.urn.split("::").at(-1) ?? "",
          diff: Object.keys(metadata.detailedDiff ?? {}),
        });
      },
    });
  } catch (error) {
    throw new CommandError(`${stack.name} cannot be previewed:\n${engineWords(error)}`, 1, { cause: error });
  }
  const sameOutputs = isDeepStrictEqual(outputs.before, outputs.after);
  return { steps, same, unchanged: steps.length === 0 && !forgets && sameOutputs, outputs: outputs.after };
}

/** The preview of taking a stack down. */
export async function previewRemoval(stack: Stack): Promise<Preview> {
  const { deployment } = await readState(stack);
  const steps = (deployment?.resources ?? [])
    .filter(({ custom, retainOnDelete }) => custom && retainOnDelete !== true)
    .map(({ urn, type }) => ({
      stack: stack.name,
      op: "delete",
      urn,
      type,
      name: urn.split("::").at(-1) ?? "",
      diff: [],
    }));
  return { steps, same: 0, unchanged: false, outputs: {} };
}
