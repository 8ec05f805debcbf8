import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { engineFolder, installHost } from "../../scripts/setup/engine.ts";

/** Our language host, as set-up installs it, under the real engine: a program and a provider in TypeScript. */
const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "deskbridge-host-"));
const project = join(folder, "project");
const bin = join(folder, "bin");
const started: ChildProcess[] = [];

const program = (rest = ""): string => `
  import * as pulumi from "@pulumi/pulumi";
  class Thing extends pulumi.CustomResource {
    constructor(name: string, args: { size: pulumi.Input<number> }) { super("tiny:index:Thing", name, args); }
  }
  const config = new pulumi.Config();
  new Thing("thing", { size: config.requireNumber("size") });
  export const stack: string = pulumi.getStack();
  export const word = config.requireSecret("word");
  ${rest}
`;

const provider = `
  import { main } from "@pulumi/pulumi/provider/index.js";
  interface Props { readonly size: number }
  main({
    version: "0.0.1",
    check: async (_urn: string, _olds: Props, news: Props) => ({ inputs: news }),
    diff: async (_id: string, _urn: string, olds: Props, news: Props) => ({ changes: olds.size !== news.size }),
    create: async (_urn: string, inputs: Props) => ({ id: "made", outs: inputs }),
    update: async (_id: string, _urn: string, _olds: Props, news: Props) => ({ outs: news }),
    delete: async () => {},
  }, process.argv.slice(2));
`;

const files = {
  "Pulumi.yaml": [
    "name: tiny",
    "main: stacks/index.ts",
    "runtime: { name: nodejs, options: { typescript: false } }",
    "plugins: { providers: [{ name: tiny, path: ./provider }] }",
  ].join("\n"),
  "package.json": '{ "name": "tiny", "type": "module", "private": true }',
  "stacks/index.ts": program(),
  "provider/main.ts": provider,
};

before(async () => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), text);
  }
  const run = `#!/bin/sh\nexec "${process.execPath}" "$(dirname "$0")/main.ts" "$@"\n`;
  writeFileSync(join(project, "provider/pulumi-resource-tiny"), run, { mode: 0o755 });
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  mkdirSync(join(folder, "state"));
  mkdirSync(bin);
  // The engine looks for its language host beside itself: a copy, so that it meets ours and no other.
  copyFileSync(join(engineFolder(process.env), "bin/pulumi"), join(bin, "pulumi"));
  installHost(bin);
  for (const args of [
    ["stack", "init", "one"],
    ["config", "set", "size", "3"],
    ["config", "set", "--secret", "word", "sesame"],
  ]) {
    const { code, output } = await pulumi(...args);
    assert.equal(code, 0, output);
  }
});

after(() => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

function start(...args: readonly string[]): ChildProcess {
  const child = spawn(join(bin, "pulumi"), ["--non-interactive", "--color", "never", ...args], {
    cwd: project,
    env: {
      ...process.env,
      PATH: [bin, process.env["PATH"]].join(":"),
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    },
  });
  started.push(child);
  return child;
}

async function pulumi(...args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = start(...args);
  let output = "";
  child.stdout?.on("data", (data: Buffer) => (output += data));
  child.stderr?.on("data", (data: Buffer) => (output += data));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output };
}

test("up builds what a TypeScript program declares, through a provider named by path", async () => {
  const { code, output } = await pulumi("up", "--yes", "--skip-preview");
  assert.equal(code, 0, output);
  assert.match(output, /\+ +tiny:index:Thing thing created/);
  const shown = await pulumi("stack", "output", "--json", "--show-secrets");
  assert.deepEqual(JSON.parse(shown.output), { stack: "one", word: "sesame" });
  const again = await pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
  assert.equal(again.code, 0, again.output);
});

test("a secret of the configuration stays one in what the program gives out", async () => {
  const { output } = await pulumi("stack", "output");
  assert.match(output, /word +\[secret\]/);
  assert.doesNotMatch(output, /sesame/);
});

test("a changed configuration reaches the program", async () => {
  await pulumi("config", "set", "size", "4");
  const { code, output } = await pulumi("preview");
  assert.equal(code, 0, output);
  assert.match(output, /~ +tiny:index:Thing thing update \[diff: ~size\]/);
});

test("a program that throws fails the run, with its message and its own line", async () => {
  writeFileSync(join(project, "stacks/index.ts"), program('throw new Error("out of desks");'));
  const { code, output } = await pulumi("preview");
  assert.notEqual(code, 0);
  assert.match(output, /Error: out of desks/);
  assert.match(output, /index\.ts:10:9/);
});

test("a killed engine leaves neither host nor program behind", { timeout: 60_000 }, async ({ signal }) => {
  const pids = join(folder, "pids");
  const text = `
    import { writeFileSync } from "node:fs";
    writeFileSync(${JSON.stringify(pids)}, process.pid + " " + process.ppid);
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  `;
  writeFileSync(join(project, "stacks/index.ts"), text);
  const watcher = watch(folder);
  const engine = start("preview");
  const running = (async () => {
    while (true) {
      const [, name] = (await once(watcher, "change")) as [string, string];
      if (name !== "pids") continue;
      const found = readFileSync(pids, "utf8").split(" ").map(Number);
      if (found.length === 2) return found;
    }
  })();
  const processes = await running;
  watcher.close();
  engine.kill("SIGKILL");
  try {
    await Promise.all(processes.map((pid) => gone(pid, signal)));
  } finally {
    for (const pid of processes.filter(isAlive)) process.kill(pid, "SIGKILL");
  }
});

/** Comes back when the process has ended, which no event tells of another's child. */
async function gone(pid: number, signal: AbortSignal): Promise<void> {
  while (isAlive(pid)) await setTimeout(20, undefined, { signal });
}

function isAlive(pid: number): boolean {
  try {
    // A zombie has ended: whoever inherits it has only not collected it yet.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
