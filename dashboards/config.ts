/** Every threshold of the rules, each with its reason. Durations are Prometheus's (`2s`, `4h`). */

interface Threshold {
  readonly value: string;
  readonly reason: string;
}

export const thresholds = {
  bridge: {
    value: "5s",
    reason:
      "an exporter that restarts misses scrapes for a second or two; that must not end an alert and start it again",
  },
  linkDownFor: {
    value: "1s",
    reason:
      "a site is known 0.4 s after its lines, which may be one scrape of 0.5 s later, and is looked at up to 0.5 s after: then it is one page",
  },
  gatewaySettles: {
    value: "4s",
    reason:
      "a gateway is known up to 2 s after its lines, and one scrape; until then all lines of one instance that are down at once may be its fault",
  },
  siteDownFor: {
    value: "1500ms",
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
  lossWindow: {
    value: "10m",
    reason:
      "3,000 probes of a line, which tell 3 % from 2 % at the confidence below; longer tells it too late to matter",
  },
  lossSample: {
    value: "500",
    reason: "fewer probes than these, as of a line that is new or was just asked again, say nothing of 2 % at 99.9 %",
  },
  lossConfidence: {
    value: "3.09",
    reason: "standard deviations of 99.9 %, one-sided: Wilson's lower bound of the loss is held against lossRatio",
  },
  lossRatio: {
    value: "0.02",
    reason: "videoconferences stumble from here on; 1 % random loss, which many lines have, is told nobody",
  },
  lossFor: {
    value: "5m",
    reason: "a burst of loss, as of a carrier's rerouting, is over before anybody could look",
  },
  flapWindow: {
    value: "30m",
    reason: "longer than a carrier's work on a line that takes it away twice",
  },
  flapChanges: {
    value: "6",
    reason: "down and up three times: twice is a line that was mended, and mended better",
  },
  promiseDays: {
    value: "30",
    reason:
      "carriers promise a calendar month; of any 30 days the same can be said at any time, and the watch in Azure keeps 35",
  },
  promiseTold: {
    value: "1d",
    reason: "a promise stays broken until the month is over: it is told while something happens, not for weeks",
  },
  latencyFactor: {
    value: "2",
    reason: "a line that takes another way round takes twice as long; queues at noon are in the same hours' baseline",
  },
  latencyFloorSeconds: {
    value: "0.02",
    reason: "2 ms that become 4 ms are noticed by nobody; 20 ms more are, in what a desk echoes",
  },
  latencyDays: {
    value: "3",
    reason: "of the last seven: with fewer, one bad day would be the baseline",
  },
  latencyFor: {
    value: "10m",
    reason: "a backup that fills a line for minutes is no fault of the line",
  },
  viewsDifferFor: {
    value: "20m",
    reason: "the cloud's word on tunnels is up to a quarter of an hour old; a line that is down pages at once anyway",
  },
  desksShare: {
    value: "0.2",
    reason: "a fifth of a pool is no single host: rebuilds go in waves of a tenth and less",
  },
  desksAtLeast: {
    value: "5",
    reason: "of a pool of ten desks two are no reason to wake anybody; fewer are a ticket (DesksDown)",
  },
  desksUnreachableFor: {
    value: "5m",
    reason: "hosts are up 3 minutes after a restart or a start by autoscale, and known 10 s later",
  },
  desksDownFor: {
    value: "30m",
    reason: "one person without a desk is a ticket; a nightly rebuild of their host takes 20 minutes",
  },
  siteSettles: {
    value: "2m",
    reason: "a desk is down after 5 misses of 10 s and known up 12 s after its site: until then the site explains it",
  },
  hostsOffLinger: {
    value: "10m",
    reason: "the cloud's word on hosts that are off comes within a minute and stands 5; hosts take 3 to start",
  },
  hostsOffKept: {
    value: "1d",
    reason: "while the cloud does not say which hosts are off, the last that it said is better than that none is",
  },
  nearlyFull: {
    value: "0.8",
    reason: "a fifth is left: another gateway or more hosts are ordered and built in days",
  },
  nearlyFullFor: {
    value: "15m",
    reason: "the peak of log-ons at 9 passes through; what lasts is growth",
  },
  full: {
    value: "0.95",
    reason: "with 350 people a gateway, the next ten minutes of a morning bring as many as are left",
  },
  fullFor: {
    value: "5m",
    reason:
      "people who come again after a failure hold two sessions for as long as the gateway needs to miss the old one",
  },
  quotaHigh: {
    value: "0.9",
    reason:
      "a stage is planned into the quota, so 80 % is usual; a tenth is what a failed region's hosts need elsewhere",
  },
  quotaHighFor: {
    value: "1h",
    reason: "it changes with what is built; more is granted in days, so an hour is nothing",
  },
  exhaustDays: {
    value: "30",
    reason: "quota, lines and hardware are ordered this long before",
  },
  exhaustHistory: {
    value: "21d",
    reason: "two weeks of growth between peaks of a whole week each: a weekend is in all of them, so it is no trend",
  },
  exhaustFor: {
    value: "1h",
    reason: "twelve looks at what changes over weeks",
  },
  exhaustFrom: {
    value: "0.5",
    reason: "half empty is no reason to order, however a week after a holiday grows",
  },
  certificateExpiringDays: {
    value: "21",
    reason: "what renews itself does so 30 days before the end: at 21 it has failed for nine days",
  },
  certificateEndingDays: {
    value: "3",
    reason: "a weekend may lie between, and a certificate of the authority takes an hour to issue and bring there",
  },
  authorityExpiringDays: {
    value: "180",
    reason: "a new authority means a new profile for each of 7,000 people, over months",
  },
  authorityEndingDays: {
    value: "30",
    reason: "what it signs from now on ends with it: people's profiles can no longer be renewed for their usual time",
  },
  listExpiringDays: {
    value: "10",
    reason: "it is made for 30 days and made anew when half of them are over: at 10 that has failed for five",
  },
  listEndingDays: {
    value: "2",
    reason: "when it has ended gateways let nobody in; to make it anew takes minutes, to find who may takes a day",
  },
  expiryFor: {
    value: "5m",
    reason: "a certificate that is being replaced is read half old, half new, for one look",
  },
  profilesExpiringFor: {
    value: "1h",
    reason: "profiles are renewed in batches; a month is left",
  },
  licenceSeatsHigh: {
    value: "0.9",
    reason: "the last tenth of the licences: an order of more takes a public office weeks",
  },
  licenceSeatsFor: {
    value: "30m",
    reason: "a list that is being changed, or a roll-out that frees seats and gives them, is through by then",
  },
  licenceExpiringDays: {
    value: "60",
    reason: "a contract is prolonged, or another vendor rolled out to everybody, in two months",
  },
  rolloutFailingFor: {
    value: "5m",
    reason: "whoever is at it sees the same at the terminal, and resumes at once where that is enough",
  },
  rolloutStalledSeconds: {
    value: "1800",
    reason: "a vendor may let a request wait for 15 minutes, and a desk's step takes minutes: twice of that is silence",
  },
  seatsReportSeconds: {
    value: "2700",
    reason: "the vendor is asked every 5 minutes, every 15 at most: three of these were missed",
  },
  sittingSoonSeconds: {
    value: "3600",
    reason: "an hour is enough to set up a room or a client, and too little for tomorrow's post",
  },
  sittingUncheckedSeconds: {
    value: "3600",
    reason: "its timer runs every few minutes; of the looks that are due none is further from the next than an hour",
  },
  sittingWatchedSeconds: {
    value: "86400",
    reason: "from a day before, rooms, grants and lines are looked at: then silence is no comfort",
  },
  serviceDownFor: {
    value: "2m",
    reason: "services are asked every 30 s, and a service that is restarted is back within a minute",
  },
  toolDownFor: {
    value: "10m",
    reason: "it is others' service: operators have to know of it, nobody here can mend it",
  },
  jobLateFor: {
    value: "1m",
    reason: "the deadline has its slack already; the job's word may come a scrape later",
  },
  desksMissingFor: {
    value: "1d",
    reason: "a stage of thousands of desks is built over hours, in slices",
  },
  coverageLow: {
    value: "0.9",
    reason: "an interval may end between two batches of results, never a tenth of them",
  },
  proberLateSeconds: {
    value: "0.5",
    reason: "fping's answers are read in batches of up to 0.05 s; ten of them late is a machine that cannot keep up",
  },
  proberHealthFor: {
    value: "5m",
    reason: "an inventory that grows is taken in within a round; a machine that swaps is not mended in less",
  },
  collectorFailing: {
    value: "0.5",
    reason: "more than half of the looks of a quarter of an hour: one that fails now and then still brings its figures",
  },
  collectorWindow: {
    value: "15m",
    reason: "sixty looks; a gateway that restarts fails a few of them",
  },
  collectorFor: {
    value: "5m",
    reason: "the first looks after a start may find a gateway that is not there yet",
  },
  gatewayDataSeconds: {
    value: "780",
    reason: "Azure's figures of lines are up to 10 minutes old by their grain; at 15 they are no longer served",
  },
  poolDataSeconds: {
    value: "180",
    reason: "pools are asked every minute; at 5 minutes their figures are no longer served",
  },
  quotaDataSeconds: {
    value: "1800",
    reason: "quotas are asked every 10 minutes; at an hour they are no longer served",
  },
  scrapeFailingFor: {
    value: "1m",
    reason: "four scrapes: a restart costs one, an answer that takes too long now and then one more",
  },
  reloadFailedFor: {
    value: "5m",
    reason: "files that change one after the other are all there by then",
  },
  notificationsFailed: {
    value: "2",
    reason: "each is tried again for 10 s before it counts, so one may be a receiver's restart",
  },
  notificationWindow: {
    value: "10m",
    reason: "the heartbeat alone is 8 notifications; a channel that works again ends this soon",
  },
  missedShare: {
    value: "0.05",
    reason: "a busy machine leaves out a look of a second now and then; one of twenty makes every alert late",
  },
  linkObjective: {
    value: "0.995",
    reason: "1 % random loss, twice what it allows, must not page; 14.4 times is 7 %, at which nobody works well",
  },
  gatewayObjective: {
    value: "0.999",
    reason: "43 minutes a month for an instance, and it has a twin: people notice the reconnect, not the minutes",
  },
  burnFast: {
    value: "14.4",
    reason: "2 % of a month's budget in an hour (Site Reliability Workbook, chapter 5)",
  },
  burnSlow: {
    value: "6",
    reason: "5 % of a month's budget in six hours (Site Reliability Workbook, chapter 5)",
  },
} as const satisfies Record<string, Threshold>;

/** How often things are looked at. */
export const intervals = {
  /** Lines, sites, gateways are scraped and looked at so often: `/metrics/links` is small enough for this. */
  quick: "500ms",
  /** The same of an exporter in another place: its answer may have to come over a satellite. */
  outside: "1s",
  /** All else: about 23,000 samples for 7,000 desks. */
  usual: "15s",
  /** The watch's own health. */
  watch: "5s",
  /** What lasts for minutes, and is counted over thousands of desks. */
  slow: "15s",
  /** What is counted over hours. */
  long: "1m",
  /** What is counted over days. */
  days: "5m",
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
