/** A value that holds no others, and where it stands, e.g. `osProfile.adminPassword` or `rules[0].name`. */
export interface Leaf {
  readonly path: string;
  readonly value: unknown;
}

export function* leavesOf(value: unknown, path = ""): Generator<Leaf> {
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) yield* leavesOf(each, `${path}[${index}]`);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, each] of Object.entries(value)) yield* leavesOf(each, path === "" ? name : `${path}.${name}`);
  } else if (value !== undefined) {
    yield { path, value };
  }
}

/** Whether a path is one of those given, or lies below it. */
export function isWithin(path: string, above: readonly string[]): boolean {
  return above.some((each) => path === each || path.startsWith(`${each}.`) || path.startsWith(`${each}[`));
}
