import { createHash } from "node:crypto";
import type { Value } from "./values.ts";

/** ARM ids are compared without regard to case. */
export function key(id: string): string {
  return id.toLowerCase();
}

export function lastName(id: string): string {
  return decodeURIComponent(id.slice(id.lastIndexOf("/") + 1));
}

export function subscriptionOf(id: string): string {
  return /^\/subscriptions\/([^/]+)/i.exec(id)?.[1] ?? "";
}

export function groupOf(id: string): string {
  return /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? "";
}

export function groupId(id: string): string | undefined {
  return /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(id)?.[0];
}

/** "Microsoft.Network/virtualNetworks/subnets" of an id: the last provider's namespace and the types after it. */
export function armType(id: string): string {
  const at = id.toLowerCase().lastIndexOf("/providers/");
  if (at < 0) {
    return /\/resourceGroups\/[^/]+$/i.test(id)
      ? "Microsoft.Resources/resourceGroups"
      : "Microsoft.Resources/subscriptions";
  }
  const [namespace, ...rest] = id.slice(at + "/providers/".length).split("/");
  return [namespace, ...rest.filter((_, index) => index % 2 === 0)].join("/");
}

/** The id of what a resource stands in: its parent resource, its resource group, or the scope of an extension. */
export function parentId(id: string): string | undefined {
  const at = id.toLowerCase().lastIndexOf("/providers/");
  if (at < 0) return undefined;
  const parts = id.slice(at + "/providers/".length).split("/");
  return parts.length > 3 ? id.slice(0, id.lastIndexOf("/", id.lastIndexOf("/") - 1)) : id.slice(0, at);
}

const resourceId = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+(\/providers\/.+)?$/i;

/** Every string in a value that is the id of a resource or of a resource group, with the property it stands in. */
export function idsIn(value: Value | undefined, path = ""): readonly { readonly path: string; readonly id: string }[] {
  if (typeof value === "string") return resourceId.test(value) ? [{ path, id: value }] : [];
  if (Array.isArray(value)) return (value as readonly Value[]).flatMap((element) => idsIn(element, path));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => idsIn(inner, path === "" ? name : `${path}.${name}`));
}

/** A GUID that is always the same for the same words, as Azure's stay the same while a resource lives. */
export function guid(...words: readonly string[]): string {
  const hex = createHash("sha256").update(words.join("\0").toLowerCase()).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

export function hash(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}
