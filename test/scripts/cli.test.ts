import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, test } from "node:test";

const root = resolve(import.meta.dirname, "../..");

function deskbridge(...words: readonly string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/deskbridge.ts", ...words], {
    cwd: root,
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
}

describe("the command line", () => {
  test("wrong use ends with 2, one line that names the choices, and no usage text", () => {
    const cases = [
      [["plann"], /^unknown command "plann"; choose one of: check, plan, up, .*\n$/],
      [["profile", "make"], /^unknown command "make"; choose one of: issue, list, revoke\n$/],
      [["plan", "--jsn"], /^Unknown option '--jsn'; this command takes: --fleet, --stage, .*\n$/],
      [["plan", "extra"], /^unexpected argument "extra"; see --help\n$/],
      [["up", "--target", "moon"], /moon.*lab.*azure/],
      [["up", "--target", "azure", "--tries", "few"], /^--tries is "few"; it must be a whole number, 1 or more\n$/],
      [["plan", "--stage", "never"], /never.*today, surge/],
    ] as const;
    for (const [words, message] of cases) {
      const { code, stdout, stderr } = deskbridge(...words);
      assert.equal(code, 2, words.join(" "));
      assert.match(stderr, message);
      assert.equal(stdout, "");
    }
  });

  test("help is plain text where no terminal reads it", () => {
    for (const words of [[], ["--help"], ["plan", "--help"], ["profile", "-h"]]) {
      const { code, stdout } = deskbridge(...words);
      assert.equal(code, 0);
      assert.match(stdout, /USAGE deskbridge/);
      assert.ok(!stdout.includes("\u001B"), "no colour codes");
      assert.doesNotMatch(stdout, / $/m);
    }
  });

  test("env prints exports that a shell takes, and no passphrase", () => {
    const { code, stdout } = deskbridge("env");
    assert.equal(code, 0);
    assert.match(stdout, /^export PULUMI_CONFIG_PASSPHRASE_FILE='.*'$/m);
    assert.doesNotMatch(stdout, /PULUMI_CONFIG_PASSPHRASE=/);
    const shell = spawnSync("sh", ["-c", `${stdout}\nprintf %s "$DESKBRIDGE_FLEET"`], { encoding: "utf8" });
    assert.equal(shell.stdout, "fleets/piemonte.yaml");
  });
});
