#!/usr/bin/env node
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { note, print } from "./cli.ts";
import type { Outcome } from "./test/outcomes.ts";
import { bin, conclude, enterProject, runFiles } from "./test/run.ts";

/**
 * `npm test [-- PATTERN…]`: the checks, then the tests, then the line "N passed, N failed". A pattern is a part of a
 * test file's path; with one, only those files run. Each check counts as one test, a skipped test as a failed one.
 */

enterProject();

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

const patterns = process.argv.slice(2).filter((argument) => argument !== "--");
const all = globSync("test/**/*.test.ts").toSorted();
const files = patterns.length === 0 ? all : all.filter((file) => patterns.some((pattern) => file.includes(pattern)));
if (files.length === 0) {
  note(`no test file's path contains ${patterns.join(" or ")}`);
  process.exit(2);
}

conclude([
  ...(patterns.length === 0 ? runChecks() : []),
  ...(await runFiles(
    files.filter((file) => !endToEnd.test(file)),
    Math.min(2, cpus().length),
    5 * minute,
  )),
  ...(await runFiles(
    files.filter((file) => endToEnd.test(file)),
    1,
    30 * minute,
  )),
]);
