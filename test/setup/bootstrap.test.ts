import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, beforeEach, test } from "node:test";

/**
 * scripts/bootstrap.mjs in a project of one package, with an `npm` first on the PATH that installs just that package
 * and writes down how it was called.
 */
const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "deskbridge-bootstrap-"));
const project = join(folder, "project");
const calls = join(folder, "calls");
after(() => rmSync(folder, { recursive: true }));

const lock = (version: string): string =>
  JSON.stringify({
    packages: {
      "": { name: "project" },
      "node_modules/leaf": { version },
      "node_modules/for-another-system": { version: "1.0.0", optional: true },
    },
  });

const npm = `#!/bin/sh
echo "$@" >> "${calls}"
rm -rf node_modules && mkdir -p node_modules/leaf
cp package-lock.json node_modules/.package-lock.json
`;

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(project, "scripts"), { recursive: true });
  mkdirSync(join(folder, "bin"));
  copyFileSync(join(root, "scripts/bootstrap.mjs"), join(project, "scripts/bootstrap.mjs"));
  writeFileSync(join(project, "package-lock.json"), lock("1.0.0"));
  writeFileSync(join(folder, "bin/npm"), npm, { mode: 0o755 });
});

function bootstrap(...args: readonly string[]) {
  const env = { PATH: `${join(folder, "bin")}:${process.env["PATH"]}` };
  return spawnSync(process.execPath, [join(project, "scripts/bootstrap.mjs"), ...args], { env, encoding: "utf8" });
}

const npmCalls = (): readonly string[] => (existsSync(calls) ? readFileSync(calls, "utf8").trimEnd().split("\n") : []);

test("installs the packages of the lock file, links the command, and does nothing the second time", () => {
  assert.equal(bootstrap().status, 0);
  assert.deepEqual(npmCalls(), ["ci --no-audit --no-fund --loglevel=error"]);
  assert.equal(readlinkSync(join(project, "node_modules/.bin/deskbridge")), "../../scripts/deskbridge.ts");

  const second = bootstrap();
  assert.deepEqual([second.status, second.stdout, second.stderr], [0, "", ""]);
  assert.equal(npmCalls().length, 1);
});

test("installs again when the lock file names another version", () => {
  bootstrap();
  writeFileSync(join(project, "package-lock.json"), lock("2.0.0"));
  bootstrap();
  assert.equal(npmCalls().length, 2);
});

test("installs again when a package is gone", () => {
  bootstrap();
  rmSync(join(project, "node_modules/leaf"), { recursive: true });
  bootstrap();
  assert.equal(npmCalls().length, 2);
});

test("ends as npm ended when that fails", () => {
  writeFileSync(join(folder, "bin/npm"), "#!/bin/sh\nexit 7\n", { mode: 0o755 });
  assert.equal(bootstrap().status, 7);
});

test("an unknown argument is wrong use", () => {
  const { status, stderr } = bootstrap("labb");
  assert.equal(status, 2);
  assert.equal(stderr, 'unknown argument "labb"; choose one of: lab, link\n');
});
