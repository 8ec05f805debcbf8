import { z } from "zod";
import { ask, type Service } from "./http.ts";
import type { Period } from "./period.ts";
import type { Point } from "./spans.ts";

type Labels = Readonly<Record<string, string>>;

export interface Value {
  readonly labels: Labels;
  readonly value: number;
}

export interface Track {
  readonly labels: Labels;
  /** In order, no moment twice. */
  readonly points: readonly Point[];
}

/** What Prometheus gives at most of one series: 11,000 points. */
const mostPoints = 10_000;
/** Raw samples that one request asks for, at one a second. */
const rawPageMs = 3 * 3600 * 1000;
const parallel = 4;

interface PostedForm {
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
}

const pair = z.tuple([z.number(), z.string()]);
const labels = z.record(z.string(), z.string());
const answer = z.object({
  data: z.discriminatedUnion("resultType", [
    z.object({ resultType: z.literal("vector"), result: z.array(z.object({ metric: labels, value: pair })) }),
    z.object({ resultType: z.literal("matrix"), result: z.array(z.object({ metric: labels, values: z.array(pair) })) }),
  ]),
});

/** Reads a Prometheus's past; times are milliseconds since 1970. Each throws WatchError where it cannot be asked. */
export class Prometheus {
  readonly #service: Service;

  constructor(url: string, timeoutMs: number) {
    this.#service = { name: "Prometheus", url, timeoutMs };
  }

  /** An expression at a moment. */
  async at(query: string, at: number): Promise<readonly Value[]> {
    const { data } = await ask(this.#service, { path: "/api/v1/query", form: { query, time: seconds(at) } }, answer);
    if (data.resultType === "matrix") return [];
    return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  /**
   * The samples themselves, with their own times, of a period whose end is included. A range of an expression would
   * repeat the last value for minutes after it stopped, as if it were still true.
   */
  async samples(selector: string, period: Period): Promise<readonly Track[]> {
    const questions = pagesOf(period, rawPageMs).map(({ from, until }) => {
      const query = `${selector}[${until - from}ms]`;
      return { path: "/api/v1/query", form: { query, time: seconds(until) } };
    });
    return this.#paged(questions);
  }

  /** An expression at the period's begin and end, and in between every `stepMs`, counted from the end. */
  async range(query: string, { from, until }: Period, stepMs: number): Promise<readonly Track[]> {
    const aligned = until - Math.floor((until - from) / stepMs) * stepMs;
    const pages = [
      ...(aligned > from ? [{ from, until: aligned, step: aligned - from }] : []),
      ...(until > aligned ? pagesOf({ from: aligned, until }, mostPoints * stepMs) : []).map((page) => ({
        ...page,
        step: stepMs,
      })),
    ];
    const questions = pages.map((page) => {
      const form = { query, start: seconds(page.from), end: seconds(page.until), step: seconds(page.step) };
      return { path: "/api/v1/query_range", form };
    });
    return this.#paged(questions);
  }

  async #paged(questions: readonly PostedForm[]): Promise<readonly Track[]> {
    const tracks = new Map<string, { readonly labels: Labels; readonly points: Point[] }>();
    for (let first = 0; first < questions.length; first += parallel) {
      const some = questions.slice(first, first + parallel);
      const answers = await Promise.all(some.map((question) => ask(this.#service, question, answer)));
      for (const { data } of answers) {
        if (data.resultType === "matrix") for (const { metric, values } of data.result) collect(tracks, metric, values);
      }
    }
    return [...tracks.values()];
  }
}

/** Pages share their edges, so what is there already is left out. */
function collect(
  tracks: Map<string, { readonly labels: Labels; readonly points: Point[] }>,
  metric: Labels,
  values: readonly (readonly [number, string])[],
): void {
  const key = JSON.stringify(Object.entries(metric).toSorted(([one], [other]) => one.localeCompare(other)));
  const track = tracks.get(key) ?? { labels: metric, points: [] };
  tracks.set(key, track);
  let last = track.points.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
  for (const [time, value] of values) {
    const at = Math.round(time * 1000);
    if (at <= last) continue;
    track.points.push([at, Number(value)]);
    last = at;
  }
}

function pagesOf({ from, until }: Period, most: number): readonly Period[] {
  const count = Math.max(1, Math.ceil((until - from) / most));
  return Array.from({ length: count }, (_, page) => ({
    from: from + page * most,
    until: Math.min(until, from + (page + 1) * most),
  }));
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
