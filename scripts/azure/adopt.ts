import type { Deployment, Stack } from "@pulumi/pulumi/automation/index.js";
import { armIdOf } from "../../stacks/azure/arm-ids.ts";
import { CommandError } from "../cli.ts";
import { engineWords, refreshStack, type StepState } from "../stack-up.ts";

/**
 * A run that was killed, or lost an answer, may leave in Azure what the stack's state does not know. Nothing is made
 * twice: such resources are written into the state with the id that Azure gives them, and a refresh then reads what is
 * there, or drops what is not.
 */

/** A resource as the engine writes it in a deployment (apitype.ResourceV3), as far as it is read here. */
interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly provider?: string;
  readonly parent?: string;
  readonly protect?: boolean;
}

interface State {
  resources?: ResourceState[];
  pending_operations?: { readonly resource: ResourceState; readonly type: string }[];
}

/** Adopts what a killed run was making. Gives the URNs of what it found. */
export async function adoptPending(stack: Stack): Promise<readonly string[]> {
  const exported = await stack.exportStack();
  const state = stateOf(exported);
  const pending = state.pending_operations ?? [];
  if (pending.length === 0) return [];
  delete state.pending_operations;
  const creating = pending.filter(({ type }) => type === "creating").map(({ resource }) => resource);
  return write(stack, exported, creating);
}

/** Adopts what a failed update was making (`failed`) and Azure has all the same. Gives the URNs of what it found. */
export async function adoptFailed(stack: Stack, failed: readonly StepState[]): Promise<readonly string[]> {
  if (failed.length === 0) return [];
  return write(stack, await stack.exportStack(), failed.map(resourceOf));
}

function stateOf(exported: Deployment): State {
  return (exported.deployment ?? {}) as State;
}

function resourceOf({ urn, type, parent, protect, provider, inputs }: StepState): ResourceState {
  return {
    urn,
    type,
    custom: true,
    inputs: withoutSecrets(inputs ?? {}) as Readonly<Record<string, unknown>>,
    ...(parent === "" ? {} : { parent }),
    ...(provider === undefined ? {} : { provider }),
    ...(protect === undefined ? {} : { protect }),
  };
}

/** Marks a value that is not plain: a secret, in what the engine writes (sdk/go/common/resource/sig). */
const signature = "4dabf18193072939515e22adb298388d";

/** The engine's events mask secrets. Such an input stays out of the state, so that the next update sets it. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => !isMasked(each))
      .map(([key, each]) => [key, withoutSecrets(each)]),
  );
}

function isMasked(value: unknown): boolean {
  return value === "[secret]" || (value !== null && typeof value === "object" && signature in value);
}

/** The id that Azure gives it; its subscription is its provider's. */
function idOf(resource: ResourceState, state: State): string | undefined {
  const provider = resource.provider?.slice(0, resource.provider.lastIndexOf("::"));
  const inputs = state.resources?.find(({ urn }) => urn === provider)?.inputs;
  const subscription = inputs?.["subscriptionId"];
  return typeof subscription === "string" ? armIdOf(resource.type, resource.inputs ?? {}, subscription) : undefined;
}

/** Writes the resources into the state, then lets a refresh say which of them are real. */
async function write(stack: Stack, exported: Deployment, found: readonly ResourceState[]): Promise<readonly string[]> {
  const state = stateOf(exported);
  const known = new Set((state.resources ?? []).map(({ urn }) => urn));
  const adopted = found.flatMap((resource): ResourceState[] => {
    const id = idOf(resource, state);
    return id === undefined || known.has(resource.urn) ? [] : [{ ...resource, id, outputs: resource.inputs ?? {} }];
  });
  state.resources = [...(state.resources ?? []), ...adopted];
  try {
    await stack.importStack(exported);
  } catch (error) {
    throw new CommandError(`${stack.name}'s state cannot be written:\n${engineWords(error)}`, 1, { cause: error });
  }
  const urns = adopted.map(({ urn }) => urn);
  if (urns.length === 0) return [];
  await refreshStack(stack, urns);
  const left = new Set((stateOf(await stack.exportStack()).resources ?? []).map(({ urn }) => urn));
  return urns.filter((urn) => left.has(urn));
}
