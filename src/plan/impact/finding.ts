import type { Change } from "../diff/change.ts";
import type { Plan, PoolPlan } from "../types.ts";

/** What the engine would do to one resource. */
export interface EngineStep {
  readonly stack: string;
  /** The engine's word: create, update, replace, delete, create-replacement, delete-replaced, same, read, import, … */
  readonly op: string;
  readonly urn: string;
  /** Pulumi token, `azure-native:network:VirtualNetworkGateway`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Paths of the properties that change. */
  readonly diff: readonly string[];
}

/** A resource that does not stay as it is. */
export interface Touched extends EngineStep {
  readonly fate: "create" | "update" | "replace" | "delete";
  /** `network:VirtualNetworkGateway` */
  readonly kind: string;
}

export interface Finding {
  readonly change: Change;
  /** Whether it goes only where the user says so. */
  readonly refused: boolean;
}

const fates: Readonly<Record<string, Touched["fate"]>> = {
  create: "create",
  import: "create",
  update: "update",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "import-replacement": "replace",
  delete: "delete",
};

const cloud = "azure-native:";

/** One entry a resource: a replacement is three steps to the engine. */
export function fatesOf(steps: readonly EngineStep[]): readonly Touched[] {
  const found = new Map<string, Touched>();
  for (const step of steps) {
    const fate = fates[step.op];
    if (fate === undefined || !step.type.startsWith(cloud)) continue;
    const key = `${step.stack} ${step.urn}`;
    const before = found.get(key);
    const diff = [...new Set([...(before?.diff ?? []), ...step.diff])];
    found.set(key, {
      ...step,
      diff,
      fate,
      kind: step.type.slice(cloud.length),
    });
  }
  return [...found.values()];
}

export function ofKinds(touched: readonly Touched[], kinds: readonly string[]): readonly Touched[] {
  return touched.filter(({ kind }) => kinds.includes(kind));
}

/** Whether the resource is taken away, for good or for a while. */
export function goes({ fate }: Touched): boolean {
  return fate === "replace" || fate === "delete";
}

/** Whether a property changes, or something inside it. */
export function changes({ diff }: Touched, ...properties: readonly string[]): boolean {
  return diff.some((path) =>
    properties.some((property) => path.startsWith(property) && /^([.[]|$)/.test(path.slice(property.length))),
  );
}

export const verbs = { create: "is made", update: "changes", replace: "is made anew", delete: "goes" } as const;

/** The body whose stack it is; undefined for the hub, the watch, and stacks that the plan no longer has. */
export function bodyOfStack(plan: Plan, stack: string): string | undefined {
  const known = plan.slices.find((slice) => slice.stack === stack)?.body;
  return known ?? longest(plan.bodies, (body) => stack === `azure-${body.id}` || stack.startsWith(`azure-${body.id}-`));
}

/** The pool whose hosts a stack holds, also of a network that the pool no longer has. */
export function poolOfStack(plan: Plan, stack: string): PoolPlan | undefined {
  const pools = plan.bodies.flatMap((body) => body.pools);
  return pools.find((pool) => new RegExp(`^azure-${pool.body}-${pool.name}-\\d+$`).test(stack));
}

function longest(bodies: Plan["bodies"], fits: (body: Plan["bodies"][number]) => boolean): string | undefined {
  return bodies.filter(fits).toSorted((a, b) => b.id.length - a.id.length)[0]?.id;
}

/** People at once at the cloud's desks of a body, or of all. */
export function cloudPeople(plan: Plan, body?: string): number {
  return plan.bodies
    .filter(({ id }) => body === undefined || id === body)
    .flatMap(({ pools }) => pools)
    .reduce((sum, pool) => sum + (pool.kind === "physical" ? 0 : pool.peopleAtOnce), 0);
}
