import { readFileSync } from "node:fs";
import { stampOf } from "./files.ts";
import { type Inventory, inventorySchema } from "./inventory.ts";

/** The inventory file is missing or is none; the message names the file and the first few faults. */
export class InventoryFileError extends Error {
  override readonly name = "InventoryFileError";
}

/** Throws InventoryFileError. */
export function readInventory(file: string): Inventory {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new InventoryFileError(missing ? `${file}: no inventory here yet` : `${file}: ${(error as Error).message}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InventoryFileError(`${file}: not JSON: ${(error as Error).message}`);
  }
  const parsed = inventorySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new InventoryFileError(`${file}: not an inventory: ${faults.join("; ")}`);
}

export interface InventoryWatch {
  stop(): void;
}

/**
 * Calls `onInventory` with the file's content now and after each change, and `onError` where it cannot be read (the
 * last good one then stays in force). Writers replace the file by renaming. Looks by `stat` every `everyMs`: a look is
 * one system call, survives a folder that is itself replaced, and works on network file systems.
 */
export function watchInventory(
  file: string,
  onInventory: (inventory: Inventory) => void,
  onError: (error: Error) => void,
  everyMs = 500,
): InventoryWatch {
  let seen: string | undefined;
  const look = (): void => {
    // The stamp is taken before the reading, so that a change in between is seen at the next look.
    const stamp = stampOf(file);
    if (stamp === seen) return;
    seen = stamp;
    let inventory: Inventory;
    try {
      inventory = readInventory(file);
    } catch (error) {
      onError(error as Error);
      return;
    }
    onInventory(inventory);
  };
  const timer = setInterval(look, everyMs);
  look();
  return { stop: () => clearInterval(timer) };
}
