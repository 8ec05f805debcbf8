import { spawn } from "node:child_process";
import { constants } from "node:os";
import { resolve } from "node:path";
import type { Inventory } from "../../src/inventory.ts";

const mark = "DESKBRIDGE_ENTERED";

/**
 * Runs this same command line where the operator works, which alone has ways to the desks; `more` is added to it. False
 * where that is here. Ctrl-C reaches both processes by the terminal: this one waits for the other's end.
 */
export async function entered({ operator }: Inventory, more: readonly string[]): Promise<boolean> {
  const [command, ...words] = operator?.enter ?? [];
  if (command === undefined || process.env[mark] !== undefined) return false;
  const program = resolve(import.meta.dirname, "../deskbridge.ts");
  const child = spawn(command, [...words, process.execPath, program, ...process.argv.slice(2), ...more], {
    stdio: "inherit",
    env: { ...process.env, [mark]: "1" },
  });
  const wait = (): void => undefined;
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on("SIGINT", wait).on("SIGTERM", pass).on("SIGHUP", pass);
  process.exitCode = await new Promise<number>((fulfil, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => fulfil(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
  process.off("SIGINT", wait).off("SIGTERM", pass).off("SIGHUP", pass);
  return true;
}
