import { table, wrap } from "../../plan/text/table.ts";
import { bothTimes, durationText, isoOf, type Period } from "../period.ts";
import type { Finding, Unit } from "./judge.ts";

/** A line's test as it is handed on. */
export interface Acceptance extends Period {
  readonly link: string;
  readonly site: string;
  readonly carrier: string;
  /** By the contract. */
  readonly mbps: number;
  readonly by: string;
  readonly timezone: string;
  /** Where the figures come from, in words. */
  readonly place: string;
  readonly findings: readonly Finding[];
  readonly accepted: boolean;
  /** What bears on the figures. */
  readonly notes: readonly string[];
  readonly fleet: string;
  readonly stage: string;
  /** SHA-256, in hexadecimal: of the fleet file's bytes, and of the plan as JSON. */
  readonly digests: { readonly fleet: string; readonly plan: string };
  readonly tools: Readonly<Record<string, string>>;
}

/** Times in UTC; what JSON would leave out is null: no figure, nothing demanded. */
export function acceptanceJson(acceptance: Acceptance): object {
  const { link, accepted, site, carrier, mbps, by, from, until, place, findings, notes, ...grounds } = acceptance;
  const { fleet, stage, digests, tools } = grounds;
  return {
    link,
    accepted,
    site,
    carrier,
    mbps,
    by,
    from: isoOf(from),
    until: isoOf(until),
    place,
    findings: findings.map(({ what, value, unit, demand, outcome, sample, why }) => ({
      what,
      value: value ?? null,
      unit,
      demand: demand ?? null,
      outcome,
      sample,
      why,
    })),
    notes,
    fleet,
    stage,
    digests,
    tools,
  };
}

export function verdictLine({ link, accepted, findings }: Acceptance): string {
  const failed = findings.filter(({ outcome }) => outcome === "fail");
  if (!accepted) return `${link}: REFUSED: ${failed.map(({ what }) => what).join("; ")}`;
  const skipped = findings.filter(({ outcome }) => outcome === "not tested");
  return `${link}: accepted${skipped.map(({ what }) => `, ${what} not tested`).join("")}`;
}

/** What was measured, what is demanded, and why. */
export function findingsText(findings: readonly Finding[]): string {
  const columns = [
    { head: "Measured", width: 30 },
    { head: "Figure", align: "right" },
    { head: "Demanded", align: "right" },
    { head: "" },
    { head: "Sample", width: 30 },
    { head: "Why", width: 48 },
  ] as const;
  return table(
    columns,
    findings.map(({ what, value, unit, demand, outcome, sample, why }, index) => [
      what,
      value === undefined ? "-" : figure(value, unit),
      demand === undefined ? "-" : `${demand.bound} ${figure(demand.limit, unit)}`,
      outcome,
      sample,
      why === findings[index - 1]?.why ? "as above" : why,
    ]),
  );
}

export function acceptanceText(acceptance: Acceptance): string {
  const { findings, notes } = acceptance;
  return [verdictLine(acceptance), "", findingsText(findings), ...notes.flatMap((note) => wrap(note, 118)), ""].join(
    "\n",
  );
}

/** The report in words, for a person and for a file. */
export function reportText(acceptance: Acceptance): string {
  const { site, carrier, mbps, by, from, until, timezone, place, fleet, stage, digests, tools } = acceptance;
  const rows = [
    ["line", `${acceptance.link}, of ${site}`],
    ["carrier", carrier],
    ["contract", `${mbps} Mb/s each way`],
    ["tested by", by],
    ["from", bothTimes(from, timezone)],
    ["until", `${bothTimes(until, timezone)}, ${durationText(until - from)}`],
    ["where", place],
    ["fleet", `${fleet}, stage ${stage}; file's SHA-256 ${digests.fleet}`],
    ["plan", `SHA-256 ${digests.plan}`],
    [
      "tools",
      Object.entries(tools)
        .map(([name, version]) => `${name} ${version}`)
        .join("; "),
    ],
  ];
  return [
    "Test of a line before it carries anyone",
    "",
    ...rows.map(([name = "", text = ""]) => `${name.padEnd(10)}  ${text}`),
    "",
    acceptanceText(acceptance),
  ].join("\n");
}

const digits: Readonly<Record<Unit, number>> = { "Mb/s": 1, "%": 2, ms: 2, s: 2 };

function figure(value: number, unit: Unit): string {
  return `${value.toLocaleString("en-US", { maximumFractionDigits: digits[unit] })} ${unit}`;
}
