import { type Demand, desksThatBreak } from "../demand.ts";
import { gatewaySkuSource, limits, mbpsPerPerson, virtualWan } from "../limits.ts";
import type { BodyPlan, GatewayColumn, ProofRow } from "../types.ts";
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
  return [...rows, ...routeRows(input, picked === undefined), ...revocationRows(input)];
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
  // People and their traffic are spread over the hubs; the bodies' networks and the sites hang on the first.
  const row = (column: CountedColumn, share: number, limit: number, source: string) => {
    const { what, unit, step, measure } = columns[column];
    const ofHub = (each: Demand) => (share === 1 ? measure(each) : Math.ceil(measure(each) / share));
    return proofRow({
      group: "gateway",
      what: share === 1 ? `${what} one ${virtualWan.name} hub` : `${what} a ${virtualWan.name} hub (${hubs} in all)`,
      demand: ofHub(demand),
      limit,
      unit,
      source,
      step,
      breaksAtDesks: desksThatBreak(fleet, stage, ofHub, limit),
    });
  };
  const physical = plan.bodies.flatMap((body) => body.sites).reduce((sum, site) => sum + site.peopleAtOnce, 0);
  return [
    row("people at once", hubs, virtualWan.peoplePerHub, virtualWan.source),
    row("Mb/s in all", hubs, virtualWan.mbpsPerHub, virtualWan.source),
    row("VMs", 1, virtualWan.vmsPerHub, virtualWan.hubSource),
    row("tunnels", 1, virtualWan.tunnelsPerHub, virtualWan.hubSource),
    proofRow({
      group: "gateway",
      what: `bandwidth of all sites at one ${virtualWan.name} hub`,
      demand: physical * mbpsPerPerson.value,
      limit: virtualWan.siteMbpsPerHub,
      unit: "Mb/s",
      source: virtualWan.hubSource,
      step: mbpsPerPerson.value,
    }),
  ];
}

/** Routes: those that the sites announce, those of one line's local gateway, and those that people's clients are given. */
function routeRows({ plan }: ProofInput, wan: boolean): ProofRow[] {
  const sites = plan.bodies.flatMap((body) => body.sites);
  const announced = sites.reduce((sum, site) => sum + site.links.length * (1 + site.pools.length), 0);
  const most = Math.max(0, ...sites.map((site) => 1 + site.pools.length));
  const spokes = plan.bodies.reduce((sum, body) => sum + spokeRanges(body), 0);
  const ofSites = sites.reduce((sum, site) => sum + 1 + site.pools.length, 0);
  const { bgpRoutes, prefixesPerLocalGateway, pushedRoutes } = limits;
  return [
    proofRow({
      group: "gateway",
      // Each line's session brings the site's router and the ranges of its physical pools.
      what: "routes that the sites announce",
      demand: announced,
      limit: wan ? virtualWan.routesPerHub : bgpRoutes.value,
      unit: "routes",
      source: wan ? virtualWan.hubSource : bgpRoutes.source,
    }),
    proofRow({
      group: "gateway",
      what: "ranges behind one line",
      demand: most,
      limit: prefixesPerLocalGateway.value,
      unit: "ranges",
      source: prefixesPerLocalGateway.source,
    }),
    ...(plan.access.people === "openvpn"
      ? [
          proofRow({
            group: "gateway",
            what: "routes pushed to people: the hub's, the bodies' and the sites'",
            demand: 1 + spokes + ofSites,
            limit: pushedRoutes.value,
            unit: "routes",
            source: pushedRoutes.source,
          }),
        ]
      : []),
  ];
}

/** Ranges of a body's network: one a cloud pool, and that of its private endpoints. */
function spokeRanges(body: BodyPlan): number {
  const pools = body.pools.filter((pool) => pool.kind !== "physical").length;
  return pools === 0 ? 0 : pools + 1;
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
      what: "certificates, which are refused where not each can be revoked (entra or radius has no such limit)",
      demand: desks + laptops,
      limit: limits.revokedCertificates.value,
      unit: "certificates",
      source: limits.revokedCertificates.source,
    }),
  ];
}
