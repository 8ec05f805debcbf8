import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { buildDashboard } from "./build.ts";
import { capacity } from "./capacity.ts";
import { crisis } from "./crisis.ts";
import { gateways } from "./gateways.ts";
import { health } from "./health.ts";
import { links } from "./links.ts";
import { overview } from "./overview.ts";
import { seats } from "./seats.ts";
import type { DashboardSpec } from "./spec.ts";

/** All dashboards; a new one is a file beside these, and a place in this list. */
export const dashboardSpecs: readonly DashboardSpec[] = [overview, links, gateways, capacity, crisis, seats, health];

/** As Grafana takes them; `runbook` is where runbook.md is read. */
export function allDashboards(runbook: string): readonly Dashboard[] {
  return dashboardSpecs.map((spec) => buildDashboard(spec, runbook));
}
