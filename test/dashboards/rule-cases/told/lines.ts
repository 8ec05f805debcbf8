import type { Told } from "./told.ts";

/** Of lines, sites, gateways and their probing. */
export const linesTold: Readonly<Record<string, Told>> = {
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
  LinkPromiseBroken: {
    labels: {
      body: "b",
      link: "b/hall/fibre",
      severity: "ticket",
      site: "b/hall",
      team: "crisis",
    },
    summary: "Line b/hall/fibre was down for longer than its carrier promises",
    description:
      "Down for 46m 0s of the last 30 days, outages of its gateway instance left out. Promised: up for 99.9% of a month.",
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
};
