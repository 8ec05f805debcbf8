import { crc32 } from "node:zlib";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Registry } from "prom-client";
import { type Family, fullName, type HistogramSample, metrics, rttBuckets, type ScalarName } from "../metrics.ts";
import type { Format } from "./exposition/format.ts";
import { labelsText, type Lines, numberText, type Part, partOf } from "./exposition/lines.ts";

/** A family of so many samples that its lines are kept as they were rendered. */
export interface LargeFamily {
  readonly name: ScalarName;
  readonly lines: Lines;
}

/** What collectors give. */
export type Collected = Family | LargeFamily;

/** What prom-client tells of one of its metrics. */
export type OwnMetric = Awaited<ReturnType<Registry["getMetricsAsJSON"]>>[number];

/**
 * All families as Prometheus reads them, in parts: those gathered at one moment, then this process's own. A large family
 * is read when its part comes to be sent, so within one answer some of it may be milliseconds younger than the rest.
 * Several collectors may have samples of one metric, but a text has each metric once; of a large one there is one.
 */
export function* exposition(
  collected: readonly Collected[],
  own: readonly OwnMetric[],
  format: Format,
): Iterable<Part> {
  let text = "";
  for (const [name, families] of Map.groupBy(collected, (each) => each.name)) {
    const { help, type } = metrics[name];
    text += header(fullName(name), help, type, format);
    for (const family of families) {
      if ("lines" in family) {
        yield partOf(Buffer.from(text));
        text = "";
        yield* family.lines.parts();
      } else text += linesOf(family);
    }
  }
  for (const metric of own) text += ownText(metric, format);
  if (format === "openmetrics") text += "# EOF\n";
  yield partOf(Buffer.from(text));
}

/** OpenMetrics names a counter's family without its `_total`, and its samples with it; the text calls `unknown` otherwise. */
function header(name: string, help: string, type: string, format: Format): string {
  const family = format === "openmetrics" && type === "counter" ? name.replace(/_total$/, "") : name;
  return `# HELP ${family} ${escapedHelp(help)}\n# TYPE ${family} ${format === "text" && type === "unknown" ? "untyped" : type}\n`;
}

/** OpenMetrics wants quotes escaped, too; none of our texts has any. */
function escapedHelp(help: string): string {
  return help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function linesOf(family: Family): string {
  const name = fullName(family.name);
  return "histograms" in family
    ? family.histograms.map((sample) => histogramLines(name, sample)).join("")
    : family.samples.map(({ labels, value }) => line(name, labels, value)).join("");
}

function histogramLines(
  name: string,
  { labels, counts, sum }: HistogramSample<Readonly<Record<string, string>>>,
): string {
  let total = 0;
  const buckets = [...rttBuckets, Number.POSITIVE_INFINITY].map((bound, index) => {
    total += counts[index] ?? 0;
    return line(`${name}_bucket`, { le: numberText(bound), ...labels }, total);
  });
  return [...buckets, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, total)].join("");
}

function ownText({ name, help, type, values }: OwnMetric, format: Format): string {
  const lines = values.map((value) => {
    const { metricName = name } = value as { readonly metricName?: string };
    const labels = Object.entries(value.labels).map(([label, each]) => [label, String(each)] as const);
    return line(metricName, Object.fromEntries(labels), value.value);
  });
  return header(name, help, String(type), format) + lines.join("");
}

function line(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  return `${name}${labelsText(labels)}${numberText(value)}\n`;
}

/** For so long at a time rendering and compressing keep this process from its other work, milliseconds. */
const atOnceMs = 3;

/** The same parts, with room for other work between them. */
export async function* breathing(parts: Iterable<Part>): AsyncIterable<Part> {
  let began = performance.now();
  for (const part of parts) {
    yield part;
    if (performance.now() - began < atOnceMs) continue;
    await nextTurn();
    began = performance.now();
  }
}

/** As it is sent without compression. */
export async function* plainOf(parts: AsyncIterable<Part>): AsyncIterable<Buffer> {
  for await (const { text } of parts) yield text;
}

/** A gzip member's head: deflate, no name, no time, the quickest level, Unix (RFC 1952, 2.3). */
const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 3]);
/** An empty last block of a deflate stream (RFC 1951, 3.2.3). */
const lastBlock = Buffer.from([3, 0]);

/** The parts as one gzip member: of what did not change since the last scrape, nothing is compressed again. */
export async function* gzipOf(parts: AsyncIterable<Part>): AsyncIterable<Buffer> {
  yield head;
  let sum = 0;
  let length = 0;
  for await (const part of parts) {
    if (part.text.length === 0) continue;
    sum = crc32(part.text, sum);
    length += part.text.length;
    yield part.deflated();
  }
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(sum);
  tail.writeUInt32LE(length % 2 ** 32, 4);
  yield Buffer.concat([lastBlock, tail]);
}
