import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bad = "test/testdata/fleet/ten-mistakes.yaml";

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `deskbridge check …`, run as a user runs it, from the project's folder. */
async function check(...args: readonly string[]): Promise<Outcome> {
  return new Promise((settle) => {
    const command = ["scripts/deskbridge.ts", "check", ...args];
    execFile(process.execPath, command, { cwd: root }, (error, stdout, stderr) => {
      settle({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

describe("deskbridge check", () => {
  it("sums up a fleet that is right", async () => {
    assert.deepEqual(await check(), {
      code: 0,
      stdout: "fleet OK: piemonte: 4 bodies, 7 pools, 5 sites, 9 links; desks: today 4,000, surge 7,000\n",
      stderr: "no fleets/piemonte.azure.yaml, which the target azure needs: --tenancy-template prints one to fill in\n",
    });
  });

  it("reports the ten mistakes of a file, each under its place", async () => {
    const { code, stdout, stderr } = await check("--fleet", bad);
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.equal(stderr, readFileSync(`${root}/test/testdata/fleet/ten-mistakes.txt`, "utf8"));
    assert.match(stderr, /\n10 errors\n$/);
  });

  it("gives the same ten to a program", async () => {
    const { code, stdout, stderr } = await check("--fleet", bad, "--json");
    assert.equal(code, 1);
    assert.equal(stderr, "");
    const { errors } = JSON.parse(stdout) as { errors: Record<string, unknown>[] };
    assert.equal(errors.length, 10);
    assert.deepEqual(errors[0], {
      file: bad,
      line: 3,
      column: 11,
      path: "timezone",
      message: 'timezone must be an IANA time zone such as Europe/Rome, not "Europe/Rom"',
      hint: 'did you mean "Europe/Rome"?',
    });
    assert.deepEqual(Object.keys(errors[1] ?? {}), ["file", "line", "column", "path", "message"]);
  });

  it("gives a program an empty list where nothing is wrong", async () => {
    const { code, stdout } = await check("--fleet", "fleets/small.yaml", "--json");
    assert.deepEqual([code, JSON.parse(stdout)], [0, { errors: [] }]);
  });

  it("tells a missing file apart from a wrong use", async () => {
    const missing = await check("--fleet", "nowhere.yaml");
    assert.equal(missing.code, 1);
    assert.equal(
      missing.stderr,
      'nowhere.yaml:1:1: error: cannot read "nowhere.yaml": there is no such file\n\n1 error\n',
    );
    assert.equal((await check("--flete", "x.yaml")).code, 2);
  });

  it("checks the tenancy file too, where one stands beside the fleet file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "check-"));
    try {
      const fleet = join(folder, "small.yaml");
      copyFileSync(`${root}/fleets/small.yaml`, fleet);
      const good = readFileSync(`${root}/test/testdata/tenancy/small.azure.yaml`, "utf8");
      writeFileSync(join(folder, "small.azure.yaml"), good);
      const right = await check("--fleet", fleet);
      assert.deepEqual([right.code, right.stderr], [0, ""]);
      assert.match(right.stdout, /^fleet OK: small: .*\ntenancy OK: .*small\.azure\.yaml\n$/);
      writeFileSync(join(folder, "small.azure.yaml"), good.replace("  main:", "  mian:"));
      const wrong = await check("--fleet", fleet);
      assert.equal(wrong.code, 1);
      assert.match(wrong.stderr, /small\.azure\.yaml:5:3: error: subscription "mian" is not in the fleet file/);
      assert.match(wrong.stderr, /did you mean "main"\?/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("prints a tenancy file to fill in", async () => {
    const { code, stdout } = await check("--tenancy-template");
    assert.equal(code, 0);
    assert.match(stdout, /^# What only the cloud's tenant knows of the fleet "piemonte"/);
    assert.match(stdout, /\n {2}torino\/palazzo-civico\/fibre-2: \{ address: "" \}/);
  });
});
