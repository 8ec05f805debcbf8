import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { engineFolder, engineVersion, installHost, isHostThere } from "../../scripts/setup/engine.ts";
import { isGoEnough } from "../../scripts/setup/go.ts";
import { passphraseStep } from "../../scripts/setup/passphrase.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "deskbridge-setup-"));
after(() => rmSync(folder, { recursive: true }));

function emptyFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

test("the engine, the SDK, npm's launcher and the Go module are of one version", () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  const module = readFileSync(join(root, "scripts/engine/go.mod"), "utf8");
  assert.equal(dependencies["pulumi"], engineVersion);
  assert.equal(dependencies["@pulumi/pulumi"], engineVersion);
  assert.match(module, new RegExp(`github.com/pulumi/pulumi/pkg/v3 v${engineVersion}\\n`));
});

test("the engine is kept where npx pulumi looks for it", () => {
  assert.equal(engineFolder({ HOME: "/home/ada" }), `/home/ada/.pulumi/versions/${engineVersion}`);
  assert.equal(engineFolder({ HOME: "/home/ada", PULUMI_HOME: "/opt/p" }), `/opt/p/versions/${engineVersion}`);
});

test("a vendor's host is left alone, an older one of ours is replaced", () => {
  const bin = emptyFolder("bin");
  assert.equal(isHostThere(bin), false);
  writeFileSync(join(bin, "pulumi-language-nodejs"), "#!/bin/sh\n", { mode: 0o755 });
  assert.equal(isHostThere(bin), true, "the vendor's");
  writeFileSync(join(bin, "deskbridge-language-host.mts"), "// an older one\n");
  assert.equal(isHostThere(bin), false, "ours, older");
  installHost(bin);
  assert.equal(isHostThere(bin), true, "ours, as this checkout has it");
  chmodSync(join(bin, "pulumi-language-nodejs"), 0o644);
  assert.equal(isHostThere(bin), false, "cannot be run");
});

test("the passphrase is random, its owner's alone, and never replaced", async () => {
  const file = join(emptyFolder("state"), ".deskbridge", "passphrase");
  const step = passphraseStep(file);
  assert.equal(await step.found(), false);
  await step.install?.(() => {});
  assert.equal(await step.found(), true);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const first = readFileSync(file, "utf8");
  assert.match(first, /^[\w-]{32}\n$/);
  await step.install?.(() => {});
  assert.equal(readFileSync(file, "utf8"), first);

  const other = join(emptyFolder("other"), "passphrase");
  await passphraseStep(other).install?.(() => {});
  assert.notEqual(readFileSync(other, "utf8"), first);
});

test("knows which Go can build the engine", () => {
  const answers = ["go1.26.8", "go1.21.0", "go1.27rc1", "go2.0", "go1.19.8", "go1.9", ""].map(isGoEnough);
  assert.deepEqual(answers, [true, true, true, true, false, false, false]);
});
