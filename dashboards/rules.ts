import { cloudThresholds, thresholds } from "./config.ts";
import { burnGroup } from "./rules/burn.ts";
import { capacityGroup, trendsGroup } from "./rules/capacity.ts";
import { desksGroup } from "./rules/desks.ts";
import { expiryGroup } from "./rules/expiry.ts";
import { licencesGroup } from "./rules/licences.ts";
import { baselinesGroup, latencyGroup, linesGroup } from "./rules/lines.ts";
import { availabilityGroup, promisesGroup } from "./rules/promises.ts";
import { quickGroup } from "./rules/quick.ts";
import { type AlertRule, isAlert, type RuleGroup } from "./rules/rule.ts";
import { servicesGroup } from "./rules/services.ts";
import { sittingsGroup } from "./rules/sittings.ts";
import type { Patience } from "./rules/states.ts";
import { deliveryGroup, upkeepGroup } from "./rules/upkeep.ts";
import { watchGroup } from "./rules/watch.ts";

/** What both Prometheus and the cloud evaluate: the states, and whether they are true. */
function statesFor(patience: Patience): readonly RuleGroup[] {
  return [quickGroup(patience), watchGroup(patience)];
}

/**
 * The rules of the Prometheus beside the exporter. In order: what explains another alert comes before it. One outage is
 * one page. To add a group, write it and list it here.
 */
export const ruleGroups: readonly RuleGroup[] = [
  ...statesFor(thresholds),
  linesGroup,
  baselinesGroup,
  latencyGroup,
  availabilityGroup,
  promisesGroup,
  desksGroup,
  servicesGroup,
  capacityGroup,
  trendsGroup,
  expiryGroup,
  licencesGroup,
  sittingsGroup,
  burnGroup,
  upkeepGroup,
  deliveryGroup,
];

/** The same rules for a workspace that the samples reach later; what the others make is written to it as it is. */
export const cloudRules: readonly RuleGroup[] = statesFor(cloudThresholds);

function recordedBy(groups: readonly RuleGroup[]): readonly string[] {
  const names = groups.flatMap(({ rules }) => rules.flatMap((rule) => (isAlert(rule) ? [] : [rule.record])));
  return [...new Set(names)];
}

/** Series that the recording rules make. */
export const recordedNames = recordedBy(ruleGroups);
/** Those that the cloud makes for itself. */
export const cloudRecordedNames = recordedBy(cloudRules);

export const alerts: readonly AlertRule[] = ruleGroups.flatMap(({ rules }) => rules.filter(isAlert));
