import { isPassing } from "./client.ts";
import { VendorError } from "./vendor-error.ts";

/** So many are asked about at once. */
const atOnce = 8;

/**
 * The accounts of whom `isIn` says so, and those of whom nobody can tell. A vendor that gives no answer is asked no more:
 * whoever is left counts too. Throws the signal's reason.
 */
export async function inMeetingBy(
  accounts: readonly string[],
  isIn: (account: string) => Promise<boolean>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const left = [...new Set(accounts)];
  const found = new Set<string>();
  let silent = false;
  const ask = async (): Promise<void> => {
    for (let account = left.pop(); account !== undefined; account = left.pop()) {
      try {
        if (silent || (await isIn(account))) found.add(account);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof VendorError)) throw error;
        silent ||= isPassing(error);
        found.add(account);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, ask));
  return found;
}
