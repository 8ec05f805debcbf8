import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, test } from "node:test";

const root = resolve(import.meta.dirname, "..");
const folders: string[] = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** Lints a tree of files under the project's own rules; gives "file: message" for each fault. */
function lint(files: Readonly<Record<string, string>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "deskbridge-lint-"));
  folders.push(folder);
  for (const name of ["oxlint.config.ts", "tsconfig.json"]) copyFileSync(join(root, name), join(folder, name));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const oxlint = join(root, "node_modules/oxlint/bin/oxlint");
  const result = spawnSync(process.execPath, [oxlint, "--format=json"], { cwd: folder, encoding: "utf8" });
  const report = JSON.parse(result.stdout) as { diagnostics: { filename: string; message: string; help?: string }[] };
  return report.diagnostics.map(({ filename, message, help }) => `${filename}: ${message} ${help ?? ""}`);
}

/** Something for every place to import. */
const tree = {
  "src/fleet/schema.ts": "export const fleet = 1;\n",
  "src/fleet/document.ts": "export const document = 1;\n",
  "src/plan/types.ts": "export const types = 1;\n",
  "src/plan/plan.ts": "export const plan = 1;\n",
  "src/inventory.ts": "export const inventory = 1;\n",
  "src/metrics.ts": "export const metrics = 1;\n",
  "src/handshake/ssh.ts": "export const ssh = 1;\n",
  "src/probe/main.ts": "export const probe = 1;\n",
  "src/exporter/main.ts": "export const exporter = 1;\n",
  "src/azure/client.ts": "export const client = 1;\n",
  "src/profiles/authority.ts": "export const authority = 1;\nexport interface Profile {\n  id: string;\n}\n",
  "src/link/ticket.ts": "export const ticket = 1;\n",
  "dashboards/rules.ts": "export const rules = 1;\n",
  "stacks/lab/hub.ts": "export const hub = 1;\n",
  "scripts/cli.ts": "export const cli = 1;\n",
};

const refused = [
  ["src/fleet/x.ts", "plan", "../plan/types.ts"],
  ["src/plan/y.ts", "inventory", "../inventory.ts"],
  ["src/plan/deep/x.ts", "metrics", "../../metrics.ts"],
  ["src/probe/x.ts", "plan", "../plan/plan.ts"],
  ["src/probe/y.ts", "exporter", "../exporter/main.ts"],
  ["src/exporter/x.ts", "probe", "../probe/main.ts"],
  ["src/exporter/y.ts", "fleet", "../fleet/schema.ts"],
  ["src/handshake/x.ts", "inventory", "../inventory.ts"],
  ["src/azure/x.ts", "metrics", "../metrics.ts"],
  ["src/rollout/y.ts", "client", "../azure/client.ts"],
  ["src/reach/x.ts", "authority", "../profiles/authority.ts"],
  ["src/profiles/x.ts", "fleet", "../fleet/schema.ts"],
  ["src/profiles/y.ts", "Output", "@pulumi/pulumi"],
  ["src/link/x.ts", "rules", "../../dashboards/rules.ts"],
  ["src/link/y.ts", "probe", "../probe/main.ts"],
  ["src/exporter/z.ts", "ticket", "../link/ticket.ts"],
  ["src/rollout/x.ts", "cli", "../../scripts/cli.ts"],
  ["src/sitting/x.ts", "ticket", "../link/ticket.ts"],
  ["src/sitting/y.ts", "plan", "../plan/plan.ts"],
  ["src/duty/x.ts", "hub", "../../stacks/lab/hub.ts"],
  ["src/metrics.ts", "types", "./plan/types.ts"],
  ["dashboards/x.ts", "inventory", "../src/inventory.ts"],
  ["stacks/x.ts", "probe", "../src/probe/main.ts"],
  ["stacks/y.ts", "cli", "../scripts/cli.ts"],
] as const;

const allowed = [
  ["src/plan/deep/x.ts", "fleet", "../../fleet/schema.ts"],
  ["src/probe/x.ts", "types", "../plan/types.ts"],
  ["src/probe/deep/x.ts", "probe", "../main.ts"],
  ["src/exporter/x.ts", "metrics", "../metrics.ts"],
  ["src/exporter/deep/x.ts", "client", "../../azure/client.ts"],
  ["src/exporter/web/x.ts", "document", "../../fleet/document.ts"],
  ["src/reach/x.ts", "ssh", "../handshake/ssh.ts"],
  ["src/reach/y.ts", "type Profile", "../profiles/authority.ts"],
  ["src/link/x.ts", "plan", "../plan/plan.ts"],
  ["src/sitting/x.ts", "fleet", "../fleet/schema.ts"],
  ["src/sitting/y.ts", "inventory", "../inventory.ts"],
  ["dashboards/x.ts", "metrics", "../src/metrics.ts"],
  ["stacks/lab/x.ts", "plan", "../../src/plan/plan.ts"],
  ["stacks/lab/y.ts", "rules", "../../dashboards/rules.ts"],
  ["scripts/x.ts", "hub", "../stacks/lab/hub.ts"],
] as const;

const importing = (name: string, from: string): string => `export { ${name} as x } from "${from}";\n`;

const faultsOfRefused = lint({
  ...tree,
  ...Object.fromEntries(refused.map(([file, name, from]) => [file, importing(name, from)])),
});

for (const [file, , from] of refused) {
  test(`${file} may not import ${from}`, () => {
    const place = file.startsWith("src/") ? file.split("/").slice(0, 2).join("/") : file.split("/")[0];
    const faults = faultsOfRefused.filter((fault) => fault.startsWith(`${file}: `));
    assert.equal(faults.length, 1, faults.join("\n"));
    assert.ok(faults[0]?.includes(`${place} may import `), faults[0]);
  });
}

test("what the one-way flow allows passes", () => {
  const files = Object.fromEntries(allowed.map(([file, name, from]) => [file, importing(name, from)]));
  assert.deepEqual(lint({ ...tree, ...files }), []);
});

test("a cycle is refused, through types too", () => {
  const one = 'import type { B } from "./b.ts";\nexport interface A {\n  b: B;\n}\n';
  const two = 'import type { A } from "./a.ts";\nexport interface B {\n  a: A;\n}\n';
  const faults = lint({ "src/plan/a.ts": one, "src/plan/b.ts": two });
  assert.match(faults.join("\n"), /src\/plan\/a\.ts: Dependency cycle detected/);
});

test("a promise that nobody waits for is refused, as are the console and the environment in src", () => {
  const text = 'const go = async () => 1;\ngo();\nconsole.log(process.env["HOME"]);\nexport const x = 1;\n';
  const faults = lint({ "src/plan/x.ts": text }).join("\n");
  assert.match(faults, /Promises must be awaited/);
  assert.match(faults, /console/);
  assert.match(faults, /process\.env/);
});
