import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { test } from "node:test";

const cli = resolve(import.meta.dirname, "../../scripts/cli.ts");
const program = `
  const { agreed, main } = await import(${JSON.stringify(cli)});
  await main({ run: () => agreed("Do this?") }, []);`;

/** Types that at the question, in a terminal of its own: else nobody is asked. */
async function answered(typed: string): Promise<{ readonly code: unknown; readonly text: string }> {
  const command = `'${process.execPath}' --input-type=module -e "$PROGRAM"`;
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    env: { ...process.env, PROGRAM: program },
    stdio: ["pipe", "pipe", "inherit"],
    timeout: 20_000,
  });
  let text = "";
  let isTyped = false;
  child.stdout.setEncoding("utf8").on("data", (more: string) => {
    text += more;
    if (isTyped || !text.includes("(yes/no) ")) return;
    isTyped = true;
    child.stdin.write(typed);
  });
  const [code] = await once(child, "close");
  return { code, text };
}

test("a question is answered by yes; Ctrl-C, or the end of what is typed, ends without a stack trace", async () => {
  assert.equal((await answered("yes\n")).code, 0);
  assert.equal((await answered("no\n")).code, 1);
  for (const typed of ["\u0003", "\u0004"]) {
    const { code, text } = await answered(typed);
    assert.equal(code, 130, text);
    assert.match(text, /nothing was changed\s*$/);
    assert.doesNotMatch(text, /AbortError/);
  }
});
