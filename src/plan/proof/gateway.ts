import { type Demand, desksThatBreak } from "../demand.ts";
import { gatewaySkuSource, limits, mbpsPerPerson, virtualWan } from "../limits.ts";
import type { GatewayColumn, ProofRow } from "../types.ts";
import { type ProofInput, proofRow } from "./row.ts";

type CountedColumn = Exclude<GatewayColumn["what"], "Mb/s a tunnel">;

interface ColumnText {
  readonly what: string;
  readonly unit: string;
  readonly step: number;
  readonly measure: (demand: Demand) => number;
}

const columns: Record<CountedColumn, ColumnText> = {
  "people at once": {
    what: "people at once through",
    unit: "people",
    step: 1,
    measure: (demand) => demand.people,
  },
  VMs: { what: "VMs behind", unit: "VMs", step: 1, measure: (demand) => demand.vms },
  tunnels: {
    what: "site tunnels at",
    unit: "tunnels",
    step: 1,
    measure: (demand) => demand.tunnels,
  },
  "Mb/s in all": {
    what: "bandwidth in all through",
    unit: "Mb/s",
    step: mbpsPerPerson.value,
    measure: (demand) => demand.mbps,
  },
};

/** What the gateway bears: the picked size's columns or the hubs' own limits, its routes, its revoked certificates. */
export function gatewayRows(input: ProofInput): readonly ProofRow[] {
  const picked = input.plan.gatewayChoices.find((choice) => choice.picked);
  const rows = picked === undefined ? wanRows(input) : skuRows(input, picked.sku, picked.columns);
  return [...rows, routesRow(input), ...revocationRows(input)];
}

function skuRows({ fleet, stage }: ProofInput, sku: string, held: readonly GatewayColumn[]): ProofRow[] {
  return held.flatMap((column) => {
    // Each line is held against the per-tunnel figure by its own row.
    if (column.what === "Mb/s a tunnel") return [];
    const { what, unit, step, measure } = columns[column.what];
    return proofRow({
      group: "gateway",
      what: `${what} ${sku}`,
      demand: column.demand,
      limit: column.limit,
      unit,
      source: gatewaySkuSource,
      step,
      breaksAtDesks: desksThatBreak(fleet, stage, measure, column.limit),
    });
  });
}

function wanRows({ fleet, stage, demand, plan }: ProofInput): ProofRow[] {
  const hubs = plan.gateways.length;
  const row = (column: CountedColumn, demanded: number, limit: number) => {
    const { what, unit, step, measure } = columns[column];
    return proofRow({
      group: "gateway",
      what: `${what} a ${virtualWan.name} hub (${hubs} in all)`,
      demand: demanded,
      limit,
      unit,
      source: virtualWan.source,
      step,
      breaksAtDesks: desksThatBreak(fleet, stage, (each) => Math.ceil(measure(each) / hubs), limit),
    });
  };
  return [
    row("people at once", Math.ceil(demand.people / hubs), virtualWan.peoplePerHub),
    row("Mb/s in all", Math.ceil(demand.mbps / hubs), virtualWan.mbpsPerHub),
  ];
}

/** Each line's session brings the site's router and the ranges of its physical pools. */
function routesRow({ plan }: ProofInput): ProofRow {
  const routes = plan.bodies
    .flatMap((body) => body.sites)
    .reduce((sum, site) => sum + site.links.length * (1 + site.pools.length), 0);
  return proofRow({
    group: "gateway",
    what: "routes that the sites announce",
    demand: routes,
    limit: limits.bgpRoutes.value,
    unit: "routes",
    source: limits.bgpRoutes.source,
  });
}

/** With client certificates, whoever leaves is revoked, and in the end that is everybody who has a profile. */
function revocationRows({ fleet, plan }: ProofInput): ProofRow[] {
  if (fleet.access.authentication.azure !== "certificate") return [];
  const desks = plan.bodies
    .flatMap((body) => body.pools)
    .reduce((sum, pool) => sum + (pool.viaGateway ? pool.desks : 0), 0);
  const laptops = plan.bodies.reduce((sum, body) => sum + body.laptops, 0);
  return [
    proofRow({
      group: "gateway",
      what: "certificates that can be revoked, one a person (entra or radius has no such limit)",
      demand: desks + laptops,
      limit: limits.revokedCertificates.value,
      unit: "certificates",
      source: limits.revokedCertificates.source,
    }),
  ];
}
