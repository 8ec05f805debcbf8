import { mbpsPerPerson } from "../plan/limits.ts";
import { homeOf } from "../plan/sites.ts";
import type { LinkPlan, Plan, PoolPlan, SitePlan } from "../plan/types.ts";

/** What to ask a carrier for: a line that a site lacks, or one of its lines anew. */
export interface Order {
  readonly stage: string;
  readonly site: string;
  readonly siteName: string;
  readonly bodyName: string;
  /** The line of the fleet that it is to be; undefined for one that the fleet file does not name yet. */
  readonly line: string | undefined;
  readonly critical: boolean;
  readonly width: Width;
  readonly quality: readonly Quality[];
  readonly apart: Apart;
  readonly tunnel: Tunnel;
  /** When the watch takes the line for down, and for up again. */
  readonly measure: Measure;
}

export interface Measure {
  readonly misses: number;
  readonly hits: number;
  readonly intervalMs: number;
}

export interface Width {
  /** Asked for, each way. */
  readonly mbps: number;
  readonly people: number;
  readonly mbpsPerPerson: number;
  readonly source: string;
  /** What the people need. */
  readonly demandMbps: number;
  /** The part of a line that may be used. */
  readonly share: number;
  readonly pools: readonly { readonly id: string; readonly desks: number; readonly concurrency: number }[];
  /** The widest that a tunnel is; undefined where the demand fits it. */
  readonly tooWideFor: number | undefined;
}

export interface Quality {
  readonly what: string;
  readonly asked: string;
  readonly why: string;
}

/** The site's other lines: the new one must not fail with them. */
export interface Apart {
  readonly carriers: readonly string[];
  readonly lines: readonly { readonly id: string; readonly carrier: string; readonly mbps: number }[];
}

export interface Tunnel {
  readonly protocol: string;
  /** The instance where the line is at home, and the others. In the cloud their AS number is known when they are there. */
  readonly instances: readonly { readonly id: string; readonly asn: number | undefined; readonly home: boolean }[];
  readonly siteAsn: number;
  /** Undefined where nothing is known of the gateway. */
  readonly algorithms: { readonly ike: string; readonly ipsec: string } | undefined;
}

export interface OrderSettings {
  /** The part of a line that may be in use before it counts as full. */
  readonly share: number;
  /** Part of the probes that a good line may lose. */
  readonly loss: number;
  readonly algorithms: Tunnel["algorithms"];
  readonly measure: Measure;
}

/** The widths that carriers sell, in Mb/s: the next one up is asked for. */
export const usualMbps = [
  10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 400_000,
] as const;

/** Azure Virtual Desktop calls input delay below 150 ms good (facts of July 2025); half of it is the person's own way. */
const goodDelayMs = 150;
/** What a line may take of it, for 95 % of packets. */
export const roundTripMs = goodDelayMs / 2;

/** Ours, of each month. */
const availability = { alone: 0.999, withOthers: 0.995 } as const;

export function orderFor(plan: Plan, site: SitePlan, link: LinkPlan | undefined, settings: OrderSettings): Order {
  const others = site.links.filter((each) => each.id !== link?.id);
  const { misses, hits, intervalMs } = settings.measure;
  const body = plan.bodies.find(({ id }) => id === site.body);
  return {
    stage: plan.stage,
    site: site.id,
    siteName: site.name,
    bodyName: body?.name ?? site.body,
    line: link?.id,
    critical: link?.critical ?? site.links.some(({ critical }) => critical),
    width: widthFor(plan, site, body?.pools ?? [], settings.share),
    quality: qualityFor(others.length, settings.loss, link?.availability),
    apart: {
      carriers: [...new Set(others.map(({ carrier }) => carrier))],
      lines: others.map(({ id, carrier, mbps }) => ({ id, carrier, mbps })),
    },
    tunnel: tunnelFor(plan, site, link, settings.algorithms),
    measure: { misses, hits, intervalMs },
  };
}

/** N−1: traffic takes one line at a time, so each must bear all of the site's people alone. */
function widthFor(plan: Plan, site: SitePlan, pools: readonly PoolPlan[], share: number): Width {
  const demandMbps = site.peopleAtOnce * mbpsPerPerson.value;
  const mbps = usualWidth(demandMbps / share);
  const tunnel = plan.proof.find(({ what }) => site.links.some(({ id }) => what === `tunnel over ${id}`));
  return {
    mbps,
    people: site.peopleAtOnce,
    mbpsPerPerson: mbpsPerPerson.value,
    source: mbpsPerPerson.source,
    demandMbps,
    share,
    pools: pools
      .filter(({ id }) => site.pools.includes(id))
      .map(({ id, desks, concurrency }) => ({ id, desks, concurrency })),
    tooWideFor: tunnel !== undefined && mbps > tunnel.limit ? tunnel.limit : undefined,
  };
}

/** The smallest usual width that is enough; above them all, whole steps of the widest. */
export function usualWidth(mbps: number): number {
  const widest = usualMbps.at(-1) ?? 1;
  return usualMbps.find((usual) => usual >= mbps) ?? Math.ceil(mbps / widest) * widest;
}

function qualityFor(others: number, loss: number, promised: number | undefined): readonly Quality[] {
  const asked = promised ?? (others === 0 ? availability.alone : availability.withOthers);
  const downMinutes = Math.round((1 - asked) * 30 * 24 * 60);
  return [
    {
      what: "availability",
      asked: `at least ${percent(asked)} of each calendar month, at most ${downMinutes} minutes down in 30 days`,
      why:
        others === 0
          ? "the site has no other line: when it is down, so are all the site's desks"
          : `the site has ${others === 1 ? "another line" : `${others} other lines`}: two that fail apart from each ` +
            `other are down together ${Math.round((1 - asked) ** 2 * 30 * 24 * 3600)} s in 30 days`,
    },
    {
      what: "loss",
      asked: `at most ${percent(loss)} of packets, mean of any 10 minutes`,
      why: "our watch is built to stay quiet up to there; beyond, it takes chance for outages, and screens stutter",
    },
    {
      what: "round trip",
      asked: `at most ${roundTripMs} ms for 95 % of packets, to the gateway and back`,
      why: `input delay is good below ${goodDelayMs} ms (Azure Virtual Desktop), and half of it is the person's own way in; a satellite cannot, and is a line of last resort`,
    },
    { what: "packets", asked: "1,500 bytes without fragments", why: "the tunnel's own headers take up to 160 of them" },
  ];
}

function tunnelFor(plan: Plan, site: SitePlan, link: LinkPlan | undefined, algorithms: Tunnel["algorithms"]): Tunnel {
  const instances = plan.gateways.flatMap((gateway) => gateway.instances);
  const home = link?.instance ?? homeOf(instances, site.ordinal, site.links.length)?.id;
  return {
    protocol: plan.access.sites,
    instances: instances.map(({ id, asn }) => ({
      id,
      asn: plan.cloud === undefined ? asn : undefined,
      home: id === home,
    })),
    siteAsn: site.asn,
    algorithms,
  };
}

export function percent(part: number): string {
  return `${Number((100 * part).toPrecision(6))} %`;
}
