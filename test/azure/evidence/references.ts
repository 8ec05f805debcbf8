import type { SlicePlan } from "../../../src/plan/types.ts";
import type { Tenancy } from "../../../src/fleet/tenancy.ts";
import { parentId } from "../../doubles/azure-native/ids.ts";
import type { Declared } from "../mocks.ts";
import { isAzure } from "./ids.ts";
import { leavesOf } from "./leaves.ts";
import type { RecordedSlice } from "./record.ts";

/** What stands behind an id. */
interface Place {
  readonly stack: string;
  readonly name: string;
  /** Of a resource that has parts with ids of their own, such as a balancer: `collection/name`, in lower case. */
  readonly parts: ReadonlySet<string>;
}

interface Reference {
  readonly stack: string;
  /** Logical name of who refers, and the property. */
  readonly from: string;
  readonly path: string;
  readonly id: string;
  /** Logical names that it waits for, in its own stack. */
  readonly after: ReadonlySet<string>;
}

/**
 * Who refers to whom by ARM id, over all slices of a fleet. An id within the fleet's own subscriptions must be declared
 * in the same slice, by something that is waited for, or in a slice that its own comes after. So slices can be made one
 * by one, and a run of any one of them finds what it names.
 */
export class References {
  readonly #declared = new Map<string, Place>();
  readonly #references: Reference[] = [];
  readonly #problems: string[] = [];
  readonly #after = new Map<string, ReadonlySet<string>>();
  readonly #tenancy: Tenancy;

  constructor(tenancy: Tenancy) {
    this.#tenancy = tenancy;
  }

  add({ slice, recording: { resources } }: RecordedSlice): void {
    this.#after.set(slice.stack, this.#before(slice));
    const waits = waitsOf(resources);
    const shared = new Map<string, string>();
    for (const resource of resources.filter(isAzure)) {
      this.#declare(slice.stack, resource);
      const after = waits.get(resource.name) ?? new Set();
      for (const { path, id } of idsOf(resource)) {
        // Texts repeat a thousand times: one of each is kept.
        const kept = shared.get(id) ?? id;
        shared.set(id, kept);
        this.#references.push({ stack: slice.stack, from: resource.name, path, id: kept, after });
      }
    }
  }

  /** How many references were followed: none would prove nothing. */
  get count(): number {
    return this.#references.length;
  }

  problems(): readonly string[] {
    return [...this.#problems, ...new Set(this.#references.flatMap((each) => this.#problemOf(each)))];
  }

  #before({ after }: SlicePlan): ReadonlySet<string> {
    return new Set(after.flatMap((stack) => [stack, ...(this.#after.get(stack) ?? [])]));
  }

  #declare(stack: string, { id, name, inputs }: Declared): void {
    const known = this.#declared.get(id.toLowerCase());
    if (known !== undefined) {
      this.#problems.push(`${id} is declared by ${known.stack}: ${known.name} and by ${stack}: ${name}`);
      return;
    }
    this.#declared.set(id.toLowerCase(), { stack, name, parts: partsOf(inputs) });
  }

  #problemOf({ stack, from, path, id, after }: Reference): readonly string[] {
    const where = `${stack}: ${from}: ${path}`;
    const subscription = id.split("/")[2] ?? "";
    if (!Object.values(this.#tenancy.subscriptions).includes(subscription)) {
      return [`${where} names the subscription ${subscription}, which the tenancy file does not`];
    }
    if (!/\/resourceGroups\//i.test(id) || this.#isGiven(id)) return [];
    const found = this.#find(id);
    if (found === undefined) return [`${where} names ${id}, which no slice declares`];
    if (found.stack !== stack) {
      if (this.#after.get(stack)?.has(found.stack) === true) return [];
      return [`${where} names ${id} of ${found.stack}, which ${stack} does not come after`];
    }
    return found.name === from || after.has(found.name)
      ? []
      : [`${where} names ${found.name} and does not wait for it`];
  }

  /** What the tenancy file names was there before: images, and what is adopted. */
  #isGiven(id: string): boolean {
    return Object.values(this.#tenancy.images).some((image) => id.startsWith(`${image.id}/`));
  }

  #find(id: string): Place | undefined {
    const key = id.toLowerCase();
    // Roles at a share are given by another name of its collection (Microsoft Learn: assign share-level permissions).
    const whole = this.#declared.get(key.replace("/fileservices/default/fileshares/", "/fileservices/default/shares/"));
    if (whole !== undefined) return whole;
    const [, owner = "", part = ""] = /^(.*)\/([^/]+\/[^/]+)$/.exec(key) ?? [];
    const holder = this.#declared.get(owner);
    return holder?.parts.has(part) === true ? holder : undefined;
  }
}

function partsOf(inputs: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  return new Set(
    Object.entries(inputs).flatMap(([collection, list]) =>
      (Array.isArray(list) ? (list as unknown[]) : []).flatMap((part) => {
        const name = (part as { name?: unknown } | null)?.name;
        return typeof name === "string" ? [`${collection}/${name}`.toLowerCase()] : [];
      }),
    ),
  );
}

const armId = /\/subscriptions\/[\w-]+(?:\/resourceGroups\/[^\s"'/]+(?:\/providers\/[^\s"']+)?)?/gi;
/** A role's definition is Azure's own. */
const builtIn = /\/providers\/Microsoft\.Authorization\/roleDefinitions\//i;

/** Ids in a resource's inputs, also inside a text, and that of what it stands in. */
function* idsOf({ id, inputs }: Declared): Generator<{ readonly path: string; readonly id: string }> {
  const above = parentId(id);
  if (above !== undefined && !isService(above)) yield { path: "its own id", id: above };
  for (const { path, value } of leavesOf(inputs)) {
    if (typeof value !== "string" || !value.includes("/subscriptions/") || builtIn.test(value)) continue;
    for (const [found] of value.matchAll(armId)) yield { path, id: found };
  }
}

/** Parts of a storage account that are there with it. */
function isService(id: string): boolean {
  return /\/(blobServices|fileServices)\/default$/i.test(id);
}

/** For each logical name, those that must be made before. */
function waitsOf(resources: readonly Declared[]): ReadonlyMap<string, ReadonlySet<string>> {
  const waits = new Map<string, Set<string>>();
  // In the order of registration, so that what is waited for is known already.
  for (const { name, dependsOn } of resources) {
    const own = waits.get(name) ?? new Set();
    for (const each of dependsOn) {
      own.add(each);
      for (const further of waits.get(each) ?? []) own.add(further);
    }
    waits.set(name, own);
  }
  return waits;
}
