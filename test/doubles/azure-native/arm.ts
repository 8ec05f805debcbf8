import { isDeepStrictEqual } from "node:util";
import { ArmError } from "./errors.ts";
import { armType, groupId, groupOf, guid, hash, idsIn, key, lastName, parentId } from "./ids.ts";
import type { State, Stored } from "./state.ts";
import { diskToken } from "./types/compute.ts";
import { knowsArmType, typeOf } from "./types/index.ts";
import { pathInputs, type ResourceType, type Write } from "./types/type.ts";
import { at, merge, plain, type Properties, type Value, without, texts } from "./values.ts";
import { schemaOf } from "./schema.ts";
import { normalLocation } from "./diff.ts";

/**
 * Azure Resource Manager: what a PUT, GET and DELETE do and what they refuse. Each runs in one transaction of the
 * state. Throws ArmError.
 */
export class Arm {
  readonly state: State;
  constructor(state: State) {
    this.state = state;
  }

  /** What a GET answers: undefined for 404. */
  get(id: string, type: ResourceType): Properties | undefined {
    const stored = this.state.find(id) ?? this.#implied(id, type);
    if (stored === undefined) return undefined;
    const live = type.live?.(stored, this.state) ?? {};
    return merge(merge(stored.outputs, live), stamped(stored));
  }

  /** A singleton is there as soon as its parent is. */
  #implied(id: string, type: ResourceType): Stored | undefined {
    const parent = this.state.find(parentId(id) ?? "");
    if (type.singleton !== true || parent === undefined) return undefined;
    return record(type, id, parent, {}, {}, 0);
  }

  /** A PUT that has been accepted and has come to its end, which may be a failure. */
  put(
    type: ResourceType,
    id: string,
    inputs: Properties,
    endsAt: number,
    provisioning = "Succeeded",
  ): { readonly saved: Stored; readonly failure: ArmError | undefined } {
    return this.state.transaction(() => {
      const before = this.state.find(id);
      const write: Write = { id, type, inputs, before, location: this.#location(id, inputs), state: this.state };
      refuse(write);
      const failure = type.failure?.(write);
      const kept = without(inputs, type.writeOnly ?? []) as Properties;
      const outputs = answered(type, write, kept);
      const saved: Stored = {
        id: before?.id ?? id,
        token: type.token,
        arm: armType(id),
        parent: key(parentId(id) ?? ""),
        location: write.location,
        inputs: kept,
        outputs,
        hashes: hashesOf(type, inputs, before),
        provisioning: failure === undefined ? provisioning : "Failed",
        generation: (before?.generation ?? 0) + 1,
        madeAt: endsAt,
      };
      this.state.save(saved, references(type, inputs));
      type.after?.(write, saved);
      return { saved, failure };
    });
  }

  /** A DELETE that has been accepted and is done; of what is not there it is nothing. */
  delete(type: ResourceType, id: string): void {
    this.state.transaction(() => {
      const stored = this.state.find(id);
      if (stored === undefined) return;
      type.checkDelete?.(stored, this.state);
      this.drop(id);
    });
  }

  /** Takes a resource and all that stands in it away, within a transaction. */
  drop(id: string): void {
    const stored = this.state.find(id);
    if (stored === undefined) return;
    const children = this.state.children(id);
    for (const child of children) this.drop(child.id);
    this.state.drop(id);
    if (stored.token !== diskToken) typeOf(stored.token).afterDelete?.(stored, this.state, children);
  }

  #location(id: string, inputs: Properties): string {
    const own = inputs["location"];
    if (typeof own === "string" && own !== "") return normalLocation(own);
    const parent = this.state.find(parentId(id) ?? "") ?? this.state.find(groupId(id) ?? "");
    return parent?.location ?? "";
  }
}

/** What Azure knows of what it never gives back, by path. */
function hashesOf({ writeOnly = [], remembered = [] }: ResourceType, inputs: Properties, before?: Stored): Properties {
  return Object.fromEntries(
    writeOnly.flatMap((path) => {
      const given = at(inputs, path);
      const known = given.length > 0 ? hash(JSON.stringify(given)) : remembered.includes(path) && before?.hashes[path];
      return typeof known === "string" ? [[path, known]] : [];
    }),
  );
}

function record(
  type: ResourceType,
  id: string,
  parent: Stored,
  inputs: Properties,
  outputs: Properties,
  madeAt: number,
): Stored {
  return {
    id,
    token: type.token,
    arm: armType(id),
    parent: key(parent.id),
    location: parent.location,
    inputs,
    outputs,
    hashes: {},
    provisioning: "Succeeded",
    generation: 1,
    madeAt,
  };
}

function references(type: ResourceType, inputs: Properties): readonly { readonly path: string; readonly id: string }[] {
  const inPath = pathInputs(type);
  return idsIn(inputs).filter(({ path }) => !inPath.includes(path) && path !== "id");
}

/** What Azure answers for inputs: those that its model has, with what it adds. */
function answered(type: ResourceType, write: Write, inputs: Properties): Properties {
  const schema = schemaOf(type.token);
  const own: Record<string, Value> = {};
  for (const [name, value] of Object.entries(inputs)) if (schema.state.has(name)) own[name] = value;
  return merge(
    { ...own, id: write.before?.id ?? write.id, name: lastName(write.id), type: armType(write.id) },
    {
      ...type.assigned?.(write),
    },
  );
}

/** What changes with each write. */
function stamped(stored: Stored): Properties {
  const schema = schemaOf(stored.token);
  const stamps: Record<string, Value> = { azureApiVersion: schema.apiVersion };
  if (schema.outputs.has("etag")) stamps["etag"] = `W/"${guid(stored.id, String(stored.generation))}"`;
  if (schema.outputs.has("provisioningState")) stamps["provisioningState"] = stored.provisioning;
  if (schema.outputs.has("resourceGuid")) stamps["resourceGuid"] = guid(stored.id, "guid");
  return stamps;
}

/** The rules that hold for every type, then the type's own. */
function refuse(write: Write): void {
  const { id, type, inputs, before } = write;
  refuseName(type, id);
  refuseMissing(write);
  for (const path of type.needed ?? []) {
    if (at(inputs, path).length === 0) {
      throw new ArmError(400, "InvalidRequestFormat", `The required property '${path}' of ${id} is missing.`);
    }
  }
  refuseRegion(write);
  for (const [path, values] of Object.entries(type.allowed ?? {})) {
    for (const value of texts(inputs, path)) {
      if (values.some((allowed) => allowed.toLowerCase() === plain(value).toLowerCase())) continue;
      throw new ArmError(
        400,
        "InvalidParameter",
        `The value '${plain(value)}' of property '${path}' is not valid. Allowed values are: ${values.join(", ")}.`,
      );
    }
  }
  if (before !== undefined && before.location !== "" && write.location !== before.location) {
    throw new ArmError(
      409,
      "InvalidResourceLocation",
      `The resource '${lastName(id)}' already exists in location '${before.location}' in resource group ` +
        `'${groupOf(id)}'. A resource with the same name cannot be created in location '${write.location}'. ` +
        `Please select a new resource name.`,
    );
  }
  for (const { path, code } of before === undefined ? [] : (type.fixed ?? [])) {
    const [old, fresh] = [at(before?.inputs, path), at(inputs, path)];
    if (old.length === 0 || isDeepStrictEqual(old, fresh)) continue;
    throw new ArmError(409, code, `Changing property '${path}' is not allowed.`);
  }
  refuseTooMany(write);
  type.check?.(write);
}

/** As ARM says it of Microsoft.Monitor/accounts (Azure/Mission-Critical-Online#1281, February 2024). */
function refuseRegion({ type, location }: Write): void {
  const { regions, arm } = type;
  if (regions === undefined || regions.includes(location)) return;
  throw new ArmError(
    400,
    "LocationNotAvailableForResourceType",
    `The provided location '${location}' is not available for resource type '${arm}'. List of available regions for ` +
      `the resource type is '${regions.join(",")}'.`,
  );
}

/** Instances of one type in a resource group (azure-subscription-service-limits); compute and role assignments have none. */
const perGroup = 800;

function refuseTooMany({ id, type, before, state }: Write): void {
  const group = groupId(id);
  if (before !== undefined || group === undefined || !isTopLevel(id)) return;
  if (type.arm.startsWith("Microsoft.Compute/") || type.arm.startsWith("Microsoft.Resources/")) return;
  const sql = "SELECT COUNT(*) AS count FROM resources WHERE parent = ? AND arm = ?";
  const count = Number(state.row(sql, key(group), type.arm.toLowerCase())?.["count"] ?? 0);
  if (count < perGroup) return;
  throw new ArmError(
    409,
    "ResourceGroupResourceTypeCountExceeded",
    `Resource group '${groupOf(id)}' already has ${count} resources of type '${type.arm}'; at most ${perGroup} are allowed.`,
  );
}

function isTopLevel(id: string): boolean {
  return key(parentId(id) ?? "") === key(groupId(id) ?? "");
}

function refuseName(type: ResourceType, id: string): void {
  const name = lastName(id);
  if (type.name === undefined || type.name.pattern.test(name)) return;
  throw new ArmError(
    400,
    "InvalidResourceName",
    `Resource name ${name} is invalid. A name of ${type.arm} has ${type.name.words}.`,
  );
}

/** Parents and references must be there. */
function refuseMissing({ id, type, inputs, state }: Write): void {
  const group = groupId(id);
  if (group !== undefined && key(group) !== key(id) && state.find(group) === undefined) {
    throw new ArmError(404, "ResourceGroupNotFound", `Resource group '${groupOf(id)}' could not be found.`);
  }
  const parent = parentId(id);
  if (parent !== undefined && knowsArmType(armType(parent)) && !exists(state, parent)) {
    throw new ArmError(
      404,
      "ParentResourceNotFound",
      `Failed to perform 'write' on resource(s) of type '${armType(id)}', because the parent resource ` +
        `'${parent.slice(parent.toLowerCase().lastIndexOf("/providers/") + 11)}' could not be found.`,
    );
  }
  for (const { id: wanted } of references(type, inputs)) {
    if (exists(state, wanted) || key(wanted) === key(id) || key(wanted).startsWith(`${key(id)}/`)) continue;
    throw notFound(id, wanted);
  }
}

/** Is the id, or what it stands in where the double does not keep such parts by themselves, there? */
function exists(state: State, id: string): boolean {
  if (state.find(id) !== undefined) return true;
  const parent = parentId(id);
  if (knowsArmType(armType(id)) || parent === undefined) return false;
  if (id.toLowerCase().lastIndexOf("/providers/") !== parent.toLowerCase().lastIndexOf("/providers/")) return false;
  return exists(state, parent);
}

function notFound(id: string, wanted: string): ArmError {
  const network = armType(id).startsWith("Microsoft.Network/");
  return network
    ? new ArmError(
        400,
        "InvalidResourceReference",
        `Resource ${wanted} referenced by resource ${id} was not found. Please make sure that the referenced ` +
          `resource exists, and that both resources are in the same region.`,
      )
    : new ArmError(
        404,
        "ResourceNotFound",
        `The Resource '${armType(wanted)}/${lastName(wanted)}' under resource group '${groupOf(wanted)}' was not ` +
          `found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
      );
}
