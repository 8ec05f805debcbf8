import { bothTimes, isoOf } from "./period.ts";
import type { Decision, KeptWindow, Window } from "./window.ts";

/** For a program; times in UTC. */
export function windowJson({ link, from, until, why, by }: Window): object {
  return { link, from: isoOf(from), until: isoOf(until), why, by };
}

export function windowText({ link, from, until, why, by, state }: KeptWindow, timezone: string): string {
  return [
    `${link}  ${state === "active" ? "open" : "to come"}: ${why} (${by})`,
    `  from  ${bothTimes(from, timezone)}`,
    `  until ${bothTimes(until, timezone)}`,
  ].join("\n");
}

export interface Moving {
  readonly away: string;
  readonly back: string;
}

interface Place {
  readonly timezone: string;
  /** How the operator moves traffic off the line before the work, and lets it come back. */
  readonly moving: Moving;
  readonly dryRun: boolean;
}

/** What was done, and what the operator does. */
export function openedText(
  window: Window,
  decision: Exclude<Decision, { kind: "refused" }>,
  { timezone, moving, dryRun }: Place,
): string {
  if (decision.kind === "there already") {
    return `this window is there already, nothing is changed\n${windowText(decision.window, timezone)}`;
  }
  const [first, ...further] = decision.left;
  const { link } = window;
  return [
    `${link}: ${dryRun ? "this window would be opened" : "window opened"}: ${window.why}`,
    `  from  ${bothTimes(window.from, timezone)}`,
    `  until ${bothTimes(window.until, timezone)}`,
    `  quiet: what this line's own alerts say; a site that is cut off pages all the same`,
    `  left:  ${decision.left.map((line) => `${line.link} (${line.mbps} Mb/s)`).join(", ")}`,
    ...decision.despite.map((reason) => `  despite: ${reason}`),
    ...(further.length === 0 ? [`  if ${first?.link} fails meanwhile, the site is cut off`] : []),
    "",
    "Steps",
    `  1. Before the work: deskbridge status; ${first?.link} must still be up.`,
    `  2. ${moving.away}`,
    `  3. After the work: see that it is up. ${moving.back}`,
    `  4. deskbridge link maintain ${link} --end`,
  ].join("\n");
}
