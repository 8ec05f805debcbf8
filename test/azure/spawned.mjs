import { subscribe } from "node:diagnostics_channel";
import { appendFileSync } from "node:fs";
import { join } from "node:path";

/** By `node --import`: keeps the words of every command that this process starts, as others on the machine see them. */
const file = join(process.env["DESKBRIDGE_STATE"] ?? ".", "spawned.txt");

subscribe("child_process", ({ process: child }) => {
  // The words are there once the command has been started.
  queueMicrotask(() => appendFileSync(file, `${JSON.stringify(child.spawnargs)}\n`));
});
