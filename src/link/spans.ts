import { lengthOf, type Period } from "./period.ts";

/** A sample: milliseconds since 1970, and what was seen. */
export type Point = readonly [at: number, value: number];

/** `gap`: nobody looked, or what was seen is lost. That is neither up nor down. */
export type LineState = "up" | "down" | "gap";

export interface Span extends Period {
  readonly state: LineState;
}

/** Milliseconds. */
export interface Patience {
  /** How often samples come. */
  readonly interval: number;
  /** Samples so far apart still say that nothing changed in between. */
  readonly bridge: number;
}

/**
 * What samples of 0 and 1, in order, say of a period: spans that follow each other and fill it. A sample holds until
 * the next one; where that is too far away, for one interval.
 */
export function spansOf(points: readonly Point[], period: Period, { interval, bridge }: Patience): readonly Span[] {
  const spans: Span[] = [];
  let end = period.from;
  for (const [index, [at, value]] of points.entries()) {
    const next = points[index + 1]?.[0] ?? Math.max(at, period.until);
    const from = Math.max(at, end);
    const until = Math.min(next - at <= bridge ? next : at + interval, period.until);
    if (until <= from) continue;
    append(spans, { state: "gap", from: end, until: from });
    append(spans, { state: value > 0 ? "up" : "down", from, until });
    end = until;
  }
  append(spans, { state: "gap", from: end, until: period.until });
  return spans;
}

/** The same spans, but for times in which nobody looked. `blind` is in order and does not overlap. */
export function withBlind(spans: readonly Span[], blind: readonly Period[]): readonly Span[] {
  const cut: Span[] = [];
  for (const span of spans) {
    let end = span.from;
    for (const { from, until } of blind) {
      if (until <= end || from >= span.until) continue;
      append(cut, { state: span.state, from: end, until: Math.max(from, end) });
      end = Math.min(until, span.until);
      append(cut, { state: "gap", from: Math.max(from, span.from), until: end });
    }
    append(cut, { state: span.state, from: end, until: span.until });
  }
  return cut;
}

function append(spans: Span[], span: Span): void {
  if (lengthOf(span) <= 0) return;
  const last = spans.at(-1);
  if (last?.state === span.state && last.until === span.from) spans[spans.length - 1] = { ...last, until: span.until };
  else spans.push(span);
}

/** Why a span begins or ends: it was seen to, or the data or the period stops there. */
export type Edge = "seen" | "gap" | "period";

export interface Outage extends Period {
  readonly begins: Edge;
  readonly ends: Edge;
}

export function outagesOf(spans: readonly Span[]): readonly Outage[] {
  const edge = (beside: Span | undefined): Edge =>
    beside === undefined ? "period" : beside.state === "gap" ? "gap" : "seen";
  return spans.flatMap(({ state, from, until }, index) =>
    state === "down" ? [{ from, until, begins: edge(spans[index - 1]), ends: edge(spans[index + 1]) }] : [],
  );
}

/** Milliseconds of each state, and the part of the known time that was up. */
export interface Availability {
  readonly up: number;
  readonly down: number;
  readonly gap: number;
  /** Undefined where nothing is known. */
  readonly ratio: number | undefined;
}

export function availabilityOf(spans: readonly Span[]): Availability {
  const sum = (wanted: LineState): number =>
    spans.reduce((total, span) => total + (span.state === wanted ? lengthOf(span) : 0), 0);
  const [up, down, gap] = [sum("up"), sum("down"), sum("gap")];
  return { up, down, gap, ratio: up + down === 0 ? undefined : up / (up + down) };
}

/** The part of the spans that lies in the period. */
export function within(spans: readonly Span[], { from, until }: Period): readonly Span[] {
  return spans.flatMap((span) => {
    const part = { ...span, from: Math.max(span.from, from), until: Math.min(span.until, until) };
    return lengthOf(part) > 0 ? [part] : [];
  });
}
