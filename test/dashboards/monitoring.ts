import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { renderMonitoring } from "../../dashboards/render.ts";
import { type Alerts, receiverNames } from "../../dashboards/receivers.ts";
import type { RoutedFleet } from "../../dashboards/routes.ts";
import { ruleGroups } from "../../dashboards/rules.ts";

export const fleet: RoutedFleet = {
  name: "test",
  timezone: "Europe/Rome",
  units: [{ day: { hours: "08:00-20:00" } }],
  bodies: [
    {
      id: "b",
      sites: [
        {
          id: "hall",
          links: [
            { id: "fibre", critical: true },
            { id: "radio", critical: false },
          ],
        },
        { id: "desk", links: [{ id: "fibre", critical: false }] },
      ],
    },
  ],
  contactCentre: { hours: "Mo-Fr 08:00-20:00; PH off", closures: ["06-24"] },
  alerts: {
    ...(Object.fromEntries(
      receiverNames.map((name) => [name, { webhook: `http://127.0.0.1:9095/${name}` }]),
    ) as unknown as Alerts),
    grafana: "https://grafana.example.org/",
  },
};

export const places = {
  exporter: "127.0.0.1:9720",
  prometheus: "127.0.0.1:9090",
  alertmanager: "127.0.0.1:9093",
  runbook: "https://example.org/runbook",
};

/** A new folder with the rendered files. */
export function renderedFolder(changed: RoutedFleet = fleet): string {
  const folder = mkdtempSync(join(tmpdir(), "deskbridge-monitoring-"));
  for (const [name, text] of Object.entries(renderMonitoring(changed, places))) writeFileSync(join(folder, name), text);
  return folder;
}

/** Prometheus's own tool has nothing to say against it. */
export function promtool(...args: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync("promtool", args, { encoding: "utf8" });
  assert.equal(status, 0, `${error?.message ?? ""}${stdout}${stderr}`);
}

/** Without it promtool evaluates the groups in an order that changes from look to look. */
const groupOrder = ruleGroups.map(({ name }) => name);

/** Runs tests of rules and expressions in a rendered folder; one evaluation each so many seconds. */
export function promtoolTest(folder: string, name: string, tests: readonly object[], step = 1): void {
  const file = join(folder, `${name}.test.yml`);
  writeFileSync(
    file,
    stringify({
      rule_files: ["rules.yml"],
      evaluation_interval: `${step}s`,
      group_eval_order: groupOrder,
      tests,
    }),
  );
  promtool("test", "rules", file);
}
