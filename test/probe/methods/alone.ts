import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { basename } from "node:path";
import { test } from "node:test";

const mark = "DESKBRIDGE_TEST_ALONE";

/**
 * Runs a file's tests in a network namespace that lives as long as they do: daemons in it make devices, and take ports
 * that are theirs by standard, without the machine's own namespace seeing any of it.
 */
export function alone(file: string, tests: () => unknown): void {
  if (process.env[mark] !== undefined) {
    tests();
    return;
  }
  test(`${basename(file)}, in a network namespace of its own`, async () => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const command = 'ip link set lo up && exec "$0" --test --test-reporter=spec "$@"';
    const child = spawn("unshare", ["--net", "sh", "-c", command, process.execPath, file], {
      env: { ...env, [mark]: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
    }
    await once(child, "close");
    assert.equal(child.exitCode, 0, said);
  });
}
