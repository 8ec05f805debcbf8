import { selector } from "../../../src/metrics.ts";
import { downAt20, downFrom20To40, gone } from "../in-order.ts";
import { type Burning, type Case, type Cases } from "./case.ts";

const minute = 60;
const one = (alertname: string, labels: object = {}): Burning => ({ alertname, ...labels });

const scrapeFailing = one("ScrapeFailing");
const failed = selector("alertmanager_notifications_failed_total", {
  job: "alertmanager",
  instance: "a",
  integration: "webhook",
});
const own = (name: string, labels = {}): string => selector(name, { job: "prometheus", instance: "p", ...labels });
const discovered = own("prometheus_notifications_alertmanagers_discovered");
const errors = own("prometheus_notifications_errors_total", { alertmanager: "a" });
const group = { rule_group: "rules.yml;quick" };
const failures = own("prometheus_rule_evaluation_failures_total", group);
const reload = own("prometheus_config_last_reload_successful");

const notificationsFailing = one("NotificationsFailing", { integration: "webhook" });
const notConnected = one("PrometheusNotConnected");
const rulesFailing = one("RulesFailing", group);
const reloadFailed = one("ConfigReloadFailed");

/** Prometheus that does not scrape itself any more: nothing here can tell it, the outside heartbeat and the cloud do. */
const selfGone = (series: string): Case => ({
  what: "Prometheus does not see itself: not told here, the heartbeat goes on while it lives",
  step: minute,
  series: { [series]: gone },
  burning: { 60: [] },
});

export const deliveryCases = {
  NotificationsFailing: {
    positive: [
      {
        what: "each time",
        step: minute,
        series: { [failed]: "0+0x19 1+1x70" },
        burning: { 19: [], 25: [notificationsFailing] },
      },
    ],
    negative: [{ what: "once", step: minute, series: { [failed]: "0+0x19 1+0x70" }, burning: { 25: [], 60: [] } }],
    missing: [
      {
        what: "Alertmanager is gone: that is told",
        step: minute,
        series: { [failed]: gone, [selector("up", { job: "alertmanager", instance: "a" })]: downAt20 },
        burning: { 60: [scrapeFailing] },
      },
    ],
    recovery: [
      {
        what: "goes through again",
        step: minute,
        series: { [failed]: "0+1x30 30+0x60" },
        burning: { 30: [notificationsFailing], 45: [] },
      },
    ],
  },
  PrometheusNotConnected: {
    positive: [
      {
        what: "it knows none",
        step: minute,
        series: { [discovered]: downAt20 },
        burning: { 20: [], 21: [notConnected] },
      },
      {
        what: "it knows one, which does not answer",
        step: minute,
        series: { [discovered]: "1+0x90", [errors]: "0+0x19 4+4x70" },
        burning: { 19: [], 30: [notConnected] },
      },
    ],
    negative: [
      {
        what: "one lost",
        step: minute,
        series: { [discovered]: "1+0x90", [errors]: "0+0x19 1+0x70" },
        burning: { 25: [], 60: [] },
      },
    ],
    missing: [selfGone(discovered)],
    recovery: [
      {
        what: "found again",
        step: minute,
        series: { [discovered]: downFrom20To40 },
        burning: { 39: [notConnected], 40: [] },
      },
    ],
  },
  RulesFailing: {
    positive: [
      {
        what: "an expression fails",
        step: minute,
        series: { [failures]: "0+0x19 1+1x70" },
        burning: { 19: [], 25: [rulesFailing] },
      },
      {
        what: "the quick group takes more than its second",
        step: minute,
        series: {
          [own("prometheus_rule_group_last_duration_seconds", group)]: "1.4+0x90",
          [own("prometheus_rule_group_interval_seconds", group)]: "1+0x90",
        },
        burning: { 0: [], 1: [rulesFailing] },
      },
    ],
    negative: [{ what: "none", step: minute, series: { [failures]: "5+0x90" }, burning: { 60: [] } }],
    missing: [selfGone(failures)],
    recovery: [
      {
        what: "none any more",
        step: minute,
        series: { [failures]: "0+1x30 30+0x60" },
        burning: { 30: [rulesFailing], 45: [] },
      },
    ],
  },
  ConfigReloadFailed: {
    positive: [
      { what: "Prometheus's", step: minute, series: { [reload]: downAt20 }, burning: { 24: [], 25: [reloadFailed] } },
      {
        what: "Alertmanager's",
        step: minute,
        series: {
          [selector("alertmanager_config_last_reload_successful", { job: "alertmanager", instance: "a" })]: downAt20,
        },
        burning: { 25: [reloadFailed] },
      },
    ],
    negative: [
      {
        what: "while files are being replaced",
        step: minute,
        series: { [reload]: "1+0x19 0+0x2 1+0x60" },
        burning: { 25: [] },
      },
    ],
    missing: [selfGone(reload)],
    recovery: [
      {
        what: "corrected",
        step: minute,
        series: { [reload]: downFrom20To40 },
        burning: { 39: [reloadFailed], 40: [] },
      },
    ],
  },
} as const satisfies Readonly<Record<string, Cases>>;
