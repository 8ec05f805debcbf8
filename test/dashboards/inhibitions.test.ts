import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, test } from "node:test";
import { parse } from "yaml";
import { explanations, inhibitions } from "../../dashboards/inhibitions.ts";
import { renderMonitoring } from "../../dashboards/render.ts";
import { alerts } from "../../dashboards/rules.ts";
import { fleet, places, promtoolTest, renderedFolder } from "./monitoring.ts";
import { cases as ruleCases } from "./rule-cases.ts";
import { type Series, seriesOf } from "./rule-runs.ts";

const folder = renderedFolder();
after(() => rmSync(folder, { recursive: true }));

test("nothing is kept quiet by something less urgent, nor by itself in a circle", () => {
  const urgency = ["info", "ticket", "page"];
  const of = (name: string): number => urgency.indexOf(alerts.find(({ alert }) => alert === name)?.severity ?? "");
  for (const { source, target } of inhibitions) {
    assert.ok(of(source) >= of(target) && of(target) >= 0, `${source} and ${target}`);
    const behind = (name: string): readonly string[] =>
      inhibitions.filter((each) => each.source === name).flatMap((each) => [each.target, ...behind(each.target)]);
    assert.ok(!behind(target).includes(source), `${source} and ${target}`);
  }
});

test("every inhibition says why", () => {
  for (const { source, reason } of explanations) assert.match(reason, /^[^A-Z].{20,}[^.]$/, source);
});

test("Prometheus gives each alert its fleet, and two fleets' outages do not explain each other", () => {
  const { global } = parse(renderMonitoring(fleet, places)["prometheus.yml"]) as {
    global: { external_labels: Readonly<Record<string, string>> };
  };
  assert.deepEqual(global.external_labels, { fleet: fleet.name });
  for (const { source, target, equal } of inhibitions) assert.ok(equal.includes("fleet"), `${source} and ${target}`);
});

/**
 * In a store samples carry the fleet, and rules that add up leave it out: then both alerts do, or neither, since one that
 * carries it and one that lacks it would not be of the same fleet.
 */
const withoutFleet: readonly string[] = [
  "GatewaySessionsFull",
  "GatewaySessionsHigh",
  "AddressesFull",
  "AddressesHigh",
  "DesksUnreachable",
  "DesksDown",
  "PoolFull",
  "PoolHigh",
  "LinksBurnFast",
  "LinksBurnSlow",
  "AuthorityEnding",
  "AuthorityExpiring",
  "RevocationListEnding",
  "RevocationListExpiring",
];

test("of two alerts in a store both carry the fleet, or neither", () => {
  for (const { source, target } of inhibitions) {
    assert.equal(withoutFleet.includes(source), withoutFleet.includes(target), `${source} and ${target}`);
  }
});

/** As an agent writes them to the store. */
function inStore({ series, values }: Series): Series {
  const [name, labels = "}"] = series.split("{");
  return { series: `${name}{fleet="f",${labels}`, values };
}

for (const alert of new Set(inhibitions.flatMap(({ source, target }) => [source, target]))) {
  // One that both lack would count as equal: it must be there on both sides, always.
  const needed = new Set(
    inhibitions.flatMap(({ source, target, equal }) => ([source, target].includes(alert) ? equal : [])),
  );
  needed.delete("fleet");
  const toldOf = withoutFleet.includes(alert) ? "" : "f";
  test(`${alert} always carries what it must share; in a store it ${toldOf === "" ? "lacks" : "has"} its fleet`, () => {
    // One is enough of those that last for hours.
    const [each] = ruleCases[alert]?.positive ?? [];
    assert.ok(each !== undefined, `no case for ${alert}`);
    const { step = 1, burning } = each;
    const seconds = Object.keys(burning).filter((second) =>
      burning[Number(second)]?.some(({ alertname }) => alertname === alert),
    );
    assert.ok(seconds.length > 0, alert);
    const firing = (more = "") => `ALERTS{alertname="${alert}",alertstate="firing"${more}}`;
    const carrying = [...needed].map((label) => `,${label}!=""`).join("");
    const run = (input_series: readonly Series[], inFleet: string) => ({
      interval: `${step}s`,
      input_series,
      promql_expr_test: seconds.map((second) => ({
        expr: `count(${firing()}) == bool count(${firing(`${carrying},fleet="${inFleet}"`)})`,
        eval_time: `${Number(second) * step}s`,
        exp_samples: [{ labels: "{}", value: 1 }],
      })),
    });
    const series = seriesOf(each);
    promtoolTest(folder, `inhibit-${alert}`, [run(series, ""), run(series.map(inStore), toldOf)], step);
  });
}
