import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { engineFolder } from "../../scripts/setup/engine.ts";
import { rules } from "../../stacks/policy/rules.ts";
import { type DoubleProgram, doubleProgram } from "../doubles/azure-native/program.ts";

/** The pack under the real engine, as a user runs it, on programs that the double of azure-native stands behind. */
const root = resolve(import.meta.dirname, "../..");
const pack = join(root, "stacks/policy");
const pulumi = join(engineFolder({ HOME: homedir(), ...process.env }), "bin/pulumi");

interface Run {
  readonly code: number | null;
  readonly output: string;
  /** Names of the rules that the engine reports, by level. */
  readonly mandatory: ReadonlySet<string>;
  readonly advisory: ReadonlySet<string>;
}

const programs: DoubleProgram[] = [];
after(() => programs.forEach((program) => program.remove()));

async function start(name: string): Promise<DoubleProgram> {
  const program = doubleProgram({ main: `test/policy/programs/${name}.ts` });
  programs.push(program);
  assert.equal((await run(program, "stack", "init", "one")).code, 0);
  return program;
}

async function run({ folder, environment }: DoubleProgram, ...args: readonly string[]): Promise<Run> {
  const child = spawn(pulumi, ["--non-interactive", "--color", "never", ...args], { cwd: folder, env: environment });
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data));
  child.stderr.on("data", (data: Buffer) => (output += data));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output, mandatory: named(output, "mandatory"), advisory: named(output, "advisory") };
}

/** The engine's lines are `- [mandatory] [severity: high]  RULE  (TYPE: NAME)`. */
function named(output: string, level: string): ReadonlySet<string> {
  const lines = output.matchAll(/- \[(\w+)\](?: \[severity: \w+\])? +([\w-]+) +\(/g);
  return new Set([...lines].flatMap(([, found, name = ""]) => (found === level ? [name] : [])));
}

function configured(program: DoubleProgram, config: object): readonly string[] {
  const file = join(program.folder, "policy.json");
  writeFileSync(file, JSON.stringify(config));
  return ["--policy-pack", pack, "--policy-pack-config", file];
}

test("a good program passes before it is made, when it is made, and after Azure has answered", async () => {
  const program = await start("good");
  const commands = [
    ["preview"],
    ["up", "--yes", "--skip-preview"],
    // Azure now lists in the network the subnets that were made apart.
    ["refresh", "--yes", "--skip-preview"],
    ["up", "--yes", "--skip-preview", "--expect-no-changes"],
  ];
  for (const command of commands) {
    const args = command[0] === "refresh" ? command : [...command, "--policy-pack", pack];
    const { code, output, mandatory, advisory } = await run(program, ...args);
    assert.equal(code, 0, output);
    assert.deepEqual([...mandatory, ...advisory], [], output);
    if (command[0] !== "refresh") assert.match(output, /✅ deskbridge@v0\.1\.0/);
  }
});

test("a bad program is refused, and every rule that it breaks is named", async () => {
  const program = await start("bad");
  const limits = { "hosts-per-pool": 0, "vms-per-subscription": 0, "resource-group-instances": 30, "stack-size": 200 };
  const config = Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, { limit }]));
  const { code, output, mandatory, advisory } = await run(program, "preview", ...configured(program, config));
  assert.notEqual(code, 0, output);
  const expected = (level: string): readonly string[] =>
    rules.flatMap((rule) => (rule.level === level ? [rule.name] : [])).toSorted();
  assert.deepEqual([...mandatory].toSorted(), expected("mandatory"), output);
  assert.deepEqual([...advisory].toSorted(), expected("advisory"), output);
  assert.match(output, /security: securityRules\[0\] is open to \* for RDP \(3389\/TCP\)\. Allowed: /);
  assert.doesNotMatch(output, /sesame/, "no secret is shown");
});

test("what a mandatory rule refuses is not made", async () => {
  const program = await start("bad");
  const { code, output } = await run(program, "up", "--yes", "--skip-preview", "--policy-pack", pack);
  assert.notEqual(code, 0, output);
  assert.doesNotMatch(output, /NetworkSecurityGroup security created|NetworkInterface card created/);
});

test("a user says which tags, which limits and which resources are left alone", async () => {
  const program = await start("good");
  const args = configured(program, {
    "required-tags": { tags: ["cost-centre"], enforcementLevel: "mandatory", except: ["host"] },
    "stack-size": { limit: 10 },
    "nothing-open-to-internet": "disabled",
  });
  const { code, output, mandatory, advisory } = await run(program, "preview", ...args);
  assert.notEqual(code, 0, output);
  assert.deepEqual([...mandatory], ["required-tags"]);
  assert.deepEqual([...advisory], ["stack-size"]);
  assert.match(output, /network: tags is \{.*\}\. Allowed: a value for each of cost-centre too/);
  assert.doesNotMatch(output, /host: tags/);
  assert.match(output, /the stack: the number of resources is 19\. Allowed: at most 10/);
});

test("a configuration that the pack does not know is an error", async () => {
  const program = await start("good");
  const { code, output } = await run(program, "preview", ...configured(program, { "stack-size": { limit: "many" } }));
  assert.notEqual(code, 0);
  assert.match(output, /stack-size: limit: Invalid type\. Expected: integer, given: string/);
});

test("the pack's version is the project's", () => {
  const versions = [root, pack].map((folder) => {
    const text = readFileSync(join(folder, "package.json"), "utf8");
    return (JSON.parse(text) as { version: string }).version;
  });
  assert.equal(versions[0], versions[1]);
});
