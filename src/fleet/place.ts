import type { LineCounter } from "yaml";
import { excerptOf, type Place } from "./errors.ts";

/** A text with the offsets at which its lines start. */
export interface TextSource {
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
}

/** Offsets in the text. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The place of a range of offsets; only its first line is underlined. */
export function placeAt(source: TextSource, span: Span): Place {
  const from = Math.min(Math.max(0, span.from), source.text.length);
  const { line, col } = source.lines.linePos(from);
  const lineStart = from - (Math.max(1, col) - 1);
  const lineEnd = source.text.indexOf("\n", lineStart);
  const text = source.text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  const column = from - lineStart + 1;
  return {
    file: source.file,
    line: Math.max(1, line),
    column,
    excerpt: excerptOf(text, column, span.to - span.from),
  };
}
