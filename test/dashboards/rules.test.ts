import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { cloudAlerts } from "../../dashboards/cloud-rules.ts";
import { cloudThresholds, intervals, marks, thresholds } from "../../dashboards/config.ts";
import { alerts, recordedNames, ruleGroups } from "../../dashboards/rules.ts";
import { dashboardSpecs } from "../../dashboards/grafana/dashboards.ts";
import { annotationsOf, labelsOf } from "../../dashboards/rules/rule.ts";
import { fullName, metricNames, metrics, seriesNames } from "../../src/metrics.ts";
import { cases } from "./rule-cases.ts";
import { type Case, sorts } from "./rule-cases/case.ts";
import { told } from "./rule-cases/told/index.ts";
import { places, promtool, renderedFolder } from "./monitoring.ts";
import { overHours, tryAlerts } from "./rule-runs.ts";

const folder = renderedFolder();
after(() => rmSync(folder, { recursive: true }));

tryAlerts(folder, Object.fromEntries(Object.entries(cases).filter(([alert]) => !overHours.includes(alert))));

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

test("the group of every second looks at no host and no desk, nor do its texts", () => {
  const [quick, ...others] = ruleGroups;
  assert.equal(quick?.name, "quick");
  const perHost = metricNames.filter((name) => metrics[name].labels.some((label) => /^(host|desk)$/.test(label)));
  assert.ok(perHost.includes("desk_up") && perHost.includes("host_up"));
  for (const name of perHost) assert.ok(!JSON.stringify(quick).includes(fullName(name)), name);
  for (const { name, interval } of others) assert.ok(interval !== intervals.quick, name);
});

test("each group has a name of its own, and uses what is recorded", () => {
  assert.equal(new Set(ruleGroups.map(({ name }) => name)).size, ruleGroups.length);
  const used = JSON.stringify(ruleGroups.map(({ rules }) => rules.map((rule) => ({ ...rule, record: "" }))));
  for (const name of recordedNames) assert.ok(used.includes(name), name);
  for (const name of used.match(/\b(?:link|site|gateway|pool|service|certificate|body|resource):deskbridge_\w+:\w+/g) ??
    [])
    assert.ok(recordedNames.includes(name), name);
});

test("labels and texts are what the routes take", () => {
  for (const rule of alerts) {
    const { severity, team } = labelsOf(rule);
    assert.ok(["page", "ticket", "info", "none"].includes(severity ?? ""), rule.alert);
    assert.ok(["crisis", "contact-centre"].includes(team ?? ""), rule.alert);
    const { steps, ...texts } = annotationsOf(rule, { runbook: places.runbook });
    assert.equal(steps?.split("\n").length, 3, rule.alert);
    for (const [name, text] of Object.entries(texts)) assert.ok(text.length > 3, `${rule.alert}: ${name}`);
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

test("alerts lead to dashboards that are there, and to none where nobody says where Grafana is", () => {
  const there = dashboardSpecs.map(({ uid }) => uid);
  for (const rule of alerts) {
    assert.ok(there.includes(rule.dashboard), rule.alert);
    assert.ok(!("dashboard_url" in annotationsOf(rule, { runbook: places.runbook })), rule.alert);
  }
});

test("every threshold has a reason", () => {
  for (const table of [thresholds, cloudThresholds, marks])
    for (const [name, { reason }] of Object.entries(table)) assert.ok(reason.length > 20, name);
});
