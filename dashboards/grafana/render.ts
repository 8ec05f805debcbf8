import { allDashboards } from "./dashboards.ts";

/**
 * The dashboards as files, by name: `grafana/<uid>.json`. They lie apart from the rest of what is rendered, since only
 * this needs Grafana's SDK: what runs in a stack's program does not load it.
 */
export function renderDashboards(runbook: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    allDashboards(runbook).map((dashboard) => [
      `grafana/${dashboard.uid}.json`,
      `${JSON.stringify(dashboard, undefined, 2)}\n`,
    ]),
  );
}
