import { stringify } from "yaml";
import { banner } from "../banner.ts";
import { intervals } from "../config.ts";
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

/** Where a Grafana of one's own looks for what it is to show: the dashboards are copied there. */
const dashboardFolder = "/etc/grafana/dashboards/deskbridge";

/**
 * What a Grafana of one's own is provisioned with, by name: copied into its `provisioning` folder, they bring the
 * dashboards and the Prometheus that they ask (`host:port`) at its start.
 */
export function renderProvisioning(prometheus: string): Readonly<Record<string, string>> {
  const provider = { name: "deskbridge", folder: "Deskbridge", type: "file", options: { path: dashboardFolder } };
  const source = {
    name: "Deskbridge",
    uid: "deskbridge",
    type: "prometheus",
    access: "proxy",
    url: `http://${prometheus}`,
    // By this Grafana chooses how long a rate looks back.
    jsonData: { httpMethod: "POST", timeInterval: intervals.usual },
  };
  return {
    "grafana/provisioning/dashboards/deskbridge.yml": yaml({ apiVersion: 1, providers: [provider] }),
    "grafana/provisioning/datasources/deskbridge.yml": yaml({ apiVersion: 1, datasources: [source] }),
  };
}

function yaml(value: object): string {
  return banner + stringify(value, { lineWidth: 0 });
}
