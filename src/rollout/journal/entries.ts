import { z } from "zod";

/** Of the lines' form. A reader of a newer one must know how to read all the older ones. */
export const schemaVersion = 1;

/** How a step ended. `undone`: a probe found that what was in flight at a crash had not been made; it may begin again. */
export const results = ["done", "unchanged", "failed", "unreachable", "deferred", "undone"] as const;
export type Result = (typeof results)[number];

const id = z.string().min(1);
const at = z.iso.datetime();

/** What the journal keeps. Strict: a field that is not known here was written by something else. */
export const entrySchema = z.discriminatedUnion("kind", [
  /** A process begins the plan, or resumes it. */
  z.strictObject({
    kind: z.literal("run"),
    at,
    run: id,
    resumes: z.boolean(),
    plan: z.string(),
    who: z.string(),
    command: z.string(),
    host: z.string(),
    pid: z.int(),
    version: z.string(),
  }),
  /** Seats that are set aside for a body before the first write to the vendor. */
  z.strictObject({ kind: z.literal("seats"), at, provider: id, body: id, reserved: z.int().min(0) }),
  z.strictObject({ kind: z.literal("wave"), at, wave: z.int().min(0), subjects: z.array(id) }),
  /** Before a mutation. `where` is the provider or the host; of a pair, the second half waits for the first. */
  z.strictObject({
    kind: z.literal("intent"),
    at,
    step: id,
    wave: z.int().min(0),
    subject: id,
    name: id,
    where: id,
    change: z.string(),
    pair: z.strictObject({ id, half: z.enum(["first", "second"]) }).optional(),
  }),
  /** After it. `by` says whether this process did the work, or probed what an earlier one had left in flight. */
  z.strictObject({
    kind: z.literal("outcome"),
    at,
    step: id,
    result: z.enum(results),
    by: z.enum(["work", "probe"]),
    why: z.string().optional(),
    readBack: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal("gate"),
    at,
    wave: z.int().min(0),
    passed: z.boolean(),
    /** `value` null: the query gave no data. */
    figures: z.array(z.strictObject({ query: z.string(), value: z.number().nullable(), limit: z.number() })),
    why: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal("end"),
    at,
    how: z.enum(["complete", "drained", "aborted", "failed"]),
    why: z.string().optional(),
  }),
]);
export type Entry = z.output<typeof entrySchema>;
export type EntryOf<Kind extends Entry["kind"]> = Extract<Entry, { kind: Kind }>;
