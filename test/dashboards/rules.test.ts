import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, describe, test } from "node:test";
import { cloudAlerts } from "../../dashboards/cloud-rules.ts";
import { cloudThresholds, marks, thresholds } from "../../dashboards/config.ts";
import { alerts } from "../../dashboards/rules.ts";
import { fullName, metricNames, seriesNames } from "../../src/metrics.ts";
import { all, downAt20, gateway, inOrder } from "./in-order.ts";
import { type Case, cases, hall } from "./rule-cases.ts";
import { places, promtool, promtoolTest, renderedFolder } from "./monitoring.ts";

const folder = renderedFolder();
after(() => rmSync(folder, { recursive: true }));

const burningNow =
  'count by (alertname, body, site, gateway, link, kind, vantage, shards) (ALERTS{alertstate="firing",alertname!="Watchdog"})';

function toTest({ series, burning }: Case): object {
  const changed = Object.entries({ ...inOrder, ...series });
  return {
    interval: "1s",
    input_series: changed.map(([name, values]) => ({ series: name, values })),
    promql_expr_test: Object.entries(burning).flatMap(([second, expected]) => [
      {
        expr: burningNow,
        eval_time: `${second}s`,
        exp_samples: expected.map((labels) => ({ labels: selector(labels), value: 1 })),
      },
      { expr: 'ALERTS{alertname="Watchdog"}', eval_time: `${second}s`, exp_samples: [watchdog] },
    ]),
  };
}

const watchdog = { labels: 'ALERTS{alertname="Watchdog",alertstate="firing",severity="none"}', value: 1 };

function selector(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(",")}}`;
}

for (const [alert, ofAlert] of Object.entries(cases)) {
  describe(alert, () => {
    for (const [sort, ofSort] of Object.entries(ofAlert)) {
      for (const [index, each] of ofSort.entries()) {
        test(`${sort}: ${each.what}`, () => promtoolTest(folder, `${alert}-${sort}-${index}`, [toTest(each)]));
      }
    }
  });
}

test("every alert has its four cases", () => {
  assert.deepEqual(Object.keys(cases).toSorted(), alerts.map(({ alert }) => alert).toSorted());
});

test("a page says what, where and what is left", () => {
  const series = { ...inOrder, ...all(downAt20, ...hall, gateway("hub-b")) };
  const text = (alertname: string, labels: object, summary: string, description: string) => ({
    eval_time: "30s",
    alertname,
    exp_alerts: [
      {
        exp_labels: { severity: "page", ...labels },
        exp_annotations: { summary, description, runbook_url: `${places.runbook}#${alertname.toLowerCase()}` },
      },
    ],
  });
  promtoolTest(folder, "text", [
    {
      interval: "1s",
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      alert_rule_test: [
        text(
          "SiteDown",
          { body: "b", site: "b/hall" },
          "Site b/hall is cut off",
          "Its router answers over none of its lines. Lines that are down: b/hall/fibre b/hall/radio. Nobody reaches the desks that stand there.",
        ),
        text(
          "GatewayDown",
          { gateway: "hub-b" },
          "Gateway instance hub-b does not answer from outside",
          "Instances still answering: 1. People on it come in again through another. Lines through it that answer from the hub: 0; if there is any, the instance runs, and its public side is what fails.",
        ),
      ],
    },
  ]);
});

test("promtool takes rules and configuration", () => promtool("check", "config", join(folder, "prometheus.yml")));

test("rules name no metric that nobody writes", () => {
  const known = new Set(metricNames.flatMap((name) => [fullName(name), ...seriesNames(name)]));
  for (const name of readFileSync(join(folder, "rules.yml"), "utf8").match(/(?<![:\w])deskbridge_\w+/g) ?? []) {
    assert.ok(known.has(name), name);
  }
});

test("the usual job leaves out exactly what the quick job brings", () => {
  const regex = /regex: (\S+)/.exec(readFileSync(join(folder, "prometheus.yml"), "utf8"))?.[1]?.split("|") ?? [];
  assert.ok(regex.includes("deskbridge_link_up") && regex.includes("deskbridge_link_probe_rtt_seconds_bucket"));
  assert.ok(!regex.includes("deskbridge_desk_up") && !regex.includes("deskbridge_collector_success"));
});

test("every alert has its section in the runbook, with all five parts, and no section is left over", () => {
  const runbook = readFileSync(resolve(import.meta.dirname, "../../dashboards/runbook.md"), "utf8");
  const sections = runbook.split(/^## /m).slice(1);
  assert.deepEqual(
    new Set(sections.map((section) => section.split("\n")[0])),
    new Set([...alerts, ...cloudAlerts].map(({ alert }) => alert)),
  );
  assert.equal(sections.length, alerts.length + cloudAlerts.length);
  for (const section of sections) {
    for (const part of ["Meaning", "Impact", "First look", "Mend", "Escalate"]) {
      assert.ok(section.includes(`**${part}.**`), `${section.split("\n")[0]}: ${part}`);
    }
  }
});

test("every threshold has a reason", () => {
  for (const table of [thresholds, cloudThresholds, marks])
    for (const [name, { reason }] of Object.entries(table)) assert.ok(reason.length > 20, name);
});
