import type { FleetError } from "./errors.ts";

/** What a piece of the report is, for whoever colours it. */
export type Part = "place" | "error" | "caret" | "gutter" | "hint";
export type Paint = (part: Part, text: string) => string;

const uncoloured: Paint = (_part, text) => text;

/**
 * The errors as a person reads them, one block each, and their number:
 *
 *     fleets/x.yaml:12:29: error: kind must be one of personal, pooled, physical, not "phisical"
 *        12 |   - { id: office, kind: phisical }
 *           |                         ^^^^^^^^
 *           = bodies[0].pools[2].kind: did you mean "physical"?
 */
export function renderErrors(errors: readonly FleetError[], paint: Paint = uncoloured): string {
  const blocks = errors.map((error) => renderError(error, paint));
  const files = new Set(errors.map((error) => error.file)).size;
  const many = errors.length === 1 ? "1 error" : `${errors.length} errors`;
  return [...blocks, files > 1 ? `${many} in ${files} files` : many].join("\n\n");
}

function renderError(error: FleetError, paint: Paint): string {
  const place = paint("place", `${error.file}:${error.line}:${error.column}`);
  const lines = [`${place}: ${paint("error", "error")}: ${error.message}`];
  const number = String(error.line).padStart(5);
  const blank = " ".repeat(number.length);
  if (error.excerpt !== undefined) {
    const { text, start, length } = error.excerpt;
    lines.push(`${paint("gutter", `${number} |`)} ${text}`);
    lines.push(`${paint("gutter", `${blank} |`)} ${" ".repeat(start)}${paint("caret", "^".repeat(length))}`);
  }
  const about = [error.path, error.hint === undefined ? "" : paint("hint", error.hint)].filter((text) => text !== "");
  if (about.length > 0) lines.push(`${paint("gutter", `${blank} =`)} ${about.join(": ")}`);
  return lines.join("\n");
}
