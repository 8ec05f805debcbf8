import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { basename } from "node:path";
import { test } from "node:test";

const mark = "DESKBRIDGE_TEST_ALONE";

/**
 * Runs a file's tests in namespaces of their own, for network and processes, which live as long as they do: daemons make
 * devices and take the ports that are theirs by standard without the machine seeing any of it, and none is left behind.
 */
export function alone(file: string, tests: () => unknown): void {
  if (process.env[mark] !== undefined) {
    tests();
    return;
  }
  test(`${basename(file)}, in namespaces of its own`, async () => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const command = 'ip link set lo up && exec "$0" --test --test-reporter=spec "$@"';
    const unshare = ["unshare", "--net", "--pid", "--mount-proc", "--fork", "--kill-child"];
    const words = ["--pdeathsig", "KILL", ...unshare, "sh", "-c", command, process.execPath, file];
    const child = spawn("setpriv", words, {
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
