import assert from "node:assert/strict";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import type { Inventory } from "../src/inventory.ts";
import { InventoryFileError, type InventoryWatch, readInventory, watchInventory } from "../src/inventory-file.ts";
import { madeInventory } from "./watch/inventory.ts";

let folder = "";
let file = "";
let watch: InventoryWatch | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deskbridge-inventory-"));
  file = join(folder, "inventory.json");
});
afterEach(() => {
  watch?.stop();
  rmSync(folder, { recursive: true });
});

function write(text: string): void {
  writeFileSync(`${file}.tmp`, text);
  renameSync(`${file}.tmp`, file);
}

/** Collects what a watch tells; `next` resolves with the next thing that it tells. */
function listen(everyMs = 5) {
  const told: (string | Error)[] = [];
  const waiting: ((value: string | Error) => void)[] = [];
  const tell = (value: string | Error): void => {
    const next = waiting.shift();
    if (next === undefined) told.push(value);
    else next(value);
  };
  watch = watchInventory(file, (inventory: Inventory) => tell(inventory.stage), tell, everyMs);
  return () => {
    const first = told.shift();
    return first === undefined
      ? new Promise<string | Error>((resolve) => waiting.push(resolve))
      : Promise.resolve(first);
  };
}

test("tells the inventory at once, and again after each change", async () => {
  write(JSON.stringify(madeInventory({})));
  const next = listen();
  assert.equal(await next(), "surge");
  write(JSON.stringify({ ...madeInventory({}), stage: "today" }));
  assert.equal(await next(), "today");
});

test("waits for a file that is not there yet, and survives one that is none", async () => {
  const next = listen();
  assert.equal(String(await next()), `InventoryFileError: ${file}: no inventory here yet`);
  write(JSON.stringify(madeInventory({})));
  assert.equal(await next(), "surge");
  write("{");
  assert.match(String(await next()), /inventory\.json: not JSON: /);
  rmSync(file);
  assert.match(String(await next()), /no inventory here yet/);
  write(JSON.stringify({ ...madeInventory({}), stage: "back" }));
  assert.equal(await next(), "back");
});

test("names the faults of a file that is no inventory", () => {
  write(JSON.stringify({ ...madeInventory({}), links: [{ id: 3 }] }));
  assert.throws(() => readInventory(file), {
    name: "InventoryFileError",
    message: /inventory\.json: not an inventory: links\.0\.id: .*expected string/,
  });
  assert.throws(() => readInventory(folder), InventoryFileError);
});
