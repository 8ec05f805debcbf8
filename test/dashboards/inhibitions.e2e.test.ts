import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { inhibitions } from "../../dashboards/inhibitions.ts";
import { until } from "../watch/until.ts";
import { type Running, withAlertmanager } from "./alertmanager.ts";
import { fleet } from "./monitoring.ts";
import { told } from "./rule-cases/told/index.ts";

/** What a real Alertmanager keeps quiet, alert by alert as the rules tell them, and what it must not. */

interface Quiet {
  readonly targets: readonly string[];
  /** Labels by which an alert is about something else, beside the fleet. */
  readonly of: readonly string[];
}

/** Not read from the inhibitions: one that silences more than it should must fail here. */
const quiet: Readonly<Record<string, Quiet>> = {
  SiteDown: {
    targets: ["LinkDown", "LinkFlapping", "LinkLoss", "LatencyHigh", "LinkDownOneVantage"],
    of: ["body", "site"],
  },
  GatewayDown: {
    targets: ["LinkDown", "LinkFlapping", "LinkLoss", "LatencyHigh", "LinkDownOneVantage"],
    of: ["gateway"],
  },
  LinkDown: { targets: ["LinkLoss", "LatencyHigh", "LinkDownOneVantage"], of: ["body", "site", "link"] },
  ProberDown: { targets: ["ProbeStale", "CoverageLow", "ProberLate"], of: ["vantage", "shard"] },
  VantageCut: { targets: ["ProberDown", "ProbeStale", "CoverageLow", "ProberLate"], of: ["vantage", "shard"] },
  GatewaySessionsFull: { targets: ["GatewaySessionsHigh"], of: ["gateway"] },
  AddressesFull: { targets: ["AddressesHigh"], of: ["gateway"] },
  DesksUnreachable: { targets: ["DesksDown"], of: ["body", "pool"] },
  CollectorFailing: { targets: ["CollectorDataOld", "SeatsReportOld"], of: ["instance", "collector"] },
  PoolFull: { targets: ["PoolHigh"], of: ["body", "pool"] },
  LicenceSeatsFull: { targets: ["LicenceSeatsHigh"], of: ["provider"] },
  LinksBurnFast: { targets: ["LinksBurnSlow"], of: ["body"] },
  GatewayBurnFast: { targets: ["GatewayBurnSlow"], of: ["gateway"] },
  AuthorityEnding: { targets: ["AuthorityExpiring"], of: [] },
  RevocationListEnding: { targets: ["RevocationListExpiring"], of: [] },
};

type Labels = Readonly<Record<string, string>>;

interface Answered {
  readonly labels: Labels;
  readonly status: { readonly state: string };
}

/** What an alert carries that the rules make; Prometheus adds the fleet. */
function labelsOf(alertname: string, inFleet: string): Labels {
  const labels = told[alertname]?.labels;
  assert.ok(labels !== undefined, alertname);
  return { alertname, fleet: inFleet, ...labels };
}

/** The same alert about something else, once for each label that makes it so. */
function others(target: Labels, of: readonly string[]): readonly Labels[] {
  return ["fleet", ...of].map((label) => {
    assert.ok(target[label] !== undefined, `${target["alertname"]} carries no ${label}`);
    return { ...target, [label]: `${target[label]}-other` };
  });
}

async function statesAt(api: string, inFleet: string): Promise<readonly Answered[]> {
  const filter = encodeURIComponent(`fleet=~"${inFleet}(-other)?"`);
  return (await (await fetch(`${api}/api/v2/alerts?filter=${filter}`)).json()) as readonly Answered[];
}

/** Each pair has a fleet of its own, so that nothing of the pairs before explains anything in it. */
async function tryPair({ api, fire }: Running, source: string, target: string, of: readonly string[]): Promise<void> {
  const inFleet = `${source}-${target}`;
  const cause = labelsOf(source, inFleet);
  const same = Object.fromEntries(of.map((label) => [label, cause[label] ?? ""]));
  const effect = { ...labelsOf(target, inFleet), ...same };
  const about = others(effect, of);
  await fire(...[cause, effect, ...about].map((labels) => ({ labels })));
  const stateOf = (answered: readonly Answered[], labels: Labels): string | undefined =>
    answered.find((each) => isDeepStrictEqual(each.labels, labels))?.status.state;
  const answered = await until(
    `${target} to be quiet while ${source} burns`,
    async () => {
      const all = await statesAt(api, inFleet);
      return stateOf(all, effect) === "suppressed" ? all : undefined;
    },
    10,
  );
  assert.equal(stateOf(answered, cause), "active", source);
  for (const [nth, label] of ["fleet", ...of].entries()) {
    assert.equal(stateOf(answered, about[nth] ?? {}), "active", `${target} of another ${label}`);
  }
}

test("every inhibition is tried, and nothing that is none", () => {
  const pairs = Object.entries(quiet).flatMap(([source, { targets }]) =>
    targets.map((target) => `${source} ${target}`),
  );
  assert.deepEqual(
    pairs,
    inhibitions.map(({ source, target }) => `${source} ${target}`),
  );
});

test("an alert that another explains is quiet; the same one about something else, or in another fleet, is not", (t) =>
  withAlertmanager({ fleet }, async (running) => {
    for (const [source, { targets, of }] of Object.entries(quiet)) {
      for (const target of targets) {
        await t.test(`${source} explains ${target}`, () => tryPair(running, source, target, of));
      }
    }
  }));
