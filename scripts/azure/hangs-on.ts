import type { ResourceState } from "../state.ts";

/** By what a resource depends on others, as the engine keeps it: URNs, and those behind each input. */
export type HangsOn = Pick<ResourceState, "dependencies" | "propertyDependencies">;

/**
 * What a resource hangs on, as far as Azure's ids tell it: whatever it names by its id, and what its own id stands
 * below. The engine's events of what failed do not say. Without it the engine would not know that Azure drops an
 * extension with its machine, and so would not make it again with the next one. `before`: what stands before it in the
 * state, since nothing may depend on what comes later.
 */
export function hangsOn(resource: ResourceState, before: readonly ResourceState[]): HangsOn {
  const inputs = Object.entries(resource.inputs ?? {});
  const named = inputs.map(([key, value]) => ({ key, texts: textsOf(value) }));
  const own = (resource.id ?? "").toLowerCase();
  const dependencies = new Set<string>();
  const byInput = new Map<string, string[]>();
  for (const { urn, id = "", delete: condemned } of before) {
    if (!id.startsWith("/") || condemned === true) continue;
    const other = id.toLowerCase();
    const isAbove = own.startsWith(`${other}/`);
    const name = other.slice(other.lastIndexOf("/") + 1);
    for (const { key, texts } of named) {
      const says = texts.some((text) => text === other || text.startsWith(`${other}/`) || (isAbove && text === name));
      if (says) byInput.set(key, [...(byInput.get(key) ?? []), urn]);
      if (says || isAbove) dependencies.add(urn);
    }
  }
  if (dependencies.size === 0) return {};
  return { dependencies: [...dependencies], propertyDependencies: Object.fromEntries(byInput) };
}

/** All texts within a value, in small letters, as Azure's ids are compared. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value.toLowerCase()];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
