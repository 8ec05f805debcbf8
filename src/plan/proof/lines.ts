import { gatewaySkus, mbpsPerPerson, tunnelSource, virtualWan } from "../limits.ts";
import type { LinkPlan, ProofRow, SitePlan } from "../types.ts";
import { type ProofInput, proofRow } from "./row.ts";

/**
 * The sites' lines: none faster than its tunnel, and each site's people fit its line, also with one line less and
 * with one gateway instance less (N−1). Traffic takes one line at a time, the first in order that is up, so the line
 * that takes over must bear all of it alone.
 */
export function lineRows(input: ProofInput): readonly ProofRow[] {
  const sites = input.plan.bodies.flatMap((body) => body.sites);
  return [...tunnelRows(input, sites), ...sites.filter((site) => site.desks > 0).flatMap(siteRows)];
}

function tunnelRows({ plan }: ProofInput, sites: readonly SitePlan[]): ProofRow[] {
  const picked = plan.gatewayChoices.find((choice) => choice.picked);
  const sku = gatewaySkus.find((each) => each.name === picked?.sku && each.generation === picked.generation);
  const [limit, source] =
    sku === undefined ? [virtualWan.mbpsPerTunnel, virtualWan.hubSource] : [sku.mbpsPerTunnel, tunnelSource];
  return sites
    .flatMap((site) => site.links)
    .map((link) =>
      proofRow({
        group: "lines",
        what: `tunnel over ${link.id}`,
        demand: link.mbps,
        limit,
        unit: "Mb/s",
        source,
      }),
    );
}

function siteRows(site: SitePlan): ProofRow[] {
  const row = (what: string, line: LinkPlan) =>
    proofRow({
      group: "lines",
      what: `${site.id}: ${what}`,
      demand: site.peopleAtOnce * mbpsPerPerson.value,
      limit: line.mbps,
      unit: "Mb/s",
      source: `the line's Mb/s in the fleet; a person: ${mbpsPerPerson.source}`,
      step: mbpsPerPerson.value,
    });
  const [first] = site.links;
  if (first === undefined) return [];
  const lineLess = slowest(site.links.map((lost) => site.links.find((link) => link !== lost)));
  const instances = [...new Set(site.links.map((link) => link.instance))];
  const instanceLess = slowest(instances.map((lost) => site.links.find((link) => link.instance !== lost)));
  return [
    row(`its people on ${first.name}`, first),
    ...(lineLess === undefined ? [] : [row(`one line less (N−1), its people on ${lineLess.name}`, lineLess)]),
    ...(instanceLess === undefined
      ? []
      : [row(`one gateway instance less (N−1), on ${instanceLess.name}`, instanceLess)]),
  ];
}

/** The worst of the lines that take over; undefined where in some case none is left (which is a risk, not a limit). */
function slowest(takeOver: readonly (LinkPlan | undefined)[]): LinkPlan | undefined {
  if (takeOver.includes(undefined)) return undefined;
  return takeOver.toSorted((a, b) => (a?.mbps ?? 0) - (b?.mbps ?? 0))[0];
}
