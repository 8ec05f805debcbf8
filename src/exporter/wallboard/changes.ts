/** What the page shows: of each section its lines of HTML. */
export interface Picture {
  /** Of what around the sections does not change by itself: a page of another version loads itself anew. */
  readonly version: string;
  readonly title: string;
  readonly sections: Readonly<Record<string, readonly string[]>>;
}

/** What is to be put in place of what is there: a section's lines by their index, or all of them. */
export interface Changes {
  readonly version?: string;
  readonly title?: string;
  readonly sections: Readonly<Record<string, Lines>>;
}

type Lines = readonly string[] | Readonly<Record<string, string>>;

/** undefined: they are the same. */
export function changesOf(before: Picture, after: Picture): Changes | undefined {
  const sections = Object.entries(after.sections).flatMap(([id, lines]): readonly (readonly [string, Lines])[] => {
    const known = before.sections[id] ?? [];
    if (known.length !== lines.length) return [[id, lines]];
    const changed = lines.flatMap((line, index) => (line === known[index] ? [] : [[index, line] as const]));
    return changed.length === 0 ? [] : [[id, Object.fromEntries(changed)]];
  });
  const { version, title } = after;
  if (sections.length === 0 && title === before.title && version === before.version) return undefined;
  return {
    ...(version === before.version ? {} : { version }),
    ...(title === before.title ? {} : { title }),
    sections: Object.fromEntries(sections),
  };
}
