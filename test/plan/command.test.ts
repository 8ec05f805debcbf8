import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const reference = "fleets/piemonte.yaml";
const scratch = mkdtempSync(join(tmpdir(), "deskbridge-plan-"));
after(() => rmSync(scratch, { recursive: true }));

interface Ended {
  readonly code: number | string | null | undefined;
  readonly out: string;
  readonly err: string;
}

function deskbridge(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["scripts/deskbridge.ts", ...args],
      { cwd: root, env: { ...process.env, NO_COLOR: "1" }, maxBuffer: 64 * 1024 * 1024 },
      (error, out, err) => resolve({ code: error?.code ?? 0, out, err }),
    );
  });
}

/** The reference fleet's text with one thing replaced, as a file. */
function changed(name: string, from: string | RegExp, to: string): string {
  const text = readFileSync(join(root, reference), "utf8");
  assert.match(text, new RegExp(from));
  const file = join(scratch, name);
  writeFileSync(file, text.replace(from, to));
  return file;
}

const snapshots: readonly { file: string; args: readonly string[] }[] = [
  { file: "surge.txt", args: [] },
  { file: "today.txt", args: ["--stage", "today"] },
  { file: "diff.txt", args: ["--diff", reference] },
];
for (const { file, args } of snapshots) {
  const command = ["plan", ...args].join(" ");
  test(`"${command}" prints test/testdata/plan/${file}, at most 120 columns wide`, async () => {
    const { code, out, err } = await deskbridge("plan", ...args);
    const expected = readFileSync(join(root, "test/testdata/plan", file), "utf8");
    assert.equal(out, expected, `if the new text is right: npx deskbridge ${command} > test/testdata/plan/${file}`);
    assert.equal(err, "");
    assert.equal(code, 0);
    assert.ok(out.split("\n").every((line) => line.length <= 120));
  });
}

test("--json gives the plan for programs, and names no person", async () => {
  writeFileSync(join(scratch, "desks.csv"), "desk,person,site\npc-mario,mario.rossi@example.org,\n");
  const listed = changed("listed.yaml", "id: gis, share: 0.015,", "id: gis, share: 0.015, list: desks.csv,");
  const { code, out } = await deskbridge("plan", "--fleet", listed, "--json");
  assert.equal(code, 0);
  assert.ok(!out.includes("mario.rossi"));
  const json: unknown = JSON.parse(out);
  assert.ok(typeof json === "object" && json !== null);
  const { fleet, stage, desks, gateways, bodies, slices, proof, gatewayChoices } = json as Record<string, never[]>;
  assert.deepEqual([fleet, stage, desks], ["piemonte", "surge", 7000]);
  assert.partialDeepStrictEqual(gateways, [{ id: "hub", sku: "VpnGw5AZ", instances: 2 }]);
  assert.partialDeepStrictEqual(bodies, [
    { id: "regione", desks: 3500 },
    { id: "torino", desks: 2800 },
    { id: "metropolitana", desks: 700 },
    { id: "consorzio", desks: 0 },
  ]);
  assert.partialDeepStrictEqual(slices, [{ stack: "azure-hub", kind: "hub", after: [] }]);
  assert.partialDeepStrictEqual(proof, [
    { demand: 6671, limit: 10_000, headroom: 3329, breaksAt: 10_001, holds: true },
  ]);
  assert.equal(gatewayChoices?.length, 5);
});

test("--json holds what to have in hand before building in Azure; --prices gives it prices", async () => {
  const prices = join(scratch, "prices.csv");
  writeFileSync(
    prices,
    "meter,unit,price,currency,source,date\nVPN gateway VpnGw5AZ,hour,2,EUR,a list of this test,2026-01-31\n",
  );
  const { code, out } = await deskbridge("plan", "--prices", prices, "--json");
  assert.equal(code, 0);
  const { preflight } = JSON.parse(out) as { preflight: unknown };
  assert.partialDeepStrictEqual(preflight, {
    region: "italynorth",
    time: { gateway: { atLeast: 30, atMost: 60 } },
    costs: { currency: "EUR", known: { atWork: 1460, always: 1460 } },
  });
  writeFileSync(prices, "meter,price\n");
  const wrong = await deskbridge("plan", "--prices", prices);
  assert.deepEqual([wrong.code, wrong.out], [1, ""]);
  assert.match(
    wrong.err,
    /prices\.csv:1: the columns must be meter, unit, price, currency, source, date; missing: unit/,
  );
  const nowhere = await deskbridge("plan", "--prices", join(scratch, "nowhere.csv"));
  assert.match(nowhere.err, /^cannot read the prices ".*nowhere\.csv": there is no such file\n$/);
});

test("a limit that does not hold is told, and the exit code is 1", async () => {
  const thin = changed("thin.yaml", "carrier: carrier-a, mbps: 500 }", "carrier: carrier-a, mbps: 100 }");
  const { code, out, err } = await deskbridge("plan", "--fleet", thin);
  assert.equal(code, 1);
  assert.match(out, /1 of \d+ limits do NOT hold/);
  assert.match(out, /regione\/consiglio: its people on fibre +│ +140 │ +100 │ Mb\/s +│ +-40 │ +100\.5 │ ✗ │/);
  assert.equal(err, "does not hold: regione/consiglio: its people on fibre: 140 of 100 Mb/s\n");
});

test("--diff with another file compares the same stage of both, and --json says it to programs", async () => {
  const old = changed("old.yaml", "total: 1100 ", "total: 1000 ");
  const { code, out } = await deskbridge("plan", "--stage", "today", "--diff", old, "--json");
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(out), {
    from: { fleet: "piemonte", stage: "today", desks: 4000 },
    to: { fleet: "piemonte", stage: "today", desks: 4000 },
    changes: [
      {
        effect: "none",
        subject: "consorzio",
        people: 80,
        text: "consorzio: 80 people more get a profile for their laptop",
      },
    ],
  });
});

const mistakes: readonly { args: readonly string[]; code: number; says: string }[] = [
  { args: ["--stage", "sruge"], code: 2, says: 'unknown stage "sruge"; choose one of: today, surge\n' },
  {
    args: ["--stage", "today", "--diff", reference],
    code: 2,
    says: "today is the first stage; name the one to compare it with: --old-stage NAME\n",
  },
  { args: ["--old-stage", "today"], code: 2, says: "--old-stage goes with --diff OLD\n" },
  {
    args: ["--diff", reference, "--old-stage", "x"],
    code: 2,
    says: 'unknown stage "x"; choose one of: today, surge\n',
  },
];
for (const { args, code, says } of mistakes) {
  test(`"plan ${args.join(" ")}" is wrong use: ${says.trim()}`, async () => {
    const ended = await deskbridge("plan", ...args);
    assert.deepEqual(ended, { code, out: "", err: says });
  });
}

test("a fleet that cannot be planned: who, what, and what to do, without a stack", async () => {
  const narrow = changed("narrow.yaml", "desks: 10.64.0.0/12", "desks: 10.64.0.0/16");
  const { code, out, err } = await deskbridge("plan", "--fleet", narrow);
  assert.deepEqual([code, out], [1, ""]);
  assert.match(err, /^pool regione\/office has 3010 hosts and needs 19 networks of 160, but from 10\.64\.0\.0 only/);
  assert.match(err, /give network\.desks more room than 10\.64\.0\.0\/16\n$/);
});
