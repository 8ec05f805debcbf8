import type { Policies } from "@pulumi/policy";
import { createRequire } from "node:module";
import type * as Messages from "@pulumi/pulumi/proto/analyzer_pb.js";
// First of all: it takes its place in the SDK's decoder, as it does in the pack.
import { policiesOf } from "../../stacks/policy/pack.ts";
import type { Rule } from "../../stacks/policy/rule.ts";

/**
 * The SDK's own analyzer in this process, called with the very messages that the engine sends: secrets wrapped, values
 * that are not known yet as the engine writes them. The engine itself comes in policy.e2e.test.ts.
 */
const require = createRequire(import.meta.url);
const requireFromPulumi = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const messages = requireFromPulumi("./proto/analyzer_pb") as typeof Messages;
const { Struct } = requireFromPulumi("google-protobuf/google/protobuf/struct_pb") as {
  Struct: { fromJavaScript: (value: object) => never };
};
const { specialSigKey, specialSecretSig } = requireFromPulumi("./runtime/rpc") as Record<string, string>;
const { unknownStringValue } = require("@pulumi/policy/proxy") as { unknownStringValue: string };

type Answer = (error: Error | null, response: Messages.AnalyzeResponse) => void;
type Call = (call: { readonly request: unknown }, answer: Answer) => Promise<void>;
type MakeCall = (pack: string, version: string, level: string, policies: Policies) => Call;
const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } = require("@pulumi/policy/server") as Record<
  "makeAnalyzeRpcFun" | "makeAnalyzeStackRpcFun",
  MakeCall
>;

/** A resource as a program declares it. */
export interface Declared {
  /** `module:Class` of azure-native, or a whole type with two colons and more. */
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly protect?: boolean;
  /** Hours. */
  readonly timeouts?: { readonly create?: number; readonly update?: number; readonly delete?: number };
  /** Names of the resources that a property takes values from. */
  readonly dependencies?: Readonly<Record<string, readonly string[]>>;
  readonly subscription?: string;
  /** What Azure answered, where it is more than was declared. */
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export interface Violation {
  readonly rule: string;
  readonly mandatory: boolean;
  readonly message: string;
  readonly urn: string;
}

/** A value as the engine sends it when the program said that it is secret. */
export const secret = (value: unknown): object => ({ [specialSigKey ?? ""]: specialSecretSig, value });

/** A text that the engine will know after the update. */
export const later = unknownStringValue;

/** Puts the resources of a stack to the rules: each by itself, then all together. */
export async function violations(
  rules: readonly Rule[],
  resources: readonly Declared[],
): Promise<readonly Violation[]> {
  const policies = policiesOf(rules);
  const one = makeAnalyzeRpcFun("deskbridge", "0.1.0", "advisory", policies);
  const all = makeAnalyzeStackRpcFun("deskbridge", "0.1.0", "advisory", policies);
  const urns = new Map(resources.map((resource) => [resource.name, urnOf(resource)]));
  const found: Violation[] = [];
  for (const resource of resources) found.push(...(await ask(one, requestOf(resource), urnOf(resource))));
  const request = new messages.AnalyzeStackRequest();
  request.setResourcesList(resources.map((resource) => stackResourceOf(resource, urns)));
  found.push(...(await ask(all, request, "")));
  return found;
}

async function ask(call: Call, request: unknown, urn: string): Promise<readonly Violation[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Messages.AnalyzeResponse>();
  await call({ request }, (error, response) =>
    error === null || error === undefined ? resolve(response) : reject(error),
  );
  return (await promise).getDiagnosticsList().map((diagnostic) => ({
    rule: diagnostic.getPolicyname(),
    mandatory: diagnostic.getEnforcementlevel() === messages.EnforcementLevel.MANDATORY,
    message: diagnostic.getMessage(),
    urn: diagnostic.getUrn() || urn,
  }));
}

function typeOf({ type }: Declared): string {
  return type.split(":").length > 2 ? type : `azure-native:${type}`;
}

function urnOf(resource: Declared): string {
  return `urn:pulumi:one::test::${typeOf(resource)}::${resource.name}`;
}

function requestOf(resource: Declared): Messages.AnalyzeRequest {
  const request = new messages.AnalyzeRequest();
  request.setType(typeOf(resource));
  request.setName(resource.name);
  request.setUrn(urnOf(resource));
  request.setProperties(Struct.fromJavaScript(resource.props));
  request.setOptions(optionsOf(resource));
  request.setProvider(providerOf(resource));
  return request;
}

function stackResourceOf(resource: Declared, urns: ReadonlyMap<string, string>): Messages.AnalyzerResource {
  const message = new messages.AnalyzerResource();
  message.setType(typeOf(resource));
  message.setName(resource.name);
  message.setUrn(urnOf(resource));
  message.setProperties(Struct.fromJavaScript({ ...resource.props, ...resource.outputs }));
  message.setOptions(optionsOf(resource));
  message.setProvider(providerOf(resource));
  for (const [property, names] of Object.entries(resource.dependencies ?? {})) {
    const list = new messages.AnalyzerPropertyDependencies();
    list.setUrnsList(names.map((name) => urns.get(name) ?? name));
    message.getPropertydependenciesMap().set(property, list);
  }
  return message;
}

function optionsOf({ protect = false, timeouts = {} }: Declared): Messages.AnalyzerResourceOptions {
  const options = new messages.AnalyzerResourceOptions();
  options.setProtect(protect);
  const custom = new messages.AnalyzerResourceOptions.CustomTimeouts();
  custom.setCreate((timeouts.create ?? 0) * 3600);
  custom.setUpdate((timeouts.update ?? 0) * 3600);
  custom.setDelete((timeouts.delete ?? 0) * 3600);
  options.setCustomtimeouts(custom);
  return options;
}

function providerOf({ subscription }: Declared): Messages.AnalyzerProviderResource {
  const provider = new messages.AnalyzerProviderResource();
  provider.setType("pulumi:providers:azure-native");
  provider.setName("main");
  provider.setProperties(Struct.fromJavaScript(subscription === undefined ? {} : { subscriptionId: subscription }));
  return provider;
}
