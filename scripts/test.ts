#!/usr/bin/env node
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { cpus } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { note, print } from "./cli.ts";
import { failed, type Outcome, outcomesOf, type TestEvent } from "./test/outcomes.ts";

/**
 * `npm test [-- PATTERN…]`: the checks, then the tests, then the line "N passed, N failed". A pattern is a part of a
 * test file's path; with one, only those files run. Each check counts as one test, a skipped test as a failed one.
 */

const root = resolve(import.meta.dirname, "..");
const bin = join(root, "node_modules", ".bin");
process.chdir(root);
process.env["PATH"] = [bin, dirname(process.execPath), process.env["PATH"]].join(delimiter);

const checks: Readonly<Record<string, readonly [string, ...string[]]>> = {
  "format (oxfmt)": ["oxfmt", "--check"],
  "lint (oxlint)": ["oxlint"],
  "types (tsc)": ["tsc", "--noEmit"],
  "dead code (knip)": ["knip"],
};

/** Tests that own real daemons, namespaces or the machine's time: one file at a time, after the others. */
const endToEnd = /^test\/(lab|stacks)\/|\.e2e\.test\.ts$/;
const minute = 60_000;

function runChecks(): readonly Outcome[] {
  return Object.entries(checks).map(([name, [command, ...args]]) => {
    const { status, stdout, stderr } = spawnSync(join(bin, command), args, { encoding: "utf8" });
    if (status === 0) {
      print(`✔ ${name}`);
      return { name, passed: true };
    }
    print(`✖ ${name}: ${[command, ...args].join(" ")}\n${stdout}${stderr}`);
    return { name, passed: false, reason: `${command} found faults (above)` };
  });
}

async function runFiles(files: readonly string[], concurrency: number, timeout: number): Promise<readonly Outcome[]> {
  if (files.length === 0) return [];
  const events: TestEvent[] = [];
  const stream = run({ files: [...files], concurrency, timeout });
  stream.on("test:pass", (data) => events.push({ type: "pass", ...data }));
  stream.on("test:fail", (data) => events.push({ type: "fail", ...data }));
  for await (const text of stream.compose(spec)) process.stdout.write(String(text));
  return outcomesOf(events, root);
}

const patterns = process.argv.slice(2).filter((argument) => argument !== "--");
const all = globSync("test/**/*.test.ts").toSorted();
const files = patterns.length === 0 ? all : all.filter((file) => patterns.some((pattern) => file.includes(pattern)));
if (files.length === 0) {
  note(`no test file's path contains ${patterns.join(" or ")}`);
  process.exit(2);
}

const outcomes = [
  ...(patterns.length === 0 ? runChecks() : []),
  ...(await runFiles(
    files.filter((file) => !endToEnd.test(file)),
    Math.min(2, cpus().length),
    5 * minute,
  )),
  ...(await runFiles(
    files.filter((file) => endToEnd.test(file)),
    1,
    20 * minute,
  )),
];
const failures = failed(outcomes);
if (failures.length > 0) print(`\nFailed:\n${failures.map(({ name, reason }) => `  ${name}: ${reason}`).join("\n")}\n`);
print(`${outcomes.length - failures.length} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
