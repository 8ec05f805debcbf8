import { delimiter, dirname, join, resolve } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { print } from "../cli.ts";
import { failed, type Outcome, outcomesOf, type TestEvent } from "./outcomes.ts";

export const root = resolve(import.meta.dirname, "../..");
export const bin = join(root, "node_modules", ".bin");

/** Tests run in the project's folder, with its own programs first. */
export function enterProject(): void {
  process.chdir(root);
  process.env["PATH"] = [bin, dirname(process.execPath), process.env["PATH"]].join(delimiter);
}

/** Runs test files, as many at once as said, and shows what they come to. `timeout`: of each test, milliseconds. */
export async function runFiles(
  files: readonly string[],
  concurrency: number,
  timeout: number,
): Promise<readonly Outcome[]> {
  if (files.length === 0) return [];
  const events: TestEvent[] = [];
  const stream = run({ files: [...files], concurrency, timeout });
  stream.on("test:pass", (data) => events.push({ type: "pass", ...data }));
  stream.on("test:fail", (data) => events.push({ type: "fail", ...data }));
  for await (const text of stream.compose(spec)) process.stdout.write(String(text));
  return outcomesOf(events, root);
}

/** The closing lines, and the exit code. */
export function conclude(outcomes: readonly Outcome[]): void {
  const failures = failed(outcomes);
  if (failures.length > 0)
    print(`\nFailed:\n${failures.map(({ name, reason }) => `  ${name}: ${reason}`).join("\n")}\n`);
  print(`${outcomes.length - failures.length} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
