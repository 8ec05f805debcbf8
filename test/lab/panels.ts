import assert from "node:assert/strict";
import type { Dashboard, Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { renderDashboards } from "../../dashboards/grafana/render.ts";
import { asSent } from "../dashboards/as-sent.ts";

/**
 * What the lab cannot know: Azure's figures, and a vantage point's own line, which it has none of; a roll-out, where none
 * was made, sittings, which are over, and the end of licences, which LiveKit's have not.
 */
const cloudOnly =
  /_(pool_(sessions|session_capacity|hosts)|quota_\w+|arm_reads_\w+|data_age_\w+|vantage_up|vpn_bandwidth_\w+|rollout_\w+|sitting_\w+|licence_expiry_\w+)\b/;

const queries = Object.values(renderDashboards("runbook.md")).flatMap((text) => {
  const { title, panels = [] } = JSON.parse(text) as Dashboard;
  return (panels as readonly Panel[]).flatMap((panel) =>
    (panel.targets ?? []).map((target) => ({
      where: `${title}: ${panel.title}`,
      expr: asSent((target as { readonly expr?: string }).expr ?? ""),
    })),
  );
});

/** Panels of the dashboards that have no data in the Prometheus at a port; each query has to be one that it takes. */
export async function panelsWithoutData(port: number): Promise<readonly string[]> {
  const asked = queries.filter(({ expr }) => !cloudOnly.test(expr));
  const empty: string[] = [];
  // One after the other: the lab's pages take some connections at once, no hundred.
  for (const { where, expr } of asked) if ((await count(port, expr)) === 0) empty.push(where);
  return empty;
}

/** Nobody is paged. */
export async function isQuiet(port: number): Promise<boolean> {
  return (await count(port, 'ALERTS{severity="page",alertstate="firing"}')) === 0;
}

/** Of how many series a query's answer consists. */
async function count(port: number, expr: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expr)}`);
  const { status, error, data } = (await answer.json()) as {
    readonly status: string;
    readonly error?: string;
    readonly data?: { readonly result: readonly unknown[] };
  };
  assert.equal(status, "success", `${expr}: ${error}`);
  return data?.result.length ?? 0;
}
