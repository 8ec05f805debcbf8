import type { ReachReport, Tally } from "./findings.ts";

/** The report for people to read. */
export function reportText(report: ReachReport): string {
  const { desks, seconds } = report;
  return [
    ...section("by body", [
      ["body", "reached", "came in through", "in after"],
      ...report.bodies.map(({ id, total, reached, through, secondsToEnter }) => [
        id,
        total === 0 ? "no desks" : share({ total, reached }),
        through ?? "–",
        secondsToEnter === undefined ? "–" : `${secondsToEnter.toFixed(1)} s`,
      ]),
    ]),
    ...section("by pool", [
      ["pool", "reached", "half within", "99 % within"],
      ...report.pools.map(({ id, total, reached, p50, p99 }) => [id, share({ total, reached }), ms(p50), ms(p99)]),
    ]),
    ...section(
      "by site",
      report.sites.map(({ id, ...tally }) => [id, share(tally)]),
    ),
    ...section(
      "bytes moved",
      report.traffic.map(({ id, rx, tx }) => [id, `${bytes(rx)} in`, `${bytes(tx)} out`]),
    ),
    ...section(
      "slowest",
      report.slowest.map(({ desk, ms: time }) => [desk, ms(time)]),
    ),
    ...remoteDesktop(report),
    ...denials(report),
    ...failures(report),
    ...report.problems.map((problem) => `PROBLEM  ${problem}`),
    ...report.notes.map((note) => `note: ${note}`),
    ...(report.problems.length + report.notes.length > 0 ? [""] : []),
    `${number(desks.reached)} of ${number(desks.total)} desks reached in ${seconds.toFixed(1)} s: ${verdict(report)}`,
  ].join("\n");
}

function verdict({ ok, desks, denials, remoteDesktop, problems }: ReachReport): string {
  if (ok) return denials.length > 0 ? "every desk answers, and what must stay shut is shut" : "every desk answers";
  const open = denials.filter(({ tried, refused }) => refused < tried).length;
  return [
    ...(desks.reached < desks.total ? [`${number(desks.total - desks.reached)} desks failed`] : []),
    ...(remoteDesktop.failed.length > 0 ? [`${remoteDesktop.failed.length} remote desktops failed`] : []),
    ...(open > 0 ? [`${open} denials did not hold`] : []),
    ...(problems.length > 0 ? ["the byte counters contradict the answers"] : []),
  ].join(", ");
}

function remoteDesktop({ remoteDesktop: { total, reached, failed } }: ReachReport): readonly string[] {
  if (total === 0) return [];
  const some = failed.slice(0, 20).map(({ host, reason }) => `  ${host}  ${reason}`);
  return [`remote desktop: ${share({ total, reached })} hosts answered`, ...some, ""];
}

function denials({ denials: all }: ReachReport): readonly string[] {
  const rows = all.map(({ what, tried, refused, answered }) => [
    refused === tried ? "shut" : "OPEN",
    what,
    `${refused}/${tried} refused`,
    answered.slice(0, 5).join(", "),
  ]);
  return section("denials", rows);
}

function failures({ reasons }: ReachReport): readonly string[] {
  return reasons.flatMap(({ reason, count, first }) => [
    `${number(count)} desks failed: ${reason}`,
    ...first.map((desk) => `  ${desk}`),
    ...(count > first.length ? [`  and ${number(count - first.length)} more`] : []),
    "",
  ]);
}

/** A title and rows in columns; nothing where there are no rows. */
function section(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const widths: number[] = [];
  for (const row of rows) for (const [n, cell] of row.entries()) widths[n] = Math.max(widths[n] ?? 0, cell.length);
  const line = (row: readonly string[]): string => row.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join("  ");
  return [title, ...rows.map((row) => `  ${line(row)}`.trimEnd()), ""];
}

function share({ total, reached }: Tally): string {
  return `${number(reached)}/${number(total)}`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

function ms(value: number | undefined): string {
  return value === undefined ? "–" : `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

function bytes(value: number): string {
  if (value < 10_000) return `${value} B`;
  return value < 10_000_000 ? `${(value / 1000).toFixed(0)} kB` : `${(value / 1e6).toFixed(1)} MB`;
}
