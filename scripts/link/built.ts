import type { ArgsDef } from "citty";
import { InventoryFileError, readInventory } from "../../src/inventory-file.ts";
import type { Inventory, Link } from "../../src/inventory.ts";
import type { Target } from "../../src/plan/types.ts";
import { CommandError } from "../cli.ts";
import { currentInventory } from "../inventory.ts";

/** What is built, for those subcommands of `link` that need it: it takes the engine to ask. */

export const inventoryArg = {
  inventory: { type: "string", valueHint: "FILE", description: "the inventory (default: of what is up)" },
} as const satisfies ArgsDef;

export async function inventoryOf(file: string | undefined, target: Target): Promise<Inventory> {
  if (file === undefined) return currentInventory(target);
  try {
    return readInventory(file);
  } catch (error) {
    if (error instanceof InventoryFileError) throw new CommandError(error.message, 1, { cause: error });
    throw error;
  }
}

export function builtLink({ links }: Inventory, id: string): Link {
  const found = links.find((link) => link.id === id);
  if (found !== undefined) return found;
  throw new CommandError(`no line "${id}" is built; choose one of: ${links.map((link) => link.id).join(", ")}`, 2);
}
