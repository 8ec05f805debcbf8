import { parse } from "csv-parse/sync";
import { excerptOf, type FleetError, maxErrors, type Place, plain, valueText } from "./errors.ts";
import { didYouMean } from "./suggest.ts";

/**
 * Lists as CSV: columns in any order, `;` or `,` between them, UTF-8 or Windows-1252 as spreadsheets write them. One row a
 * line; blank rows are passed over.
 */

/** What a list's columns are. */
export interface Heading<Column extends string> {
  readonly columns: readonly Column[];
  /** Without these no row means anything; of the others the cells may be empty. */
  readonly needed: readonly Column[];
}

export interface TableRow<Column extends string> {
  /** From 0. */
  readonly line: number;
  /** Empty where the row says nothing. */
  readonly cells: Readonly<Record<Column, string>>;
}

export interface Table<Column extends string> {
  readonly file: string;
  /** Those with as many fields as the header, in order. */
  readonly rows: readonly TableRow<Column>[];
  /** Where a cell stands. */
  readonly placeOf: (line: number, column: Column) => Place;
  readonly errors: readonly FleetError[];
}

interface Lines {
  readonly file: string;
  readonly lines: readonly string[];
  readonly delimiter: string;
}

interface Row {
  /** From 0. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Past these it is no list, and reading on would only fill the memory. */
const maxLines = 2_000_000;
const longestLine = 4000;
/** Lines parsed at once. */
const chunk = 20_000;

/** Reads a list; errors carry the list's own file, line and column. */
export function readTable<Column extends string>(
  bytes: Uint8Array,
  file: string,
  heading: Heading<Column>,
): Table<Column> {
  const start = { file, line: 1, column: 1, path: "" };
  const nothing = (...errors: readonly FleetError[]): Table<Column> => ({
    file,
    rows: [],
    placeOf: () => ({ file, line: 1, column: 1 }),
    errors: errors.slice(0, maxErrors),
  });
  const text = decode(bytes);
  if (text === undefined) {
    const message = "the list must be UTF-8 or Windows-1252 text, not UTF-16 or binary data";
    return nothing({ ...start, message, hint: "save it as CSV UTF-8" });
  }
  const lines = text.split(/\r\n|\r|\n/, maxLines + 1);
  if (lines.length > maxLines) {
    const message = `the list has more than ${maxLines.toLocaleString("en")} lines`;
    return nothing({ ...start, line: maxLines, message });
  }
  const headerLine = lines.findIndex((line) => line.trim() !== "");
  const table: Lines = { file, lines, delimiter: (lines[headerLine] ?? "").includes(";") ? ";" : "," };
  if (headerLine < 0) {
    const message = `the list is empty; its first line must name the columns ${heading.columns.join(", ")}`;
    return nothing({ ...start, message });
  }
  const { rows, errors } = readRows(table, headerLine);
  const [header, ...body] = rows;
  if (header?.line !== headerLine) return nothing(...errors);
  const { columns, errors: headerErrors } = readHeader(table, header, heading);
  if (columns === undefined) return nothing(...headerErrors, ...errors);
  const uneven = (row: Row): boolean => row.cells.length !== header.cells.length;
  const widths = body.filter(uneven).map((row): FleetError => ({
    ...place(table, row.line, 1, table.lines[row.line]?.length ?? 1),
    path: "",
    message: `the row has ${row.cells.length} fields, the header ${header.cells.length}`,
  }));
  return {
    file,
    rows: body
      .filter((row) => !uneven(row))
      .map(({ line, cells }) => ({
        line,
        cells: Object.fromEntries(heading.columns.map((column) => [column, cells[columns[column]] ?? ""])) as Record<
          Column,
          string
        >,
      })),
    placeOf: (line, column) => {
      const span = cellSpan(table, line, Math.max(0, columns[column]));
      return place(table, line, span.column, span.length);
    },
    errors: [...headerErrors, ...errors, ...widths].slice(0, maxErrors),
  };
}

/** Undefined for UTF-16 and for data with NUL bytes. */
function decode(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (utf16 || bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Parses all lines at once; where that fails, halves of them, until the lines at fault stand alone. */
function readRows(table: Lines, from: number): { rows: Row[]; errors: FleetError[] } {
  const rows: Row[] = [];
  const errors: FleetError[] = [];
  const read = (start: number, end: number): void => {
    if (errors.length >= maxErrors) return;
    const text = table.lines[start] ?? "";
    if (end - start === 1 && text.length > longestLine) {
      const message = `the line is longer than ${longestLine} characters`;
      errors.push({ ...place(table, start, longestLine, 1), path: "", message });
      return;
    }
    const records = parseLines(table, start, end);
    if (records !== undefined) {
      for (const [index, cells] of records.entries()) {
        if (cells.some((cell) => cell !== "")) rows.push({ line: start + index, cells });
      }
    } else if (end - start === 1) {
      errors.push(quoteError(table, start));
    } else {
      const middle = Math.floor((start + end) / 2);
      read(start, middle);
      read(middle, end);
    }
  };
  for (let start = from; start < table.lines.length; start += chunk) {
    read(start, Math.min(start + chunk, table.lines.length));
  }
  return { rows, errors };
}

/** One record a line, or undefined when quotes are wrong or a value goes over several lines. */
function parseLines(table: Lines, start: number, end: number): string[][] | undefined {
  const lines = table.lines.slice(start, end);
  if (lines.some((line) => line.length > longestLine)) return undefined;
  try {
    const records = parse(`${lines.join("\n")}\n`, {
      delimiter: table.delimiter,
      record_delimiter: "\n",
      relax_column_count: true,
      trim: true,
    });
    return records.length === lines.length ? records : undefined;
  } catch {
    return undefined;
  }
}

function quoteError(table: Lines, line: number): FleetError {
  const text = table.lines[line] ?? "";
  const column = text.indexOf('"') + 1;
  return {
    ...place(table, line, column, text.length),
    path: "",
    message: "a quote is not closed on its line, or stands inside a value",
    value: plain(text.slice(0, 60)),
    hint: 'a value with a quote in it is written "like ""this"""',
  };
}

function readHeader<Column extends string>(
  table: Lines,
  header: Row,
  { columns, needed }: Heading<Column>,
): { readonly columns?: Readonly<Record<Column, number>>; readonly errors: readonly FleetError[] } {
  const names = header.cells.map((cell) => cell.toLowerCase());
  const errors: FleetError[] = [];
  for (const [index, name] of names.entries()) {
    const { column, length } = cellSpan(table, header.line, index);
    const at = { ...place(table, header.line, column, length), path: plain(name), value: name };
    if (!(columns as readonly string[]).includes(name)) {
      const hint = didYouMean(name, columns) ?? (name.includes("\t") ? "put ; or , between the columns" : undefined);
      const message = `unknown column ${valueText(header.cells[index])}; the columns are ${columns.join(", ")}`;
      errors.push({ ...at, message, choices: columns, ...(hint === undefined ? {} : { hint }) });
    } else if (names.indexOf(name) < index) {
      errors.push({ ...at, message: `the column "${name}" stands twice` });
    }
  }
  const missing = columns.filter((column) => !names.includes(column));
  for (const column of missing) {
    const at = place(table, header.line, 1, table.lines[header.line]?.length ?? 1);
    const hint = needed.includes(column) ? {} : { hint: "its cells may be left empty" };
    errors.push({ ...at, path: column, message: `the column "${column}" is missing`, choices: columns, ...hint });
  }
  if (missing.some((column) => needed.includes(column))) return { errors };
  const places = columns.map((column) => [column, names.indexOf(column)] as const);
  return { columns: Object.fromEntries(places) as Record<Column, number>, errors };
}

function place(table: Lines, line: number, column: number, length: number): Place {
  const at = Math.max(1, column);
  return {
    file: table.file,
    line: line + 1,
    column: at,
    excerpt: excerptOf(table.lines[line] ?? "", at, length),
  };
}

/** Where the n-th cell of a line stands, without the blanks around it; column from 1. */
function cellSpan(table: Lines, line: number, index: number): { column: number; length: number } {
  const text = table.lines[line] ?? "";
  let quoted = false;
  let cell = 0;
  let start = 0;
  let end = text.length;
  for (let offset = 0; offset < text.length; offset++) {
    if (text[offset] === '"') quoted = !quoted;
    else if (text[offset] === table.delimiter && !quoted) {
      if (cell === index) {
        end = offset;
        break;
      }
      cell += 1;
      start = offset + 1;
    }
  }
  const cut = text.slice(start, end);
  return { column: start + cut.length - cut.trimStart().length + 1, length: cut.trim().length };
}
