import { readFile } from "node:fs/promises";
import { z } from "zod";
import { errorCode, replaceFile } from "../files.ts";
import { withLock } from "../lock.ts";
import type { Issue } from "./invitation.ts";

/** Which issues of invitations went out, in a file: it holds sums, and names nobody. */

const issue = z.strictObject({
  sequence: z.int().min(0),
  issued: z.iso.datetime(),
  /** Of what stood in it (`contentSum`). */
  sum: z.string(),
});
const shape = z.strictObject({ version: z.literal(1), invitations: z.record(z.string(), issue) });
type Issues = Readonly<z.output<typeof shape>["invitations"]>;

/** A file of issues that cannot be used: to go on would begin again with a sequence that calendars take for old. */
export class IssuesError extends Error {
  override readonly name = "IssuesError";
}

export interface Content {
  /** The invitation's UID. */
  readonly uid: string;
  readonly sum: string;
  readonly isCancelled: boolean;
}

/**
 * The issue of this content: the last one where nothing has changed since, else the next, written down before it is
 * given. `now`: milliseconds since 1970. Throws IssuesError, for a cancellation of what never went out too; LockError.
 */
export async function issueOf(file: string, content: Content, now: number): Promise<Issue> {
  const { uid, sum, isCancelled } = content;
  return withLock(`${file}.lock`, async () => {
    const issues = await read(file);
    const last = issues[uid];
    if (last === undefined && isCancelled) throw new IssuesError("no invitation went out: there is nothing to cancel");
    const next =
      last?.sum === sum ? last : { sequence: last === undefined ? 0 : last.sequence + 1, issued: isoOf(now), sum };
    if (next !== last) {
      const text = JSON.stringify({ version: 1, invitations: { ...issues, [uid]: next } }, undefined, 2);
      await replaceFile(file, `${text}\n`, 0o600);
    }
    return { isCancelled, sequence: next.sequence, issued: next.issued };
  });
}

async function read(file: string): Promise<Issues> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return {};
    throw new IssuesError(`${file} cannot be read: ${String(error)}`, { cause: error });
  }
  try {
    return shape.parse(JSON.parse(text)).invitations;
  } catch (error) {
    throw new IssuesError(`${file} is no list of invitations, or was damaged: restore it from a copy`, {
      cause: error,
    });
  }
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
