/** Whoever is touched by a roll-out, and where. Ids of pools and sites name their bodies. */
export interface Subject {
  readonly id: string;
  readonly body: string;
  readonly pool?: string | undefined;
  readonly site?: string | undefined;
  /** Comes last, whatever the order: nobody tries something new on a presidency. */
  readonly protected: boolean;
}

/** So many; a part of all, in percent; or all that are left. */
export type WaveSize =
  | { readonly kind: "count"; readonly count: number }
  | { readonly kind: "percent"; readonly percent: number }
  | { readonly kind: "rest" };

/** What is written for waves cannot be read; the message names the part and what is allowed. */
export class WavesError extends Error {
  override readonly name = "WavesError";
}

/** One that shows whether it works at all, ten that show whether it does by chance; then by growing parts. */
export const usualWaves = "1,10,5%,25%,rest";

/** `1,10,5%,25%,rest`. Where `rest` is left out it comes last by itself: nobody is forgotten. Throws WavesError. */
export function parseWaves(text: string): readonly WaveSize[] {
  const parts = text.split(",").map((part) => part.trim());
  const sizes = parts.map(parseWave);
  const rest = sizes.findIndex(({ kind }) => kind === "rest");
  if (rest >= 0 && rest < sizes.length - 1) {
    throw new WavesError(`waves "${text}": nobody is left for "${parts[rest + 1]}", which stands after rest`);
  }
  return rest < 0 ? [...sizes, { kind: "rest" }] : sizes;
}

function parseWave(part: string): WaveSize {
  if (part === "rest") return { kind: "rest" };
  const [, number, percent] = /^(\d{1,6}(?:\.\d{1,3})?)(%?)$/.exec(part) ?? [];
  const value = Number(number);
  if (number !== undefined && value > 0) {
    if (percent === "%" && value <= 100) return { kind: "percent", percent: value };
    if (percent === "" && Number.isInteger(value)) return { kind: "count", count: value };
  }
  throw new WavesError(`wave "${part}": write a number such as 10, a part of all such as 5%, or rest`);
}

/**
 * Cuts the subjects into waves. Each wave has its share of each body, in a body of each pool, in a pool of each site: as
 * even as whole people allow. A percentage is of all, rounded up; waves for which nobody is left fall away. The order in
 * which subjects are given makes no difference.
 */
export function wavesOf(subjects: readonly Subject[], sizes: readonly WaveSize[]): readonly (readonly Subject[])[] {
  const ordered = inOrder(subjects);
  const waves: (readonly Subject[])[] = [];
  let taken = 0;
  for (const size of sizes) {
    const wave = ordered.slice(taken, taken + sizeOf(size, ordered.length));
    if (wave.length > 0) waves.push(wave);
    taken += wave.length;
  }
  return waves;
}

function sizeOf(size: WaveSize, all: number): number {
  switch (size.kind) {
    case "count":
      return size.count;
    case "percent":
      // In thousandths, since 7 % of 100 is a little more than 7 in binary fractions.
      return Math.ceil((Math.round(size.percent * 1000) * all) / 100_000);
    case "rest":
      return all;
    default:
      return size satisfies never;
  }
}

function inOrder(subjects: readonly Subject[]): readonly Subject[] {
  const byId = subjects.toSorted((one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0));
  const [first, last] = [byId.filter((each) => !each.protected), byId.filter((each) => each.protected)];
  return [first, last].flatMap((part) =>
    spread(part, [({ body }) => body, ({ pool }) => pool ?? "", ({ site }) => site ?? ""]),
  );
}

type Trait = (subject: Subject) => string;

/** So ordered that each beginning of the list has of each group about its part; within a group by the next traits. */
function spread(subjects: readonly Subject[], [trait, ...finer]: readonly Trait[]): readonly Subject[] {
  if (trait === undefined) return subjects;
  return [...Map.groupBy(subjects, trait)]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, group]) =>
      // The middle of the nth of as many equal parts: a group of one comes in the middle, not first.
      spread(group, finer).map((subject, nth) => ({ subject, at: (2 * nth + 1) / (2 * group.length) })),
    )
    .toSorted((one, other) => one.at - other.at)
    .map(({ subject }) => subject);
}
