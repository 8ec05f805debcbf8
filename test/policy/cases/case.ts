import type { Declared } from "../analyzer.ts";

/** What a rule lets pass, and what it refuses with which words (up to "because"). */
export interface Cases {
  readonly good: Readonly<Record<string, readonly Declared[]>>;
  readonly bad: Readonly<Record<string, readonly [resources: readonly Declared[], ...found: readonly string[]]>>;
}

type Rest = Omit<Declared, "type" | "name" | "props">;

export function declared(type: string, name: string, props: Declared["props"], rest: Rest = {}): Declared {
  return { type, name, props: { resourceGroupName: "rg", ...props }, ...rest };
}

/** As many of something, told apart by number. */
export function many<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

const group = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers";
export const idOf = (type: string, name: string): string => `${group}/${type}/${name}`;
