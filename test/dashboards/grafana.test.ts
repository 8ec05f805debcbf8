import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, describe, test } from "node:test";
import type { Dashboard, Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { stringify } from "yaml";
import { dashboardSpecs } from "../../dashboards/grafana/dashboards.ts";
import { renderDashboards } from "../../dashboards/grafana/render.ts";
import { recordedNames } from "../../dashboards/rules.ts";
import { fullName, metricNames, metrics, seriesNames } from "../../src/metrics.ts";
import { asSent } from "./as-sent.ts";
import { places, promtool, promtoolTest, renderedFolder } from "./monitoring.ts";

const folder = renderedFolder();
after(() => rmSync(folder, { recursive: true }));

const files = renderDashboards(places.runbook);
const dashboards = Object.entries(files).map(([name, text]) => ({ name, dashboard: JSON.parse(text) as Dashboard }));
const panelsOf = ({ panels }: Dashboard): readonly Panel[] => panels ?? [];
const expressions = dashboards.flatMap(({ dashboard }) =>
  panelsOf(dashboard).flatMap(({ title, targets }) =>
    (targets ?? []).map((target) => ({
      where: `${dashboard.uid}: ${title}`,
      expr: asSent((target as { readonly expr?: string }).expr ?? ""),
    })),
  ),
);
const exprOf = (dashboard: string, panel: string, nth = 0): string => {
  const found = dashboardSpecs.find(({ title }) => title === dashboard)?.panels.find(({ title }) => title === panel);
  const query = found?.queries[nth];
  assert.ok(query !== undefined, panel);
  return asSent(query.expr);
};

test("their files keep their names: addresses that people have kept stay good", () => {
  const names = ["overview", "links", "gateways", "capacity", "crisis", "seats", "health"];
  assert.deepEqual(
    Object.keys(files),
    names.map((name) => `grafana/deskbridge-${name}.json`),
  );
  assert.deepEqual(renderDashboards(places.runbook), files);
});

for (const { name, dashboard } of dashboards) {
  describe(`${name}, ${dashboard.title}`, () => {
    const panels = panelsOf(dashboard);

    test("can be found, by each other too, and is not changed by hand", () => {
      assert.match(dashboard.uid ?? "", /^[a-z0-9-]{8,40}$/);
      assert.equal(name, `grafana/${dashboard.uid}.json`);
      assert.deepEqual([dashboard.id, dashboard.editable, dashboard.tags], [undefined, false, ["deskbridge"]]);
      assert.deepEqual(
        dashboard.links?.map(({ type, tags }) => [type, tags]),
        [["dashboards", ["deskbridge"]]],
      );
    });

    test("every panel says what it shows, in what, and has a number of its own", () => {
      assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
      for (const { id, title, description, fieldConfig } of panels) {
        assert.ok(id !== undefined && id > 0, title);
        assert.match(description ?? "", /^[A-Z].{20,}\.$/, title);
        assert.match(fieldConfig?.defaults.unit ?? "", /^\w+$/, title);
      }
    });

    test("panels fill each row, and none lies on another", () => {
      const taken = new Set<string>();
      for (const { title, gridPos } of panels) {
        assert.ok(gridPos !== undefined && gridPos.x + gridPos.w <= 24, title);
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
            assert.ok(!taken.has(`${x},${y}`), title);
            taken.add(`${x},${y}`);
          }
        }
      }
      assert.equal(taken.size % 24, 0);
    });

    test("a series leads to a dashboard that is there, by labels that the series has and choices that this has", () => {
      const uids = dashboards.map(({ dashboard }) => dashboard.uid);
      for (const { title, fieldConfig } of panels) {
        for (const { url = "" } of fieldConfig?.defaults.links ?? []) {
          const [, uid, query] = /^\/d\/([\w-]+)\?(.*)$/.exec(url) ?? [];
          const target = dashboards.find(({ dashboard }) => dashboard.uid === uid);
          assert.ok(uids.includes(uid) && target !== undefined, title);
          const known = target.dashboard.templating.list?.map(({ name }) => `var-${name}`) ?? [];
          const set = (query ?? "").split("&").filter((part) => part.startsWith("var-"));
          assert.ok(set.length > 0, title);
          for (const part of set) {
            const [name = "", value = ""] = part.split("=");
            assert.ok(known.includes(name), `${title}: ${name}`);
            assert.match(value, /^\$\{__(field\.labels|data\.fields)\.\w+\}$/, title);
          }
          assert.match(query ?? "", /\$\{datasource:queryparam\}&\$\{__url_time_range\}$/, title);
        }
      }
    });

    test("asks the source that is chosen above it, for the bodies that are", () => {
      const uid = "${datasource}";
      const [source, body] = dashboard.templating.list ?? [];
      assert.deepEqual([source?.name, source?.type, source?.query], ["datasource", "datasource", "prometheus"]);
      assert.deepEqual([body?.name, body?.multi, body?.allValue, body?.datasource?.uid], ["body", true, ".*", uid]);
      for (const { title, datasource, targets } of panels) {
        assert.deepEqual(datasource, { type: "prometheus", uid }, title);
        const refs = (targets ?? []).map((each) => (each as { readonly refId?: string }).refId);
        assert.ok(refs.length > 0 && new Set(refs).size === refs.length, title);
        for (const each of targets ?? []) {
          const target = each as { readonly datasource?: object; readonly legendFormat?: string };
          assert.deepEqual(target.datasource, { type: "prometheus", uid }, title);
          assert.ok(target.legendFormat, title);
        }
      }
    });

    test("links of panels lead to sections that the runbook has", () => {
      const runbook = readFileSync(resolve(import.meta.dirname, "../../dashboards/runbook.md"), "utf8");
      const sections = [...runbook.matchAll(/^## (\w+)$/gm)].map(([, section]) => section ?? "");
      const links = panels.flatMap((panel) => panel.links ?? []);
      for (const { title, url } of links) {
        const section = sections.find((each) => `Runbook: ${each}` === title);
        assert.ok(section !== undefined, title);
        assert.equal(url, `${places.runbook}#${section.toLowerCase()}`);
      }
    });
  });
}

test("a line's cell is red from where its carrier's promise is broken, and no other column is coloured", () => {
  const table = dashboards
    .flatMap(({ dashboard }) => panelsOf(dashboard))
    .find(({ title }) => title === "Lines of 30 days");
  const [column, ...more] = table?.fieldConfig?.overrides ?? [];
  assert.deepEqual(more, []);
  assert.deepEqual(column?.matcher, { id: "byName", options: "of the outage allowed" });
  assert.deepEqual(Object.fromEntries(column.properties.map(({ id, value }) => [id, value])), {
    thresholds: {
      mode: "absolute",
      steps: [
        { value: null, color: "blue" },
        { value: 1, color: "red" },
      ],
    },
    color: { mode: "thresholds" },
    "custom.cellOptions": { type: "color-text" },
  });
});

test("Prometheus's own tool takes every expression", () => {
  const file = join(folder, "expressions.yml");
  const rules = expressions.map(({ expr }, nth) => ({ record: `expression_${nth}`, expr }));
  writeFileSync(file, stringify({ groups: [{ name: "dashboards", rules }] }));
  promtool("check", "rules", file);
});

/** What panels ask of our own metrics by a label's value. */
const byValue: Readonly<Record<string, readonly string[]>> = {
  deskbridge_licence_seats_used: ['provider="provider",body=""'],
  deskbridge_licence_seats_total: ['provider="provider",body=""'],
  deskbridge_licence_people_waiting: ['body="body",why="quota"', 'body="body",why="vendor"'],
  deskbridge_rollout_hosts: ['run="run",wave="wave",state="failed"'],
  deskbridge_rollout_steps_total: ['run="run",wave="wave",state="failed"'],
  deskbridge_collector_data_age_seconds: ['collector="seats",scope="vendor"'],
};

/** What Prometheus, Alertmanager and Node tell of themselves, with the labels that panels ask for. */
const others: Readonly<Record<string, readonly string[]>> = {
  ALERTS: ['alertstate="firing",severity="page",alertname="LinkDown"', 'alertstate="firing",severity="ticket"'],
  ALERTS_FOR_STATE: ['severity="page",alertname="LinkDown"'],
  scrape_duration_seconds: ['job="deskbridge",instance="e"'],
  process_resident_memory_bytes: ['job="deskbridge",instance="e"'],
  prometheus_rule_group_last_duration_seconds: ['rule_group="rules.yml;quick"'],
  prometheus_rule_group_interval_seconds: ['rule_group="rules.yml;quick"'],
  prometheus_tsdb_head_series: ['job="prometheus"'],
  alertmanager_notifications_failed_total: ['integration="webhook"'],
};

/** A sample of every series, with each label's own name as its value. */
const everything = [
  ...metricNames.flatMap((name) => {
    const labels = ["job", "instance", ...metrics[name].labels].map((label) => `${label}="${label}"`);
    if (metrics[name].type !== "histogram") return [`${fullName(name)}{${labels.join(",")}}`];
    return ["0.1", "+Inf"].map((bound) => `${fullName(name)}_bucket{${labels.join(",")},le="${bound}"}`);
  }),
  ...Object.entries({ ...byValue, ...others }).flatMap(([name, sets]) => sets.map((set) => `${name}{${set}}`)),
].map((series) => ({ series, values: "1+1x90" }));

test("every expression finds data where every metric has some", () => {
  promtoolTest(folder, "dashboards", [
    {
      interval: "1s",
      input_series: everything,
      promql_expr_test: expressions.map(({ expr }) => ({
        expr: `count(${expr}) > bool 0`,
        eval_time: "80s",
        exp_samples: [{ labels: "{}", value: 1 }],
      })),
    },
  ]);
});

test("expressions name no series that nobody writes", () => {
  const known = new Set([...metricNames.flatMap(seriesNames), ...recordedNames, ...Object.keys(others)]);
  const shape = /\b(?:(?:\w+:)?deskbridge_\w+(?::\w+)?|ALERTS\w*|(?:scrape|process|prometheus|alertmanager)_\w+)/g;
  for (const { where, expr } of expressions) {
    const named = expr.match(shape) ?? [];
    assert.ok(named.length > 0, where);
    for (const series of named) assert.ok(known.has(series), `${where}: ${series}`);
  }
});

describe("what a dashboard says", () => {
  const says = (
    name: string,
    series: Readonly<Record<string, string>>,
    expected: Readonly<Record<string, object[]>>,
  ) => {
    promtoolTest(folder, name, [
      {
        interval: "1s",
        input_series: Object.entries(series).map(([each, values]) => ({ series: each, values })),
        promql_expr_test: Object.entries(expected).map(([expr, exp_samples]) => ({
          expr,
          eval_time: "60s",
          exp_samples,
        })),
      },
    ]);
  };
  const site = (body: string, name: string, vantage: string): string =>
    `deskbridge_site_up{job="deskbridge-links",instance="${vantage}",body="${body}",site="${body}/${name}",vantage="${vantage}"}`;
  const probed =
    'deskbridge_probe_last_run_timestamp_seconds{job="deskbridge-links",instance="e",kind="site",vantage="hub"}';

  test("a site that one vantage point still sees is up; one that none sees is down, and its body's part falls", () => {
    says(
      "sites",
      {
        [probed]: "0+1x90",
        [site("torino", "hall", "hub")]: "0+0x90",
        [site("torino", "hall", "public")]: "1+0x90",
        [site("torino", "desk", "hub")]: "0+0x90",
        [site("regione", "hall", "hub")]: "1+0x90",
      },
      {
        [exprOf("Overview", "Sites down")]: [{ labels: "{}", value: 1 }],
        [exprOf("Overview", "Sites up, by body")]: [
          { labels: '{body="regione"}', value: 1 },
          { labels: '{body="torino"}', value: 0.5 },
        ],
        [exprOf("Overview", "Longest silence of a prober")]: [{ labels: "{}", value: 0 }],
      },
    );
  });

  test("a line is held against what its own carrier promises; one of which nothing is promised against nothing", () => {
    const at = 'job="deskbridge",instance="e"';
    const line = (name: string) => `body="b",site="b/hall",link="b/hall/${name}"`;
    const info = (name: string) =>
      `deskbridge_link_info{${at},${line(name)},gateway="hub-a",carrier="Fibra",mbps="100",critical="false"}`;
    const down = (name: string) => `link:deskbridge_down_seconds:sum1m{${line(name)}}`;
    const promised = (name: string) =>
      `deskbridge_link_promised_availability_ratio{${at},${line(name)},gateway="hub-a"}`;
    const row = (name: string) => `{${line(name)},gateway="hub-a",carrier="Fibra",critical="false"}`;
    says(
      "promises",
      {
        ...Object.fromEntries(["fibre", "radio", "copper"].map((name) => [info(name), "1+0x90"])),
        ...Object.fromEntries(["fibre", "radio", "copper"].map((name) => [down(name), "_x59 972000"])),
        [promised("fibre")]: "0.5+0x90",
        [promised("radio")]: "0.75+0x90",
      },
      {
        [exprOf("Sites and links", "Lines of 30 days", 2)]: [
          { labels: row("fibre"), value: 0.75 },
          { labels: row("radio"), value: 1.5 },
        ],
      },
    );
  });

  test("where nobody looks, nothing is said to be well", () => {
    says("unknown", { [probed]: "_x90" }, { [exprOf("Overview", "Sites down")]: [] });
  });

  test("rooms are held against each instance and each pool; a quota of nothing is left out", () => {
    const at = 'job="deskbridge",instance="e"';
    says(
      "rooms",
      {
        [`deskbridge_vpn_sessions{${at},gateway="hub-a"}`]: "30+0x90",
        [`deskbridge_vpn_sessions_limit{${at},gateway="hub-a"}`]: "120+0x90",
        [`deskbridge_pool_sessions{${at},body="torino",pool="torino/office"}`]: "9+0x90",
        [`deskbridge_pool_session_capacity{${at},body="torino",pool="torino/office"}`]: "10+0x90",
        [`deskbridge_quota_vcpus_used{${at},subscription="s",region="r",family="cores"}`]: "50+0x90",
        [`deskbridge_quota_vcpus_limit{${at},subscription="s",region="r",family="cores"}`]: "100+0x90",
        [`deskbridge_quota_vcpus_used{${at},subscription="s",region="r",family="none"}`]: "0+0x90",
        [`deskbridge_quota_vcpus_limit{${at},subscription="s",region="r",family="none"}`]: "0+0x90",
      },
      {
        [exprOf("Overview", "People connected")]: [{ labels: "{}", value: 30 }],
        [exprOf("Gateways", "Part of the limit in use")]: [{ labels: '{gateway="hub-a"}', value: 0.25 }],
        [exprOf("Desk capacity", "Part of each pool in use")]: [
          { labels: '{body="torino",pool="torino/office"}', value: 0.9 },
        ],
        [exprOf("Desk capacity", "Part of the vCPU quota in use")]: [
          { labels: '{family="cores",region="r",subscription="s"}', value: 0.5 },
        ],
      },
    );
  });
});
