import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { hostOf, hubSubscription, poolOf } from "../azure/arm-world.ts";
import { type IdentityDouble, startIdentity } from "../doubles/arm/identity.ts";
import { type ArmDouble, startArm } from "../doubles/arm/server.ts";
import { until } from "../watch/until.ts";
import { azureInventory } from "./azure-world.ts";

/** The command as it runs on a machine in Azure: its identity gives tokens, as Azure's own endpoint on loopback does. */

const program = resolve(import.meta.dirname, "../../scripts/deskbridge.ts");
const folder = mkdtempSync(join(tmpdir(), "deskbridge-azure-"));
let arm: ArmDouble;
let identity: IdentityDouble;
let exporter: ChildProcess | undefined;

before(async () => {
  arm = await startArm();
  arm.state.pools = [
    poolOf("office", [hostOf("h-1", { sessions: 5 })]),
    poolOf("lab", [hostOf("p-1")], hubSubscription),
  ];
  identity = await startIdentity(arm);
});

after(async () => {
  exporter?.kill();
  if (exporter !== undefined && exporter.exitCode === null) await once(exporter, "exit");
  identity.close();
  await arm.close();
  rmSync(folder, { recursive: true });
});

test("deskbridge exporter reads Azure as the machine's own identity, one token a service", async () => {
  const inventory = { ...azureInventory(), instances: [], links: [], sites: [] };
  writeFileSync(join(folder, "inventory.json"), JSON.stringify(inventory));
  const paths = ["--inventory", join(folder, "inventory.json"), "--reports", join(folder, "reports.sock")];
  const cloud = ["--azure-management", arm.cloud.management.url, "--azure-metrics", arm.cloud.metrics.url];
  exporter = spawn(process.execPath, [program, "exporter", ...paths, "--listen", "127.0.0.1:0", ...cloud], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      ...identity.environment,
    },
  });
  let notes = "";
  exporter.stderr?.setEncoding("utf8").on("data", (text: string) => (notes += text));
  const port = await until("the port", () => /serving on port (\d+)/.exec(notes)?.[1]);
  const line = 'deskbridge_pool_sessions{body="torino",pool="torino/office"} 5';
  await until("the pool's sessions", async () => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return text.includes(line) ? true : undefined;
  });
  await until("both services", () => (identity.resources.size === 2 ? true : undefined));
  const { management, metrics } = arm.cloud;
  assert.deepEqual(
    [...identity.resources].toSorted((left, right) => left.length - right.length),
    [management.url, metrics.url.replace("{region}.", "")],
  );
  assert.ok(!notes.includes("management-1") && !notes.includes("metrics-1"), notes);
});

for (const [words, told] of [
  [
    ["--azure-management", "https://management.example.org"],
    "--azure-management and --azure-metrics belong together: both name one cloud",
  ],
  [
    ["--azure-management", "http://management.example.org", "--azure-metrics", "https://{region}.example.org"],
    '--azure-management "http://management.example.org" is no address such as https://management.azure.com',
  ],
] as const) {
  test(`wrong use: ${words.join(" ")}`, () => {
    const paths = ["--inventory", join(folder, "none.json"), "--reports", join(folder, "none.sock")];
    const { status, stderr } = spawnSync(process.execPath, [program, "exporter", ...paths, ...words], {
      encoding: "utf8",
      timeout: 60_000,
    });
    assert.deepEqual([status, stderr.trim().split("\n").at(-1)], [2, told]);
  });
}
