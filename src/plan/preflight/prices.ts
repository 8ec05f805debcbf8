import { parse } from "csv-parse/sync";
import { monthHours } from "../limits.ts";
import type { Costs, Meter, Price, PricedMeter, Quantity } from "./types.ts";

/** Prices come from a table that the user may replace: `meter,unit,price,currency,source,date`, UTF-8 CSV. */
export const priceColumns = ["meter", "unit", "price", "currency", "source", "date"] as const;

/** A table of prices that cannot be used; each line says where and what. */
export class PriceTableError extends Error {
  override readonly name = "PriceTableError";
  readonly mistakes: readonly string[];
  constructor(mistakes: readonly string[]) {
    super(mistakes.join("\n"));
    this.mistakes = mistakes;
  }
}

/** Reads a table. Throws PriceTableError with every mistake as `file:line: …`. */
export function parsePrices(text: string, file: string): readonly Price[] {
  const rows = readRows(text, file);
  const [header, ...lines] = rows;
  const columns = header?.cells ?? [];
  const missing = priceColumns.filter((column) => !columns.includes(column));
  const unknown = columns.filter((column) => !priceColumns.some((known) => known === column));
  if (missing.length > 0 || unknown.length > 0) {
    throw new PriceTableError([
      `${file}:${header?.line ?? 1}: the columns must be ${priceColumns.join(", ")}` +
        (missing.length > 0 ? `; missing: ${missing.join(", ")}` : "") +
        (unknown.length > 0 ? `; unknown: ${unknown.join(", ")}` : ""),
    ]);
  }
  const mistakes: string[] = [];
  const prices: Price[] = [];
  for (const { line, cells } of lines) {
    const cell = (column: (typeof priceColumns)[number]): string => cells[columns.indexOf(column)] ?? "";
    const row = {
      meter: cell("meter"),
      unit: cell("unit"),
      price: Number(cell("price") === "" ? Number.NaN : cell("price")),
      currency: cell("currency"),
      source: cell("source"),
      date: cell("date"),
    };
    const wrong = faults(row, cell("price"), cells.length, columns.length, prices);
    mistakes.push(...wrong.map((fault) => `${file}:${line}: ${fault}`));
    if (wrong.length === 0) prices.push(row);
  }
  if (mistakes.length > 0) throw new PriceTableError(mistakes);
  return prices;
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

function readRows(text: string, file: string): readonly Row[] {
  try {
    const options = {
      bom: true,
      trim: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      comment: "#",
    };
    // What `info: true` makes of a record is not in the parser's types.
    const records = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    throw new PriceTableError([`${file}: not CSV: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

function faults(row: Price, price: string, width: number, columns: number, before: readonly Price[]): string[] {
  if (width !== columns) return [`the row has ${width} fields, the header ${columns}`];
  const [first] = before;
  const other = before.some(({ meter }) => meter === row.meter);
  return [
    ...(row.meter === "" ? ["the row names no meter"] : []),
    ...(row.unit === "" ? ["unit is missing"] : []),
    ...(Number.isFinite(row.price) && row.price >= 0 ? [] : [`price must be a number of 0 or more, not "${price}"`]),
    ...(/^[A-Z]{3}$/.test(row.currency) ? [] : [`currency must be a code such as EUR, not "${row.currency}"`]),
    ...(first !== undefined && first.currency !== row.currency
      ? [`the currency is ${row.currency}, above it is ${first.currency}; a table has one`]
      : []),
    ...(row.source === "" ? ["source is missing: where the price was read"] : []),
    ...(isDay(row.date) ? [] : [`date must be a day as YYYY-MM-DD, not "${row.date}"`]),
    ...(other ? [`the meter "${row.meter}" stands twice`] : []),
  ];
}

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Puts prices to meters; what has none, or another unit, stays unknown. */
export function costsOf(meters: readonly Meter[], prices: readonly Price[]): Costs {
  const priced = meters.map((meter): PricedMeter => {
    const price = prices.find((each) => each.meter === meter.meter && each.unit === meter.unit);
    const { quantity } = meter;
    const cost = price === undefined || quantity === undefined ? undefined : times(quantity, price.price);
    return { ...meter, price, cost };
  });
  const known = priced.flatMap(({ cost }) => cost ?? []);
  return {
    meters: priced,
    currency: priced.find(({ price }) => price !== undefined)?.price?.currency,
    known: {
      atWork: known.reduce((sum, { atWork }) => sum + atWork, 0),
      always: known.reduce((sum, { always }) => sum + always, 0),
    },
    unknown: priced.length - known.length,
    assumption:
      `a month of ${monthHours.always} hours; "at work": hosts run, and people are connected, ${monthHours.atWork} hours ` +
      `(${monthHours.source})`,
  };
}

function times({ atWork, always }: Quantity, price: number): Quantity {
  return { atWork: atWork * price, always: always * price };
}
