import type { Told } from "./told.ts";

/** Of desks, services, what runs full or out, and the watch's upkeep. */
export const figuresTold: Readonly<Record<string, Told>> = {
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
