import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode, replaceFile } from "../../files.ts";
import { withLock } from "../../lock.ts";
import { decodeSeatsReport, encodeSeatsReport, type SeatsReport, SeatsReportError } from "../../seats-report.ts";

/** What only some writers know: each brings its part, and leaves the others'. */
export type ReportChange = Partial<Pick<SeatsReport, "at" | "provider" | "seats" | "rollout">> & {
  /** undefined: that part is in order again. */
  readonly faults?: { readonly [part in keyof SeatsReport["faults"]]: string | undefined };
};

/**
 * Replaces the report that the exporter reads, alone among all processes. One that cannot be read is begun anew. `provider`:
 * undefined where the writer has not asked yet. Throws LockError, and what the file system says.
 */
export async function changeReport(file: string, provider: string | undefined, change: ReportChange): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o755 });
  await withLock(`${file}.lock`, async () => {
    const before = await readReport(file);
    const faults = Object.entries({ ...before?.faults, ...change.faults }).filter(([, words]) => words !== undefined);
    const report: SeatsReport = {
      at: new Date().toISOString(),
      seats: null,
      rollout: null,
      ...before,
      provider: provider ?? before?.provider ?? "unknown",
      // Another vendor's figures are no news of this one.
      ...(provider === undefined || before?.provider === provider ? {} : { seats: null }),
      ...change,
      version: 1,
      faults: Object.fromEntries(faults),
    };
    // The exporter may be another user; nothing in it is secret.
    await replaceFile(file, encodeSeatsReport(report), 0o644);
  });
}

async function readReport(file: string): Promise<SeatsReport | undefined> {
  try {
    return decodeSeatsReport(await readFile(file, "utf8"));
  } catch (error) {
    if (error instanceof SeatsReportError || errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
