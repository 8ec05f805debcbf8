import { readFileSync } from "node:fs";
import type { FleetError } from "../../src/fleet/errors.ts";
import { parseFleet } from "../../src/fleet/parse.ts";

export const smallText = readFileSync(new URL("../../fleets/small.yaml", import.meta.url), "utf8");
export const referenceText = readFileSync(new URL("../../fleets/piemonte.yaml", import.meta.url), "utf8");

/** Lists by their path in the fleet file. */
export type Lists = Readonly<Record<string, string | Uint8Array>>;

/** A part of small.yaml that must be there, and what stands in its place. */
export type Edit = readonly [from: string, to: string];

/** A fleet file that breaks a rule. */
export interface BadFile {
  /** What makes small.yaml bad. */
  readonly edits: readonly Edit[];
  readonly lists?: Lists;
  /** Everything that is told of it: place, path, message, hint. */
  readonly errors: readonly string[];
}

export type BadFiles<Rules> = Readonly<Record<keyof Rules, readonly BadFile[]>>;

export function edited(edits: readonly Edit[], text = smallText): string {
  return edits.reduce((current, [from, to]) => {
    if (!current.includes(from)) throw new Error(`the fixture no longer holds ${from}`);
    return current.replace(from, () => to);
  }, text);
}

export function readFrom(lists: Lists): (path: string) => Uint8Array {
  return (path) => {
    const list = Object.hasOwn(lists, path) ? lists[path] : undefined;
    if (list === undefined) throw new Error(`cannot read "${path}": there is no such file`);
    return typeof list === "string" ? new TextEncoder().encode(list) : list;
  };
}

export function parse(text: string, lists: Lists = {}): ReturnType<typeof parseFleet> {
  return parseFleet(text, "fleet.yaml", readFrom(lists));
}

/** `file:line:column path: message | hint`, one line an error. */
export function told(errors: readonly FleetError[]): string[] {
  return errors.map(({ file, line, column, path, message, hint }) =>
    [`${file}:${line}:${column} ${path}: ${message}`, ...(hint === undefined ? [] : [hint])].join(" | "),
  );
}

/** The errors of small.yaml after the edits. */
export function errorsAfter(edits: readonly Edit[], lists: Lists = {}): string[] {
  return told(parse(edited(edits), lists).errors);
}
