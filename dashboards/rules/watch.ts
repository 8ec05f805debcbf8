import { select } from "../../src/metrics.ts";
import { intervals, thresholds } from "../config.ts";
import { quickJob } from "./jobs.ts";
import type { RuleGroup } from "./rule.ts";
import { bridged, cutOff, type Patience, silentProbers, staleKinds } from "./states.ts";
import { partsTold } from "./texts.ts";

const blind = "People are not touched by this; nobody is told of what fails now.";

/** The watch's own health: whether what the quick rules work on is true. */
export function watchGroup(patience: Patience): RuleGroup {
  const shards = bridged(select("shards"), patience);
  const silent = silentProbers(patience);
  const cut = cutOff(patience);
  const cutOfLate = `min by (fleet, vantage, shard) (min_over_time(${select("vantage_up")}[${patience.vantageSettles.value}])) == 0`;
  return {
    name: "watch",
    interval: intervals.watch,
    rules: [
      {
        alert: "Watchdog",
        expr: "vector(1)",
        severity: "none",
        dashboard: "deskbridge-health",
        summary: "The watch is alive",
        description: "Always on. When it stops coming, nothing else will come either.",
        impact: "Nobody, while it comes.",
        steps: [
          "It stopped: do Prometheus and Alertmanager answer?",
          "Start them again; in the lab `npx deskbridge up --target lab`.",
          "Look at `npx deskbridge status` by hand until it comes again.",
        ],
      },
      {
        alert: "ExporterDown",
        expr: `absent(up{job="${quickJob}"} == 1)`,
        for: thresholds.exporterDownFor.value,
        severity: "page",
        dashboard: "deskbridge-health",
        summary: "The exporter gives no metrics",
        description: "Until it is back nobody is told of lines, sites or gateways that fail.",
        impact: blind,
        steps: [
          "Does the process `deskbridge exporter` run, and does `/-/ready` answer?",
          "Start it again; its log names a port or a socket that is taken.",
          "Not back within 5 minutes: call the second on call, and look at the exporter's page meanwhile.",
        ],
      },
      {
        alert: "ShardMissing",
        expr: `max by (fleet, shards) (${shards}) - count by (fleet, shards) (max by (fleet, shard, shards) (${shards})) > 0`,
        for: thresholds.exporterDownFor.value,
        severity: "page",
        dashboard: "deskbridge-health",
        summary: "{{ $value }} of the fleet's {{ $labels.shards }} parts are told by no exporter",
        description: `Nobody is told of what fails there. Parts that are told: ${partsTold}.`,
        impact: blind,
        steps: [
          "Does the missing part's `deskbridge exporter` run, and has it read the inventory?",
          "Does whoever scrapes it run, and does it reach the store?",
          "Not back within 5 minutes: call the second on call.",
        ],
      },
      {
        alert: "ProbersOverlap",
        expr: [
          `sum by (fleet, vantage, shard) (${bridged(select("probers"), patience)}) > 1`,
          `or count by (fleet) (count by (fleet, shards) (${shards})) > 1`,
        ].join("\n"),
        for: thresholds.probersOverlapFor.value,
        severity: "ticket",
        dashboard: "deskbridge-health",
        summary: "Parts of the fleet overlap: something is watched more than once",
        description:
          "Part {{ $labels.shard }} has {{ $value }} probers at {{ $labels.vantage }}; where neither is named, {{ $value }} ways to divide the fleet are in use. What is told is right, and costs more than it needs.",
        impact: "Nobody.",
        steps: [
          "Look at `deskbridge_probers` and `deskbridge_shards` by `instance`.",
          "Stop those that are too many.",
          "Two that are meant to stand in for each other: silence this for their part.",
        ],
      },
      {
        alert: "VantageCut",
        expr: cut,
        for: thresholds.vantageCutFor.value,
        severity: "page",
        dashboard: "deskbridge-health",
        summary: "The vantage point {{ $labels.vantage }} is cut off: its own line is down",
        description:
          "Nothing comes back from anything that its prober asks. What it watches keeps its last state; nobody is told of what fails there now.",
        impact: blind,
        steps: [
          "From the prober's machine: does its next router answer, has its interface a carrier, a route, an address?",
          "Mend its line, its route, or its network's way out.",
          "Not back within 5 minutes: call the second on call, and look from elsewhere meanwhile.",
        ],
      },
      {
        alert: "ProberDown",
        expr: `${silent}\nunless on (fleet, vantage, shard) (${cut})`,
        for: thresholds.proberDownFor.value,
        severity: "page",
        dashboard: "deskbridge-health",
        summary: "The prober at {{ $labels.vantage }}, shard {{ $labels.shard }}, is silent",
        description: "What it watches keeps its last state; nobody is told of what fails now.",
        impact: blind,
        steps: [
          "Does the process `deskbridge probe` run there?",
          "Read its log: does it reach the exporter's socket, and is it of the same part of the fleet?",
          "Start it again; not back within 5 minutes: call the second on call.",
        ],
      },
      {
        alert: "ProbeStale",
        expr: [
          staleKinds("fleet, kind, vantage, shard", {}, patience),
          `unless on (fleet, vantage, shard) (${silent})`,
          `unless on (fleet, vantage, shard) (${cutOfLate})`,
        ].join("\n"),
        for: thresholds.proberDownFor.value,
        severity: "page",
        dashboard: "deskbridge-health",
        summary: "No {{ $labels.kind }} is being probed from {{ $labels.vantage }}",
        description:
          "The prober runs, its {{ $labels.kind }} probes do not; their last states stand. Its log says why.",
        impact: blind,
        steps: [
          "Read the prober's log: fping, a gateway's key, open files.",
          "Give it what it lacks; it tries again by itself every few seconds.",
          "Not back within 15 minutes: call the second on call.",
        ],
      },
    ],
  };
}
