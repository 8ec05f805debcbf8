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

interface Place {
  readonly timezone: string;
  readonly target: "lab" | "azure";
  readonly dryRun: boolean;
}

/** What was done, and what the operator does. */
export function openedText(
  window: Window,
  decision: Exclude<Decision, { kind: "refused" }>,
  { timezone, target, dryRun }: Place,
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
    `  2. ${moving[target]}`,
    `  3. After the work: see that it is up, then deskbridge link maintain ${link} --end`,
  ].join("\n");
}

const moving: Readonly<Record<Place["target"], string>> = {
  lab: "Nothing is moved by hand: when the line goes, BFD tells BGP at both ends within 0.8 s, and traffic moves.",
  azure:
    "At the site's router, shut the line's BGP session, and see that traffic has moved, before the line is touched.",
};
