import type { AzureContext } from "./context.ts";
import { logsId } from "./known.ts";

/** All that a resource logs goes to the hub's workspace; `figures`: its metrics go there, too. */
export function diagnosticsArgs(context: AzureContext, resourceUri: string, { figures = false } = {}) {
  return {
    name: "logs",
    resourceUri,
    workspaceId: logsId(context),
    logs: [{ categoryGroup: "allLogs", enabled: true }],
    ...(figures ? { metrics: [{ category: "AllMetrics", enabled: true }] } : {}),
  };
}
