import { readFile } from "node:fs/promises";
import { z } from "zod";
import { errorCode, replaceFile } from "../../files.ts";
import { LockError, withLock } from "../../lock.ts";
import { jsonOf } from "./client.ts";
import { VendorError } from "./vendor-error.ts";

/** Seats that we count ourselves, for a vendor that has none. */

const seat = z.strictObject({
  /** In lower case. */
  account: z.string().min(1),
  /** When it was given, ISO 8601 in UTC. */
  since: z.iso.datetime(),
  /** When the last grant ends that was made for it, ISO 8601 in UTC; null where none was. */
  grantEnds: z.iso.datetime().nullable(),
});
const ledger = z.strictObject({ version: z.literal(1), seats: z.array(seat) });
export type Seat = Readonly<z.output<typeof seat>>;

/** What stands in a ledger's file, by account; nothing where there is no file. Throws VendorError for one that cannot be read. */
export async function readLedger(file: string): Promise<ReadonlyMap<string, Seat>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return new Map();
    throw new VendorError("refused", `the ledger of seats ${file} cannot be read: ${String(error)}`);
  }
  const { data, success } = ledger.safeParse(jsonOf(text));
  const seats = new Map(data?.seats.map((each) => [each.account, each]));
  if (success && seats.size === data.seats.length) return seats;
  throw new VendorError("refused", `${file} is no ledger of seats, or was damaged: restore it from a copy`);
}

/**
 * Changes a ledger, alone among all processes: what `change` gives takes the file's place, whole and synced; undefined
 * leaves it. Throws VendorError, `passing` where another process keeps the ledger for too long.
 */
export async function changeLedger(
  file: string,
  change: (seats: ReadonlyMap<string, Seat>) => ReadonlyMap<string, Seat> | undefined,
): Promise<void> {
  try {
    await withLock(`${file}.lock`, async () => {
      const seats = change(await readLedger(file));
      if (seats === undefined) return;
      const text = JSON.stringify({ version: 1, seats: [...seats.values()] }, undefined, 2);
      await replaceFile(file, `${text}\n`, 0o600);
    });
  } catch (error) {
    if (error instanceof VendorError) throw error;
    const kind = error instanceof LockError ? "passing" : "refused";
    throw new VendorError(
      kind,
      `the ledger of seats ${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
