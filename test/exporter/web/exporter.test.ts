import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { hashSync } from "bcryptjs";
import { type Exporter, startExporter } from "../../../src/exporter/exporter.ts";
import { loadWebConfig } from "../../../src/exporter/web/load.ts";
import { until } from "../../watch/until.ts";

let folder = "";
let exporter: Exporter | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deskbridge-exporter-"));
});
afterEach(async () => {
  await exporter?.close();
  exporter = undefined;
  rmSync(folder, { recursive: true });
});

const file = () => join(folder, "web.yaml");

function write(text: string): void {
  writeFileSync(`${file()}.new`, text);
  renameSync(`${file()}.new`, file());
}

const users = `basic_auth_users:\n  anna: ${hashSync("right", 4)}\n`;
const authorization = `Basic ${Buffer.from("anna:right").toString("base64")}`;

async function start(web: boolean): Promise<void> {
  exporter = await startExporter({
    inventory: join(folder, "inventory.json"),
    reports: join(folder, "reports.sock"),
    listen: { host: "127.0.0.1", port: 0 },
    labRoot: folder,
    web: web ? loadWebConfig(file()) : undefined,
    note: () => undefined,
  });
}

async function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${exporter?.port}${path}`, { headers });
}

/** The exporter's own lines of the web configuration, without the prefix. Nobody probes here: a first scrape waits. */
async function webMetrics(): Promise<readonly string[]> {
  const text = await (await get("/metrics", { authorization })).text();
  return text.split("\n").flatMap((line) => /^deskbridge_(web_.*)/.exec(line)?.[1] ?? []);
}

test("all paths are behind the configuration, and the metrics tell whether the disk's is in force", async () => {
  write(users);
  await start(true);
  for (const path of [
    "/",
    "/events",
    "/wallboard/board.js",
    "/metrics",
    "/metrics/links",
    "/targets",
    "/-/healthy",
    "/-/ready",
    "/nothing",
  ]) {
    assert.equal((await get(path)).status, 401, path);
  }
  assert.equal((await get("/-/healthy", { authorization })).status, 200);
  const [successful, at, ...more] = await webMetrics();
  assert.equal(successful, "web_config_last_reload_successful 1");
  assert.match(at ?? "", /^web_config_last_reload_success_timestamp_seconds 1\d{9}\.\d+$/);
  assert.deepEqual(more, []);
  write("basic_auth_users: {}\nno_such_key: 1\n");
  await until("the refusal", async () =>
    (await webMetrics())[0] === "web_config_last_reload_successful 0" ? true : undefined,
  );
  assert.equal((await webMetrics())[1], at);
});

test("without a configuration anyone may come in, and no metric tells of one", async () => {
  await start(false);
  assert.equal((await get("/-/healthy")).status, 200);
  assert.deepEqual(await webMetrics(), []);
});

test("the command refuses a broken configuration, with the place and without the secret", () => {
  write("basic_auth_users:\n  anna: hunter2\n");
  const command = resolve(import.meta.dirname, "../../../scripts/deskbridge.ts");
  const args = ["exporter", "--inventory", "i.json", "--reports", "r.sock", "--listen", "127.0.0.1:0"];
  const ran = spawnSync(process.execPath, [command, ...args, "--web-config", file()], {
    cwd: folder,
    encoding: "utf8",
  });
  assert.equal(ran.status, 1);
  assert.match(ran.stderr, /web\.yaml:2:9: error: basic_auth_users must be a mapping of names to bcrypt hashes/);
  assert.doesNotMatch(ran.stderr, /hunter2/);
});
