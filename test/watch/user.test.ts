import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { madeInventory } from "./inventory.ts";
import { stop } from "./town.ts";
import { until } from "./until.ts";

/** The commands as root starts them; `nobody` is who goes on. */

const script = resolve(import.meta.dirname, "../../scripts/deskbridge.ts");
const user = "nobody";
const uid = spawnSync("id", ["-u", user], { encoding: "utf8" }).stdout.trim();

let folder = "";
let running: ChildProcess[] = [];
const file = (name: string): string => join(folder, name);
beforeEach(() => {
  running = [];
  folder = mkdtempSync(join(tmpdir(), "deskbridge-user-"));
  chmodSync(folder, 0o755);
  writeFileSync(
    file("inventory.json"),
    JSON.stringify(madeInventory({ hosts: [{ name: "h", address: "127.0.0.2" }] })),
  );
});
afterEach(async () => {
  await Promise.all(running.map((child) => stop(child, "SIGTERM")));
  rmSync(folder, { recursive: true });
});

const usual = () => ["--inventory", file("inventory.json"), "--user", user];
const exporterWords = () => ["exporter", ...usual(), "--reports", file("r.sock"), "--listen", "127.0.0.1:0"];
const proberWords = () => ["probe", ...usual(), "--vantage", "hub", "--report", file("r.sock")];

/** Starts a command; `says` is all that it has said so far. */
function start(words: readonly string[]): { readonly child: ChildProcess; readonly says: () => string } {
  const child = spawn(process.execPath, [script, ...words], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  running.push(child);
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (more: string) => {
    text += more;
  });
  return { child, says: () => text };
}

/** Real, effective, saved and file system's id, and the groups. */
function idsOf({ pid }: ChildProcess): readonly string[] {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return ["Uid", "Gid", "Groups"].map((key) => (new RegExp(`^${key}:\\s*(.*)$`, "m").exec(status)?.[1] ?? "").trim());
}

test("exporter and prober give up root and all its groups, and work: the prober pings and reports", async () => {
  const exporter = start(exporterWords());
  await until("the exporter serves", () => (exporter.says().includes("serving on port") ? true : undefined));
  const prober = start(proberWords());
  await until("the prober reports", () => (exporter.says().includes("a prober reports from hub") ? true : undefined));
  for (const { child } of [exporter, prober]) {
    const [uids = "", gids = "", groups = ""] = idsOf(child);
    assert.deepEqual([...new Set(uids.split(/\s+/))], [uid]);
    assert.ok(![...gids.split(/\s+/), ...groups.split(/\s+/)].includes("0"));
  }
  assert.equal(String(statSync(file("r.sock")).uid), uid);
  const port = /serving on port (\d+)/.exec(exporter.says())?.[1];
  await until("the host is up", async () => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return /^deskbridge_host_up\{.*\} 1$/m.test(text) ? true : undefined;
  });
});

test("what the user may not read is named, and nothing is left behind", async () => {
  chmodSync(file("inventory.json"), 0o600);
  for (const words of [exporterWords(), proberWords()]) {
    const { child, says } = start(words);
    await until("it ends", () => (child.exitCode === null ? undefined : true));
    assert.equal(child.exitCode, 1);
    assert.ok(says().includes(`--user nobody: this user may not read ${file("inventory.json")}`), says());
  }
});

test("a user who is none, and a part that is none", () => {
  const run = (...words: readonly string[]) =>
    spawnSync(process.execPath, [script, ...words], { encoding: "utf8", timeout: 60_000 });
  const unknown = run("probe", "--vantage", "hub", "--inventory", "x", "--report", "y", "--user", "no-such-user");
  assert.deepEqual([unknown.status, unknown.stderr], [1, "--user no-such-user: there is no such user\n"]);
  const wrong = run("probe", "--vantage", "hub", "--inventory", "x", "--report", "y", "--shard", "3/2");
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /^--shard "3\/2" is not I\/N, such as 2\/4/);
});
