import Table from "cli-table3";

export interface Column {
  readonly head: string;
  readonly align?: "left" | "right" | "center";
  /** Longest line of a cell; longer text is broken after a space, slash or hyphen. */
  readonly width?: number;
}

/** A table with thin rules, plain text, no colour. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const made = new Table({
    head: columns.map((column) => column.head),
    colAligns: columns.map((column) => column.align ?? "left"),
    style: { head: [], border: [], compact: true },
    chars: { "left-mid": "├", "right-mid": "┤", mid: "─", "mid-mid": "┼" },
  });
  for (const row of rows) {
    made.push(row.map((cell, index) => wrap(cell, columns[index]?.width ?? Infinity).join("\n")));
  }
  return made.toString();
}

/** Breaks text into lines of at most `width` characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of text.split(/(?<=[\s/-])/)) {
    if (line !== "" && (line + piece).trimEnd().length > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += piece;
  }
  return [...lines, line.trimEnd()];
}

/** `7,000`, `3,860.5` */
export function number(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

export const yes = "✓";
export const no = "✗";
