import { fullName } from "../../src/metrics.ts";
import { gateway, link } from "./states.ts";

/** Prometheus's templates that several alerts use. They ask when the alert is told, and are nothing else's input. */

/** The value of a query, or what to say where there is none. `%q` of the query are the labels, in order. */
export function value(query: string, labels: readonly string[], otherwise: string, format?: string): string {
  const shown = format === undefined ? "" : ` | ${format}`;
  return `{{ with ${asked(query, labels)} }}{{ . | first | value${shown} }}{{ else }}${otherwise}{{ end }}`;
}

/** What `text` says of each series that a query gives, by its label, in order. */
function each(query: string, labels: readonly string[], label: string, text: string, otherwise: string): string {
  const series = `${asked(query, labels)} | sortByLabel "${label}"`;
  return `{{ range $i, $each := ${series} }}{{ if $i }}, {{ end }}${text}{{ else }}${otherwise}{{ end }}`;
}

function asked(query: string, labels: readonly string[]): string {
  const words = labels.map((label) => `$labels.${label}`).join(" ");
  return labels.length === 0 ? `query ${JSON.stringify(query)}` : `printf ${JSON.stringify(query)} ${words} | query`;
}

const named = (label: string): string => `{{ $each.Labels.${label} }}`;
const info = fullName("link_info");
const carriers = (query: string, label: string): string =>
  each(`count by (carrier) (${query})`, [label], "carrier", named("carrier"), "not known");
export const carrierOfLink = carriers(`${info}{link=%q}`, "link");
export const carriersOfSite = carriers(`${info}{site=%q}`, "site");
export const linksOfSite = each(
  `${link}{site=%q} == 0`,
  ["site"],
  "link",
  named("link"),
  "none, so look at its router",
);
export const linesAnswering = value(`count(${link}{gateway=%q} == 1)`, ["gateway"], "0");
export const gatewaysLeft = value(`count(${gateway} == 1)`, [], "0");
export const partsTold = each(
  `max by (shard, shards) (${fullName("shards")})`,
  [],
  "shard",
  `${named("shard")}/${named("shards")}`,
  "none",
);
/** What the gateway itself has of the line, layer by layer. */
export const layersOfLink = each(
  `max by (layer) (${fullName("link_state")}{link=%q})`,
  ["link"],
  "layer",
  `${named("layer")} {{ if eq $each.Value 1.0 }}up{{ else }}down{{ end }}`,
  "not known",
);

/** What the newest roll-out is, in a word. */
export const rolloutState = each(
  `max by (state) (${fullName("rollout_state")}{run=%q}) == 1`,
  ["run"],
  "state",
  named("state"),
  "in a state that is not known",
);
/** Its people who failed, or whose desk was not reached. */
export const peopleLeftBehind = value(
  `sum(max by (wave, state) (${fullName("rollout_hosts")}{run=%q,state=~"failed|unreachable"}))`,
  ["run"],
  "0",
);

/** How many desks each pool has: the rules for desks make it. */
export const desksOfPool = "pool:deskbridge_desks:count";
/** Desks that stand at the site. */
export const desksOfSite = value(
  `sum(${desksOfPool} and on (pool) ${fullName("pool_info")}{kind="physical",site=%q})`,
  ["site"],
  "not known",
);
/** People on the gateway when it last said so. */
export const peopleOfGateway = value(
  `max(last_over_time(${fullName("vpn_sessions")}{gateway=%q}[1h]))`,
  ["gateway"],
  "not known",
);
