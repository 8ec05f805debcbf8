import { createRequire } from "node:module";
import { type Properties, unknown, type Value } from "./values.ts";

/**
 * What `@pulumi/policy` 1.21 is told by the engine and keeps from a policy: which values are secrets, and that a value
 * which is not known yet is there all the same (reading one throws away the whole policy for that preview). The engine
 * sends both; the SDK takes the secrets' wrapping off before a policy sees the properties. So we keep, for every set of
 * properties that the SDK decodes, the message it was decoded from. Where a version of the SDK works otherwise,
 * `secretsOf` throws: a rule about secrets must not pass because it sees none.
 */

interface Message {
  readonly toJavaScript: () => unknown;
}
interface Decoder {
  deserializeProperties: (message: Message, keepSecrets: boolean) => object;
}
interface Proxies {
  readonly getSpecialProxyTarget: string;
  readonly [sentinel: `unknown${string}Value`]: string;
}
interface Signatures {
  readonly specialSigKey: string;
  readonly specialSecretSig: string;
}

const require = createRequire(import.meta.url);
const decoder = require("@pulumi/policy/deserialize") as Decoder;
const proxies = require("@pulumi/policy/proxy") as Proxies;
const { specialSigKey, specialSecretSig } = require("@pulumi/pulumi/runtime/rpc") as Signatures;

const sentinels = new Set(
  Object.entries(proxies)
    .filter(([name]) => /^unknown\w+Value$/.test(name))
    .map(([, value]) => value),
);

const messages = new WeakMap<object, Message>();
const decoded = new WeakMap<Message, object>();
const decode = decoder.deserializeProperties;
decoder.deserializeProperties = (message, keepSecrets) => {
  if (keepSecrets) return decode(message, keepSecrets);
  // The SDK decodes once for each policy; nobody writes to what it gives when it has taken the secrets' wrapping off.
  const known = decoded.get(message) ?? decode(message, keepSecrets);
  decoded.set(message, known);
  messages.set(known, message);
  return known;
};

/** What stands behind the SDK's proxy, which throws at every value that is not known yet. */
function target(properties: object): object {
  return ((properties as Record<string, unknown>)[proxies.getSpecialProxyTarget] as object | undefined) ?? properties;
}

const plains = new WeakMap<object, Properties>();

/** A resource's properties as plain data, with `unknown` for what is known only after the update. */
export function plain(properties: object): Properties {
  const behind = target(properties);
  const known = plains.get(behind) ?? (plainValue(behind) as Properties);
  plains.set(behind, known);
  return known;
}

function plainValue(value: unknown): Value {
  if (typeof value === "string") return sentinels.has(value) ? unknown : value;
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, plainValue(entry)]));
  }
  return (value ?? null) as Value;
}

/** Paths of the values that are secrets, e.g. `osProfile.adminPassword`. Throws where the SDK did not tell. */
export function secretsOf(properties: object): ReadonlySet<string> {
  const message = messages.get(target(properties));
  if (message === undefined) {
    throw new Error("this version of @pulumi/policy does not tell which values are secrets; use the version 1.21.0");
  }
  const found = new Set<string>();
  collectSecrets(message.toJavaScript(), "", found);
  return found;
}

function collectSecrets(value: unknown, path: string, found: Set<string>): void {
  if (Array.isArray(value)) return value.forEach((entry, index) => collectSecrets(entry, `${path}[${index}]`, found));
  if (typeof value !== "object" || value === null) return;
  const entries = value as Readonly<Record<string, unknown>>;
  if (entries[specialSigKey] === specialSecretSig) {
    found.add(path);
    return;
  }
  for (const [name, entry] of Object.entries(entries)) {
    collectSecrets(entry, path === "" ? name : `${path}.${name}`, found);
  }
}
