import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { alerts } from "../../dashboards/rules.ts";
import { selector } from "../../src/metrics.ts";
import { fleetInOrder } from "./in-order.ts";
import { places, promtoolTest } from "./monitoring.ts";
import { type Case, type Cases, sorts } from "./rule-cases/case.ts";
import { told } from "./rule-cases/told/index.ts";

/** Alerts that look at hours and days: their cases take as long as all others together, and run beside them. */
export const overHours: readonly string[] = [
  "LatencyHigh",
  "LinkPromiseBroken",
  "ExhaustIn30d",
  "LinksBurnSlow",
  "GatewayBurnFast",
  "GatewayBurnSlow",
];

/** What tells one alert from another; whose scrape it is (`job`, `instance`) apart. */
const tells =
  "alertname, body, site, gateway, link, pool, service, kind, vantage, shards, stage, resource, region, provider, run, sitting";
const burningNow = `count by (${tells}, of, collector, scope, job_name, integration, rule_group) (ALERTS{alertstate="firing",alertname!="Watchdog"})`;
const watchdog = {
  labels: 'ALERTS{alertname="Watchdog",alertstate="firing",severity="none",team="crisis"}',
  value: 1,
};

export interface Series {
  readonly series: string;
  readonly values: string;
}

export function seriesOf({ step = 1, series, burning }: Case): readonly Series[] {
  const last = Math.max(90, ...Object.keys(burning).map(Number));
  return Object.entries({ ...fleetInOrder(step, last), ...series }).map(([name, values]) => ({ series: name, values }));
}

function toTest(each: Case): Readonly<Record<string, unknown>> {
  const { step = 1, burning } = each;
  return {
    interval: `${step}s`,
    input_series: seriesOf(each),
    promql_expr_test: Object.entries(burning).flatMap(([nth, expected]) => [
      {
        expr: burningNow,
        eval_time: `${Number(nth) * step}s`,
        exp_samples: expected.map((labels) => ({ labels: selector("", labels), value: 1 })),
      },
      { expr: 'ALERTS{alertname="Watchdog"}', eval_time: `${Number(nth) * step}s`, exp_samples: [watchdog] },
    ]),
  };
}

/** What the alert is told with at the case's last look, word by word. */
function toText(alertname: string, { step = 1, burning }: Case): object {
  const rule = alerts.find(({ alert }) => alert === alertname);
  const expected = told[alertname];
  assert.ok(rule !== undefined && expected !== undefined, alertname);
  const { labels, ...texts } = expected;
  const steps = rule.steps.join("\n");
  const runbook_url = `${places.runbook}#${alertname.toLowerCase()}`;
  const chosen = ["body", "site", "gateway"].flatMap((name) => {
    const value = labels[name];
    return value === undefined ? [] : [`&var-${name}=${encodeURIComponent(value)}`];
  });
  const dashboard_url = `https://grafana.example.org/d/${rule.dashboard}?from=now-3h&to=now${chosen.join("")}`;
  return {
    alert_rule_test: [
      {
        eval_time: `${Math.max(...Object.keys(burning).map(Number)) * step}s`,
        alertname,
        exp_alerts: [{ exp_labels: labels, exp_annotations: { ...texts, steps, runbook_url, dashboard_url } }],
      },
    ],
  };
}

/** Tries alerts by promtool in a rendered folder; the first positive case also by what it is told with. */
export function tryAlerts(folder: string, chosen: Readonly<Record<string, Cases>>): void {
  for (const [alert, ofAlert] of Object.entries(chosen)) {
    describe(alert, () => {
      for (const sort of sorts) {
        for (const [index, each] of ofAlert[sort].entries()) {
          test(`${sort}: ${each.what}`, () => {
            const texts = sort === "positive" && index === 0 ? toText(alert, each) : {};
            promtoolTest(folder, `${alert}-${sort}-${index}`, [{ ...toTest(each), ...texts }], each.step);
          });
        }
      }
    });
  }
}
