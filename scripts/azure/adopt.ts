import type { Deployment, Stack } from "@pulumi/pulumi/automation/index.js";
import { armIdOf } from "../../stacks/azure/arm-ids.ts";
import { engineWords } from "../stack-up.ts";
import { CommandError } from "../cli.ts";
import { type PlannedStep, previewStack } from "./steps.ts";

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

/** Adopts what Azure says it has (`ids`) and the state does not know. Gives the URNs of what it found. */
export async function adoptExisting(stack: Stack, ids: readonly string[]): Promise<readonly string[]> {
  const wanted = new Set(ids.map((id) => id.toLowerCase()));
  const exported = await stack.exportStack();
  const state = stateOf(exported);
  const steps = (await previewStack(stack)).steps.filter((step) => step.op === "create");
  const found = steps.flatMap((step): ResourceState[] => {
    const resource = resourceOf(step);
    const id = idOf(resource, state);
    return id !== undefined && wanted.has(id.toLowerCase()) ? [resource] : [];
  });
  return write(stack, exported, found);
}

function stateOf(exported: Deployment): State {
  return (exported.deployment ?? {}) as State;
}

/** What a preview tells of a secret. Such an input stays out of the state, so that the next update sets it. */
const masked = "[secret]";

function resourceOf({ state, urn, type }: PlannedStep): ResourceState {
  const { parent, protect, provider } = state;
  return {
    urn,
    type,
    custom: true,
    inputs: withoutSecrets(state.inputs ?? {}),
    ...(parent === "" ? {} : { parent }),
    ...(provider === undefined ? {} : { provider }),
    ...(protect === undefined ? {} : { protect }),
  };
}

function withoutSecrets(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(inputs)
      .filter(([, value]) => value !== masked)
      .map(([key, value]) => [
        key,
        value !== null && typeof value === "object" && !Array.isArray(value)
          ? withoutSecrets(value as Record<string, unknown>)
          : value,
      ]),
  );
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
  await stack.importStack(exported);
  const urns = adopted.map(({ urn }) => urn);
  if (urns.length === 0) return [];
  try {
    await stack.refresh({ target: urns, suppressProgress: true, color: "never" });
  } catch (error) {
    throw new CommandError(`${stack.name} cannot be refreshed:\n${engineWords(error)}`, 1, { cause: error });
  }
  const left = new Set((stateOf(await stack.exportStack()).resources ?? []).map(({ urn }) => urn));
  return urns.filter((urn) => left.has(urn));
}
