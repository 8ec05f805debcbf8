import { createHash } from "node:crypto";
import { Arm } from "./arm.ts";
import { Client } from "./client.ts";
import { applyDrift, type ChangeKind, detailedDiff } from "./diff.ts";
import { ProviderError } from "./errors.ts";
import { guid } from "./ids.ts";
import { schemaOf } from "./schema.ts";
import type { State } from "./state.ts";
import { typeOf } from "./types/index.ts";
import { registrationToken } from "./types/registration.ts";
import { pathInputs, type ResourceType } from "./types/type.ts";
import { compact, isObject, merge, type Properties, text, unknown, type Value, without } from "./values.ts";

export interface Configuration {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly location: string | undefined;
}

export interface DiffAnswer {
  readonly changes: ReadonlyMap<string, ChangeKind>;
  readonly replaces: readonly string[];
}

export interface ReadAnswer {
  readonly properties: Properties;
  readonly inputs: Properties;
}

/** What azure-native does between the engine and Azure (provider/pkg/provider/provider.go of pulumi-azure-native). */
export class Provider {
  readonly #state: State;
  readonly #client: Client;
  readonly #configuration: Configuration;

  constructor(state: State, configuration: Configuration) {
    this.#state = state;
    this.#client = new Client(new Arm(state));
    this.#configuration = configuration;
  }

  /** Fills defaults in and names what is missing. `seed` makes the names that the program does not give. */
  check(urn: string, olds: Properties, news: Properties, seed: string): { inputs: Properties; failures: string[] } {
    const type = typeOf(tokenOf(urn));
    const schema = schemaOf(type.token);
    const inputs: Record<string, Value> = { ...compact(news) };
    const name = pathInputs(type).at(-1) ?? "";
    if (inputs[name] === undefined && !schema.required.includes(name)) {
      inputs[name] = olds[name] ?? (type.token.endsWith(":RoleAssignment") ? guid(urn, seed) : autoName(urn, seed));
    }
    if (inputs["location"] === undefined && schema.inputs.has("location")) {
      const location = olds["location"] ?? this.#configuration.location ?? this.#groupLocation(inputs);
      if (location !== undefined) inputs["location"] = location;
    }
    inputs["azureApiVersion"] ??= schema.apiVersion;
    const missing = [...new Set([...schema.required, ...pathInputs(type)])].filter((key) => inputs[key] === undefined);
    return { inputs, failures: missing.map((key) => `missing required property '${key}'`) };
  }

  #groupLocation(inputs: Properties): string | undefined {
    const group = inputs["resourceGroupName"];
    if (typeof group !== "string") return undefined;
    if (group === unknown) return unknown;
    return this.#state.find(`/subscriptions/${this.#configuration.subscriptionId}/resourceGroups/${group}`)?.location;
  }

  diff(urn: string, oldInputs: Properties, news: Properties): DiffAnswer {
    const type = typeOf(tokenOf(urn));
    const replaceOn = new Set([...pathInputs(type), ...(type.replaceOn ?? [])]);
    const changes = detailedDiff(compact(oldInputs), compact(news), replaceOn);
    const replaces = [...changes].filter(([, kind]) => kind.endsWith("replace")).map(([key]) => topLevel(key));
    return { changes, replaces: [...new Set(replaces)] };
  }

  create(urn: string, given: Properties, timeout: number): { id: string; properties: Properties } {
    const inputs = compact(given);
    const type = typeOf(tokenOf(urn));
    return this.#client.create(idOf(type, inputs, this.#configuration.subscriptionId), type, inputs, timeout);
  }

  update(id: string, urn: string, news: Properties, timeout: number): Properties {
    return this.#client.update(id, typeOf(tokenOf(urn)), compact(news), timeout);
  }

  /** Undefined where Azure has no such resource. */
  read(id: string, urn: string, oldInputs: Properties | undefined, oldState: Properties): ReadAnswer | undefined {
    const type = typeOf(tokenOf(urn));
    const properties = this.#client.get(id, type);
    if (properties === undefined) return undefined;
    if (oldInputs === undefined) return { properties, inputs: importedInputs(type, id, properties) };
    return { properties, inputs: applyDrift(oldInputs, projected(type, oldState), projected(type, properties)) };
  }

  delete(id: string, urn: string, timeout: number): void {
    this.#client.delete(id, typeOf(tokenOf(urn)), timeout);
  }

  /** What a preview knows: the inputs; all that Azure gives is unknown. */
  preview(urn: string, given: Properties): Properties {
    const type = typeOf(tokenOf(urn));
    const inputs = compact(given);
    const known: Record<string, Value> = {};
    for (const name of schemaOf(type.token).state) known[name] = inputs[name] ?? unknown;
    let shown: Properties = known;
    for (const path of type.filled ?? []) shown = markUnknown(shown, path.split("."));
    return shown;
  }

  /** In an update's preview what never changes is known. */
  previewUpdate(urn: string, given: Properties, oldState: Properties): Properties {
    const stable = ["name", "location"].filter((name) => oldState[name] !== undefined);
    return merge(this.preview(urn, given), Object.fromEntries(stable.map((name) => [name, oldState[name] ?? null])));
  }

  invoke(token: string, args: Properties): Properties {
    const { subscriptionId, tenantId, clientId } = this.#configuration;
    if (token === "azure-native:authorization:getClientConfig") {
      return { clientId, objectId: guid(clientId, "object"), subscriptionId, tenantId };
    }
    const [, module_, function_ = ""] = token.split(":");
    if (module_ === "desktopvirtualization" && function_ === "listHostPoolRegistrationTokens") {
      return this.#registrationTokens(args);
    }
    if (!function_.startsWith("get")) throw new ProviderError(`Invoke type ${token} not found`);
    const type = typeOf(`azure-native:${module_}:${function_.slice(3)}`);
    const id = idOf(type, args, subscriptionId);
    const found = this.#client.get(id, type);
    if (found === undefined) throw new ProviderError(`request failed ${id}: Status=404 Code="ResourceNotFound"`);
    return found;
  }

  #registrationTokens(args: Properties): Properties {
    const type = typeOf("azure-native:desktopvirtualization:HostPool");
    const id = idOf(type, args, this.#configuration.subscriptionId);
    const pool = this.#state.find(id);
    if (pool === undefined) throw new ProviderError(`request failed ${id}: Status=404 Code="ResourceNotFound"`);
    const token = registrationToken(pool, this.#state.now());
    if (token === undefined) return { value: [] };
    return { value: [{ expirationTime: text(pool.inputs, "registrationInfo.expirationTime"), token }] };
  }
}

/** "azure-native:network:Subnet" of a URN. */
export function tokenOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** The ARM id that a resource's inputs make. Throws where one is missing. */
export function idOf(type: ResourceType, inputs: Properties, subscriptionId: string): string {
  const filled = type.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = name === "subscriptionId" ? subscriptionId : inputs[name];
    if (typeof value !== "string" || value === "") throw new ProviderError(`missing required property '${name}'`);
    return value.includes("/") ? value.replaceAll(/^\/+|\/+$/g, "") : encodeURIComponent(value);
  });
  return filled;
}

function topLevel(key: string): string {
  return /^[^.[]+/.exec(key)?.[0] ?? key;
}

/** What the SDK's user did not name: the resource's own name and eight hex digits. */
function autoName(urn: string, seed: string): string {
  return `${urn.split("::").at(-1) ?? ""}${createHash("sha256").update(`${urn}${seed}`).digest("hex").slice(0, 8)}`;
}

/** The part of a resource's state that are inputs too. */
function projected(type: ResourceType, state: Properties): Properties {
  const { inputs } = schemaOf(type.token);
  const own = Object.fromEntries(Object.entries(state).filter(([name]) => inputs.has(name) && name !== "id"));
  return without(own, type.outputsOnly ?? []) as Properties;
}

function importedInputs(type: ResourceType, id: string, properties: Properties): Properties {
  const names = new RegExp(`^${type.path.replaceAll(/\{(\w+)\}/g, "(?<$1>.+)")}$`, "i").exec(id)?.groups ?? {};
  const { subscriptionId: _, ...inPath } = names;
  const decoded = Object.entries(inPath).map(([name, value]) => [name, decodeURIComponent(value)]);
  return { ...projected(type, properties), ...Object.fromEntries(decoded) };
}

function markUnknown(value: Value, [head = "", ...rest]: readonly string[]): Properties {
  if (!isObject(value) || value[head] === unknown) return value as Properties;
  if (rest.length === 0) return head in value ? value : { ...value, [head]: unknown };
  const inner = value[head];
  if (inner === undefined) return value;
  const marked = Array.isArray(inner)
    ? (inner as readonly Value[]).map((element) => markUnknown(element, rest))
    : markUnknown(inner, rest);
  return { ...value, [head]: marked };
}
