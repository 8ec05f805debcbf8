import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { checkAgainstSdk, type Resource } from "./sdk/check.ts";
import { faults } from "./sdk/faults.ts";
import { good } from "./sdk/good/all.ts";
import { sdk } from "./sdk/mappers.ts";
import { packages, type Package, type PackageName } from "./sdk/packages.ts";
import { providerModel } from "./sdk/provider.ts";
import { hold, type Model, type Problem, type Shape } from "./sdk/shape.ts";
import { tokens } from "./sdk/tokens.ts";

/** Where keys are the user's own words, and `settings`, which belong to an extension's publisher. */
const ownWords = new Set([
  "tags",
  "metadata",
  "labels",
  "annotations",
  "actionProperties",
  "labelIncludeFilter",
  "settings",
  "protectedSettings",
  "extensionSettings",
]);

type Step = string | number;
interface Place {
  readonly resource: Resource;
  readonly steps: readonly Step[];
  readonly value: unknown;
}

/** Every value in a resource's inputs, with the steps to it, but for what lies inside the user's own words. */
function placesOf(resource: Resource): readonly Place[] {
  const places: Place[] = [];
  const visit = (value: unknown, steps: readonly Step[]): void => {
    if (steps.length > 0) places.push({ resource, steps, value });
    if (ownWords.has(String(steps.at(-1))) || typeof value !== "object" || value === null) return;
    const entries = Array.isArray(value) ? Array.from(value.entries()) : Object.entries(value);
    for (const [key, item] of entries as [Step, unknown][]) visit(item, [...steps, key]);
  };
  visit(resource.inputs, []);
  return places;
}
const places = good.flatMap(placesOf);

function pathOf(steps: readonly Step[]): string {
  return steps
    .map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join("");
}

function stepsOf(path: string): readonly Step[] {
  return Array.from(path.matchAll(/\[(\d+)\]|(\w+)/g), ([, index, name]) => name ?? Number(index));
}

/** A copy in which one value is another, or away where it is undefined; in one of its objects, under another key. */
function changed(resource: Resource, steps: readonly Step[], value: unknown, as?: string): Resource {
  const copy = structuredClone(resource);
  const last = steps.at(-1)!;
  const parent = steps.slice(0, -1).reduce<unknown>((at, step) => (at as Record<Step, unknown>)[step], copy.inputs);
  const holder = parent as Record<Step, unknown>;
  if (value === undefined || as !== undefined) delete holder[last];
  if (value !== undefined) holder[as ?? last] = value;
  return copy;
}

function assertTold(resource: Resource, path: string, words: RegExp): void {
  const problems = checkAgainstSdk(resource);
  const told = problems.find((problem) => problem.startsWith(`${path}: `));
  assert.match(told ?? `nothing at ${path} (${problems.join("; ")})`, words, resource.type);
}

function ofType(type: string): Resource {
  return good.find((resource) => resource.type === `azure-native:${type}`)!;
}

describe("what a stack states is what Microsoft publishes", () => {
  it("has a good resource and faults for every token of the table", () => {
    assert.deepEqual([...new Set(good.map(({ type }) => type))].sort(), Object.keys(tokens).sort());
    assert.deepEqual(Object.keys(faults).sort(), Object.keys(tokens).sort());
  });

  for (const resource of good) {
    it(`finds nothing in a good ${resource.type}`, () => assert.deepEqual(checkAgainstSdk(resource), []));
  }

  it("tells a token that the table does not have", () => {
    assert.deepEqual(checkAgainstSdk({ type: "azure-native:network:Bastion", inputs: {} }), [
      "azure-native:network:Bastion: has no entry in the table of tokens (test/azure/sdk/tokens.ts)",
    ]);
  });
});

describe("a fault is told at its path", () => {
  for (const [type, { values, required, readOnly }] of Object.entries(faults)) {
    const resource = good.find((candidate) => candidate.type === type)!;
    it(`${type}: values that are not published`, () => {
      for (const [path, value] of Object.entries(values ?? {})) {
        assert.notEqual(valueAt(resource, path), undefined, `${path} stands in the good resource`);
        assertTold(changed(resource, stepsOf(path), value), path, new RegExp(`"${value}" is not one of "`));
      }
    });
    it(`${type}: what is required and missing`, () => {
      for (const path of required) assertTold(changed(resource, stepsOf(path), undefined), path, /is required/);
    });
    it(`${type}: what only the service writes`, () => {
      for (const path of readOnly ?? []) {
        assertTold(changed(resource, stepsOf(path), "given"), path, /only the service writes it|has no such property/);
      }
    });
  }

  it("every value of another type", () => {
    for (const { resource, steps, value } of places) {
      if (steps.some((step) => ["settings", "protectedSettings"].includes(String(step)))) continue;
      const other = typeof value === "string" ? 7 : typeof value === "number" ? "7" : "text";
      assertTold(changed(resource, steps, other), pathOf(steps), / is not |is required/);
    }
  });

  it("any single misspelling of any property", () => {
    const named = places.filter(({ steps }) => typeof steps.at(-1) === "string");
    const misspellings = fc
      .tuple(fc.constantFrom(...named), fc.nat(), fc.constantFrom("drop", "double", "swap", "case", "other"))
      .map(([place, at, how]) => ({ ...place, as: misspelt(String(place.steps.at(-1)), at, how) }))
      .filter(({ steps, as }) => as !== "" && as !== steps.at(-1));
    fc.assert(
      fc.property(misspellings, ({ resource, steps, value, as }) => {
        const path = pathOf([...steps.slice(0, -1), as]);
        assertTold(changed(resource, steps, value, as), path, /has no such property|only the service writes it/);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("the words of a problem", () => {
  it("suggest the property that was meant", () => {
    const machine = ofType("compute:VirtualMachine");
    assert.deepEqual(checkAgainstSdk(changed(machine, ["hardwareProfile"], { vmsize: "Standard_D8s_v5" })), [
      'hardwareProfile.vmsize: HardwareProfile has no such property; did you mean "vmSize"?',
    ]);
  });

  it("give the choices, and the one that was meant", () => {
    const pool = changed(ofType("desktopvirtualization:HostPool"), ["loadBalancerType"], "Breadthfirst");
    assert.deepEqual(checkAgainstSdk(pool), [
      'loadBalancerType: "Breadthfirst" is not one of "BreadthFirst", "DepthFirst", "Persistent"; ' +
        'did you mean "BreadthFirst"?',
    ]);
  });

  it("name a list's element, and tell all faults at once", () => {
    const line = ofType("network:VirtualNetworkGatewayConnection");
    const { dhGroup: _, ...policy } = (line.inputs["ipsecPolicies"] as [Record<string, unknown>])[0];
    const faulty = changed(
      line,
      ["ipsecPolicies"],
      [{ ...policy, saLifeTimeSeconds: "27000", ikeencryption: "AES256" }],
    );
    assert.deepEqual(checkAgainstSdk(faulty), [
      'ipsecPolicies[0].saLifeTimeSeconds: "27000" is not a number',
      'ipsecPolicies[0].ikeencryption: IpsecPolicy has no such property; did you mean "ikeEncryption"?',
      "ipsecPolicies[0].dhGroup: is required (IpsecPolicy)",
    ]);
  });

  it("give the limit that is broken", () => {
    const group = ofType("monitor:ActionGroup");
    assert.deepEqual(checkAgainstSdk(changed(group, ["groupShortName"], "crisis unit of Piemonte")), [
      'groupShortName: "crisis unit of Piemonte" is outside the limit "MaxLength": 12',
    ]);
    const files = ofType("storage:FileServiceProperties");
    assert.deepEqual(checkAgainstSdk(changed(files, ["shareDeleteRetentionPolicy", "days"], 366)), [
      'shareDeleteRetentionPolicy.days: 366 is outside the limit "InclusiveMaximum": 365',
    ]);
    const schedule = ofType("desktopvirtualization:ScalingPlanPooledSchedule");
    assert.deepEqual(checkAgainstSdk(changed(schedule, ["peakStartTime", "hour"], 24)), [
      'peakStartTime.hour: 24 is outside the limit "InclusiveMaximum": 23',
    ]);
    const line = ofType("network:VirtualNetworkGateway");
    assert.deepEqual(checkAgainstSdk(changed(line, ["bgpSettings", "asn"], 2 ** 32)), [
      'bgpSettings.asn: 4294967296 is outside the limit "InclusiveMaximum": 4294967295',
    ]);
  });

  it("are the vendor's serializer's where only that objects: a UUID, a duration", () => {
    const tenant = changed(ofType("keyvault:Vault"), ["properties", "tenantId"], "contoso.example");
    const minutes = changed(ofType("monitor:DiagnosticSetting"), ["metrics", 0, "timeGrain"], "1 minute");
    assert.match(
      checkAgainstSdk(tenant).join(),
      /^VaultCreateOrUpdateParameters: @azure\/arm-keyvault refuses it: .*uuid/i,
    );
    assert.match(
      checkAgainstSdk(minutes).join(),
      /^DiagnosticSettingsResource: @azure\/arm-monitor refuses it: .*ISO 8601/,
    );
  });

  it("speak of a path's part that is empty", () => {
    assert.deepEqual(checkAgainstSdk(changed(ofType("network:NatGateway"), ["natGatewayName"], "")), [
      "natGatewayName: is required: it is a part of the resource's path",
    ]);
  });
});

describe("the tables", () => {
  it("name parts of paths that the provider has", () => {
    for (const [type, { parameters, query = [] }] of Object.entries(tokens)) {
      const inputs = providerModel(type).properties();
      for (const name of [...parameters, ...query]) assert.ok(inputs.has(name), `${type} has the input ${name}`);
    }
  });

  it("leave nothing out: each input of the provider is in the published model, under the same name", () => {
    for (const [type, { parameters, query = [], published }] of Object.entries(tokens)) {
      if (!("package" in published)) continue;
      const outside = new Set([...parameters, ...query]);
      const missing = missingIn(providerModel(type), sdk(published.package).model(published.model), outside);
      assert.deepEqual(missing, [], type);
    }
  });

  it("name models and properties that there are", () => {
    for (const [name, { newer = {}, renamed = {} }] of Object.entries<Package>(packages)) {
      for (const [key, known] of [
        ...Object.keys(newer).map((key) => [key, key] as const),
        ...Object.entries(renamed),
      ]) {
        const [model = "", property = known] = key.split(".");
        const { properties } = sdk(name as PackageName).model(model);
        assert.ok(properties().has(key === known ? property : known), `${name}: ${key}`);
      }
    }
  });
});

describe("models with kinds", () => {
  const rules = (kind: string, action: unknown) => ({
    ruleCollections: [{ ruleCollectionType: kind, name: "out", priority: 100, action: { type: action }, rules: [] }],
  });

  it("are held against the kind that the discriminator names", () => {
    const model = sdk("@azure/arm-network").model("FirewallPolicyRuleCollectionGroup");
    assert.deepEqual(problemsOf(rules("FirewallPolicyFilterRuleCollection", "Allow"), { kind: "object", model }), []);
    assert.deepEqual(problemsOf(rules("FirewallPolicyNatRuleCollection", "Allow"), { kind: "object", model }), [
      'ruleCollections[0].action.type: "Allow" is not one of "DNAT"',
    ]);
  });

  it("are held against the choice that fits best, in the provider's types", () => {
    const model = providerModel("azure-native:network:FirewallPolicyRuleCollectionGroup");
    const inputs = { resourceGroupName: "hub", firewallPolicyName: "hub" };
    const told = (kind: string, action: unknown) =>
      problemsOf({ ...inputs, ...rules(kind, action) }, { kind: "object", model });
    assert.deepEqual(told("FirewallPolicyFilterRuleCollection", "Allow"), []);
    assert.deepEqual(told("FirewallPolicyNatRuleCollection", "DNAT"), []);
    assert.deepEqual(told("FirewallPolicyNatRuleCollection", 7), ["ruleCollections[0].action.type: 7 is not text"]);
  });
});

function problemsOf(value: unknown, shape: Shape): readonly string[] {
  const problems: Problem[] = [];
  hold(value, shape, "", problems);
  return problems.map(({ path, message }) => `${path}: ${message}`);
}

function valueAt(resource: Resource, path: string): unknown {
  return stepsOf(path).reduce<unknown>((at, step) => (at as Record<Step, unknown>)[step], resource.inputs);
}

function misspelt(word: string, position: number, how: string): string {
  const at = position % word.length;
  const [before, letter, after] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)];
  if (how === "drop") return before + after;
  if (how === "double") return before + letter + letter + after;
  if (how === "swap") return before + after.charAt(0) + letter + after.slice(1);
  if (how === "case")
    return before + (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()) + after;
  return `${before}q${after}`;
}

/** Paths of the provider's inputs that the published model lacks, to any depth. */
function missingIn(provider: Model, published: Model, outside: ReadonlySet<string>): readonly string[] {
  const missing: string[] = [];
  const seen = new Set<string>();
  const visit = (left: Shape, right: Shape, path: string): void => {
    if ((left.kind === "list" && right.kind === "list") || (left.kind === "dictionary" && right.kind === "dictionary"))
      return visit(left.of, right.of, `${path}[]`);
    if (left.kind !== "object" || right.kind !== "object") return undefined;
    const pair = `${left.model.name} ${right.model.name}`;
    if (seen.has(pair)) return undefined;
    seen.add(pair);
    const there = right.model.properties();
    for (const [name, property] of left.model.properties()) {
      if (path === "" && outside.has(name)) continue;
      const found = there.get(name);
      if (found === undefined) missing.push(`${path}.${name}`);
      else visit(property.shape, found.shape, `${path}.${name}`);
    }
    return undefined;
  };
  visit({ kind: "object", model: provider }, { kind: "object", model: published }, "");
  return missing;
}
