import type { KeptSilence, Silence } from "./alertmanager.ts";
import { isoOf, type Period } from "./period.ts";

/**
 * A maintenance window: somebody works on a line, and what this work causes tells nobody. In Alertmanager it is a
 * silence; nothing of it is kept elsewhere.
 */
export interface Window extends Period {
  readonly link: string;
  /** Why, and on whose word the plan was overridden where it was. */
  readonly why: string;
  readonly by: string;
}

export interface KeptWindow extends Window {
  readonly id: string;
  readonly state: "active" | "pending";
  /** As it was asked for; where that was already past, Alertmanager let it begin at once. */
  readonly asked: string;
}

/** What work on a line causes at that line. Never what tells that a whole site or a gateway is gone. */
export const lineAlerts = [
  "LinkDown",
  "LinkDownOneVantage",
  "LinkLoss",
  "LinkFlapping",
  "LatencyHigh",
  "LinkPromiseBroken",
] as const;

/** Begins the comment of each silence that is a window. */
const marker = "deskbridge maintenance of";

export function commentOf({ link, from, until, why }: Window): string {
  return `${marker} ${link} from ${isoOf(from)} until ${isoOf(until)}: ${why}`;
}

export function silenceOf(window: Window): Silence {
  return {
    matchers: [
      { name: "alertname", value: lineAlerts.join("|"), isRegex: true, isEqual: true },
      { name: "link", value: window.link, isRegex: false, isEqual: true },
    ],
    startsAt: isoOf(window.from),
    endsAt: isoOf(window.until),
    createdBy: window.by,
    comment: commentOf(window),
  };
}

/** The windows among silences that are not over yet, earliest first; others' silences are none. */
export function windowsOf(silences: readonly KeptSilence[]): readonly KeptWindow[] {
  return silences
    .flatMap(({ id, status, matchers, startsAt, endsAt, createdBy, comment }): KeptWindow[] => {
      const link = matchers.find(({ name }) => name === "link")?.value;
      if (status.state === "expired" || link === undefined || !comment.startsWith(`${marker} ${link} from `)) return [];
      const why = comment.slice(comment.indexOf("Z: ") + 3);
      const [from, until] = [Date.parse(startsAt), Date.parse(endsAt)];
      return [{ id, state: status.state, link, from, until, why, by: createdBy, asked: comment }];
    })
    .toSorted((one, other) => one.from - other.from || one.link.localeCompare(other.link));
}

/** A line of the site, in the order in which the site prefers them. */
export interface SiteLine {
  readonly link: string;
  readonly mbps: number;
  /** As probes see it now; undefined where nothing is known. */
  readonly up: boolean | undefined;
}

export interface Standing {
  readonly now: number;
  readonly site: string;
  readonly lines: readonly SiteLine[];
  /** All windows that are not over. */
  readonly windows: readonly KeptWindow[];
  /** What the site's people need at once, by the plan. */
  readonly people: number;
  readonly demandMbps: number;
}

export type Decision =
  | { readonly kind: "there already"; readonly window: KeptWindow }
  | {
      readonly kind: "refused";
      readonly reasons: readonly string[];
      /** Whether a person's word is enough to do it all the same. */
      readonly canForce: boolean;
    }
  | {
      readonly kind: "may";
      /** The lines that are left, in order: the first one carries the site. */
      readonly left: readonly SiteLine[];
      /** What was refused, had it not been forced. */
      readonly despite: readonly string[];
    };

const hourMs = 3600 * 1000;
const longestMs = 24 * hourMs;

/** Whether a window may be opened. `forced`: somebody answers for it; that never takes a site's last line. */
export function decide(wanted: Window, standing: Standing, forced: boolean): Decision {
  const there = standing.windows.find(({ asked }) => asked === commentOf(wanted));
  if (there !== undefined) return { kind: "there already", window: there };
  const left = standing.lines.filter((line) => line.link !== wanted.link && reasonGone(line, wanted, standing) === "");
  const never = [...timeFaults(wanted, standing), ...lastLineFaults(wanted, standing, left)];
  if (never.length > 0) return { kind: "refused", reasons: never, canForce: false };
  const weighed = [...lengthFaults(wanted), ...capacityFaults(standing, left)];
  if (weighed.length > 0 && !forced) return { kind: "refused", reasons: weighed, canForce: true };
  return { kind: "may", left, despite: weighed };
}

function timeFaults(wanted: Window, { now, windows }: Standing): readonly string[] {
  const own = windows.filter((window) => window.link === wanted.link && overlap(window, wanted));
  return [
    ...(wanted.from >= wanted.until ? ["it ends before it begins"] : []),
    ...(wanted.until <= now ? ["it is over already"] : []),
    ...own.map(
      (window) =>
        `${wanted.link} has a window of ${spanText(window)} ("${window.why}"); end that one first, or take another time`,
    ),
  ];
}

function lastLineFaults(wanted: Window, standing: Standing, left: readonly SiteLine[]): readonly string[] {
  if (left.length > 0) return [];
  const others = standing.lines.filter(({ link }) => link !== wanted.link);
  if (others.length === 0) return [`${wanted.link} is the only line of ${standing.site}: the site would be cut off`];
  const why = others.map((line) => `${line.link} ${reasonGone(line, wanted, standing)}`);
  return [`${wanted.link} is the last working line of ${standing.site}: ${why.join("; ")}`];
}

/** Why a line cannot take over; "" where it can. */
function reasonGone({ link, up }: SiteLine, wanted: Period, { windows }: Standing): string {
  if (up === undefined) return "is not measured now";
  if (!up) return "is down now";
  const window = windows.find((each) => each.link === link && overlap(each, wanted));
  return window === undefined ? "" : `has a window of ${spanText(window)}`;
}

function lengthFaults({ from, until }: Period): readonly string[] {
  if (until - from <= longestMs) return [];
  return [
    `it lasts ${Math.ceil((until - from) / hourMs)} h; more than ${longestMs / hourMs} h hides a line for too long`,
  ];
}

/** Traffic takes one line at a time, the first in order that is up. */
function capacityFaults({ site, people, demandMbps }: Standing, left: readonly SiteLine[]): readonly string[] {
  const [first] = left;
  if (first === undefined || first.mbps >= demandMbps) return [];
  return [
    `${people} people at once at ${site} need ${demandMbps} Mb/s, and ${first.link}, which takes over, has ${first.mbps}`,
  ];
}

function overlap(one: Period, other: Period): boolean {
  return one.from < other.until && other.from < one.until;
}

function spanText({ from, until }: Period): string {
  return `${isoOf(from)} to ${isoOf(until)}`;
}
