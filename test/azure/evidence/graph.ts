import { roles } from "../../../stacks/azure/ids.ts";
import { typeOf } from "../../doubles/azure-native/types/index.ts";
import { pathInputs } from "../../doubles/azure-native/types/type.ts";
import type { Declared } from "../mocks.ts";
import { isAzure } from "./ids.ts";
import { isWithin } from "./leaves.ts";
import type { RecordedSlice } from "./record.ts";

/**
 * A fleet's slices as text that a reviewer reads: their trees of components and resources, what Azure calls each, what
 * protects it, what it waits for (`←`), and its properties. A resource that is much like one above is told by what
 * differs. Shown is all that is not left out here, so that nothing new hides.
 */

/** Said once for the slice, by the tree, by the name, or words for people alone. */
const leftOut = new Set(["resourceGroupName", "location", "friendlyName", "description", "displayName"]);
/** Where a property has the value that is always there, nothing is said. */
const usual: Readonly<Record<string, unknown>> = {
  autoUpgradeMinorVersion: true,
  enableDdosProtection: false,
  enableVmProtection: false,
  privateIPAddressVersion: "IPv4",
  publicIPAddressVersion: "IPv4",
  // The SDK writes these two wherever a subnet is named.
  privateEndpointNetworkPolicies: "Disabled",
  privateLinkServiceNetworkPolicies: "Enabled",
};
/** Long, and reviewed where it is written: dashboards/, stacks/azure/hub/logs.ts, stacks/azure/watch/. */
const folded: Readonly<Record<string, readonly string[]>> = {
  DataCollectionRule: ["dataSources", "dataFlows"],
  DiagnosticSetting: ["logs", "metrics"],
  PrometheusRuleGroup: ["rules"],
  VirtualMachine: ["osProfile.customData", "osProfile.linuxConfiguration", "userData"],
};
/** The fleet's tags are on all, a line's on what is called by it; the others say something. */
const commonTags = new Set(["fleet", "slice", "managed-by", "line"]);
const width = 120;

/** A resource's properties as they are shown, by name. */
type Shown = ReadonlyMap<string, string>;

/** What stands above, by type: what is like it is told by the difference. */
interface Told {
  readonly stack: string;
  readonly name: string;
  readonly shown: Shown;
}

export class Graph {
  readonly #region: string;
  readonly #told = new Map<string, Told[]>();
  readonly #lines: string[] = [];
  /** Of each pool: its first stack of hosts, and what that is but for its place. */
  readonly #pools = new Map<string, { readonly stack: string; readonly shape: string }>();

  /** `region`: the fleet's; another one is shown. */
  constructor(region: string) {
    this.#region = region;
  }

  /** A fleet's whole text, slice by slice, in the order in which they are made. */
  text(): string {
    return `${this.#lines.join("\n").trimStart()}\n`;
  }

  /** A network of hosts that is like its pool's first takes one line. */
  add(recorded: RecordedSlice): void {
    const { stack, pool } = recorded.slice;
    if (pool === undefined) {
      this.#lines.push("", ...this.#whole(recorded));
      return;
    }
    const shape = hostsShape(recorded, this.#region);
    const first = this.#pools.get(pool);
    if (first === undefined) this.#pools.set(pool, { stack, shape });
    const isLike = first?.shape === shape;
    this.#lines.push(...(isLike ? [likeLine(recorded, first.stack)] : ["", ...this.#whole(recorded)]));
  }

  /** A network's hosts are written once, for the first of them; what is alike, once. */
  #whole({ slice, recording: { resources } }: RecordedSlice): string[] {
    const { stack } = slice;
    const children = Map.groupBy(inOrder(resources), ({ parent }) => parent ?? "");
    const hosts = hostsIn(resources);
    const isShown = (resource: Declared): boolean => [undefined, hosts.first].includes(hosts.of(resource.name));
    const below = (parent: string, depth: number): string[] => {
      const own = (children.get(parent) ?? []).filter((each) => isShown(each) && each.name !== parent);
      const alike = Map.groupBy(own, (each) => (each.custom ? shapeOf(each, this.#region) : each.name));
      return [...alike.values()].flatMap((members) => {
        const [first] = members;
        if (first === undefined) return [];
        const others = members.slice(1).map(({ name }) => name);
        return [
          ...wrapped(this.#words(stack, first), "  ".repeat(depth)),
          ...(others.length === 0 ? [] : wrapped(["and", ...commas(others)], "  ".repeat(depth + 1))),
          ...(first.custom ? [] : below(first.name, depth + 1)),
        ];
      });
    };
    const after = slice.kind === "watch" ? "all others" : slice.after.join(", ") || "nothing";
    return [
      `${stack}: ${resources.length} resources, after ${after}`,
      ...below("", 1),
      ...(hosts.count > 1 ? [`    … × ${hosts.count} hosts`] : []),
    ];
  }

  #words(stack: string, resource: Declared): readonly string[] {
    const { type, name } = resource;
    const shown = propertiesOf(resource, this.#region);
    const told = this.#told.get(type) ?? [];
    this.#told.set(type, [...told, { stack, name, shown }]);
    const [like] = told.toSorted((a, b) => differences(a.shown, shown).length - differences(b.shown, shown).length);
    const short = like === undefined ? [] : differences(like.shown, shown);
    if (like === undefined || short.length + 1 >= shown.size) return wordsOf(resource, [...shown].map(pair));
    const where = `${like.stack === stack ? "" : `${like.stack}/`}${like.name}`;
    return wordsOf(resource, [`like ${where}${short.length === 0 ? "" : " but"}`, ...short]);
  }
}

/** Not as they happened to be registered: resources before components, what is waited for first, then by name. */
function inOrder(resources: readonly Declared[]): readonly Declared[] {
  const depths = new Map<string, number>();
  for (const { name, dependsOn } of resources) {
    depths.set(name, 1 + Math.max(-1, ...dependsOn.map((each) => depths.get(each) ?? 0)));
  }
  const place = ({ name, custom, type }: Declared): number =>
    type.startsWith("pulumi:providers:") ? -1 : custom ? (depths.get(name) ?? 0) : Infinity;
  return resources.toSorted((a, b) => {
    const [first, second] = [place(a), place(b)];
    return first === second ? a.name.localeCompare(b.name, "en", { numeric: true }) : first - second;
  });
}

function likeLine({ slice, recording }: RecordedSlice, first: string): string {
  const range = String(recording.get("hosts-subnet").inputs["addressPrefix"]);
  const count = recording.ofType("VirtualMachine").length;
  return `${slice.stack}: ${recording.resources.length} resources, like ${first}: ${count} hosts in ${range}`;
}

function pair([name, text]: readonly [name: string, text: string]): string {
  return text === "" ? name : `${name}: ${text}`;
}

function differences(above: Shown, below: Shown): readonly string[] {
  return [
    ...[...below].filter(([name, text]) => above.get(name) !== text).map(pair),
    ...[...above.keys()].filter((name) => !below.has(name)).map((name) => `no ${name}`),
  ];
}

/**
 * What a slice of hosts is but for its place, so that equal texts are equal shapes: names, addresses, zones and ids
 * that hang on the network or on the host are taken out.
 */
function hostsShape({ slice, recording: { resources } }: RecordedSlice, region: string): string {
  const hosts = hostsIn(resources);
  const part = (resource: Declared): string =>
    wordsOf(resource, [...propertiesOf(resource, region)].map(pair))
      .join(" ")
      .replaceAll(hosts.of(resource.name) ?? "\0", "HOST")
      .replaceAll(/\d+\.\d+\.\d+\.\d+/g, "ADDRESS")
      .replaceAll(/[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[\da-f]{4}-[\da-f]{12}/g, "GUID")
      .replaceAll(new RegExp(`-${(slice.network ?? 0) + 1}\\b`, "g"), "-N")
      .replaceAll(/zones: \d/g, "zones: ZONE");
  return [...new Set(resources.map(part))].toSorted().join("\n");
}

/** A resource but for its own name, and that of what it belongs to. */
function shapeOf(resource: Declared, region: string): string {
  const { name, id, dependsOn } = resource;
  const stems = dependsOn.filter((each) => name.startsWith(`${each}-`));
  const own = [name, id.split("/").at(-1) ?? "", ...stems].toSorted((a, b) => b.length - a.length);
  const mask = (word: string): string => own.reduce((text, each) => text.replaceAll(each, "OWN"), word);
  return wordsOf(resource, [...propertiesOf(resource, region)].map(pair))
    .map(mask)
    .join(" ");
}

interface Hosts {
  readonly count: number;
  readonly first: string | undefined;
  /** Logical name of the first resource of the second host. */
  readonly second: string | undefined;
  /** Name of the host that a resource belongs to. */
  of(name: string): string | undefined;
}

/** Hosts are the machines under a network of hosts; their parts are called `<host>-<part>`. */
function hostsIn(resources: readonly Declared[]): Hosts {
  const isHosts = resources.some(({ type }) => type.endsWith(":HostNetwork"));
  const names = new Set(
    resources.flatMap(({ type, name }) => (isHosts && type.endsWith(":VirtualMachine") ? [name] : [])),
  );
  const of = (name: string): string | undefined =>
    names.has(name) ? name : [name.slice(0, name.lastIndexOf("-"))].find((each) => names.has(each));
  const [first, next] = [...names].toSorted();
  return { count: names.size, first, second: resources.find(({ name }) => of(name) === next && next)?.name, of };
}

/** What is said of a resource, in words that are not broken. */
function wordsOf(resource: Declared, said: readonly string[]): readonly string[] {
  const token = resource.type.split(":").at(-1) ?? "";
  const { name, dependsOn, parent, provider, inputs } = resource;
  if (token === "azure-native") return [`provider ${name}: ${String(inputs["subscriptionId"])}`];
  if (!isAzure(resource)) return [`${token} ${name}`];
  const after = dependsOn.filter((each) => each !== parent && each !== provider).toSorted();
  return [
    `${token} ${name} = ${resource.id.split("/").at(-1) ?? ""}${said.length === 0 ? "" : ":"}`,
    ...said.map((each, index) => (index === said.length - 1 || each.endsWith(" but") ? each : `${each};`)),
    ...(after.length === 0 ? [] : [`← ${after.join(", ")}`]),
  ];
}

function marksOf({ protect, timeouts, importId, retainOnDelete, ignoreChanges }: Declared): readonly string[] {
  const times = [timeouts.create, timeouts.update, timeouts.delete].filter((each) => each !== "");
  return [
    ...(protect ? ["protected"] : []),
    ...(retainOnDelete ? ["kept"] : []),
    ...(times.length === 0 ? [] : [`waits ${[...new Set(times)].join("/")}`]),
    ...(importId === undefined ? [] : ["adopted"]),
    ...(ignoreChanges.length === 0 ? [] : [`ignores ${ignoreChanges.join(", ")}`]),
  ];
}

/** Marks are properties without a text, a security group's rules some with their names. */
function propertiesOf(resource: Declared, region: string): Shown {
  if (!isAzure(resource)) return new Map();
  const { type, inputs, secrets, id } = resource;
  const token = type.split(":").at(-1) ?? "";
  const inPath = new Set(pathInputs(typeOf(type)));
  const properties = Object.entries(inputs).flatMap(([name, value]): (readonly [string, string])[] => {
    if (name === "location") return value === region || value === "global" ? [] : [[name, String(value)]];
    if (name === "tags") return tagsOf(value);
    if (leftOut.has(name) || usual[name] === value || isEmpty(value) || name === "securityRules") return [];
    if (inPath.has(name) && !["scope", "resourceUri"].includes(name)) return [];
    return [[name, textOf(value, name, { folds: folded[token] ?? [], secrets, id })]];
  });
  const marks = marksOf(resource).map((mark) => [mark, ""] as const);
  return new Map([...marks, ...rulesOf(token, inputs), ...properties]);
}

interface Wording {
  /** Paths of what is not written out. */
  readonly folds: readonly string[];
  readonly secrets: readonly string[];
  /** Id of the resource that says it. */
  readonly id: string;
}

/** A value on one line; what has one entry is that entry. */
function textOf(value: unknown, path: string, wording: Wording): string {
  if (isWithin(path, wording.secrets)) return "[secret]";
  if (wording.folds.includes(path)) return "…";
  if (Array.isArray(value)) {
    const all = value.map((each, index) => textOf(each, `${path}[${index}]`, wording));
    return all.length === 1 ? (all[0] ?? "") : `[${all.join(", ")}]`;
  }
  if (typeof value !== "object" || value === null) {
    return typeof value === "string" ? withoutOwnName(shortId(value, wording.id), wording.id) : String(value);
  }
  const entries = Object.entries(value).filter(([key, each]) => usual[key] !== each && !isEmpty(each));
  const [only, ...more] = entries;
  if (only !== undefined && more.length === 0) return textOf(only[1], `${path}.${only[0]}`, wording);
  return `{${entries.map(([key, each]) => `${key}: ${textOf(each, `${path}.${key}`, wording)}`).join(", ")}}`;
}

/** A resource's own name in its properties, so that those that differ in nothing else are seen to be alike. */
function withoutOwnName(text: string, id: string): string {
  const name = id.split("/").at(-1) ?? "";
  if (!/-.*-|-\d+$/.test(name)) return text;
  return text.replaceAll(name, "<own>").replaceAll(name.replace(/^pep-/, ""), "<own>");
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every(isEmpty);
}

function tagsOf(tags: unknown): (readonly [string, string])[] {
  const own = Object.entries(tags as Record<string, string>).filter(([name]) => !commonTags.has(name));
  return own.map(([name, value]) => [`tag ${name}`, value] as const);
}

const roleNames = new Map<string, string>(Object.entries(roles).map(([name, id]) => [id, name]));

/** An id as the names in it, with the group where it is another one's; a role by its name. */
function shortId(text: string, from: string): string {
  return text.replaceAll(/\/subscriptions\/[\w-]+(\/[^\s"']*)?/g, (id) => {
    const role = /\/roleDefinitions\/(.*)$/.exec(id)?.[1];
    if (role !== undefined) return roleNames.get(role) ?? role;
    const [, group, rest] = /\/resourceGroups\/([^/]+)(?:\/providers\/[^/]+\/(.*))?$/i.exec(id) ?? [];
    if (group === undefined) return id;
    if (rest === undefined) return group;
    const names = rest.split("/").filter((_, index) => index % 2 === 1);
    return [...(new RegExp(`/resourceGroups/${group}(/|$)`, "i").test(from) ? [] : [group]), ...names].join("/");
  });
}

type Rule = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A network security group's rules, in order of priority within each direction. */
function rulesOf(token: string, inputs: Declared["inputs"]): (readonly [string, string])[] {
  if (token !== "NetworkSecurityGroup") return [];
  const side = (rule: Rule, of: string): string =>
    [rule[`${of}AddressPrefix`] ?? rule[`${of}AddressPrefixes`] ?? "?"].flat().join(", ");
  return (inputs["securityRules"] as readonly Rule[]).map((rule) => {
    const ports = [rule["destinationPortRange"] ?? rule["destinationPortRanges"] ?? "?"].flat().join(", ");
    const way = `${String(rule["direction"])} ${String(rule["priority"])} ${String(rule["access"])}`;
    const what = `${String(rule["protocol"])} ${side(rule, "source")} → ${side(rule, "destination")}`;
    return [String(rule["name"]), `${way} ${what} port ${ports}`];
  });
}

function commas(names: readonly string[]): string[] {
  return names.map((name, index) => (index === names.length - 1 ? name : `${name},`));
}

/** Words on as few lines as fit; what follows the first line stands further in. A word that does not fit is broken. */
function wrapped(words: readonly string[], indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of words.flatMap((each) => (each.length > width - 20 ? each.split(/(?<=[,;])\s*|\s/) : [each]))) {
    const longer = line.trim() === "" ? `${line}${word}` : `${line} ${word}`;
    if (line.trim() !== "" && longer.length > width) {
      lines.push(line);
      line = `${indent}    ${word}`;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}
