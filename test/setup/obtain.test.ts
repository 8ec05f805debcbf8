import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { livekitStep } from "../../scripts/setup/livekit.ts";
import { obtain, type Program, said, type Source } from "../../scripts/setup/obtain.ts";
import { livekitFolder, livekitVersion } from "../../stacks/lab/settings.ts";

const root = resolve(import.meta.dirname, "../..");
const home = mkdtempSync(join(tmpdir(), "deskbridge-obtain-"));
after(() => rmSync(home, { recursive: true }));

const script = (file: string, version: string): void =>
  writeFileSync(file, `#!/bin/sh\necho "thing version ${version}"\n`, { mode: 0o755 });
const gives =
  (version: string): Source =>
  async (folder) => {
    script(join(folder, "bin", "thing"), version);
    return undefined;
  };
const thing = (sources: Program["sources"]): Program => ({
  name: "thing",
  version: "2.0",
  command: "thing",
  versionOf: async (file) => (await said(file, ["--version"])).split(" ").at(-1) ?? "",
  sources,
});

test("the first source that has it is taken, and the others' reasons are told", async () => {
  const folder = join(home, "first", "thing-2.0");
  const lines: string[] = [];
  const never: Source = () => Promise.reject(new Error("was asked"));
  const sources = { "the moon": () => Promise.resolve("it is far"), Go: gives("2.0"), "its vendor": never };
  await obtain(thing(sources), folder, (line) => lines.push(line));
  assert.deepEqual(lines, ["  not from the moon: it is far"]);
  assert.equal(await said(join(folder, "bin", "thing"), []), "thing version 2.0");
  assert.deepEqual(readdirSync(join(home, "first")), ["thing-2.0"], "and no draft is left");
});

test("where nobody has it, every reason is named and nothing is left", async () => {
  const folder = join(home, "none", "thing-2.0");
  const sources = { "the PATH": () => Promise.resolve("no thing there"), Go: () => Promise.resolve("there is no Go") };
  await assert.rejects(
    obtain(thing(sources), folder, () => {}),
    { name: "SetupError", message: "no thing 2.0:\n  the PATH: no thing there\n  Go: there is no Go" },
  );
  assert.deepEqual(readdirSync(join(home, "none")), []);
});

test("another version than asked for, and a build that fails, take nothing's place", async () => {
  const folder = join(home, "other", "thing-2.0");
  mkdirSync(folder, { recursive: true });
  await assert.rejects(
    obtain(thing({ Go: gives("1.9") }), folder, () => {}),
    /says it is version "1.9", not 2.0/,
  );
  const fails: Source = () => Promise.reject(new Error("out of memory"));
  await assert.rejects(
    obtain(thing({ Go: fails }), folder, () => {}),
    /out of memory/,
  );
  assert.deepEqual([readdirSync(join(home, "other")), readdirSync(folder)], [["thing-2.0"], []]);
});

test("what a killed set-up left goes at the next", async () => {
  const parent = join(home, "killed");
  mkdirSync(join(parent, ".deskbridge-4194304-abc", "go"), { recursive: true });
  await obtain(thing({ Go: gives("2.0") }), join(parent, "thing-2.0"), () => {});
  assert.deepEqual(readdirSync(parent), ["thing-2.0"]);
});

test("a set-up that is stopped leaves nothing half done", async () => {
  const folder = join(home, "stopped", "thing-2.0");
  const slow: Source = async (draft, _say, signal) => {
    writeFileSync(join(draft, "half"), "");
    const stopped = new Promise((fulfil) => signal.addEventListener("abort", fulfil));
    process.kill(process.pid, "SIGTERM");
    await stopped;
    return "was stopped";
  };
  await assert.rejects(
    obtain(thing({ Go: slow }), folder, () => {}),
    { name: "SetupError", message: "set-up was stopped; nothing half done is left" },
  );
  assert.deepEqual(readdirSync(join(home, "stopped")), []);
});

test("LiveKit's server is the one that our Go module pins, and stands beside the engine", () => {
  const module = readFileSync(join(root, "scripts/livekit/go.mod"), "utf8");
  assert.match(module, new RegExp(`require github.com/livekit/livekit-server v${livekitVersion}\\n`));
  const folder = `deskbridge/livekit-server-${livekitVersion}`;
  assert.equal(livekitFolder({ HOME: "/home/ada" }), `/home/ada/.pulumi/${folder}`);
  assert.equal(livekitFolder({ HOME: "/home/ada", PULUMI_HOME: "/opt/p" }), `/opt/p/${folder}`);
});

test("LiveKit's server on the PATH is copied where it is of that version", async () => {
  const bin = join(home, "bin");
  mkdirSync(bin);
  script(join(bin, "livekit-server"), livekitVersion);
  const environment = { PULUMI_HOME: join(home, "pulumi") };
  const step = livekitStep(environment);
  assert.equal(await step.found(), false);
  const before = process.env["PATH"];
  process.env["PATH"] = `${bin}:${before}`;
  try {
    await step.install?.(() => {});
  } finally {
    process.env["PATH"] = before;
  }
  assert.equal(await step.found(), true);
  const copy = join(livekitFolder(environment), "bin", "livekit-server");
  assert.ok(existsSync(copy));
  chmodSync(copy, 0o644);
  assert.equal(await step.found(), false, "cannot be run");
});
