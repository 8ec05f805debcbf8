import { constants, deflateRawSync } from "node:zlib";

/** A piece of an exposition: whole lines. */
export interface Part {
  readonly text: Buffer;
  /**
   * The same, compressed: raw deflate that ends at a byte's edge and is not the last of its stream, so that such pieces
   * may follow each other (RFC 1951; zlib's Z_SYNC_FLUSH).
   */
  deflated(): Buffer;
}

/** The quickest level: a scrape every 15 s is better served early than a few per cent smaller. */
const level = 1;

export function partOf(text: Buffer): Part {
  let deflated: Buffer | undefined;
  return {
    text,
    deflated: () => (deflated ??= deflateRawSync(text, { level, finishFlush: constants.Z_SYNC_FLUSH })),
  };
}

/** Lines of one part: some 50 kB, rendered in a fraction of a millisecond. */
export const linesPerPart = 512;

/**
 * The lines of one metric for many targets, kept as they were last rendered and sent; only parts in which a value
 * changed are rendered, and compressed, again. `labels`: those of each line, as `labelsText` makes them; several metrics
 * of the same targets share them. A target without a value has no line.
 */
export class Lines {
  readonly #name: string;
  readonly #labels: readonly string[];
  /** NaN: no value. */
  readonly #values: Float64Array;
  readonly #parts: (Part | undefined)[];

  /** `name`: the metric's full name; `value`: of all for now. */
  constructor(name: string, labels: readonly string[], value: number | undefined) {
    this.#name = name;
    this.#labels = labels;
    this.#values = new Float64Array(labels.length).fill(value ?? Number.NaN);
    this.#parts = Array.from({ length: Math.ceil(labels.length / linesPerPart) }, () => undefined);
  }

  set(index: number, value: number | undefined): void {
    const next = value ?? Number.NaN;
    if (Object.is(this.#values[index], next)) return;
    this.#values[index] = next;
    this.#parts[Math.floor(index / linesPerPart)] = undefined;
  }

  /** The parts in order; each as the values are when it is asked for. */
  *parts(): Iterable<Part> {
    for (let part = 0; part < this.#parts.length; part += 1) yield (this.#parts[part] ??= this.#render(part));
  }

  #render(part: number): Part {
    const end = Math.min((part + 1) * linesPerPart, this.#labels.length);
    let text = "";
    for (let index = part * linesPerPart; index < end; index += 1) {
      const value = this.#values[index] ?? Number.NaN;
      if (!Number.isNaN(value)) text += `${this.#name}${this.#labels[index]}${numberText(value)}\n`;
    }
    return partOf(Buffer.from(text));
  }
}

/** What stands between a metric's name and its value: `{label="value",…} `. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  // Joined, it is one piece of memory; put together by a template it would stay a tree of its parts for as long as it is kept.
  return pairs.length === 0 ? " " : ["{", pairs.join(","), "} "].join("");
}

export function numberText(value: number): string {
  return Number.isFinite(value) || Number.isNaN(value) ? String(value) : value > 0 ? "+Inf" : "-Inf";
}

function escaped(value: string): string {
  return /["\\\n]/.test(value)
    ? value.replaceAll(/["\\\n]/g, (character) => (character === "\n" ? "\\n" : `\\${character}`))
    : value;
}
