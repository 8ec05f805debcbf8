import { fullName, select, selector } from "../metrics.ts";
import type { LinkPlan } from "../plan/types.ts";
import {
  type Bucket,
  increaseOf,
  joined,
  type Quantile,
  quantileOf,
  type Ratio,
  ratioOf,
  standstills,
  zeros,
} from "./counts.ts";
import { lengthOf, monthUpTo, type Period } from "./period.ts";
import type { Prometheus, Track } from "./prometheus.ts";
import {
  type Availability,
  availabilityOf,
  type LineState,
  type Outage,
  outagesOf,
  type Patience,
  type Point,
  type Span,
  spansOf,
  withBlind,
  within,
} from "./spans.ts";

/** What Prometheus has measured of a line in a period. */
export interface Evidence {
  readonly period: Period;
  /** At the period's end. */
  readonly state: LineState;
  readonly outages: readonly ExplainedOutage[];
  /** When nobody looked, or what was seen is lost. */
  readonly gaps: readonly Period[];
  readonly availability: Availability;
  /** Of the calendar month in which the period ends, up to that end. */
  readonly month: Availability;
  /** Undefined where no probe was counted. */
  readonly probes: { readonly sent: number; readonly lost: number; readonly loss: Ratio } | undefined;
  /** Seconds; undefined where no probe came back. */
  readonly roundTrip: { readonly median: Quantile; readonly p95: Quantile } | undefined;
}

export interface ExplainedOutage extends Outage {
  /** What the gateway saw of the line's layers meanwhile, by name: whether each was gone at some time. */
  readonly layers: Readonly<Record<string, boolean>>;
  /** Other lines of the carrier that were down at some time meanwhile. */
  readonly others: readonly string[];
}

export interface EvidenceSettings {
  readonly link: LinkPlan;
  /** Ids of the carrier's other lines. */
  readonly others: readonly string[];
  readonly period: Period;
  readonly timezone: string;
  /** The series that says whether a line is up, by its label `link`. */
  readonly upSeries: string;
  readonly patience: Patience;
}

/** Counters are read so often: also the shortest time for which it is seen that nobody probed. */
const counterStepMs = 15_000;

export async function gatherEvidence(prometheus: Prometheus, settings: EvidenceSettings): Promise<Evidence> {
  const { link, period, timezone, upSeries, patience } = settings;
  const month = monthUpTo(period.until, timezone);
  const whole = { from: Math.min(period.from, month.from), until: period.until };
  const { vantage, attempts } = await probing(prometheus, link, whole);
  const seen = await prometheus.samples(selector(upSeries, { link: link.id }), {
    from: whole.from - patience.bridge,
    until: whole.until,
  });
  const cut = await prometheus.range(`min(${select("vantage_up", { vantage })})`, whole, counterStepMs);
  const blind = joined([...standstills(attempts), ...cut.flatMap(({ points }) => zeros(points))]);
  const all = withBlind(spansOf(merged(seen), whole, patience), blind);
  const spans = within(all, period);
  return {
    period,
    state: spans.at(-1)?.state ?? "gap",
    outages: await explained(prometheus, settings, spans),
    gaps: spans.filter(({ state }) => state === "gap").map(({ from, until }) => ({ from, until })),
    availability: availabilityOf(spans),
    month: availabilityOf(within(all, month)),
    ...(await probesOf(prometheus, link, vantage, period)),
  };
}

/** The vantage point that probes the line most, and its counter. A line that several exporters tell of counts once. */
async function probing(
  prometheus: Prometheus,
  link: LinkPlan,
  period: Period,
): Promise<{ readonly vantage: string; readonly attempts: readonly Point[] }> {
  const query = `max by (vantage) (${select("link_probe_attempts_total", { link: link.id })})`;
  const tracks = await prometheus.range(query, period, counterStepMs);
  const most = tracks.toSorted((one, other) => increaseOf(other.points) - increaseOf(one.points))[0];
  return { vantage: most?.labels["vantage"] ?? "", attempts: most?.points ?? [] };
}

/** One 0 or 1 a moment: up where any series says so, as after a line was moved to another instance. */
function merged(tracks: readonly Track[]): readonly Point[] {
  const values = new Map<number, number>();
  for (const { points } of tracks) {
    for (const [at, value] of points) values.set(at, Math.max(value, values.get(at) ?? 0));
  }
  return [...values].toSorted(([one], [other]) => one - other);
}

async function probesOf(
  prometheus: Prometheus,
  link: LinkPlan,
  vantage: string,
  period: Period,
): Promise<Pick<Evidence, "probes" | "roundTrip">> {
  const matchers = { link: link.id, vantage };
  const grown = async (series: string, by: string): Promise<readonly (readonly [string, number])[]> => {
    const tracks = await prometheus.range(`max by (${by}) (${series})`, period, counterStepMs);
    return tracks.map(({ labels, points }) => [labels[by] ?? "", increaseOf(points)]);
  };
  const total = (found: readonly (readonly [string, number])[]): number => found[0]?.[1] ?? 0;
  const sent = total(await grown(select("link_probe_attempts_total", matchers), "vantage"));
  const lost = total(await grown(select("link_probe_failures_total", matchers), "vantage"));
  const bounds = await grown(selector(`${fullName("link_probe_rtt_seconds")}_bucket`, matchers), "le");
  const buckets = bounds
    .map(([bound, count]): Bucket => ({ bound: bound === "+Inf" ? Number.POSITIVE_INFINITY : Number(bound), count }))
    .toSorted((one, other) => one.bound - other.bound);
  const loss = ratioOf(lost, sent);
  const [median, p95] = [quantileOf(buckets, 0.5), quantileOf(buckets, 0.95)];
  return {
    probes: loss === undefined ? undefined : { sent, lost, loss },
    roundTrip: median === undefined || p95 === undefined ? undefined : { median, p95 },
  };
}

/** How long after a line's end its layers may still be read as they were: they are scraped every 15 s. */
const layersLateMs = 15_000;

async function explained(
  prometheus: Prometheus,
  { link, others, upSeries }: EvidenceSettings,
  spans: readonly Span[],
): Promise<readonly ExplainedOutage[]> {
  const found: ExplainedOutage[] = [];
  for (const outage of outagesOf(spans)) {
    // Without the moment at which it was up again.
    const last = outage.until - 1;
    const length = Math.max(1, lengthOf(outage) - 1);
    const state = selector(fullName("link_state"), { link: link.id });
    const lowest = (series: string, by: string, late: number): string =>
      `min by (${by}) (min_over_time(${series}[${length + late}ms]))`;
    const layers = await prometheus.at(lowest(state, "layer", layersLateMs), last + layersLateMs);
    const carriers = { link: { matches: others.map(escaped).join("|") } };
    const down =
      others.length === 0 ? [] : await prometheus.at(`${lowest(selector(upSeries, carriers), "link", 0)} == 0`, last);
    found.push({
      ...outage,
      layers: Object.fromEntries(layers.map(({ labels, value }) => [labels["layer"] ?? "", value === 0])),
      others: down.map(({ labels }) => labels["link"] ?? "").toSorted(),
    });
  }
  return found;
}

function escaped(id: string): string {
  return id.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
