import { z } from "zod";

/**
 * What `deskbridge rollout watch` tells the exporter: one file of JSON, replaced whole. The exporter so has the figures of
 * licences and of the newest roll-out, and neither the vendor's credentials nor anybody's name: no account stands in it.
 */

/** Of the file's form. */
export const reportVersion = 1;

export const stepResults = ["done", "unchanged", "failed", "unreachable", "deferred", "undone"] as const;
export const personStates = ["waiting", "in-flight", ...stepResults] as const;
export const rolloutStates = ["not begun", "open", "complete", "drained", "aborted", "failed"] as const;
/** Why somebody of the list has no seat: their body has given all of its own, or the vendor has none left. */
export const waitingReasons = ["quota", "vendor"] as const;

const count = z.int().min(0);
const at = z.iso.datetime();

const seats = z.strictObject({
  /** When the vendor answered, ISO 8601 in UTC. */
  at,
  /** Bought, and good. */
  total: count,
  /** Given away, also to people whom the list does not name. */
  used: count,
  /** When the licence ends; null where nobody knows. */
  expires: at.nullable(),
  /** Seats of accounts that the list does not name. */
  strangers: count,
  bodies: z.array(
    z.strictObject({
      body: z.string().min(1),
      /** Its quota. */
      total: count,
      used: count,
      /** What a roll-out made now would give. */
      reserved: count,
      waiting: z.record(z.enum(waitingReasons), count),
    }),
  ),
});

const rollout = z.strictObject({
  name: z.string().min(1),
  state: z.enum(rolloutStates),
  /** When its first run began, and when its journal last grew; null before. */
  began: at.nullable(),
  progress: at.nullable(),
  /** So long it does nothing between two waves, by intent. */
  soakSeconds: z.number().min(0),
  waves: z.array(
    z.strictObject({
      wave: z.int().min(1),
      /** People by the worst state of their steps. */
      people: z.partialRecord(z.enum(personStates), count),
      /** Outcomes of all runs: they only ever grow. */
      steps: z.partialRecord(z.enum(stepResults), count),
    }),
  ),
});

const seatsReport = z.strictObject({
  version: z.literal(reportVersion),
  /** When the newest roll-out was last looked at, ISO 8601 in UTC. */
  at,
  provider: z.string().min(1),
  /** What the vendor said last; null until it has. */
  seats: seats.nullable(),
  /** null: there is none yet. */
  rollout: rollout.nullable(),
  /** Why the figures beside are old, in words that name nobody. */
  faults: z.strictObject({ seats: z.string().min(1).optional(), rollout: z.string().min(1).optional() }),
});
export type SeatsReport = Readonly<z.output<typeof seatsReport>>;
export type SeatFigures = NonNullable<SeatsReport["seats"]>;
export type RolloutFigures = NonNullable<SeatsReport["rollout"]>;

/** The text is no report of this version. */
export class SeatsReportError extends Error {
  override readonly name = "SeatsReportError";
}

export function encodeSeatsReport(report: SeatsReport): string {
  return `${JSON.stringify(seatsReport.parse(report), undefined, 2)}\n`;
}

/** Throws SeatsReportError, which quotes nothing of the text. */
export function decodeSeatsReport(text: string): SeatsReport {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new SeatsReportError("the report of seats is not JSON");
  }
  const parsed = seatsReport.safeParse(json);
  if (parsed.success) return parsed.data;
  const places = [...new Set(parsed.error.issues.slice(0, 3).map(({ path }) => path.join(".") || "its keys"))];
  throw new SeatsReportError(`no report of seats of version ${reportVersion}: see ${places.join(", ")}`);
}
