import type { LinkPlan, Plan } from "../plan/types.ts";
import type { Quantile } from "./counts.ts";
import type { Evidence, ExplainedOutage } from "./evidence.ts";
import { bothTimes, durationText, isoOf, lengthOf, monthAround, monthOf, type Period } from "./period.ts";
import type { Availability, Edge } from "./spans.ts";

/** Whose line it is and what it should carry: what a carrier may know. */
export interface Subject {
  readonly link: string;
  readonly carrier: string;
  readonly mbps: number;
  /** The part of a month in which it is up by contract; undefined where the fleet says nothing. */
  readonly promised: number | undefined;
  readonly site: string;
  /** The body's own name. */
  readonly body: string;
  readonly instance: string;
  readonly timezone: string;
}

export function subjectOf(plan: Plan, link: LinkPlan, timezone: string): Subject {
  return {
    link: link.id,
    carrier: link.carrier,
    mbps: link.mbps,
    promised: link.availability,
    site: link.site,
    body: plan.bodies.find(({ id }) => id === link.body)?.name ?? link.body,
    instance: link.instance,
    timezone,
  };
}

/** The ticket for a program: times in UTC, durations in seconds. */
export function ticketJson(subject: Subject, evidence: Evidence): object {
  const { period, state, outages, gaps, availability, month, probes, roundTrip } = evidence;
  const promise = promiseOf(subject, evidence);
  return {
    ...subject,
    promised: subject.promised ?? null,
    ...jsonOf(period),
    state,
    outages: outages.map((outage) => ({
      ...jsonOf(outage),
      begins: outage.begins,
      ends: outage.ends,
      layers: outage.layers,
      otherLines: outage.others,
    })),
    gaps: gaps.map(jsonOf),
    availability: seconds(availability),
    month: { month: monthOf(period.until - 1, subject.timezone), ...seconds(month) },
    promise: promise === undefined ? null : { allowed: Math.round(promise.allowed) / 1000, broken: promise.broken },
    probes: probes ?? null,
    roundTrip: roundTrip === undefined ? null : { median: quantile(roundTrip.median), p95: quantile(roundTrip.p95) },
  };
}

function jsonOf({ from, until }: Period): object {
  return { from: isoOf(from), until: isoOf(until), seconds: Math.round((until - from) / 1000) };
}

function seconds({ up, down, gap, ratio }: Availability): object {
  return { up: up / 1000, down: down / 1000, notMeasured: gap / 1000, ratio: ratio ?? null };
}

function quantile({ estimate, above, atMost }: Quantile): object {
  return { estimate: estimate ?? null, above, atMost: Number.isFinite(atMost) ? atMost : null };
}

/** The ticket as it is sent to the carrier. */
export function ticketText(subject: Subject, evidence: Evidence): string {
  const { timezone } = subject;
  const { period } = evidence;
  const when = (at: number): string => bothTimes(at, timezone);
  return [
    `Line ${subject.link} of ${subject.carrier}: ${headline(evidence)}`,
    "",
    `Line         ${subject.link}, ${subject.mbps.toLocaleString("en-US")} Mb/s promised each way`,
    `Carrier      ${subject.carrier}`,
    `Site         ${subject.site}, ${subject.body}`,
    `Our far end  gateway instance ${subject.instance}`,
    `Period       from ${when(period.from)}`,
    `             to   ${when(period.until)}, ${durationText(period.until - period.from)}`,
    `Times        of ${timezone}, and in UTC`,
    "",
    ...outageLines(subject, evidence.outages),
    "",
    "Availability",
    `  in the period      ${availabilityText(evidence.availability)}`,
    `  ${`in ${monthOf(period.until - 1, timezone)} so far`.padEnd(18)} ${availabilityText(evidence.month)}`,
    ...promiseLines(subject, evidence),
    "",
    ...probeLines(evidence),
    ...gapLines(evidence.gaps, when),
    "",
    "How this was measured: probes through the tunnel over this line, several a second, around the clock. The line is",
    "down when several in a row stayed unanswered, and up when they come back. Time in which nobody measured is counted",
    "neither as up nor as down.",
    "",
    "Please tell us the cause, what was done, and when the line is, or was, in order again.",
  ].join("\n");
}

function headline({ state, outages }: Evidence): string {
  const last = outages.at(-1);
  if (state === "down" && last !== undefined) return "still down at the end of the period";
  if (outages.length === 0) return "no outage measured";
  const count = outages.length === 1 ? "1 outage" : `${outages.length} outages`;
  return state === "up" ? `${count}, up again at the end of the period` : `${count}, not measured at the period's end`;
}

const begins: Readonly<Record<Edge, string>> = {
  seen: "",
  gap: ", or earlier: it was not measured before",
  period: ", or earlier: the period begins here",
};
const ends: Readonly<Record<Edge, string>> = {
  seen: "",
  gap: ", or later: it was not measured after",
  period: ", still down at the end of the period",
};

function outageLines({ carrier, timezone }: Subject, outages: readonly ExplainedOutage[]): readonly string[] {
  if (outages.length === 0) return ["Outages: none measured"];
  const total = outages.reduce((sum, { from, until }) => sum + until - from, 0);
  const lines = outages.flatMap((outage, index) => [
    `${`${index + 1}.`.padStart(4)} from ${bothTimes(outage.from, timezone)}${begins[outage.begins]}`,
    `     to   ${bothTimes(outage.until, timezone)}${ends[outage.ends]}`,
    `     ${durationText(outage.until - outage.from)}; ${layersText(outage.layers)}`,
    `     other lines of ${carrier} down meanwhile: ${outage.others.join(", ") || "none measured"}`,
  ]);
  return [`Outages: ${outages.length}, ${durationText(total)} in all`, ...lines];
}

const layerNames: Readonly<Record<string, string>> = { sa: "IKE SA", child: "child SA", route: "BGP route" };

function layersText(layers: ExplainedOutage["layers"]): string {
  const known = Object.entries(layerNames).filter(([layer]) => layers[layer] !== undefined);
  if (known.length === 0) return "the gateway told nothing of the tunnel's layers";
  const named = known.map(([layer, name]) => `${name} ${layers[layer] === true ? "lost" : "kept"}`);
  return `at our gateway: ${named.join(", ")}`;
}

function availabilityText({ up, down, gap, ratio }: Availability): string {
  const missing = gap === 0 ? "" : `; not measured for ${durationText(gap)}`;
  if (ratio === undefined) return `not measured${missing}`;
  return `${percent(ratio)} of ${durationText(up + down)} measured, down for ${durationText(down)}${missing}`;
}

interface Promised {
  readonly part: number;
  /** Milliseconds of the month for which the line may be down. */
  readonly allowed: number;
  readonly broken: boolean;
}

/** A month's promise is broken as soon as more of it was down than may be; it is kept for certain only at its end. */
function promiseOf({ promised, timezone }: Subject, { period, month }: Evidence): Promised | undefined {
  if (promised === undefined) return undefined;
  const allowed = (1 - promised) * lengthOf(monthAround(period.until - 1, timezone));
  return { part: promised, allowed, broken: month.down > allowed };
}

function promiseLines(subject: Subject, evidence: Evidence): readonly string[] {
  const promise = promiseOf(subject, evidence);
  if (promise === undefined) return [];
  const { part, allowed, broken } = promise;
  const much = `${percent(part)} of it, so at most ${durationText(allowed)} down`;
  return [`  promised            ${much}: ${broken ? "broken" : "not broken so far"}`];
}

function probeLines({ probes, roundTrip }: Evidence): readonly string[] {
  if (probes === undefined) return ["Loss: no probes were counted"];
  const { sent, lost, loss } = probes;
  const counts = `${sent.toLocaleString("en-US")} probes sent, ${lost.toLocaleString("en-US")} lost`;
  return [
    `Loss         ${counts}: ${percent(loss.value)}, with 95 % confidence ${percent(loss.low)} to ${percent(loss.high)}`,
    "             (outages included; as if each probe were lost by itself)",
    roundTrip === undefined
      ? "Round trip   no probe came back"
      : `Round trip   half within ${timeText(roundTrip.median)}, 95 % within ${timeText(roundTrip.p95)}`,
  ];
}

function timeText({ estimate, above, atMost }: Quantile): string {
  const ms = (seconds: number): string => `${Number((seconds * 1000).toPrecision(3))}`;
  if (estimate === undefined) return `more than ${ms(above)} ms`;
  return `about ${ms(estimate)} ms (between ${ms(above)} and ${ms(atMost)})`;
}

function percent(part: number): string {
  const value = 100 * part;
  // 99.99998 is not 100: what was lost must be seen.
  const digits = value > 99 ? Math.floor(value * 10_000) / 10_000 : Number(value.toPrecision(3));
  return `${digits} %`;
}

function gapLines(gaps: readonly Period[], when: (at: number) => string): readonly string[] {
  if (gaps.length === 0) return [];
  return [
    "",
    "Not measured",
    ...gaps.map(({ from, until }) => `  from ${when(from)}\n  to   ${when(until)}, ${durationText(until - from)}`),
  ];
}
