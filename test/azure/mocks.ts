import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import * as pulumi from "@pulumi/pulumi";
import type { Fleet } from "../../src/fleet/schema.ts";
import type { Tenancy } from "../../src/fleet/tenancy.ts";
import type { Plan } from "../../src/plan/types.ts";
import { armIdOf } from "../../stacks/azure/arm-ids.ts";
import { azureSlice } from "../../stacks/azure/slice.ts";

/** A resource as a slice declared it, with what the engine would have been told. */
export interface Declared {
  /** Pulumi token, e.g. `azure-native:network:Subnet`, `deskbridge:azure:HubNetwork` or `pulumi:providers:azure-native`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly urn: string;
  /** As Azure Resource Manager would give it; `<name>-id` where `armIdOf` cannot tell. */
  readonly id: string;
  /** Plain values; secrets are unwrapped here and named in `secrets`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Paths of secret inputs, e.g. `properties.value`. */
  readonly secrets: readonly string[];
  readonly custom: boolean;
  /** Logical name of the parent; undefined for children of the stack itself. */
  readonly parent: string | undefined;
  /** Logical names of what must be made before: `dependsOn`, and what its inputs come from. */
  readonly dependsOn: readonly string[];
  /** Logical name of the provider; undefined for components. */
  readonly provider: string | undefined;
  /** Id of the provider's subscription. */
  readonly subscription: string | undefined;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly importId: string | undefined;
  readonly ignoreChanges: readonly string[];
  /** Names of aliases of our own; those that azure-native brings have none. */
  readonly aliases: readonly string[];
  /** `2h` and the like; empty where not given. */
  readonly timeouts: { readonly create: string; readonly update: string; readonly delete: string };
}

/** A slice as declared: its resources in the order of registration, and the stack's output. */
export interface Recording {
  readonly resources: readonly Declared[];
  readonly inventory: Readonly<Record<string, unknown>>;
  /** The resource of that logical name (and type, where two share one). Throws where there is none. */
  get(name: string, type?: string): Declared;
  /** Resources whose token ends in `:<type>`. */
  ofType(type: string): readonly Declared[];
}

export interface RecordOptions {
  /** More configuration of the stack, by key; all of it is secret. The keys that slices need are there already. */
  readonly config?: Readonly<Record<string, string>>;
  /** What Azure would add to a resource's outputs, beside `azureOutputs`. */
  readonly outputs?: (resource: Declared) => Readonly<Record<string, unknown>>;
}

/**
 * Runs one stack's slice as the program does, with nothing behind it, and tells what it declared. `stack`: a name such
 * as `azure-hub`. Recordings must not run side by side: the SDK keeps the monitor in one place.
 */
export async function recordSlice(
  fleet: Fleet,
  plan: Plan,
  stack: string,
  tenancy: Tenancy,
  { config = {}, outputs = () => ({}) }: RecordOptions = {},
): Promise<Recording> {
  const slice = plan.slices.find((each) => each.stack === stack);
  if (slice === undefined) throw new Error(`the plan has no stack ${stack}`);
  const monitor = new Recorder(outputs);
  const settings = { ...secretsFor(plan), ...config };
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(settings).map(([key, value]) => [`deskbridge:${key}`, value])),
    Object.keys(settings).map((key) => `deskbridge:${key}`),
  );
  await pulumi.runtime.setMocks(monitor.mocks, "deskbridge", stack);
  pulumi.runtime.setMockOptions(monitor, "deskbridge", stack);
  const result = (await pulumi.runtime.runInPulumiStack(async () => ({
    inventory: await azureSlice(fleet, plan, slice, tenancy),
  }))) as { inventory: unknown };
  const inventory = await plainValue(result.inventory);
  await pulumi.runtime.disconnect();
  return recordingOf(monitor.declared, inventory as Record<string, unknown>);
}

function recordingOf(resources: readonly Declared[], inventory: Readonly<Record<string, unknown>>): Recording {
  return {
    resources,
    inventory,
    get: (name, type) => {
      const found = resources.filter(
        (each) => each.name === name && (type === undefined || each.type.endsWith(`:${type}`)),
      );
      if (found[0] !== undefined && found.length === 1) return found[0];
      throw new Error(
        `${found.length} resources are called ${name}; there are ${resources.map((each) => each.name).join(", ")}`,
      );
    },
    ofType: (type) => resources.filter((each) => each.type.endsWith(`:${type}`)),
  };
}

async function plainValue(value: unknown): Promise<unknown> {
  return new Promise((resolve) => {
    (pulumi.output(value) as pulumi.Output<unknown>).apply(resolve);
  });
}

/** What `deskbridge up` writes into a stack's configuration. */
function secretsFor(plan: Plan): Record<string, string> {
  const links = plan.bodies.flatMap((body) => body.sites.flatMap((site) => site.links));
  return {
    linkKeys: JSON.stringify(Object.fromEntries(links.map(({ id }) => [id, linkKeyFor(id)]))),
    hostSecret: "a-secret-of-hosts",
    radiusSecret: "a-secret-of-radius",
    registrationExpires: "2026-12-01T00:00:00Z",
  };
}

/** The shared key that a recording gives a line. */
export function linkKeyFor(link: string): string {
  return `key_of_${link.replaceAll("-", "_")}`;
}

class Recorder extends MockMonitor {
  readonly declared: Declared[] = [];
  private readonly names = new Map<string, string>();
  private readonly subscriptions = new Map<string, string>();
  /** Of the request that is being answered: `mocks.newResource` is called in the same turn. */
  private current: Declared | undefined;

  constructor(outputs: NonNullable<RecordOptions["outputs"]>) {
    super({
      newResource: () => {
        const { current } = this;
        if (current === undefined) throw new Error("a resource without its request");
        return { id: current.id, state: { ...current.inputs, ...azureOutputs(current), ...outputs(current) } };
      },
      call: ({ token, inputs }) => answerOf(token, inputs as Record<string, unknown>),
    });
  }

  override async registerResource(
    request: RegisterResourceRequest,
    callback: (error: unknown, response: unknown) => void,
  ): Promise<void> {
    const declared = this.read(request);
    if (declared.type !== "pulumi:pulumi:Stack") this.declared.push(declared);
    this.names.set(declared.urn, declared.name);
    this.current = declared;
    await super.registerResource(request, callback);
  }

  private read(request: RegisterResourceRequest): Declared {
    const secrets: string[] = [];
    const inputs = unwrap(request.getObject()?.toJavaScript() ?? {}, "", secrets) as Record<string, unknown>;
    const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
    const urn = urnOf(type, name, parent);
    const providerUrn = request.getProvider().split("::").slice(0, 4).join("::");
    const subscription = this.subscriptions.get(providerUrn);
    if (type === "pulumi:providers:azure-native") this.subscriptions.set(urn, String(inputs["subscriptionId"]));
    const timeouts = request.getCustomtimeouts();
    return {
      type,
      name,
      urn,
      id: request.getCustom() ? (armIdOf(type, inputs, subscription ?? "") ?? `${name}-id`) : "",
      inputs,
      secrets,
      custom: request.getCustom(),
      parent: isStack(parent) ? undefined : this.names.get(parent),
      dependsOn: [...new Set(request.getDependenciesList().flatMap((each) => this.names.get(each) ?? []))],
      provider: this.names.get(providerUrn),
      subscription,
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
      importId: request.getImportid() || undefined,
      ignoreChanges: request.getIgnorechangesList(),
      aliases: request.getAliasesList().flatMap((alias) => alias.getSpec()?.getName() || alias.getUrn() || []),
      timeouts: {
        create: timeouts?.getCreate() ?? "",
        update: timeouts?.getUpdate() ?? "",
        delete: timeouts?.getDelete() ?? "",
      },
    };
  }
}

function isStack(urn: string): boolean {
  return urn === "" || urn.split("::")[2] === "pulumi:pulumi:Stack";
}

/** As the SDK's own mock monitor makes it. */
function urnOf(type: string, name: string, parent: string): string {
  const parentType = parent === "" ? "" : `${parent.split("::")[2]?.split("$").pop() ?? ""}$`;
  return `urn:pulumi:${[pulumi.runtime.getStack(), pulumi.runtime.getProject(), parentType + type, name].join("::")}`;
}

/** Pulumi's mark of special values on the wire, and those it marks. */
const signature = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";
const referenceMark = "5cf8f73096256a8f31e491e813e4eb8e";

/** Plain values, with the paths of secrets added to a list; a resource's reference becomes its id. */
function unwrap(value: unknown, path: string, secrets: string[]): unknown {
  if (Array.isArray(value)) return value.map((each, index) => unwrap(each, `${path}[${index}]`, secrets));
  if (typeof value !== "object" || value === null) return value;
  const object = value as Record<string, unknown>;
  if (object[signature] === secretMark) {
    secrets.push(path);
    return unwrap(object["value"], path, secrets);
  }
  if (object[signature] === referenceMark) return object["id"];
  return Object.fromEntries(
    Object.entries(object).map(([key, each]) => [key, unwrap(each, path === "" ? key : `${path}.${key}`, secrets)]),
  );
}

/** What Azure adds: names, and what only it can assign. */
function azureOutputs({ type, name, id }: Declared): Record<string, unknown> {
  const named = { name: id.split("/").at(-1) ?? name };
  const token = type.split(":").at(-1);
  if (token === "PublicIPAddress") return { ...named, ipAddress: addressFor(name) };
  if (token === "UserAssignedIdentity") {
    return {
      ...named,
      principalId: "00000004-0000-0000-0000-000000000001",
      clientId: "00000005-0000-0000-0000-000000000001",
    };
  }
  if (token === "AzureMonitorWorkspace")
    return { ...named, metrics: { prometheusQueryEndpoint: "https://metrics.example" } };
  if (token === "Grafana") return { ...named, identity: { principalId: "00000004-0000-0000-0000-000000000002" } };
  return named;
}

/** An address of a documentation range that hangs on the name. */
export function addressFor(name: string): string {
  return `192.0.2.${1 + (Buffer.from(name).reduce((sum, byte) => sum + byte, 0) % 254)}`;
}

function answerOf(token: string, inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  if (token === "azure-native:desktopvirtualization:listHostPoolRegistrationTokens") {
    return { value: [{ token: `token-of-${String(inputs["hostPoolName"])}`, expirationTime: "2026-12-01T00:00:00Z" }] };
  }
  throw new Error(`no answer is known for ${token}`);
}
