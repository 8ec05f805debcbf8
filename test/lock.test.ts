import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";

test("a lock that cannot be written leaves nothing behind", () => {
  const folder = mkdtempSync(join(tmpdir(), "deskbridge-lock-"));
  try {
    const lock = resolve(import.meta.dirname, "../src/lock.ts");
    const program = `
      const { takeLock } = await import(${JSON.stringify(lock)});
      await takeLock(${JSON.stringify(join(folder, "lock"))}, 0).catch((error) => console.log(error.code));`;
    // No file may have a byte, as on a full disk.
    const limited = 'trap "" XFSZ; ulimit -f 0; exec "$0" --input-type=module -e "$1"';
    const { stdout } = spawnSync("sh", ["-c", limited, process.execPath, program], { encoding: "utf8" });
    assert.equal(stdout, "EFBIG\n");
    assert.deepEqual(readdirSync(folder), []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
