import { isDeepStrictEqual } from "node:util";
import { armIdOf, isMade } from "../../stacks/azure/arm-ids.ts";
import { type PendingOperation, type ResourceState, secretSignature, signature, type StackState } from "../state.ts";
import type { FailedStep, StepState } from "../stack-up.ts";
import { type HangsOn, hangsOn } from "./hangs-on.ts";

/**
 * What a run that was killed, or that lost an answer, leaves: Azure may have done what the stack's state does not know.
 * Pure functions on the state: what must be looked at, and what is to be made of what was seen.
 */

export interface Unsettled {
  /** The state with what may have been made, under the id that Azure gives it: to be written, then refreshed. */
  readonly state: StackState;
  /** URNs that a refresh must look at. */
  readonly looked: readonly string[];
  /** What may have been made, as it was asked for, by URN. */
  readonly asked: ReadonlyMap<string, ResourceState>;
}

/**
 * On what was placed in the state and not looked at yet. A look that Azure refuses, or that is killed, leaves it there,
 * though the engine forgets what was pending; and an update without a look makes it.
 */
const notLookedAt = "whether Azure has it was not looked at";

/**
 * What the state leaves open: its pending operations, those that have just failed, what was placed and never looked at,
 * and what is only half set up. Undefined where nothing is.
 */
export function unsettledOf(state: StackState, failed: readonly FailedStep[]): Unsettled | undefined {
  const before = state.pending_operations ?? [];
  // What the state has as pending it has whole; of what failed, the events mask secrets.
  const fresh = failed.filter(({ resource }) => !before.some((each) => each.resource.urn === resource.urn));
  const pending = [
    ...before,
    ...fresh.map(({ type, resource }): PendingOperation => ({ type, resource: resourceOf(resource) })),
  ];
  const half = (state.resources ?? []).filter(isHalfSetUp).map(({ urn }) => urn);
  const resources = [...(state.resources ?? [])];
  const asked = new Map(resources.filter(isPlaced).map((each) => [each.urn, askedFor(each)]));
  if (pending.length === 0 && half.length === 0 && asked.size === 0) return undefined;
  for (const { type, resource } of pending) {
    const id = type === "creating" && isMade(resource.type) ? idOf(resource, resources) : undefined;
    if (id === undefined) continue;
    const guess = { ...resource, id, outputs: resource.inputs ?? {}, initErrors: [notLookedAt] };
    if (place(resources, { ...standingOf(guess, resources), ...guess })) asked.set(resource.urn, askedFor(resource));
  }
  const changing = new Set(
    pending.flatMap(({ type, resource }) => (type === "updating" || type === "deleting" ? [resource.urn] : [])),
  );
  const changed = resources.filter(
    (each) => changing.has(each.urn) && each.type.startsWith("azure-native:") && each.pendingReplacement !== true,
  );
  const looked = [...new Set([...asked.keys(), ...changed.map(({ urn }) => urn), ...half])];
  return {
    state: {
      ...state,
      resources,
      pending_operations: pending
        .filter(({ resource }) => looked.includes(resource.urn))
        .map(({ type, resource }) => ({ type, resource: asked.get(resource.urn) ?? resource })),
    },
    looked,
    asked,
  };
}

function isPlaced({ initErrors = [] }: ResourceState): boolean {
  return initErrors.includes(notLookedAt);
}

function askedFor(resource: ResourceState): ResourceState {
  return { ...resource, inputs: known(resource.inputs ?? {}) as ResourceState["inputs"] & object };
}

/**
 * Puts a resource that may be there into the list; false where it must not be. One that is gone and to be made anew
 * gives it its place, since others stand behind it by its URN. An id that the stack has already under another name is
 * never taken a second time: the engine would delete it under the one, and so take it from the other.
 */
function place(resources: ResourceState[], resource: ResourceState): boolean {
  const id = resource.id?.toLowerCase();
  const gone = resources.findIndex((each) => each.urn === resource.urn && each.pendingReplacement === true);
  const same = resources.find((each, at) => at !== gone && each.id?.toLowerCase() === id);
  // Placed before, and not looked at.
  if (same !== undefined) return same.urn === resource.urn && same.delete !== true;
  if (resources.some((each, at) => at !== gone && each.urn === resource.urn && each.delete !== true)) return false;
  if (gone < 0) resources.push(resource);
  else resources[gone] = resource;
  return true;
}

/** On what it depends, where that is not told: as what was there before it did, or as its ids say. */
function standingOf(resource: ResourceState, resources: readonly ResourceState[]): HangsOn {
  const gone = resources.find(({ urn, pendingReplacement }) => urn === resource.urn && pendingReplacement === true);
  if (gone === undefined) return hangsOn(resource, resources);
  const { dependencies = [], propertyDependencies = {} } = gone;
  return { dependencies, propertyDependencies };
}

/** The id that Azure gives it; its subscription is its provider's. */
function idOf(resource: ResourceState, resources: readonly ResourceState[]): string | undefined {
  const provider = resource.provider?.slice(0, resource.provider.lastIndexOf("::"));
  const subscription = resources.find(({ urn }) => urn === provider)?.inputs?.["subscriptionId"];
  return typeof subscription === "string" ? armIdOf(resource.type, resource.inputs ?? {}, subscription) : undefined;
}

/** A resource as the engine's events tell it: they mask secrets. */
function resourceOf({ urn, type, parent, protect, retainOnDelete, provider, inputs }: StepState): ResourceState {
  return {
    urn,
    type,
    custom: true,
    inputs: unmasked(inputs ?? {}) as Readonly<Record<string, unknown>>,
    ...(parent === "" ? {} : { parent }),
    ...(provider === undefined ? {} : { provider }),
    ...(protect === undefined ? {} : { protect }),
    ...(retainOnDelete === undefined ? {} : { retainOnDelete }),
  };
}

const mask = "[secret]";
/** A secret whose value is not known: it keeps what Azure answers at its place a secret. */
const unknownSecret = { [signature]: secretSignature, plaintext: JSON.stringify(mask) };

function unmasked(value: unknown): unknown {
  // The engine masks either all of a secret, or what it is encrypted to.
  if (value === mask || (isRecord(value) && value[signature] === secretSignature)) return unknownSecret;
  if (Array.isArray(value)) return value.map(unmasked);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, unmasked(each)]));
}

/** Without secrets whose value is not known: so the next update sets them. */
function known(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((each) => !isDeepStrictEqual(each, unknownSecret)).map(known);
  if (!isRecord(value) || isMarked(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => !isDeepStrictEqual(each, unknownSecret))
      .map(([key, each]) => [key, known(each)]),
  );
}

export interface Settled {
  readonly state: StackState;
  /** URNs of what was found, and is this stack's. */
  readonly adopted: readonly string[];
  /** Ids of what was found, and is not: its tags say so. */
  readonly foreign: readonly string[];
}

/** The state after a refresh has looked: nothing is pending, and what was found stands there as it was asked for. */
export function settledOf(refreshed: StackState, { asked, looked }: Unsettled): Settled {
  const found = (refreshed.resources ?? []).filter((each) => asked.has(each.urn) && each.delete !== true);
  const foreign = new Set(found.filter((each) => isForeign(each, asked.get(each.urn))));
  const { pending_operations: _pending, ...rest } = refreshed;
  const resources = (refreshed.resources ?? []).flatMap((each) => {
    const was = asked.get(each.urn);
    if (foreign.has(each)) return [];
    if (each.delete === true || !looked.includes(each.urn)) return [each];
    return [told(was === undefined ? each : adoptedOf(each, was))];
  });
  return {
    state: { ...rest, resources },
    adopted: found.filter((each) => !foreign.has(each)).map(({ urn }) => urn),
    foreign: [...foreign].map(({ id }) => id ?? ""),
  };
}

/**
 * What was found, with the inputs that were asked for where Azure does not say otherwise: what it has added of its own
 * is no difference, and would else be taken back, with all that hangs on it where that means a replacement.
 */
function adoptedOf(found: ResourceState, asked: ResourceState): ResourceState {
  // Azure's type of the resource hides its own, which extensions and a WAN have: what it answers there says nothing.
  const { type: _hidden, ...answered } = found.inputs ?? {};
  const { initErrors: _looked, ...seen } = found;
  return { ...seen, inputs: overlaid(asked.inputs ?? {}, answered) as Readonly<Record<string, unknown>> };
}

/**
 * What Azure has not finished is told it again by the next update, which so waits for it, or mends it. What is set up
 * with secrets is made anew instead: changes of these are ignored, so an update would send what it had before, a token
 * that may have run out, or nothing where they were masked.
 */
function told(found: ResourceState): ResourceState {
  const state = found.outputs?.["provisioningState"];
  if (typeof state !== "string" || state === "Succeeded") return found;
  if (takesSecrets(found)) return { ...found, taint: true };
  return { ...found, initErrors: [`when it was looked at its state was ${state}`] };
}

/** A machine's extension that joins it, or registers it: what is lost with one that failed is nobody's. */
function takesSecrets({ type, inputs }: ResourceState): boolean {
  return type === "azure-native:compute:VirtualMachineExtension" && inputs?.["protectedSettings"] !== undefined;
}

/** Accepted by Azure, and then failed or not waited for: whether it came to its end nevertheless must be looked at. */
function isHalfSetUp(resource: ResourceState): boolean {
  const { initErrors = [], taint, delete: condemned } = resource;
  return initErrors.length > 0 && taint !== true && condemned !== true && takesSecrets(resource);
}

/** What was asked for, with the other values that Azure answers for it. */
function overlaid(asked: unknown, found: unknown): unknown {
  if (isMarked(asked) || isMarked(found) || found === undefined) return asked;
  if (Array.isArray(asked) && Array.isArray(found) && asked.length === found.length) {
    return asked.map((each, nth) => overlaid(each, found[nth]));
  }
  if (!isRecord(asked) || !isRecord(found)) return found;
  return Object.fromEntries(Object.entries(asked).map(([key, each]) => [key, overlaid(each, found[key])]));
}

const ownership = ["fleet", "slice", "managed-by"] as const;

/** Whether what stands there under the id bears other tags than ours: somebody else has made it. */
function isForeign(found: ResourceState, asked: ResourceState | undefined): boolean {
  const [ours, theirs] = [asked?.inputs?.["tags"], found.outputs?.["tags"]];
  if (!isRecord(ours)) return false;
  return ownership.some((tag) => ours[tag] !== undefined && ours[tag] !== (isRecord(theirs) ? theirs[tag] : undefined));
}

function isMarked(value: unknown): boolean {
  return isRecord(value) && signature in value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
