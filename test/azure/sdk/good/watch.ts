import type { Resource } from "../check.ts";
import { id, location, placed, principal, tags, tenant } from "./ids.ts";

const group = "hub-watch";
const logs = id(group, "Microsoft.OperationalInsights/workspaces/hub");
const metrics = id(group, "Microsoft.Monitor/accounts/fleet");
const identity = {
  type: "UserAssigned",
  userAssignedIdentities: [id(group, "Microsoft.ManagedIdentity/userAssignedIdentities/watch")],
};

/** Secrets, logs, metrics, rules and who is woken. */
export const watch: readonly Resource[] = [
  {
    type: "azure-native:keyvault:Vault",
    inputs: {
      ...placed(group),
      vaultName: "deskbridge-hub",
      properties: {
        tenantId: tenant,
        sku: { family: "A", name: "standard" },
        enableRbacAuthorization: true,
        enablePurgeProtection: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: 90,
        publicNetworkAccess: "disabled",
        networkAcls: { bypass: "AzureServices", defaultAction: "Deny", ipRules: [{ value: "198.51.100.7/32" }] },
        accessPolicies: [{ tenantId: tenant, objectId: principal, permissions: { secrets: ["get", "list"] } }],
      },
    },
  },
  {
    type: "azure-native:keyvault:Secret",
    inputs: {
      resourceGroupName: group,
      vaultName: "deskbridge-hub",
      secretName: "regione-sede-fibra",
      tags,
      properties: {
        value: "a shared key",
        contentType: "IPsec shared key",
        attributes: { enabled: true, expires: 1_796_083_200, notBefore: 1_764_547_200 },
      },
    },
  },
  {
    type: "azure-native:operationalinsights:Workspace",
    inputs: {
      ...placed(group),
      workspaceName: "hub",
      retentionInDays: 90,
      sku: { name: "CapacityReservation", capacityReservationLevel: 100 },
      features: { enableLogAccessUsingOnlyResourcePermissions: true, disableLocalAuth: true },
      workspaceCapping: { dailyQuotaGb: 50 },
      publicNetworkAccessForIngestion: "Enabled",
      publicNetworkAccessForQuery: "Enabled",
      identity,
    },
  },
  {
    type: "azure-native:monitor:DiagnosticSetting",
    inputs: {
      resourceUri: id("hub-gateway", "Microsoft.Network/virtualNetworkGateways/hub"),
      name: "logs",
      workspaceId: logs,
      logAnalyticsDestinationType: "Dedicated",
      logs: [{ categoryGroup: "allLogs", enabled: true, retentionPolicy: { enabled: false, days: 0 } }],
      metrics: [{ category: "AllMetrics", enabled: true, timeGrain: "PT1M" }],
    },
  },
  {
    type: "azure-native:monitor:DataCollectionRule",
    inputs: {
      ...placed(group),
      dataCollectionRuleName: "desks",
      kind: "Windows",
      description: "Session hosts",
      identity,
      dataCollectionEndpointId: id(group, "Microsoft.Insights/dataCollectionEndpoints/fleet"),
      dataSources: {
        performanceCounters: [
          {
            name: "sessions",
            streams: ["Microsoft-Perf"],
            samplingFrequencyInSeconds: 60,
            counterSpecifiers: ["\\Terminal Services(*)\\Active Sessions"],
          },
        ],
        windowsEventLogs: [
          { name: "events", streams: ["Microsoft-Event"], xPathQueries: ["System!*[System[(Level=2)]]"] },
        ],
        extensions: [
          {
            name: "map",
            streams: ["Microsoft-InsightsMetrics"],
            extensionName: "DependencyAgent",
            extensionSettings: { enabled: true },
          },
        ],
        prometheusForwarder: [{ name: "forwarder", streams: ["Microsoft-PrometheusMetrics"], labelIncludeFilter: {} }],
      },
      destinations: {
        logAnalytics: [{ name: "logs", workspaceResourceId: logs }],
        monitoringAccounts: [{ name: "metrics", accountResourceId: metrics }],
      },
      dataFlows: [
        {
          streams: ["Microsoft-Perf", "Microsoft-Event"],
          destinations: ["logs"],
          transformKql: "source",
          outputStream: "Microsoft-Perf",
        },
      ],
    },
  },
  {
    type: "azure-native:monitor:AzureMonitorWorkspace",
    inputs: { ...placed(group), azureMonitorWorkspaceName: "fleet", publicNetworkAccess: "Enabled" },
  },
  {
    type: "azure-native:monitor:ActionGroup",
    inputs: {
      resourceGroupName: group,
      location: "global",
      tags,
      actionGroupName: "crisis-unit",
      groupShortName: "crisis",
      enabled: true,
      emailReceivers: [{ name: "unit", emailAddress: "unit@example.org", useCommonAlertSchema: true }],
      smsReceivers: [{ name: "on-call", countryCode: "39", phoneNumber: "0110000000" }],
      webhookReceivers: [
        {
          name: "receiver",
          serviceUri: "https://watch.example.org/alerts",
          useCommonAlertSchema: true,
          useAadAuth: true,
          objectId: principal,
          tenantId: tenant,
          managedIdentity: "watch",
        },
      ],
    },
  },
  {
    type: "azure-native:alertsmanagement:PrometheusRuleGroup",
    inputs: {
      ...placed(group),
      ruleGroupName: "links",
      description: "Lines and gateways",
      enabled: true,
      interval: "PT1M",
      scopes: [metrics],
      rules: [
        { record: "site:link_up:sum", expression: "sum by (site) (deskbridge_link_up)", labels: { body: "regione" } },
        {
          alert: "SiteDown",
          expression: "max by (site) (deskbridge_link_up) == 0",
          enabled: true,
          for: "PT1M",
          severity: 1,
          labels: { page: "yes" },
          annotations: { summary: "A site has no line left" },
          resolveConfiguration: { autoResolved: true, timeToResolve: "PT5M" },
          actions: [
            {
              actionGroupId: id(group, "Microsoft.Insights/actionGroups/crisis-unit"),
              actionProperties: { unit: "crisis" },
            },
          ],
        },
      ],
    },
  },
  {
    type: "azure-native:dashboard:Grafana",
    inputs: {
      resourceGroupName: group,
      location,
      tags,
      workspaceName: "fleet",
      sku: { name: "Standard" },
      identity: { type: "SystemAssigned" },
      properties: {
        apiKey: "Disabled",
        publicNetworkAccess: "Enabled",
        zoneRedundancy: "Enabled",
        deterministicOutboundIP: "Enabled",
        grafanaMajorVersion: "11",
        grafanaPlugins: ["grafana-clock-panel"],
        grafanaIntegrations: { azureMonitorWorkspaceIntegrations: [{ azureMonitorWorkspaceResourceId: metrics }] },
        grafanaConfigurations: { users: { viewersCanEdit: false }, snapshots: { externalEnabled: false } },
      },
    },
  },
];
