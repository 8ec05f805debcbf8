import type { Plan } from "../plan/types.ts";
import { type TargetKind, targetKinds } from "../report.ts";
import { falseDownsPerMonth, kindFor, type MethodName, probeKinds } from "./kinds.ts";

/** How a kind of a fleet's things will be watched, and what that costs in false alarms. Times in seconds. */
export interface Forecast {
  readonly kind: TargetKind;
  readonly targets: number;
  readonly method: MethodName;
  readonly interval: number;
  /** Probes missed in a row for a down. */
  readonly misses: number;
  /** The longest from a failure to its down. */
  readonly downWithin: number;
  /** At 1 % random loss. */
  readonly falseDownsPerMonth: number;
  readonly reason: string;
}

export function forecast(plan: Pick<Plan, "bodies" | "gateways" | "hosts" | "services">): readonly Forecast[] {
  const sites = plan.bodies.flatMap((body) => body.sites);
  const counts: Readonly<Record<TargetKind, number>> = {
    link: sites.flatMap(({ links }) => links).length,
    site: sites.length,
    gateway: plan.gateways.flatMap(({ instances }) => instances).length,
    host: plan.hosts,
    service: plan.services.length,
  };
  return targetKinds.map((kind) => {
    const targets = counts[kind];
    const chosen = kindFor(probeKinds[kind], targets);
    const { method, intervalMs, timeoutMs, misses, reason } = chosen;
    return {
      kind,
      targets,
      method,
      interval: intervalMs / 1000,
      misses,
      downWithin: (misses * intervalMs + timeoutMs) / 1000,
      falseDownsPerMonth: Number(falseDownsPerMonth(chosen, targets).toPrecision(2)),
      reason,
    };
  });
}
