import { inGroup, type ResourceType } from "./type.ts";

export const monitoring: readonly ResourceType[] = [
  {
    token: "azure-native:operationalinsights:Workspace",
    arm: "Microsoft.OperationalInsights/workspaces",
    path: inGroup("Microsoft.OperationalInsights/workspaces/{workspaceName}"),
    longRunning: true,
  },
  {
    token: "azure-native:monitor:DataCollectionRule",
    arm: "Microsoft.Insights/dataCollectionRules",
    path: inGroup("Microsoft.Insights/dataCollectionRules/{dataCollectionRuleName}"),
  },
  {
    token: "azure-native:monitor:DataCollectionEndpoint",
    arm: "Microsoft.Insights/dataCollectionEndpoints",
    path: inGroup("Microsoft.Insights/dataCollectionEndpoints/{dataCollectionEndpointName}"),
  },
  {
    token: "azure-native:monitor:AzureMonitorWorkspace",
    arm: "Microsoft.Monitor/accounts",
    path: inGroup("Microsoft.Monitor/accounts/{azureMonitorWorkspaceName}"),
  },
  {
    token: "azure-native:monitor:ActionGroup",
    arm: "Microsoft.Insights/actionGroups",
    path: inGroup("Microsoft.Insights/actionGroups/{actionGroupName}"),
  },
  {
    token: "azure-native:alertsmanagement:PrometheusRuleGroup",
    arm: "Microsoft.AlertsManagement/prometheusRuleGroups",
    path: inGroup("Microsoft.AlertsManagement/prometheusRuleGroups/{ruleGroupName}"),
  },
  {
    token: "azure-native:dashboard:Grafana",
    arm: "Microsoft.Dashboard/grafana",
    path: inGroup("Microsoft.Dashboard/grafana/{workspaceName}"),
    longRunning: true,
  },
  {
    token: "azure-native:dashboard:ManagedPrivateEndpoint",
    arm: "Microsoft.Dashboard/grafana/managedPrivateEndpoints",
    path: inGroup("Microsoft.Dashboard/grafana/{workspaceName}/managedPrivateEndpoints/{managedPrivateEndpointName}"),
    longRunning: true,
  },
  {
    token: "azure-native:monitor:DiagnosticSetting",
    arm: "Microsoft.Insights/diagnosticSettings",
    path: "/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
  },
  {
    token: "azure-native:monitor:DataCollectionRuleAssociation",
    arm: "Microsoft.Insights/dataCollectionRuleAssociations",
    path: "/{resourceUri}/providers/Microsoft.Insights/dataCollectionRuleAssociations/{associationName}",
  },
];
