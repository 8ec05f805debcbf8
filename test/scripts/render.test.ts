import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, describe, it } from "node:test";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "deskbridge-render-"));
after(() => rmSync(folder, { recursive: true }));

/** `deskbridge render …`, run as a user runs it, from the project's folder. */
function render(...args: readonly string[]) {
  const command = ["scripts/deskbridge.ts", "render", "--fleet", "fleets/small.yaml", "--out", folder, ...args];
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  return { status, stderr };
}

/** small.yaml's hours say PH off. */
const holidays =
  "fleets/small.yaml: contactCentre.hours: PH off is not told to Alertmanager, which knows no public holidays: the " +
  "contact centre's tickets go out on them as on other days, unless closures: names them\n";

describe("deskbridge render", () => {
  const dashboard = join(folder, "grafana/deskbridge-overview.json");

  it("names what is missing, and writes nothing with --check", () => {
    const { status, stderr } = render("--check");
    assert.equal(status, 1);
    for (const name of [
      "prometheus.yml",
      "rules.yml",
      "alertmanager.yml",
      "notifications.tmpl",
      "grafana/deskbridge-overview.json",
    ])
      assert.ok(stderr.includes(`${join(folder, name)} differs\n`), name);
    assert.deepEqual(readdirSync(folder), []);
  });

  it("writes rules, routes and dashboards", () => {
    assert.equal(render().status, 0);
    assert.deepEqual(readdirSync(folder).toSorted(), [
      "alertmanager.yml",
      "grafana",
      "notifications.tmpl",
      "prometheus.yml",
      "rules.yml",
    ]);
    const { title, panels } = JSON.parse(readFileSync(dashboard, "utf8")) as { title: string; panels: object[] };
    assert.equal(title, "Overview");
    const provisioning = readdirSync(join(folder, "grafana/provisioning"), { recursive: true, encoding: "utf8" });
    assert.deepEqual(provisioning.filter((name) => name.endsWith(".yml")).toSorted(), [
      "dashboards/deskbridge.yml",
      "datasources/deskbridge.yml",
    ]);
    assert.match(
      readFileSync(join(folder, "grafana/provisioning/datasources/deskbridge.yml"), "utf8"),
      /url: http:\/\/127\.0\.0\.1:9090$/m,
    );
    assert.ok(JSON.stringify(panels).includes('"dashboards/runbook.md#sitedown"'));
    assert.deepEqual(render("--check"), { status: 0, stderr: holidays });
  });

  it("names what somebody changed or took away, and nothing else", () => {
    appendFileSync(dashboard, "\n");
    rmSync(join(folder, "prometheus.yml"));
    assert.deepEqual(render("--check"), {
      status: 1,
      stderr: `${holidays}${folder}/prometheus.yml differs\n${dashboard} differs\nrun: npx deskbridge render --out ${folder}\n`,
    });
  });
});
