import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { stringify } from "yaml";
import { type CloudRule, cloudRuleGroups } from "../../dashboards/cloud-rules.ts";
import { cloudRecordedNames, cloudRules } from "../../dashboards/rules.ts";
import { isAlert } from "../../dashboards/rules/rule.ts";
import { managedPrometheus } from "../../src/plan/limits.ts";
import { promtool } from "./monitoring.ts";

const groups = cloudRuleGroups("https://git.example.org/runbook.md");
const rules = groups.flatMap((group) => group.rules);
const alerting = rules.flatMap((rule) => ("alert" in rule ? [rule] : []));

const folder = mkdtempSync(join(tmpdir(), "deskbridge-cloud-rules-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The groups as Prometheus's own tool reads them: the cloud evaluates the same language. */
const file = join(folder, "rules.yml");
const seconds = (duration: string): string => `${Number(/^PT(\d+)M$/.exec(duration)?.[1]) * 60}s`;
const plain = (rule: CloudRule) =>
  "record" in rule
    ? { record: rule.record, expr: rule.expression }
    : {
        alert: rule.alert,
        expr: rule.expression,
        for: seconds(rule.for),
        labels: { ...rule.labels, azure: String(rule.severity) },
      };
writeFileSync(
  file,
  stringify({
    groups: groups.map(({ name, interval, rules: all }) => ({
      name,
      interval: seconds(interval),
      rules: all.map(plain),
    })),
  }),
);

test("Prometheus's own tool takes them", () => promtool("check", "rules", file));

test("they fit Azure Monitor's limits", () => {
  assert.ok(groups.length <= managedPrometheus.groupsPerWorkspace);
  for (const { name, rules: all, interval } of groups) {
    assert.ok(all.length > 0 && all.length <= managedPrometheus.rulesPerGroup, name);
    assert.equal(interval, `PT${managedPrometheus.interval / 60}M`);
    // The resource's name: ^[^:@/#{}%&+*<>?]+$ (Prometheus rule groups, REST API 2023-03-01).
    assert.match(name, /^[^:@/#{}%&+*<>?]+$/);
  }
  for (const rule of alerting) assert.match(rule.for, /^PT\d+M$/, rule.alert);
});

test("the recordings of the states, and every alert on them that reaches somebody, in the same order", () => {
  assert.deepEqual(
    rules.flatMap((rule) => ("record" in rule ? [rule.record] : [])),
    cloudRecordedNames,
  );
  const states = cloudRules.flatMap((group) => group.rules.filter(isAlert));
  assert.deepEqual(
    alerting.map(({ alert }) => alert),
    [...states.filter(({ severity }) => severity !== "none").map(({ alert }) => alert), "WatchSilent"],
  );
});

test("only that the watch is silent is told, and nothing else is as severe", () => {
  for (const { alert, notifies, severity } of alerting) {
    assert.equal(notifies, alert === "WatchSilent", alert);
    assert.equal(severity === 0, alert === "WatchSilent", alert);
  }
});

test("texts ask no queries, which Azure's templates do not know; each leads to its section of the runbook", () => {
  for (const { alert, annotations } of alerting) {
    for (const text of Object.values(annotations)) assert.doesNotMatch(text, /\{\{[^}]*\b(query|range|with)\b/, alert);
    assert.equal(annotations["runbook_url"], `https://git.example.org/runbook.md#${alert.toLowerCase()}`);
  }
});

describe("as the cloud evaluates them, once a minute on samples that come late", () => {
  const series = (name: string, labels: string, values: string) => ({
    series: `${name}{fleet="x",instance="i",job="j"${labels}}`,
    values,
  });
  const lastRuns = ["link", "site", "gateway"].map((kind) =>
    series(
      "deskbridge_probe_last_run_timestamp_seconds",
      `,kind="${kind}",vantage="${kind === "gateway" ? "public" : "hub"}"`,
      "0+60x30",
    ),
  );
  const intervals = ["link", "site", "gateway"].map((kind) =>
    series(
      "deskbridge_probe_interval_seconds",
      `,kind="${kind}",vantage="${kind === "gateway" ? "public" : "hub"}"`,
      "1x30",
    ),
  );
  const up = [
    { series: 'up{job="prometheus",fleet="x"}', values: "1x30" },
    { series: 'up{job="deskbridge-links",fleet="x"}', values: "1x30" },
  ];
  const line = (link: string, values: string) =>
    series("deskbridge_link_up", `,body="b",site="b/s",gateway="hub-a",link="b/s/${link}",vantage="hub"`, values);
  const site = (values: string) => series("deskbridge_site_up", ',body="b",site="b/s",vantage="hub"', values);
  const gateway = (values: string) => series("deskbridge_gateway_up", ',gateway="hub-a",vantage="public"', values);
  const fine = [...lastRuns, ...intervals, ...up];

  const severity: Readonly<Record<string, string>> = { WatchSilent: "0" };
  function expectAt(
    name: string,
    input: readonly object[],
    at: string,
    burning: Readonly<Record<string, object>>,
  ): void {
    const labels = (alert: string, own: object) => ({
      ...own,
      severity: "page",
      team: "crisis",
      azure: severity[alert] ?? "1",
    });
    const tests = join(folder, `${name}.yml`);
    writeFileSync(
      tests,
      stringify({
        rule_files: [file],
        evaluation_interval: "1m",
        tests: [
          {
            interval: "1m",
            input_series: input,
            alert_rule_test: alerting.map(({ alert }) => ({
              eval_time: at,
              alertname: alert,
              exp_alerts: burning[alert] === undefined ? [] : [{ exp_labels: labels(alert, burning[alert]) }],
            })),
          },
        ],
      }),
    );
    promtool("test", "rules", tests);
  }

  test("nothing burns while all is well", () => {
    expectAt("well", [...fine, line("fibre", "1x30"), site("1x30"), gateway("1x30")], "20m", {});
  });

  test("a line that is down, and not its site", () => {
    const input = [...fine, line("fibre", "1x5 0x25"), line("radio", "1x30"), site("1x30"), gateway("1x30")];
    expectAt("line", input, "12m", {
      LinkDown: { fleet: "x", body: "b", site: "b/s", gateway: "hub-a", link: "b/s/fibre" },
    });
  });

  test("a site explains its lines here too", () => {
    const input = [...fine, line("fibre", "1x5 0x25"), site("1x5 0x25"), gateway("1x30")];
    expectAt("site", input, "12m", { SiteDown: { fleet: "x", body: "b", site: "b/s" } });
  });

  test("when the watch's machine is gone somebody is told within 5 minutes, and no line is called down", () => {
    const gone = (all: readonly { readonly values: string }[]) =>
      all.map((each) => ({ ...each, values: each.values.replace(/x30$/, "x10") }));
    const input = gone([...fine, line("fibre", "1x30"), site("1x30"), gateway("1x30")]);
    // Samples until minute 10, the last of them readable for the range's 3 minutes, and 1 minute of "for".
    expectAt("gone", input, "15m", { WatchSilent: { job: "prometheus" } });
    expectAt("going", input, "12m", {});
  });
});
