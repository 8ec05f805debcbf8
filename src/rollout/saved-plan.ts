import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { replaceFile } from "../files.ts";

/** Of the file's form. */
const schemaVersion = 1;

const id = z.string().min(1);
const cap = z.strictObject({ count: z.int().min(0), percent: z.number().min(0).max(100) });

/**
 * What a roll-out is to do, as it was shown and agreed to. A run that goes on reads it here, and asks nobody anew who is to
 * have a seat. It holds no secret.
 */
const planSchema = z.strictObject({
  version: z.literal(schemaVersion),
  fleet: z.string(),
  stage: z.string(),
  target: z.enum(["lab", "azure"]),
  provider: z.string(),
  /** ISO 8601 in UTC. */
  made: z.iso.datetime(),
  subjects: z.array(
    z.strictObject({
      /** Account at the vendor: who this is, here and in the journal. */
      id,
      person: z.string(),
      /** To give or keep a seat, with all that belongs to it; or to take it back. */
      action: z.enum(["seat", "free"]),
      body: id,
      pool: id.optional(),
      site: id.optional(),
      /** Where their client is set up: a host of the inventory. */
      host: id.optional(),
      protected: z.boolean(),
      /** Whose idle seat is freed for theirs, and at which host their client is. */
      from: z.strictObject({ id, host: id.optional() }).optional(),
      /** Names of the steps that are done for them, in order. */
      steps: z.array(id),
    }),
  ),
  /** Ids of subjects, each once. */
  waves: z.array(z.array(id)),
  seats: z.array(z.strictObject({ body: id, reserved: z.int().min(0) })),
  caps: z.strictObject({ failed: cap, deferred: cap.optional() }),
  atOnce: z.int().min(1),
  soakSeconds: z.number().min(0),
  checks: z.array(
    z.strictObject({
      what: z.string(),
      query: z.string(),
      bound: z.enum(["at least", "at most"]),
      limit: z.number(),
      sample: z.strictObject({ query: z.string(), least: z.number() }).optional(),
    }),
  ),
});
export type SavedPlan = z.output<typeof planSchema>;
export type PlannedSubject = SavedPlan["subjects"][number];

/** The file cannot be used. */
export class SavedPlanError extends Error {
  override readonly name = "SavedPlanError";
}

/** What the journal of this plan's runs names it by. */
export function digestOf(plan: SavedPlan): string {
  return createHash("sha256").update(JSON.stringify(plan)).digest("hex").slice(0, 32);
}

/** Whole or not at all. */
export async function savePlan(file: string, plan: Omit<SavedPlan, "version">): Promise<SavedPlan> {
  const saved = planSchema.parse({ version: schemaVersion, ...plan });
  await replaceFile(file, `${JSON.stringify(saved, undefined, 2)}\n`, 0o600);
  return saved;
}

/** Throws SavedPlanError. */
export async function readPlan(file: string): Promise<SavedPlan> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new SavedPlanError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = planSchema.safeParse(json);
  if (!parsed.success)
    throw new SavedPlanError(`${file}: it is no plan of a roll-out:\n${z.prettifyError(parsed.error)}`);
  const { subjects, waves } = parsed.data;
  const planned = waves.flat().toSorted();
  const known = subjects.map((subject) => subject.id).toSorted();
  if (JSON.stringify(planned) !== JSON.stringify(known) || new Set(known).size < known.length) {
    throw new SavedPlanError(`${file}: its waves do not hold each of its subjects once`);
  }
  return parsed.data;
}
