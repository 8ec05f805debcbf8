import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";

const root = resolve(import.meta.dirname, "../..");
const folders: string[] = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** Runs our own test runner over a project of these test files, in which every path contains "case". */
function runner(files: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "deskbridge-runner-"));
  folders.push(folder);
  mkdirSync(join(folder, "scripts"));
  for (const name of ["scripts/test.ts", "scripts/test", "scripts/cli.ts", "package.json"]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, "test", name, ".."), { recursive: true });
    writeFileSync(join(folder, "test", name), text);
  }
  // node:test runs nothing inside a process that it believes to be one of its own.
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  const result = spawnSync(process.execPath, [join(folder, "scripts/test.ts"), ...args], { env, encoding: "utf8" });
  return { ...result, lines: result.stdout.trimEnd().split("\n") };
}

const passing = 'import { test } from "node:test";\ntest("passes", () => {});\n';

test("ends with the line that CI reads", () => {
  const { lines, status } = runner({ "one.case.test.ts": passing, "deep/two.case.test.ts": passing }, "case");
  assert.equal(lines.at(-1), "2 passed, 0 failed");
  assert.equal(status, 0);
});

test("counts each failed test once, with its reason, and says where it is", () => {
  const text = `
    import { before, describe, test } from "node:test";
    test("throws", () => { throw new Error("boom"); });
    describe("suite", () => { test("good", () => {}); test("bad", () => { throw new Error("inside"); }); });
    describe("broken hook", () => { before(() => { throw new Error("hook"); }); });
    test("outer", async (t) => { await t.test("inner", () => { throw new Error("innermost"); }); });
  `;
  const { lines, status } = runner({ "case.test.ts": text }, "case");
  assert.deepEqual(lines.slice(lines.indexOf("Failed:")), [
    "Failed:",
    "  throws (test/case.test.ts): boom",
    "  bad (test/case.test.ts): inside",
    "  broken hook (test/case.test.ts): hook",
    "  inner (test/case.test.ts): innermost",
    "1 passed, 4 failed",
  ]);
  assert.equal(status, 1);
});

test("skipped tests, tests to do, empty files and files that do not load have failed", () => {
  const text = `
    import { test } from "node:test";
    test("skipped", { skip: "no network" }, () => {});
    test.todo("later");
  `;
  const files = { "a.case.test.ts": text, "b.case.test.ts": "export {};\n", "c.case.test.ts": 'import "./none.ts";\n' };
  const { lines, status } = runner(files, "case");
  assert.deepEqual(lines.slice(lines.indexOf("Failed:")).toSorted(), [
    "  later (test/a.case.test.ts): still to do",
    "  skipped (test/a.case.test.ts): skipped: no network",
    "  test/b.case.test.ts: there is no test in it",
    "  test/c.case.test.ts: test failed",
    "0 passed, 4 failed",
    "Failed:",
  ]);
  assert.equal(status, 1);
});

test("end-to-end files run after the others, one at a time", () => {
  const noisy = (name: string): string => `
    import { appendFileSync } from "node:fs";
    import { test } from "node:test";
    test("${name}", async () => {
      appendFileSync("order", "begin ${name}\\n");
      await new Promise(setImmediate);
      appendFileSync("order", "end ${name}\\n");
    });
    test("the order so far", async (t) => {
      const { readFileSync } = await import("node:fs");
      t.diagnostic(readFileSync("order", "utf8").replaceAll("\\n", ";"));
    });
  `;
  const files = { "lab/a.case.test.ts": noisy("a"), "b.case.test.ts": noisy("b"), "c.e2e.test.ts": noisy("c") };
  const { stdout } = runner(files, "case", "e2e");
  assert.match(stdout, /begin b;end b;begin c;end c;begin a;end a;|begin b;end b;begin a;end a;begin c;end c;/);
});

test("a pattern that no file has is wrong use", () => {
  const { status, stderr } = runner({ "case.test.ts": passing }, "elsewhere");
  assert.equal(stderr, "no test file's path contains elsewhere\n");
  assert.equal(status, 2);
});
