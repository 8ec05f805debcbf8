import type {
  Policies,
  PolicyConfigSchema,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { type Config, messageOf, type Resource, type ResourceRule, type Rule, type StackRule } from "./rule.ts";
import { plain, secretsOf } from "./sdk.ts";

/**
 * What the program wrote for each URN. The engine shows a resource's inputs to resource policies, one by one, and later
 * the outputs of all of them to stack policies.
 */
type Inputs = Map<string, object>;

/** Rules as policies of Pulumi's SDK. */
export function policiesOf(rules: readonly Rule[]): Policies {
  const inputs: Inputs = new Map();
  return rules.map((rule) => ("check" in rule ? resourcePolicy(rule, inputs) : stackPolicy(rule, inputs)));
}

/** Every rule may be told to leave single resources alone. */
const exemptions: PolicyConfigSchema["properties"] = {
  except: {
    type: "array",
    items: { type: "string" },
    description: "Pulumi names of resources that the rule leaves alone.",
  },
};

function resourcePolicy(rule: ResourceRule, inputs: Inputs): ResourceValidationPolicy {
  return {
    ...factsOf(rule),
    validateResource: (args, report) => {
      inputs.set(args.urn, args.props);
      const config = configOf(rule, args.getConfig());
      const type = typeOf(args.type);
      if (rule.types !== undefined && !rule.types.includes(type)) return;
      if (exempted(config).has(args.name)) return;
      for (const finding of rule.check(resourceOf(args, type), config)) {
        report(messageOf(rule, args.name, finding));
      }
    },
  };
}

function stackPolicy(rule: StackRule, inputs: Inputs): StackValidationPolicy {
  return {
    ...factsOf(rule),
    validateStack: (args, report) => {
      const config = configOf(rule, args.getConfig());
      const except = exempted(config);
      const resources = args.resources
        .filter(({ name }) => !except.has(name))
        .map((resource) => stackResourceOf(resource, inputs.get(resource.urn) ?? resource.props));
      for (const finding of rule.checkStack(resources, config)) {
        report(messageOf(rule, finding.of?.name ?? "the stack", finding), finding.of?.urn);
      }
    },
  };
}

function factsOf(rule: Rule) {
  return {
    name: rule.name,
    description: rule.description,
    enforcementLevel: rule.level,
    severity: rule.severity,
    configSchema: { properties: { ...exemptions, ...rule.config } },
  };
}

function configOf(rule: Rule, given: object): Config {
  const defaults = Object.entries(rule.config ?? {}).map(([name, schema]) => [name, schema.default] as const);
  return { ...Object.fromEntries(defaults), ...given };
}

function exempted(config: Config): ReadonlySet<string> {
  return new Set((config["except"] ?? []) as readonly string[]);
}

/**
 * `azure-native:network/v20240501:Subnet` and `azure-native_network_v20240501:network:Subnet` are a `network:Subnet`:
 * users' stacks may pin an API version.
 */
function typeOf(type: string): string {
  const [, module, name] = /^azure-native(?:_\w+)?:(\w+)(?:\/\w+)?:(\w+)$/.exec(type) ?? [];
  return module === undefined || name === undefined ? type : `${module}:${name}`;
}

function resourceOf(args: ResourceValidationArgs, type: string): Resource {
  return {
    name: args.name,
    urn: args.urn,
    type,
    props: plain(args.props),
    opts: args.opts,
    provider: args.provider === undefined ? {} : plain(args.provider.props),
    isSecret: secrecyOf(args.props),
    dependencies: {},
  };
}

function secrecyOf(properties: object): (path: string) => boolean {
  let secrets: ReadonlySet<string> | undefined;
  return (path) => {
    secrets ??= secretsOf(properties);
    return [...secrets].some(
      (secret) => path === secret || path.startsWith(`${secret}.`) || path.startsWith(`${secret}[`),
    );
  };
}

function stackResourceOf(resource: StackValidationArgs["resources"][number], props: object): Resource {
  return {
    name: resource.name,
    urn: resource.urn,
    type: typeOf(resource.type),
    props: plain(props),
    opts: resource.opts,
    provider: resource.provider === undefined ? {} : plain(resource.provider.props),
    isSecret: () => false,
    dependencies: Object.fromEntries(
      Object.entries(resource.propertyDependencies).map(([name, list]) => [name, list.map(({ urn }) => urn)]),
    ),
  };
}
