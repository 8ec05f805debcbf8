import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, describe, test } from "node:test";
import { cloudAlerts } from "../../dashboards/cloud-rules.ts";
import { cloudThresholds, marks, thresholds } from "../../dashboards/config.ts";
import { alerts } from "../../dashboards/rules.ts";
import { fullName, metricNames, selector, seriesNames } from "../../src/metrics.ts";
import { fleetInOrder } from "./in-order.ts";
import { cases } from "./rule-cases.ts";
import { type Case, sorts } from "./rule-cases/case.ts";
import { told } from "./rule-cases/told.ts";
import { places, promtool, promtoolTest, renderedFolder } from "./monitoring.ts";

const folder = renderedFolder();
after(() => rmSync(folder, { recursive: true }));

/** What tells one alert from another; whose scrape it is (`job`, `instance`) apart. */
const tells = "alertname, body, site, gateway, link, pool, service, kind, vantage, shards, stage, resource, region";
const burningNow = `count by (${tells}, of, collector, scope, job_name, integration, rule_group) (ALERTS{alertstate="firing",alertname!="Watchdog"})`;
const watchdog = {
  labels: 'ALERTS{alertname="Watchdog",alertstate="firing",severity="none",team="crisis"}',
  value: 1,
};

function seriesOf({ step = 1, series, burning }: Case): readonly object[] {
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

for (const [alert, ofAlert] of Object.entries(cases)) {
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

/** What the alert is told with at the case's last look, word by word. */
function toText(alertname: string, { step = 1, burning }: Case): object {
  const rule = alerts.find(({ alert }) => alert === alertname);
  const expected = told[alertname];
  assert.ok(rule !== undefined && expected !== undefined, alertname);
  const { labels, ...texts } = expected;
  const steps = rule.steps.join("\n");
  const runbook_url = `${places.runbook}#${alertname.toLowerCase()}`;
  return {
    alert_rule_test: [
      {
        eval_time: `${Math.max(...Object.keys(burning).map(Number)) * step}s`,
        alertname,
        exp_alerts: [{ exp_labels: labels, exp_annotations: { ...texts, steps, runbook_url } }],
      },
    ],
  };
}

test("every alert has cases of all four sorts, each with something to see, and its texts", () => {
  const names = alerts.map(({ alert }) => alert).toSorted();
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(Object.keys(cases).toSorted(), names);
  assert.deepEqual(Object.keys(told).toSorted(), names);
  for (const [alert, ofAlert] of Object.entries(cases)) {
    const burns = (each: Case, nth: number): boolean =>
      (each.burning[nth] ?? []).some(({ alertname }) => alertname === alert);
    const looks = ({ burning }: Case): readonly number[] => Object.keys(burning).map(Number);
    for (const sort of sorts) {
      assert.ok(ofAlert[sort].length > 0, `${alert} has no case: ${sort}`);
      for (const each of ofAlert[sort]) assert.ok(looks(each).length > 0, `${alert}: ${each.what}`);
    }
    if (alert === "Watchdog") continue;
    for (const each of ofAlert.positive)
      assert.ok(
        looks(each).some((nth) => burns(each, nth)),
        `${alert} burns in no case: ${each.what}`,
      );
    for (const each of ofAlert.negative)
      assert.ok(!looks(each).some((nth) => burns(each, nth)), `${alert} burns: ${each.what}`);
    for (const each of ofAlert.recovery) {
      const [first = 0, last = 0] = [looks(each)[0], looks(each).at(-1)];
      assert.ok(burns(each, first) && !burns(each, last), `${alert} does not end: ${each.what}`);
    }
  }
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
