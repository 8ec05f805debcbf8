import { type HandshakeResult, reasonOf, type Via } from "../handshake/result.ts";
import type { Traffic } from "./counters.ts";
import type { PoolDesks } from "./tasks.ts";

/** What `reach` found; `desks`, `bodies`, `failed`, `denials` and `seconds` are the stable part. Times in ms. */
export interface ReachReport {
  /** All reached, all denied, and nothing contradicts it. */
  readonly ok: boolean;
  readonly desks: Tally;
  readonly bodies: readonly (Tally & { readonly id: string } & Pick<Entrance, "through" | "secondsToEnter">)[];
  readonly pools: readonly (Tally & Times & { readonly id: string })[];
  readonly sites: readonly (Tally & { readonly id: string })[];
  readonly times: Times;
  readonly slowest: readonly { readonly desk: string; readonly ms: number }[];
  readonly failed: readonly Failed[];
  readonly reasons: readonly { readonly reason: string; readonly count: number; readonly first: readonly string[] }[];
  readonly remoteDesktop: Tally & { readonly failed: readonly { readonly host: string; readonly reason: string }[] };
  readonly denials: readonly Denial[];
  readonly traffic: readonly Traffic[];
  /** What contradicts the answers; each fails the run. */
  readonly problems: readonly string[];
  /** What was not looked at, and why; who answered only when asked again. */
  readonly notes: readonly string[];
  readonly seconds: number;
}

export interface Tally {
  readonly total: number;
  readonly reached: number;
}

export interface Times {
  readonly p50: number | undefined;
  readonly p99: number | undefined;
}

export interface Failed {
  readonly desk: string;
  readonly host: string;
  readonly address: string;
  readonly reason: string;
  /** The particulars, such as the key that came. */
  readonly detail: string | undefined;
}

/** Something that must not go through; it holds where `refused` equals `tried`. */
export interface Denial {
  readonly what: string;
  readonly body: string;
  readonly tried: number;
  readonly refused: number;
  /** What went through all the same. */
  readonly answered: readonly string[];
}

/** How a body's people came in. */
export interface Entrance {
  readonly body: string;
  /** Gateway instance; undefined: no gateway on the way, or no way in. */
  readonly through: string | undefined;
  readonly secondsToEnter: number | undefined;
}

/** What came of one desk: a handshake's result, or why none could be made. */
export type Outcome = HandshakeResult | { readonly kind: "no-way-in"; readonly why: string };

export interface Findings {
  /** The desks that were asked, by pool. */
  readonly pools: readonly PoolDesks[];
  readonly entrances: readonly Entrance[];
  /** By desk, and by host for remote desktop. */
  readonly ssh: ReadonlyMap<string, Outcome>;
  readonly rdp: ReadonlyMap<string, Outcome>;
  readonly denials: readonly Denial[];
  readonly traffic: readonly Traffic[];
  readonly problems: readonly string[];
  readonly notes: readonly string[];
  readonly seconds: number;
}

const unasked: Outcome = { kind: "no-way-in", why: "it was not asked: the run ended before" };

export function buildReport(findings: Findings): ReachReport {
  const rows = findings.pools.flatMap(({ pool, desks }) =>
    desks.map(({ desk, host }) => ({ pool, desk: desk.id, host, outcome: findings.ssh.get(desk.id) ?? unasked })),
  );
  type Row = (typeof rows)[number];
  const tally = (of: readonly Row[]): Tally => ({ total: of.length, reached: of.filter(isReached).length });
  const failed = rows.flatMap(({ desk, host, outcome }) =>
    outcome.kind === "ok"
      ? []
      : [{ desk, host: host.name, address: host.address, reason: wordsOf(outcome, "ssh"), detail: detailOf(outcome) }],
  );
  const rdp = [...findings.rdp];
  const rdpFailed = rdp.flatMap(([host, outcome]) =>
    outcome.kind === "ok" ? [] : [{ host, reason: wordsOf(outcome, "rdp") }],
  );
  const reached = rows.flatMap(({ desk, outcome }) => (outcome.kind === "ok" ? [{ desk, ms: outcome.ms }] : []));
  const sites = group(rows, ({ pool }) => pool.site);
  return {
    ok:
      failed.length === 0 &&
      rdpFailed.length === 0 &&
      findings.problems.length === 0 &&
      findings.denials.every(({ tried, refused }) => tried === refused),
    desks: tally(rows),
    bodies: findings.entrances.map(({ body, through, secondsToEnter }) => ({
      id: body,
      ...tally(rows.filter(({ pool }) => pool.body === body)),
      through,
      secondsToEnter,
    })),
    pools: [...group(rows, ({ pool }) => pool.id)].map(([id, of]) => ({ id, ...tally(of), ...times(of) })),
    sites: [...sites].map(([id, of]) => ({ id, ...tally(of) })),
    times: times(rows),
    slowest: reached.sort((left, right) => right.ms - left.ms).slice(0, 5),
    failed,
    reasons: byReason(failed),
    remoteDesktop: { total: rdp.length, reached: rdp.length - rdpFailed.length, failed: rdpFailed },
    denials: findings.denials,
    traffic: findings.traffic,
    problems: findings.problems,
    notes: findings.notes,
    seconds: findings.seconds,
  };
}

function isReached(row: { readonly outcome: Outcome }): boolean {
  return row.outcome.kind === "ok";
}

function wordsOf(outcome: Exclude<Outcome, { kind: "ok" }>, via: Via): string {
  return outcome.kind === "no-way-in" ? outcome.why : reasonOf(outcome, via);
}

function detailOf(outcome: Exclude<Outcome, { kind: "ok" }>): string | undefined {
  return outcome.kind === "wrong-host-key" ? `got ${outcome.got}` : undefined;
}

function byReason(failed: readonly Failed[]): ReachReport["reasons"] {
  return [...group(failed, ({ reason }) => reason)]
    .map(([reason, of]) => ({ reason, count: of.length, first: of.slice(0, 20).map(({ desk }) => desk) }))
    .sort((left, right) => right.count - left.count);
}

function group<T>(items: readonly T[], keyOf: (item: T) => string | undefined): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const list = groups.get(key);
    if (list === undefined) groups.set(key, [item]);
    else list.push(item);
  }
  return groups;
}

function times(rows: readonly { readonly outcome: Outcome }[]): Times {
  const sorted = rows.flatMap(({ outcome }) => (outcome.kind === "ok" ? [outcome.ms] : [])).sort((a, b) => a - b);
  // Nearest rank.
  const at = (share: number): number | undefined => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  return { p50: at(0.5), p99: at(0.99) };
}

/** Whether somebody was there: a connection was made, whatever came of it. */
export function wasAnswered(result: HandshakeResult): boolean {
  switch (result.kind) {
    case "unreachable":
    case "refused":
      return false;
    case "timeout":
      return result.stage !== "connect";
    default:
      return true;
  }
}
