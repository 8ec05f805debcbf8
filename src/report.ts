import { rttBuckets } from "./metrics.ts";
import type { Shard } from "./shard.ts";

/**
 * What a prober tells the exporter: lines of JSON over a unix socket (which crosses network namespaces). On each
 * connection the prober says hello, then all it knows, then `snapshot`; afterwards what changed, with absolute figures,
 * so that a line told twice does no harm. The exporter answers nothing, but where it refuses the prober: then one line of
 * words that say why, and it hangs up.
 */

export const protocolVersion = 4;

/**
 * Which kinds each vantage point watches. `public` is outside, as a person at home; `hub` is behind the gateways, where
 * the desks are, and so where services have to answer.
 */
export const kindsSeenFrom = {
  hub: ["link", "site", "host", "service"],
  public: ["gateway"],
} as const satisfies Record<string, readonly string[]>;

export type VantageId = keyof typeof kindsSeenFrom;
export type TargetKind = (typeof kindsSeenFrom)[VantageId][number];

export const vantageIds = Object.keys(kindsSeenFrom) as readonly VantageId[];
export const targetKinds: readonly TargetKind[] = vantageIds.flatMap((vantage) => kindsSeenFrom[vantage]);

export interface Hello {
  readonly type: "hello";
  readonly protocol: number;
  readonly vantage: VantageId;
  /** The part of the fleet that it probes. */
  readonly shard: Shard;
}

/** How a kind's probing goes; times in seconds since 1970, 0 for never. */
export interface KindReport {
  readonly type: "kind";
  readonly kind: TargetKind;
  readonly interval: number;
  readonly lastRun: number;
  /** The most that a probe of late began after its time, seconds. */
  readonly lag: number;
  /** Part of the targets, from 0 to 1, that the last interval brought a result of. */
  readonly coverage: number;
}

/** What is known of one target. Counters count since the prober started. */
export interface TargetRecord {
  readonly id: string;
  /** null: no verdict yet. */
  readonly up: 0 | 1 | null;
  /** When the verdict was reached, seconds since 1970; 0 without one. */
  readonly since: number;
  readonly attempts: number;
  readonly failures: number;
  readonly transitions: number;
  /** Last round trip in seconds; null until the first answer. */
  readonly rtt: number | null;
  /** Why its last probe could not be made; null where it was. It says nothing about the target. */
  readonly unprobed: string | null;
  /** When the certificate that it showed last ends, seconds since 1970; where it showed one. */
  readonly certificateEnds?: number;
  /** Services only: HTTP's status of the last probe, 0 where none came; absent until there was one. */
  readonly status?: number;
  /** Links only: round trips by bucket of `rttBuckets` and above all, and their sum in seconds. */
  readonly rtts?: { readonly counts: readonly number[]; readonly sum: number };
}

export interface TargetsReport {
  readonly type: "targets";
  readonly kind: TargetKind;
  readonly records: readonly TargetRecord[];
}

/** Whether the vantage point's own line works; null where the prober cannot say. */
export interface WayReport {
  readonly type: "way";
  readonly up: 0 | 1 | null;
}

/** All that was known at the connection's start has been told. */
export interface SnapshotEnd {
  readonly type: "snapshot";
}

export type Report = Hello | KindReport | TargetsReport | WayReport | SnapshotEnd;

/** Records in one line, so that no line grows with the fleet. */
export const recordsPerLine = 500;
/** A line of 500 records is about 80 kB; ids of 120 characters and links' buckets leave it far below this. */
export const maxLineBytes = 1_000_000;

/** A line that is no report: the connection that sent it is not a prober of this version. */
export class ReportError extends Error {
  override readonly name = "ReportError";
}

export function encodeReport(report: Report): string {
  return `${JSON.stringify(report)}\n`;
}

/** Throws ReportError naming what is wrong. */
export function decodeReport(line: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ReportError(`not JSON: ${line.slice(0, 60)}`);
  }
  const object = asObject(value, "report");
  switch (object["type"]) {
    case "hello":
      if (object["protocol"] !== protocolVersion) {
        throw new ReportError(`protocol ${String(object["protocol"])}; this exporter speaks ${protocolVersion}`);
      }
      return {
        type: "hello",
        protocol: protocolVersion,
        vantage: oneOf(object["vantage"], vantageIds, "vantage"),
        shard: decodeShard(object["shard"]),
      };
    case "kind":
      return {
        type: "kind",
        kind: oneOf(object["kind"], targetKinds, "kind"),
        interval: figure(object["interval"], "interval"),
        lastRun: figure(object["lastRun"], "lastRun"),
        lag: figure(object["lag"], "lag"),
        coverage: figure(object["coverage"], "coverage"),
      };
    case "targets": {
      const records = object["records"];
      if (!Array.isArray(records)) throw new ReportError("records is not a list");
      return { type: "targets", kind: oneOf(object["kind"], targetKinds, "kind"), records: records.map(decodeRecord) };
    }
    case "way":
      return { type: "way", up: verdict(object["up"], "way") };
    case "snapshot":
      return { type: "snapshot" };
    default:
      throw new ReportError(`type ${JSON.stringify(object["type"])} is none of hello, kind, targets, way, snapshot`);
  }
}

function decodeShard(value: unknown): Shard {
  const { index, count } = asObject(value, "shard");
  return { index: figure(index, "shard.index"), count: figure(count, "shard.count") };
}

function decodeRecord(value: unknown): TargetRecord {
  const object = asObject(value, "record");
  const { id, rtt, rtts, unprobed, certificateEnds, status } = object;
  if (typeof id !== "string" || id === "") throw new ReportError("a record's id is not a name");
  if (unprobed !== null && typeof unprobed !== "string")
    throw new ReportError(`${id}: unprobed is no text and not null`);
  return {
    id,
    up: verdict(object["up"], id),
    since: figure(object["since"], `${id}: since`),
    attempts: figure(object["attempts"], `${id}: attempts`),
    failures: figure(object["failures"], `${id}: failures`),
    transitions: figure(object["transitions"], `${id}: transitions`),
    rtt: rtt === null ? null : figure(rtt, `${id}: rtt`),
    unprobed,
    ...(certificateEnds === undefined ? {} : { certificateEnds: figure(certificateEnds, `${id}: certificateEnds`) }),
    ...(status === undefined ? {} : { status: figure(status, `${id}: status`) }),
    ...(rtts === undefined ? {} : { rtts: decodeRtts(rtts, id) }),
  };
}

function verdict(value: unknown, of: string): 0 | 1 | null {
  if (value === 0 || value === 1 || value === null) return value;
  throw new ReportError(`${of}: up is ${JSON.stringify(value)}, not 0, 1 or null`);
}

function decodeRtts(value: unknown, id: string): NonNullable<TargetRecord["rtts"]> {
  const { counts, sum } = asObject(value, `${id}: rtts`);
  if (!Array.isArray(counts) || counts.length !== rttBuckets.length + 1) {
    throw new ReportError(`${id}: rtts has not ${rttBuckets.length + 1} counts`);
  }
  return { counts: counts.map((count) => figure(count, `${id}: rtts`)), sum: figure(sum, `${id}: rtts.sum`) };
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ReportError(`${what} is no object`);
  return value as Record<string, unknown>;
}

function figure(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) {
    throw new ReportError(`${what} is ${JSON.stringify(value)}, not a number of 0 or more`);
  }
  return value;
}

function oneOf<Choice extends string>(value: unknown, choices: readonly Choice[], what: string): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new ReportError(`${what} ${JSON.stringify(value)} is none of ${choices.join(", ")}`);
  return found;
}
