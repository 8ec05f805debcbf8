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
  "types in the browser (tsc)": ["tsc", "--noEmit", "--project", "src/exporter/wallboard/browser"],
  "dead code (knip)": ["knip"],
};

const minute = 60_000;
const atOnce = Math.min(2, cpus().length);
/** The last that a file's path matches; each runs after the one before. Times are those of one test. */
const runs: readonly { readonly path: RegExp; readonly atOnce: number; readonly timeout: number }[] = [
  { path: /./, atOnce, timeout: 5 * minute },
  // Whole commands, each in a folder, at ports and in namespaces of its own.
  { path: /\.e2e\.test\.ts$/, atOnce, timeout: 30 * minute },
  // They own the machine's time: how fast something is told, or carried, is a part of what they show.
  { path: /^test\/lab\/.*(?<!\.e2e)\.test\.ts$|strongswan\.e2e/, atOnce: 1, timeout: 30 * minute },
];

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

const outcomes = patterns.length === 0 ? [...runChecks()] : [];
for (const run of runs) {
  const own = files.filter((file) => runs.findLast(({ path }) => path.test(file)) === run);
  outcomes.push(...(await runFiles(own, run.atOnce, run.timeout)));
}
conclude(outcomes);
