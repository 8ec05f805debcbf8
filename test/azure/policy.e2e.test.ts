import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { stringify } from "yaml";
import { engineFolder } from "../../scripts/setup/engine.ts";
import { loadFleet } from "../../src/fleet/load.ts";
import { tenancyPath } from "../../src/fleet/tenancy/load.ts";
import { plan as planFleet } from "../../src/plan/plan.ts";
import type { SlicePlan } from "../../src/plan/types.ts";
import { Control } from "../doubles/azure-native/control.ts";
import { type DoubleProgram, doubleProgram } from "../doubles/azure-native/program.ts";
import { linkKeyFor } from "./mocks.ts";
import { tenancyFor } from "./tenancy.ts";
import { source } from "./watch/fixture.ts";

/** Our own stacks before our own policy pack, under the real engine: nothing is refused, and nothing advised. */
const root = resolve(import.meta.dirname, "../..");
const pulumi = join(engineFolder({ HOME: homedir(), ...process.env }), "bin/pulumi");
const fleetFile = join(root, "fleets/small.yaml");
const fleet = loadFleet(fleetFile);
const plan = planFleet(fleet);
const slices = plan.slices.filter(({ target }) => target === "azure");
const pack = ["--policy-pack", join(root, "stacks/policy")];

let program: DoubleProgram;
before(() => {
  program = doubleProgram({ main: "stacks/index.ts" });
  const own = join(program.folder, "small.yaml");
  const tenancy = tenancyFor(fleet);
  copyFileSync(fleetFile, own);
  writeFileSync(tenancyPath(own), stringify(tenancy));
  const control = new Control(program.state);
  for (const { id, version } of Object.values(tenancy.images)) {
    control.place(`${id}/versions/${version}`, fleet.azure?.region ?? "");
  }
  control.close();
});
after(() => program.remove());

async function run(...words: readonly string[]): Promise<string> {
  const child = spawn(pulumi, ["--non-interactive", "--color", "never", ...words], {
    cwd: program.folder,
    env: { ...program.environment, DESKBRIDGE_FLEET: join(program.folder, "small.yaml") },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  assert.equal(code, 0, output);
  return output;
}

/** What `deskbridge up` writes. */
const settings: Record<SlicePlan["kind"], readonly string[]> = {
  hub: [
    "--secret",
    `deskbridge:linkKeys=${JSON.stringify(
      Object.fromEntries(
        plan.bodies.flatMap(({ sites }) => sites.flatMap(({ links }) => links.map(({ id }) => [id, linkKeyFor(id)]))),
      ),
    )}`,
  ],
  body: ["--plaintext", "deskbridge:registrationExpires=2026-12-01T00:00:00Z"],
  hosts: ["--secret", "deskbridge:hostSecret=a-secret-of-hosts"],
  watch: ["--plaintext", `deskbridge:source=${source}`],
};

/** Lines in which the engine names a rule: `- [mandatory] [severity: high]  RULE  (TYPE: NAME)`. */
function violations(output: string): readonly string[] {
  return output.split("\n").filter((line) => /\[(mandatory|advisory)\]/.test(line));
}

describe("our own stacks before the policy pack", () => {
  for (const { stack, kind } of slices) {
    it(`${stack} breaks no rule, neither before it is made nor when it is`, async () => {
      await run("stack", "init", stack);
      await run("config", "set-all", "--stack", stack, ...settings[kind]);
      for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
        const output = await run(...command, "--stack", stack, ...pack);
        assert.match(output, /✅ deskbridge@v0\.1\.0/);
        assert.deepEqual(violations(output), [], output);
      }
    });
  }

  it("the pack is heard: told to want one more tag, it misses that", async () => {
    const rule = join(program.folder, "tags.json");
    writeFileSync(rule, JSON.stringify({ "required-tags": { tags: ["cost-centre"] } }));
    const output = await run("preview", "--stack", "azure-provincia", ...pack, "--policy-pack-config", rule);
    assert.ok(
      violations(output).some((line) => line.includes("[advisory]") && line.includes("required-tags")),
      output,
    );
  });
});
