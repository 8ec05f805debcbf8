import type { Change } from "./diff/change.ts";
import { worstFirst } from "./diff/change.ts";
import { desktopFindings } from "./impact/desktops.ts";
import { type EngineStep, fatesOf, type Finding, type Touched } from "./impact/finding.ts";
import { gatewayFindings } from "./impact/gateways.ts";
import { hostFindings } from "./impact/hosts.ts";
import { lineFindings } from "./impact/lines.ts";
import { networkFindings } from "./impact/networks.ts";
import type { Plan } from "./types.ts";

export type { EngineStep } from "./impact/finding.ts";

/** What an update means to people, told from the engine's own preview. */
export interface Impact {
  /** Worst first. */
  readonly changes: readonly Change[];
  /** Those of `changes` that go only where the user says so. */
  readonly refused: readonly Change[];
  /** Resources by what happens to them. */
  readonly counts: Readonly<Record<Touched["fate"], number>>;
}

const parts: readonly ((touched: readonly Touched[], plan: Plan) => readonly Finding[])[] = [
  gatewayFindings,
  lineFindings,
  networkFindings,
  desktopFindings,
  hostFindings,
];

/** `plan` is the plan that the update is to bring about. Resources of other clouds, and components, are passed over. */
export function impactOf(steps: readonly EngineStep[], plan: Plan): Impact {
  const touched = fatesOf(steps);
  const findings = parts
    .flatMap((part) => part(touched, plan))
    .toSorted((a, b) => worstFirst[a.change.effect] - worstFirst[b.change.effect]);
  const counts = { create: 0, update: 0, replace: 0, delete: 0 };
  for (const { fate } of touched) counts[fate] += 1;
  return {
    changes: findings.map(({ change }) => change),
    refused: findings.filter(({ refused }) => refused).map(({ change }) => change),
    counts,
  };
}
