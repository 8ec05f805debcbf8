import type { Encryption, Finding, Preflight, State } from "./checks.ts";
import { type CheckName, dueFrom } from "./distances.ts";
import { whenText } from "./sitting.ts";

/** The pre-flight in words for a clerk, and as data for a program. */

const headings: Readonly<Record<State, string>> = { risk: "AT RISK", unknown: "NOT KNOWN", ok: "READY" };
const marks: Readonly<Record<Finding["level"], string>> = { risk: "✗", unknown: "?", note: "·" };
const rank: Readonly<Record<State, number>> = { risk: 0, unknown: 1, ok: 2 };
const encryptions: Readonly<Record<Encryption, string>> = {
  endToEnd: "encrypted from person to person, by a key at their desks",
  transport: "encrypted to the server and on from there",
  vendor: "encrypted as the vendor does it",
};
const mostNames = 10;

/** The worst first, and of those the next one. */
export function worstFirst(found: readonly Preflight[]): readonly Preflight[] {
  return found.toSorted((one, other) => rank[one.state] - rank[other.state] || one.sitting.start - other.sitting.start);
}

export function reportText(found: readonly Preflight[], now: number): string {
  if (found.length === 0) return "no sitting is to come";
  return worstFirst(found)
    .map((each) => sittingText(each, now))
    .join("\n\n");
}

function sittingText({ sitting, encryption, state, due, findings }: Preflight, now: number): string {
  const { title, id, host, invited } = sitting;
  const failing = new Set(findings.filter(({ level }) => level !== "note").map(({ check }) => check));
  const fine = due.filter((check) => !failing.has(check));
  const later = (Object.keys(dueFrom) as CheckName[]).filter((check) => !due.includes(check));
  return [
    `${headings[state]}: ${title} (${id})`,
    `  ${whenText(sitting)}, ${distanceText(sitting.start - now)}`,
    `  host: ${host?.person ?? "nobody"}; ${invited.length} people are invited; ${encryptions[encryption]}`,
    ...findings.flatMap(findingLines),
    ...(fine.length === 0 ? [] : [`  ✓ ${fine.join(", ")}`]),
    ...(later.length === 0
      ? []
      : [`  later: ${later.map((check) => `${check} (from ${dueFrom[check]} before)`).join(", ")}`]),
  ].join("\n");
}

function findingLines({ level, says, people, call }: Finding): readonly string[] {
  const more = people.length > mostNames ? ` and ${people.length - mostNames} more` : "";
  const names = people.length === 0 ? "" : `: ${people.slice(0, mostNames).join(", ")}${more}`;
  return [`  ${marks[level]} ${says}${names}`, `      call ${call}`];
}

/** `in 23 h 10 min`, `began 5 min ago`. */
function distanceText(milliseconds: number): string {
  const minutes = Math.floor(Math.abs(milliseconds) / 60_000);
  const parts = [
    [Math.floor(minutes / 1440), "d"],
    [Math.floor(minutes / 60) % 24, "h"],
    [minutes % 60, "min"],
  ] as const;
  const told = parts.filter(([value]) => value > 0).map(([value, unit]) => `${value} ${unit}`);
  const text = told.length === 0 ? "0 min" : told.join(" ");
  return milliseconds >= 0 ? `in ${text}` : `began ${text} ago`;
}

export function reportJson(found: readonly Preflight[], now: number): unknown {
  return {
    at: new Date(now).toISOString(),
    sittings: worstFirst(found).map(({ sitting, encryption, state, due, findings, failed }) => ({
      id: sitting.id,
      title: sitting.title,
      start: new Date(sitting.start).toISOString(),
      end: new Date(sitting.end).toISOString(),
      encryption,
      state,
      failed,
      due,
      findings,
    })),
  };
}
