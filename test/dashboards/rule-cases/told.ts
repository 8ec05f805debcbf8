/** What an alert is told with; its steps and the runbook's section come on top. */
interface Told {
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
  readonly impact: string;
  readonly carrier?: string;
}

/** Of the first positive case of each alert, at its last look. */
export const told: Readonly<Record<string, Told>> = {
  LinkDown: {
    labels: {
      body: "b",
      gateway: "hub-a",
      link: "b/hall/fibre",
      severity: "page",
      site: "b/hall",
      team: "crisis",
    },
    summary: "Line b/hall/fibre is down",
    description:
      "Nothing comes back through its tunnel to hub-a. Site b/hall still answers over another line. What the gateway has of it: not known.",
    impact: "Nobody is cut off; the site has one line less. Desks there: 3.",
    carrier: "Fibra",
  },
  SiteDown: {
    labels: {
      body: "b",
      severity: "page",
      site: "b/hall",
      team: "crisis",
    },
    summary: "Site b/hall is cut off",
    description: "Its router answers over none of its lines. Lines that are down: b/hall/fibre, b/hall/radio.",
    impact: "Nobody reaches the desks that stand there: 3.",
    carrier: "Fibra, Radio",
  },
  GatewayDown: {
    labels: {
      gateway: "hub-a",
      severity: "page",
      team: "crisis",
    },
    summary: "Gateway instance hub-a does not answer from outside",
    description:
      "Instances still answering: 1. People on it come in again through another. Lines through it that answer from the hub: 0; if there is any, the instance runs, and its public side is what fails.",
    impact: "People on it at the last look: 30.",
  },
  ExporterDown: {
    labels: {
      severity: "page",
      team: "crisis",
    },
    summary: "The exporter gives no metrics",
    description: "Until it is back nobody is told of lines, sites or gateways that fail.",
    impact: "People are not touched by this; nobody is told of what fails now.",
  },
  ShardMissing: {
    labels: {
      severity: "page",
      shards: "2",
      team: "crisis",
    },
    summary: "1 of the fleet's 2 parts are told by no exporter",
    description: "Nobody is told of what fails there. Parts that are told: 1/2.",
    impact: "People are not touched by this; nobody is told of what fails now.",
  },
  ProbersOverlap: {
    labels: {
      severity: "ticket",
      shard: "1",
      team: "crisis",
      vantage: "hub",
    },
    summary: "Parts of the fleet overlap: something is watched more than once",
    description:
      "Part 1 has 2 probers at hub; where neither is named, 2 ways to divide the fleet are in use. What is told is right, and costs more than it needs.",
    impact: "Nobody.",
  },
  VantageCut: {
    labels: {
      severity: "page",
      shard: "1",
      team: "crisis",
      vantage: "hub",
    },
    summary: "The vantage point hub is cut off: its own line is down",
    description:
      "Nothing comes back from anything that its prober asks. What it watches keeps its last state; nobody is told of what fails there now.",
    impact: "People are not touched by this; nobody is told of what fails now.",
  },
  ProberDown: {
    labels: {
      severity: "page",
      shard: "2",
      team: "crisis",
      vantage: "hub",
    },
    summary: "The prober at hub, shard 2, is silent",
    description: "What it watches keeps its last state; nobody is told of what fails now.",
    impact: "People are not touched by this; nobody is told of what fails now.",
  },
  ProbeStale: {
    labels: {
      kind: "link",
      severity: "page",
      shard: "1",
      team: "crisis",
      vantage: "hub",
    },
    summary: "No link is being probed from hub",
    description: "The prober runs, its link probes do not; their last states stand. Its log says why.",
    impact: "People are not touched by this; nobody is told of what fails now.",
  },
  Watchdog: {
    labels: {
      severity: "none",
      team: "crisis",
    },
    summary: "The watch is alive",
    description: "Always on. When it stops coming, nothing else will come either.",
    impact: "Nobody, while it comes.",
  },
  LinkLoss: {
    labels: {
      body: "b",
      gateway: "hub-a",
      link: "b/hall/fibre",
      severity: "ticket",
      site: "b/hall",
      team: "crisis",
    },
    summary: "Line b/hall/fibre loses packets",
    description:
      "At least 3.907% of its probes do not come back, at a confidence of 99.9 % (Wilson's lower bound); measured: 5% of 3000 in the last 10m.",
    impact: "Whoever works over it; desks at the site: 3.",
    carrier: "Fibra",
  },
  LinkFlapping: {
    labels: {
      body: "b",
      gateway: "hub-a",
      link: "b/hall/fibre",
      severity: "ticket",
      site: "b/hall",
      team: "crisis",
    },
    summary: "Line b/hall/fibre comes and goes",
    description: "It went down or up 6 times in the last 30m.",
    impact: "Whoever works over it; desks at the site: 3. Their connections break, or move to another line, each time.",
    carrier: "Fibra",
  },
  LatencyHigh: {
    labels: {
      body: "b",
      gateway: "hub-a",
      link: "b/hall/fibre",
      severity: "ticket",
      site: "b/hall",
      team: "crisis",
    },
    summary: "Line b/hall/fibre is slower than it was",
    description: "Round trips take 50ms; at this hour of the last week they took 10ms (median of the days).",
    impact: "Whoever works over it; desks at the site: 3.",
    carrier: "Fibra",
  },
  LinkDownOneVantage: {
    labels: {
      body: "b",
      gateway: "hub-a",
      link: "b/hall/fibre",
      severity: "ticket",
      site: "b/hall",
      team: "crisis",
    },
    summary: "Line b/hall/fibre: its gateway and its probes do not agree",
    description:
      "The gateway has the tunnel up, and probes through it do not come back. What the gateway has of it: child up, config up, route up, sa up.",
    impact: "Whoever works over it; desks at the site: 3.",
    carrier: "Fibra",
  },
  DesksUnreachable: {
    labels: {
      body: "b",
      pool: "b/pool",
      severity: "page",
      team: "crisis",
    },
    summary: "Desks of pool b/pool that are not reached: 10",
    description: "It has 20 desks; 10 do not answer. Hosts that are off by intent are taken off, and its site is up.",
    impact: "People without a desk, or seats that are missing: 10 of 20.",
  },
  DesksDown: {
    labels: {
      body: "b",
      pool: "b/pool",
      severity: "ticket",
      team: "crisis",
    },
    summary: "Desks of pool b/pool that are not reached: 1",
    description: "It has 20 desks; 1 do not answer, for half an hour and more: no restart, no rebuild.",
    impact: "People without a desk, or seats that are missing: 1.",
  },
  ServiceDown: {
    labels: {
      service: "portal",
      severity: "page",
      team: "crisis",
    },
    summary: "Service portal does not answer desks",
    description: "Asked from where desks are; HTTP status of its last answer: 503 (0: no answer came).",
    impact: "Everybody who works with it, at their desk or at home.",
  },
  ToolDown: {
    labels: {
      queue: "schools",
      service: "schools/Portal",
      severity: "ticket",
      team: "contact-centre",
    },
    summary: "Callers' tool schools/Portal does not answer",
    description: "HTTP status of its last answer: 0 (0: no answer came). It is asked from where desks are.",
    impact: "Callers of queue schools will ask about it; operators can say that it is known.",
  },
  JobLate: {
    labels: {
      job_name: "daily-cases",
      severity: "page",
      team: "crisis",
      unit: "crisis",
    },
    summary: "Job daily-cases of crisis has not run in time",
    description: "Its last success: 50m 0s ago.",
    impact: "Whoever waits for its figures; those that are there are old.",
  },
  GatewaySessionsHigh: {
    labels: {
      gateway: "hub-a",
      resource: "sessions",
      severity: "ticket",
      team: "crisis",
    },
    summary: "Gateway instance hub-a has many people",
    description: "84% of the people that it is planned for are on it.",
    impact: "Nobody yet.",
  },
  GatewaySessionsFull: {
    labels: {
      gateway: "hub-a",
      resource: "sessions",
      severity: "page",
      team: "crisis",
    },
    summary: "Gateway instance hub-a is full",
    description: "96% of the people that it is planned for are on it; soon it refuses people.",
    impact: "Whoever comes next is refused there, and tries the other instances.",
  },
  AddressesHigh: {
    labels: {
      gateway: "hub-a",
      resource: "addresses",
      severity: "ticket",
      team: "crisis",
    },
    summary: "Gateway instance hub-a has given out many of its addresses",
    description: "People hold 84% of its addresses.",
    impact: "Nobody yet.",
  },
  AddressesFull: {
    labels: {
      gateway: "hub-a",
      resource: "addresses",
      severity: "page",
      team: "crisis",
    },
    summary: "Gateway instance hub-a runs out of addresses",
    description: "People hold 96% of its addresses; without one nobody gets in.",
    impact: "Whoever comes next gets no address there, and tries the other instances.",
  },
  PoolHigh: {
    labels: {
      body: "b",
      pool: "b/pool",
      resource: "seats",
      severity: "ticket",
      team: "crisis",
    },
    summary: "Pool b/pool has few seats left",
    description: "84% of the sessions that its hosts can hold are there.",
    impact: "Nobody yet.",
  },
  PoolFull: {
    labels: {
      body: "b",
      pool: "b/pool",
      resource: "seats",
      severity: "page",
      team: "crisis",
    },
    summary: "Pool b/pool is full",
    description: "96% of the sessions that its hosts can hold are there.",
    impact: "Whoever of b comes next finds no seat.",
  },
  QuotaHigh: {
    labels: {
      family: "cores",
      region: "italynorth",
      resource: "quota",
      severity: "ticket",
      subscription: "s",
      team: "crisis",
    },
    summary: "The vCPU quota cores in italynorth is nearly used up",
    description: "90% of what subscription s may have is in use.",
    impact: "Nobody yet; hosts that are to be built or started later are refused.",
  },
  ExhaustIn30d: {
    labels: {
      gateway: "hub-a",
      resource: "sessions",
      severity: "ticket",
      team: "crisis",
    },
    summary: "sessions of hub-a are used up within 30 days",
    description: "At the pace of the last two weeks 111.3% of them are used in 30 days (peaks of a week each).",
    impact: "Nobody yet.",
  },
  CertificateExpiring: {
    labels: {
      gateway: "hub-a",
      of: "gateway",
      severity: "ticket",
      team: "crisis",
    },
    summary: "The certificate of the gateway hub-a ends soon",
    description: "It ends in 19d 23h 0m 0s, and was to be renewed before.",
    impact: "Nobody yet.",
  },
  CertificateEnding: {
    labels: {
      gateway: "hub-a",
      of: "gateway",
      severity: "page",
      team: "crisis",
    },
    summary: "The certificate of the gateway hub-a ends within days",
    description: "It ends in 1d 23h 0m 0s; one that has ended is refused.",
    impact: "Then: a gateway's lets nobody in, a service's is refused by desks, the exporter's blinds the watch.",
  },
  AuthorityExpiring: {
    labels: {
      severity: "ticket",
      team: "crisis",
    },
    summary: "The authority ends within months",
    description: "It ends in 169d 23h 0m 0s, and with it all that it signed.",
    impact: "Everybody with a profile needs a new one by then.",
  },
  AuthorityEnding: {
    labels: {
      severity: "page",
      team: "crisis",
    },
    summary: "The authority ends within weeks",
    description: "It ends in 28d 23h 0m 0s, and with it all that it signed.",
    impact: "Then nobody gets in.",
  },
  RevocationListExpiring: {
    labels: {
      severity: "ticket",
      team: "crisis",
    },
    summary: "The list of withdrawn profiles is not being renewed",
    description: "It runs out in 8d 23h 0m 0s.",
    impact: "Nobody yet.",
  },
  RevocationListEnding: {
    labels: {
      severity: "page",
      team: "crisis",
    },
    summary: "The list of withdrawn profiles runs out, or is not there",
    description: "It runs out in 23h 0m 0s; without a valid one gateways let nobody in.",
    impact: "Then nobody gets in; who is in stays until the next key exchange.",
  },
  ProfilesExpiring: {
    labels: {
      body: "b",
      severity: "ticket",
      team: "crisis",
    },
    summary: "3 people of b need a new profile within 30 days",
    description: "The first of them is left without in 9d 23h 0m 0s.",
    impact: "3 people, who cannot come in after.",
  },
  LinksBurnFast: {
    labels: {
      body: "b",
      severity: "page",
      team: "crisis",
    },
    summary: "The lines of b lose more than they may",
    description: "8% of the probes over lines that are up did not come back in the last 1h; the objective is 0.995.",
    impact: "Whoever works over the body's lines: slow desks, broken calls.",
  },
  LinksBurnSlow: {
    labels: {
      body: "b",
      severity: "ticket",
      team: "crisis",
    },
    summary: "The lines of b lose more than they may",
    description: "4% of the probes over lines that are up did not come back in the last 6h; the objective is 0.995.",
    impact: "Whoever works over the body's lines: slow desks, broken calls.",
  },
  GatewayBurnFast: {
    labels: {
      gateway: "hub-a",
      severity: "page",
      team: "crisis",
    },
    summary: "Gateway instance hub-a answers too rarely",
    description: "It did not answer for 25.27% of the last 1h, each time too short to be told; the objective is 0.999.",
    impact: "People who come in through it have to try again.",
  },
  GatewayBurnSlow: {
    labels: {
      gateway: "hub-a",
      severity: "ticket",
      team: "crisis",
    },
    summary: "Gateway instance hub-a answers too rarely",
    description: "It did not answer for 1.109% of the last 6h, each time too short to be told; the objective is 0.999.",
    impact: "People who come in through it have to try again.",
  },
  ScrapeFailing: {
    labels: {
      instance: "e",
      job: "deskbridge",
      severity: "page",
      team: "crisis",
    },
    summary: "Prometheus gets nothing from deskbridge e",
    description: "Its figures are missing: desks, services and capacity where it is the exporter's.",
    impact: "People are not touched by this; what fails there may not be told.",
  },
  CollectorFailing: {
    labels: {
      collector: "openvpn",
      instance: "e",
      job: "deskbridge",
      severity: "ticket",
      team: "crisis",
    },
    summary: "The exporter's collector openvpn fails",
    description: "It gave everything at 0% of the scrapes of the last 15m; the exporter's log says what failed.",
    impact:
      "People are not touched by this; what fails there may not be told. Its figures may be missing, and alerts that need them do not come.",
  },
  CollectorDataOld: {
    labels: {
      collector: "azure-gateways",
      instance: "e",
      job: "deskbridge",
      scope: "s/r/people",
      severity: "ticket",
      team: "crisis",
    },
    summary: "Figures of azure-gateways, s/r/people, are old",
    description: "The oldest of them is 14m 0s old; soon they are no longer served.",
    impact: "People are not touched by this; what fails there may not be told.",
  },
  CoverageLow: {
    labels: {
      kind: "link",
      severity: "ticket",
      shard: "1",
      team: "crisis",
      vantage: "hub",
    },
    summary: "Not every link is being probed from hub",
    description: "Only 50% of them had a result in the last interval.",
    impact: "People are not touched by this; what fails there may not be told.",
  },
  ProberLate: {
    labels: {
      kind: "link",
      severity: "ticket",
      shard: "1",
      team: "crisis",
      vantage: "hub",
    },
    summary: "The prober at hub is late with each link",
    description: "Probes begin up to 800ms after their time: failures are told as much later.",
    impact: "People are not touched by this; what fails there may not be told.",
  },
  WebConfigRefused: {
    labels: {
      instance: "e",
      job: "deskbridge",
      severity: "ticket",
      team: "crisis",
    },
    summary: "The exporter e refuses its web configuration",
    description: "The one before is in force still; standard error names the place.",
    impact: "Nobody yet: a certificate that was to be replaced goes on to its end.",
  },
  DesksMissing: {
    labels: {
      body: "b",
      severity: "info",
      stage: "full",
      team: "crisis",
    },
    summary: "b has 90 desks, fewer than stage full is to have",
    description: "The inventory has fewer than the plan: slices were not built, or not to their end.",
    impact: "People who were to get a desk at this stage.",
  },
  NotificationsFailing: {
    labels: {
      integration: "webhook",
      severity: "page",
      team: "crisis",
    },
    summary: "Alertmanager cannot tell anybody by webhook",
    description: "6 notifications failed in the last 10m, each tried several times.",
    impact: "Whoever is to be told by it is told nothing.",
  },
  PrometheusNotConnected: {
    labels: {
      instance: "p",
      job: "prometheus",
      severity: "page",
      team: "crisis",
    },
    summary: "Prometheus does not reach Alertmanager",
    description:
      "What burns is told to nobody. This alert goes the same way: the outside heartbeat tells it, and the cloud's workspace shows it.",
    impact: "Whoever is to be told of anything.",
  },
  RulesFailing: {
    labels: {
      instance: "p",
      job: "prometheus",
      rule_group: "rules.yml;quick",
      severity: "page",
      team: "crisis",
    },
    summary: "Rules of rules.yml;quick fail or come late",
    description: "Alerts of this group may not come.",
    impact: "People are not touched by this; what fails there may not be told.",
  },
  ConfigReloadFailed: {
    labels: {
      instance: "p",
      job: "prometheus",
      severity: "ticket",
      team: "crisis",
    },
    summary: "prometheus refuses its new configuration",
    description: "The one before is in force still; its log names the line.",
    impact: "Nobody yet: lines, people and hours that changed since are not known to it.",
  },
};
