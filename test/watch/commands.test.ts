import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "deskbridge-commands-"));
after(() => rmSync(folder, { recursive: true }));

function deskbridge(...words: readonly string[]) {
  const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts/deskbridge.ts"), ...words], {
    cwd: root,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stderr: stderr.trim() };
}

const daemon = ["exporter", "--inventory", join(folder, "inventory.json"), "--reports", join(folder, "reports.sock")];

test("an address that is none is wrong use", () => {
  const { status, stderr } = deskbridge(...daemon, "--listen", "9720");
  assert.deepEqual([status, stderr], [2, '--listen "9720" is not HOST:PORT, such as 127.0.0.1:9720']);
});

test("a port in use is named, and nothing is left behind", async () => {
  const other = createServer();
  const port = await new Promise<number>((done) => {
    other.listen(0, "127.0.0.1", () => done((other.address() as { port: number }).port));
  });
  const taken = `127.0.0.1:${port} is in use by another program; choose another address with --listen HOST:PORT`;
  for (const words of [daemon, ["receiver", "--pages", join(folder, "pages.jsonl")]]) {
    const { status, stderr } = deskbridge(...words, "--listen", `127.0.0.1:${port}`);
    assert.equal(status, 1);
    assert.equal(stderr.split("\n").at(-1), taken);
  }
  assert.ok(!readdirSync(folder).includes("reports.sock"));
  other.close();
});

test("a vantage point that is none is wrong use", () => {
  const { status, stderr } = deskbridge("probe", "--vantage", "moon", "--inventory", "x", "--report", "y");
  assert.equal(status, 2);
  assert.match(stderr, /hub.*public/);
});

test("an anchor that is none is wrong use", () => {
  const words = ["--vantage", "hub", "--inventory", "x", "--report", "y"];
  for (const wrong of ["router:7", "192.0.2.1", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:7:7"]) {
    const { status, stderr } = deskbridge("probe", ...words, "--anchors", `192.0.2.9:7,${wrong}`);
    assert.deepEqual([status, stderr], [2, `--anchors "${wrong}" is not ADDRESS:PORT, such as 192.0.2.1:443`]);
  }
});
