import { fullName, type ScalarName, select } from "../../src/metrics.ts";
import { thresholds } from "../config.ts";
import type { RecordingRule } from "./rule.ts";

/** What the quick rules work on: one 0 or 1 a thing, whichever exporter and vantage point told it. */
export const states = {
  link: { record: "link:deskbridge_up:max", metric: "link_up" },
  site: { record: "site:deskbridge_up:max", metric: "site_up" },
  gateway: { record: "gateway:deskbridge_up:max", metric: "gateway_up" },
} as const satisfies Record<string, { readonly record: string; readonly metric: ScalarName }>;

export const link = states.link.record;
export const site = states.site.record;
export const gateway = states.gateway.record;

/** How old a sample may be to count still, and how long a probe may be silent (seconds). */
export interface Patience {
  readonly bridge: { readonly value: string };
  readonly probeStaleSeconds: { readonly value: string };
  readonly vantageSettles: { readonly value: string };
}

export function bridged(selector: string, { bridge }: Patience): string {
  return `last_over_time(${selector}[${bridge.value}])`;
}

/**
 * A thing is up when any vantage point sees it. A missed scrape is bridged. What an exporter tells of kinds that were
 * never probed at all since it started is no state: that is the prober's outage (ProberDown), not theirs. Each exporter
 * stands for itself there (`instance`), since others tell of other parts of the fleet. Neither has a gateway a state that
 * no prober can ask (it has not the gateway's key, say).
 */
export function stateRule(kind: keyof typeof states, patience: Patience): RecordingRule {
  const { record, metric } = states[kind];
  const unprobed = `min by (gateway) (${bridged(fullName("gateway_unprobed"), patience)})`;
  const lastRun = bridged(select("probe_last_run_timestamp_seconds", { kind }), patience);
  const never = `max by (fleet, instance) (${lastRun}) == 0`;
  return {
    record,
    expr: [
      `max without (job, instance, vantage) (`,
      `  ${bridged(fullName(metric), patience)} unless on (fleet, instance) (${never})`,
      `)`,
      ...(kind === "gateway" ? [`unless on (gateway) (${unprobed} == 1)`] : []),
    ].join("\n"),
  };
}

/** Parts of the fleet whose prober lives, but has heard nothing at all: its own line is cut. */
export function cutOff(patience: Patience): string {
  return `max by (fleet, vantage, shard) (${bridged(select("vantage_up"), patience)}) == 0`;
}

/** Parts of the fleet that no prober tells of. */
export function silentProbers(patience: Patience): string {
  const last = `max by (fleet, vantage, shard) (${bridged(select("probe_last_run_timestamp_seconds"), patience)})`;
  return `time() - ${last} > ${patience.probeStaleSeconds.value}`;
}

/** Kinds that nobody probes, by what names the prober (`by`). */
export function staleKinds(by: string, kind: { readonly kind?: string }, patience: Patience): string {
  const of = (name: "probe_last_run_timestamp_seconds" | "probe_interval_seconds"): string =>
    `max by (${by}) (${bridged(select(name, kind), patience)})`;
  const allowed = `${thresholds.probeStaleIntervals.value} * ${of("probe_interval_seconds")}`;
  return [
    `time() - ${of("probe_last_run_timestamp_seconds")}`,
    `> clamp_min(${allowed}, ${patience.probeStaleSeconds.value})`,
  ].join("\n");
}

/** Exporters whose hosts or services keep old states: they are not probed now, or never were. */
export function oldStates(kind: "host" | "service"): string {
  const never = `max by (fleet, instance) (${select("probe_last_run_timestamp_seconds", { kind })}) == 0`;
  return `(${staleKinds("fleet, instance", { kind }, thresholds)}) or ${never}`;
}
