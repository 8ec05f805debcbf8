import { z } from "zod";

/**
 * What `deskbridge sitting check` tells the exporter: how the sittings to come stood when they were last looked at, in one
 * file of JSON, replaced whole. It names nobody.
 */

export const sittingStates = ["ok", "risk", "unknown"] as const;

const entry = z.strictObject({
  id: z.string(),
  /** ISO 8601 in UTC, as all times here. */
  start: z.iso.datetime(),
  end: z.iso.datetime(),
  /** When it was looked at. */
  checked: z.iso.datetime(),
  state: z.enum(sittingStates),
  /** Checks with a risk. */
  failed: z.int().min(0),
});
const sittingsReport = z.strictObject({ version: z.literal(1), fleet: z.string(), sittings: z.array(entry) });
export type SittingsReport = Readonly<z.output<typeof sittingsReport>>;

/** Throws an Error, which quotes nothing of the text. */
export function decodeSittingsReport(text: string): SittingsReport {
  const parsed = sittingsReport.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new Error("no report of sittings of version 1");
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
