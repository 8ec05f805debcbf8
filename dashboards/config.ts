/** Every threshold of the rules and routes, each with its reason. Durations are Prometheus's (`2s`, `4h`). */

interface Threshold {
  readonly value: string;
  readonly reason: string;
}

export const thresholds = {
  bridge: {
    value: "5s",
    reason: "an exporter that restarts misses a scrape or two of 1 s; that must not end an alert and start it again",
  },
  linkDownFor: {
    value: "2s",
    reason: "a site or gateway that fails is known at most 1.3 s and one scrape after its lines: then it is one page",
  },
  siteDownFor: {
    value: "2s",
    reason: "a site that is new in the inventory is 0 until its first answers, which come within 1 s",
  },
  gatewayDownFor: {
    value: "2s",
    reason: "as for sites: a new instance is 0 until its first answers, which come within 1.5 s",
  },
  probeStaleIntervals: {
    value: "3",
    reason: "results come spread over the interval; three without any are no chance",
  },
  probeStaleSeconds: {
    value: "10",
    reason: "a dead fping is back within 5 s, a restarted prober within 2 s",
  },
  proberDownFor: {
    value: "5s",
    reason: "when the whole watch starts at once, a prober has its first results later than the exporter",
  },
  probersOverlapFor: {
    value: "1m",
    reason: "a prober that is moved to another machine overlaps with the one before for less",
  },
  vantageCutFor: {
    value: "10s",
    reason: "its targets keep their states; a router that starts again, or a route that moves, is back within seconds",
  },
  vantageSettles: {
    value: "2m",
    reason:
      "after a cut, services have their first results within 35 s and hosts within 12 s: until then they are no news",
  },
  exporterDownFor: {
    value: "10s",
    reason: "a restart takes 2 s; longer than this, nobody knows what burns",
  },
} as const satisfies Record<string, Threshold>;

/** How often things are looked at. */
export const intervals = {
  /** Lines, sites, gateways: `/metrics/links` is small enough for this. */
  quick: "1s",
  /** All else: about 23,000 samples for 7,000 desks. */
  usual: "15s",
  /** The watch's own health. */
  watch: "5s",
} as const;

/**
 * The same rules in Azure Monitor, which sees the samples later and looks less often. Nothing there pages but that the
 * watch itself is gone.
 */
export const cloudThresholds = {
  bridge: {
    value: "3m",
    reason:
      "samples come by remote write, in batches, and are readable some time after; a minute passes to the next look",
  },
  probeStaleSeconds: {
    value: "180",
    reason: "as the bridge: a younger probe may not be readable yet",
  },
  vantageSettles: {
    value: "5m",
    reason: "as in the watch, and the bridge on top",
  },
  silentFor: {
    value: "3m",
    reason: "a machine that is patched and starts again is silent for less; longer, nobody knows what burns",
  },
} as const satisfies Record<string, Threshold>;

/** From where on a dashboard shows a figure as bad. Nobody is told. */
export const marks = {
  shareUsed: {
    value: "0.8",
    reason: "a fifth is left: more quota or another gateway is ordered days before it is there",
  },
  dataAgeSeconds: {
    value: "900",
    reason: "no collector of the gateways or pools serves figures that are older than a quarter of an hour",
  },
} as const satisfies Record<string, Threshold>;

/** How Alertmanager waits and repeats. */
export const pacing = {
  page: {
    group_wait: "0s",
    group_interval: "1s",
    /** In whole hours. */
    repeat_interval: "4h",
    reason: "pages are decided in the rules; to wait here would only be late. Told again after half a shift",
  },
  critical: {
    group_wait: "0s",
    group_interval: "1s",
    repeat_interval: "20m",
    reason:
      "a page that was slept through or taken for done costs the Crisis Unit its lines: twice before the hour ends",
  },
  ticket: {
    group_wait: "30s",
    group_interval: "5m",
    repeat_interval: "24h",
    reason: "one ticket for what belongs together, once a day",
  },
  heartbeat: {
    group_wait: "0s",
    group_interval: "10s",
    repeat_interval: "1m",
    reason:
      "it comes every 70 s at most (the first look after a minute), so whoever listens outside misses two of them " +
      "within 3 minutes of the whole watch's end",
  },
} as const;

/** By day somebody is at the desk; the fleet's first unit says when, else these hours. */
export const defaultDayHours = "08:00-20:00";
