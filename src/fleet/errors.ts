/** What is wrong with a fleet file or one of its lists, and where. */
export interface FleetError {
  /** The fleet file, or the list (CSV) in which the mistake stands. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units as editors count them. */
  readonly column: number;
  /** `bodies[0].pools[2].share`; empty for the file as a whole. In a list: the column's name. */
  readonly path: string;
  /** Names the key, the value and the choices. */
  readonly message: string;
  /** The offending value as text, cut to a readable length. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** What to do about it. */
  readonly hint?: string;
  readonly excerpt?: Excerpt;
}

/** The line of the file with the place in it: what the caret is drawn under. */
export interface Excerpt {
  /** One line, without control characters, cut around the place when it is long. */
  readonly text: string;
  /** From 0, in `text`. */
  readonly start: number;
  /** At least 1. */
  readonly length: number;
}

/** A place in a file. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly excerpt?: Excerpt;
}

/** Steps from the root of the file: keys and list positions. */
export type FleetPath = readonly (string | number)[];

/** Past this many, errors of one file are no longer listed: a person mends the first ones, and hostile input is cheap. */
export const maxErrors = 1000;

/** A fleet that cannot be used; carries every error found. */
export class FleetFileError extends Error {
  override readonly name = "FleetFileError";
  readonly errors: readonly FleetError[];
  constructor(errors: readonly FleetError[]) {
    super(errors.map((error) => `${error.file}:${error.line}:${error.column}: ${error.message}`).join("\n"));
    this.errors = errors;
  }
}

/** zod's path of an issue; symbols are no keys of a document. */
export function toPath(path: readonly PropertyKey[]): FleetPath {
  return path.map((step) => (typeof step === "number" ? step : String(step)));
}

/** Whether a value has fields; says nothing of which. */
export function isHolder(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}

/** `["bodies", 0, "pools"]` → `bodies[0].pools`. */
export function pathText(path: FleetPath): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text === "" ? plain(step) : `${text}.${plain(step)}`,
    "",
  );
}

/** Control and direction-changing characters would let a file rewrite the terminal; they are shown as `·`. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, "·");
}

/** A value in a message: texts in quotes, cut at 60 characters; collections by their kind. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "string") {
    const short = value.length > 60 ? `${value.slice(0, 57)}...` : value;
    return `"${plain(short)}"`;
  }
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a mapping" : (JSON.stringify(value) ?? typeof value);
}

const widest = 140;

/**
 * Cuts the line that holds a place to what fits a terminal.
 * `column` from 1; `length` is how much the caret underlines, kept inside the line.
 */
export function excerptOf(line: string, column: number, length: number): Excerpt {
  const from = line.length > widest ? Math.max(0, column - 1 - Math.floor(widest / 3)) : 0;
  const text = plain(line.slice(from, from + widest)).trimEnd();
  const start = column - 1 - from;
  return { text, start, length: Math.max(1, Math.min(length, text.length - start)) };
}
