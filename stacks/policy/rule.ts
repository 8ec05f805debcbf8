import type { EnforcementLevel, PolicyConfigSchema, PolicyResourceOptions, Severity } from "@pulumi/policy";
import type { Properties } from "./values.ts";

/**
 * A rule of the policy pack: plain data and one pure function. `pack.ts` turns it into a policy of Pulumi's SDK, so
 * that no rule deals with proxies, values that are not known yet, versions of a type, exemptions or wording.
 */
export interface RuleFacts {
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  /** Mandatory: what opens the perimeter, exposes data, loses people or what Azure refuses. The rest is advisory. */
  readonly level: Extract<EnforcementLevel, "mandatory" | "advisory">;
  readonly severity: Severity;
  /** Ends the sentence "Allowed: …, because". */
  readonly why: string;
  /** Where the rule or its figure comes from, with the date. */
  readonly source: string;
  readonly config?: PolicyConfigSchema["properties"];
}

export interface ResourceRule extends RuleFacts {
  /** Types as `module:Class`, without the provider and the API version; every type where it is absent. */
  readonly types?: readonly string[];
  readonly check: (resource: Resource, config: Config) => Iterable<Finding>;
}

export interface StackRule extends RuleFacts {
  readonly checkStack: (resources: readonly Resource[], config: Config) => Iterable<StackFinding>;
}

export type Rule = ResourceRule | StackRule;

/** What a user's policy configuration says, over the rule's defaults. */
export type Config = Readonly<Record<string, unknown>>;

export interface Finding {
  readonly property: string;
  /** What was found, in words; never a secret. */
  readonly found: string;
  readonly allowed: string;
  /** Instead of the rule's own, where a rule has several. */
  readonly why?: string;
}

export interface StackFinding extends Finding {
  /** The resource that it is about; the whole stack where it is absent. */
  readonly of?: Resource;
}

export interface Resource {
  /** Pulumi's name. */
  readonly name: string;
  readonly urn: string;
  /** `module:Class`, e.g. `network:Subnet`; the whole type where the provider is another one. */
  readonly type: string;
  /** What the program wrote, in stack rules too: what Azure answers holds defaults and parts made apart. */
  readonly props: Properties;
  readonly opts: PolicyResourceOptions;
  /** Properties of the provider that makes it; empty where the stack does not name one. */
  readonly provider: Properties;
  /** Whether the value at a path is a Pulumi secret, itself or in a secret. False in stack rules, which need it not. */
  readonly isSecret: (path: string) => boolean;
  /** For each property, the URNs of the resources that it takes values from; known to stack rules only. */
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
}

/** The sentence that a user reads below the rule's description. */
export function messageOf(rule: RuleFacts, name: string, finding: Finding): string {
  const { property, found, allowed, why = rule.why } = finding;
  return `${name}: ${property} is ${found}. Allowed: ${allowed}, because ${why} (${rule.source}).`;
}
