import { DataCollectionRule } from "@pulumi/azure-native/monitor/dataCollectionRule.js";
import { Workspace } from "@pulumi/azure-native/operationalinsights/workspace.js";
import * as pulumi from "@pulumi/pulumi";
import type { AzureContext } from "../context.ts";
import { logsId } from "../known.ts";
import { placed } from "./ids.ts";

/** Days that logs are kept; Azure takes 30 to 730. */
const retentionDays = 90;

/** Figures that tell how a desk feels to the person at it, and events (Microsoft Learn: Azure Virtual Desktop Insights). */
const counters = {
  /** What changes from moment to moment. */
  often: {
    seconds: 30,
    of: [
      "\\User Input Delay per Session(*)\\Max Input Delay",
      "\\User Input Delay per Process(*)\\Max Input Delay",
      "\\RemoteFX Network(*)\\Current TCP RTT",
      "\\RemoteFX Network(*)\\Current UDP Bandwidth",
      "\\Processor Information(_Total)\\% Processor Time",
      "\\LogicalDisk(C:)\\Avg. Disk Queue Length",
      "\\LogicalDisk(C:)\\Current Disk Queue Length",
      "\\PhysicalDisk(*)\\Avg. Disk sec/Read",
      "\\PhysicalDisk(*)\\Avg. Disk sec/Write",
      "\\PhysicalDisk(*)\\Avg. Disk sec/Transfer",
      "\\Memory(*)\\Page Faults/sec",
      "\\Memory(*)\\Pages/sec",
    ],
  },
  seldom: {
    seconds: 60,
    of: [
      "\\Terminal Services(*)\\Active Sessions",
      "\\Terminal Services(*)\\Inactive Sessions",
      "\\Terminal Services(*)\\Total Sessions",
      "\\LogicalDisk(C:)\\% Free Space",
      "\\Memory(*)\\Available Mbytes",
      "\\Memory(*)\\% Committed Bytes in Use",
    ],
  },
};

/** Levels: 1 critical, 2 error, 3 warning, 4 information; 0 is always written. */
const events = [
  "Application!*[System[(Level=1 or Level=2 or Level=3)]]",
  "System!*[System[(Level=1 or Level=2 or Level=3)]]",
  "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Admin!*[System[(Level=1 or Level=2 or Level=3)]]",
  "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational!*[System[(Level=1 or Level=2 or Level=3 or Level=4 or Level=0)]]",
  "Microsoft-FSLogix-Apps/Admin!*[System[(Level=1 or Level=2 or Level=3 or Level=4 or Level=0)]]",
  "Microsoft-FSLogix-Apps/Operational!*[System[(Level=1 or Level=2 or Level=3 or Level=4 or Level=0)]]",
];

export function logsArgs(context: AzureContext) {
  return {
    ...placed(context),
    workspaceName: context.names.logs,
    sku: { name: "PerGB2018" as const },
    retentionInDays: retentionDays,
    // Who reads must be allowed to read what the lines are about; nobody writes with a key of the workspace's own.
    features: { enableLogAccessUsingOnlyResourcePermissions: true, disableLocalAuth: true },
  };
}

export function hostsRuleArgs(context: AzureContext) {
  const destinations = ["logs"];
  return {
    ...placed(context),
    dataCollectionRuleName: context.names.hostsRule,
    kind: "Windows" as const,
    description: "Figures and events of the desks' hosts",
    dataSources: {
      performanceCounters: Object.entries(counters).map(([name, { seconds, of }]) => ({
        name,
        streams: ["Microsoft-Perf" as const],
        samplingFrequencyInSeconds: seconds,
        counterSpecifiers: of,
      })),
      windowsEventLogs: [{ name: "events", streams: ["Microsoft-Event" as const], xPathQueries: events }],
    },
    destinations: { logAnalytics: [{ name: "logs", workspaceResourceId: logsId(context) }] },
    dataFlows: [
      { streams: ["Microsoft-Perf" as const], destinations },
      { streams: ["Microsoft-Event" as const], destinations },
    ],
  };
}

/** Where everything that logs goes, and the rule by which hosts send theirs. */
export class HubLogs extends pulumi.ComponentResource {
  readonly workspace: Workspace;

  constructor(context: AzureContext, group: pulumi.Resource, opts: pulumi.ComponentResourceOptions) {
    super("deskbridge:azure:HubLogs", "logs", {}, opts);
    this.workspace = new Workspace("logs-workspace", logsArgs(context), { parent: this, dependsOn: [group] });
    new DataCollectionRule("logs-hosts", hostsRuleArgs(context), { parent: this, dependsOn: [this.workspace] });
    this.registerOutputs({ workspaceId: this.workspace.id });
  }
}
