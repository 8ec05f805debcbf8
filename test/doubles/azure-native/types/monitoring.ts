import { grafanaHasZones, grafanaRegions } from "../../../../src/fleet/tenancy/grafana-regions.ts";
import { ArmError } from "../errors.ts";
import { guid, hash, key, lastName, parentId } from "../ids.ts";
import { at, list, one, text, texts } from "../values.ts";
import { identity } from "./identity.ts";
import { names } from "./names.ts";
import { endpointsOf } from "./private-endpoints.ts";
import { inGroup, type ResourceType } from "./type.ts";

export const monitoring: readonly ResourceType[] = [
  {
    token: "azure-native:operationalinsights:Workspace",
    arm: "Microsoft.OperationalInsights/workspaces",
    path: inGroup("Microsoft.OperationalInsights/workspaces/{workspaceName}"),
    longRunning: true,
    name: names.logWorkspace,
    replaceOn: ["location"],
    allowed: {
      "sku.name": [
        "Free",
        "Standard",
        "Premium",
        "PerNode",
        "PerGB2018",
        "Standalone",
        "CapacityReservation",
        "LACluster",
      ],
    },
    check: ({ id, inputs }) => {
      const days = one(inputs, "retentionInDays");
      // 30 to 730 for PerGB2018 (azure-monitor: data retention).
      if (days === undefined || (Number(days) >= 30 && Number(days) <= 730)) return;
      throw new ArmError(
        400,
        "InvalidParameter",
        `'RetentionInDays' property of ${id} doesn't match the SKU limits: 30 to 730.`,
      );
    },
    assigned: ({ id }) => ({ customerId: guid(id, "customer") }),
  },
  {
    token: "azure-native:monitor:DataCollectionRule",
    arm: "Microsoft.Insights/dataCollectionRules",
    path: inGroup("Microsoft.Insights/dataCollectionRules/{dataCollectionRuleName}"),
    replaceOn: ["location"],
    check: ({ id, inputs }) => {
      const known = new Set(
        ["logAnalytics", "monitoringAccounts", "eventHubs", "storageAccounts"].flatMap((kind) =>
          at(inputs, `destinations.${kind}.name`),
        ),
      );
      if (one(inputs, "destinations.azureMonitorMetrics.name") !== undefined)
        known.add(text(inputs, "destinations.azureMonitorMetrics.name"));
      for (const name of texts(inputs, "dataFlows.destinations")) {
        if (known.has(name)) continue;
        throw new ArmError(
          400,
          "InvalidPayload",
          `Data collection rule ${id} is invalid: 'Destination' ${name} of a data flow is not declared.`,
        );
      }
    },
    assigned: ({ id }) => ({ immutableId: `dcr-${hash(key(id)).slice(0, 32)}` }),
    checkDelete: ({ id }, state) => {
      const user = state.referrers(id).find(({ path }) => path === "dataCollectionRuleId");
      if (user === undefined) return;
      throw new ArmError(
        400,
        "AssociatedResourcesExist",
        `Data collection rule ${id} has the association ${user.from}; delete it first.`,
      );
    },
  },
  {
    token: "azure-native:monitor:DataCollectionEndpoint",
    arm: "Microsoft.Insights/dataCollectionEndpoints",
    path: inGroup("Microsoft.Insights/dataCollectionEndpoints/{dataCollectionEndpointName}"),
    replaceOn: ["location"],
    assigned: ({ id, location }) => ({
      immutableId: `dce-${hash(key(id)).slice(0, 32)}`,
      logsIngestion: { endpoint: `https://${lastName(id)}.${location}-1.ingest.monitor.azure.com` },
      metricsIngestion: { endpoint: `https://${lastName(id)}.${location}-1.metrics.ingest.monitor.azure.com` },
    }),
  },
  {
    token: "azure-native:monitor:AzureMonitorWorkspace",
    arm: "Microsoft.Monitor/accounts",
    path: inGroup("Microsoft.Monitor/accounts/{azureMonitorWorkspaceName}"),
    name: names.logWorkspace,
    replaceOn: ["location"],
    assigned: ({ id, location }) => {
      const managed = `${id.slice(0, id.indexOf("/resourceGroups/"))}/resourceGroups/MA_${lastName(id)}_${location}_managed/providers/Microsoft.Insights`;
      return {
        accountId: guid(id, "account"),
        metrics: {
          internalId: `mac_${guid(id, "account")}`,
          prometheusQueryEndpoint: `https://${lastName(id).toLowerCase()}-${hash(key(id)).slice(0, 4)}.${location}.prometheus.monitor.azure.com`,
        },
        defaultIngestionSettings: {
          dataCollectionEndpointResourceId: `${managed}/dataCollectionEndpoints/${lastName(id)}`,
          dataCollectionRuleResourceId: `${managed}/dataCollectionRules/${lastName(id)}`,
        },
      };
    },
    live: ({ id }, state) => ({ privateEndpointConnections: endpointsOf(id, state) }),
  },
  {
    token: "azure-native:monitor:ActionGroup",
    arm: "Microsoft.Insights/actionGroups",
    path: inGroup("Microsoft.Insights/actionGroups/{actionGroupName}"),
    replaceOn: ["location"],
    check: ({ id, inputs }) => {
      const short = text(inputs, "groupShortName");
      // maxLength of ActionGroup.groupShortName in actionGroups_API.json.
      if (short.length <= 12) return;
      throw new ArmError(
        400,
        "GroupShortNameTooLong",
        `The short name '${short}' of action group ${id} is longer than 12 characters.`,
      );
    },
  },
  {
    token: "azure-native:alertsmanagement:PrometheusRuleGroup",
    arm: "Microsoft.AlertsManagement/prometheusRuleGroups",
    path: inGroup("Microsoft.AlertsManagement/prometheusRuleGroups/{ruleGroupName}"),
    replaceOn: ["location"],
    check: ({ id, inputs }) => {
      const rules = list(inputs, "rules");
      // A group holds at most 20 rules (azure-monitor service limits, "Prometheus metrics").
      if (rules.length > 20)
        throw new ArmError(400, "BadRequest", `Rule group ${id} has ${rules.length} rules; at most 20 are allowed.`);
      for (const rule of rules) {
        if ((text(rule, "alert") === "") !== (text(rule, "record") === "") && text(rule, "expression") !== "") continue;
        throw new ArmError(
          400,
          "BadRequest",
          `A rule of group ${id} needs an expression and either a record or an alert.`,
        );
      }
    },
  },
  {
    token: "azure-native:dashboard:Grafana",
    arm: "Microsoft.Dashboard/grafana",
    path: inGroup("Microsoft.Dashboard/grafana/{workspaceName}"),
    longRunning: true,
    name: names.grafana,
    regions: grafanaRegions.map(({ name }) => name),
    allowed: { "sku.name": ["Standard", "Essential"] },
    // "You can't enable or disable zone redundancy on an existing workspace" (Reliability in Azure Managed Grafana).
    fixed: [{ path: "properties.zoneRedundancy", code: "BadRequest" }],
    filled: ["properties.endpoint", "identity.principalId", "identity.tenantId"],
    check: ({ id, inputs, location, state }) => {
      if (text(inputs, "properties.zoneRedundancy") === "Enabled" && !grafanaHasZones(location)) {
        const there = grafanaRegions.filter(({ zones }) => zones).map(({ name }) => name);
        throw new ArmError(
          400,
          "ZoneRedundancyNotSupported",
          `Zone redundancy is currently not supported in this region: ${location}. Zone redundancy is supported in ` +
            `the following regions: ${there.join(", ")}.`,
        );
      }
      const owner = state.row("SELECT owner FROM claims WHERE kind = 'grafana' AND name = ?", key(lastName(id)));
      if (owner === undefined || owner["owner"] === key(id)) return;
      throw new ArmError(409, "ResourceNameNotAvailable", `The Grafana name '${lastName(id)}' is already in use.`);
    },
    assigned: (write) => ({
      ...identity(write),
      properties: {
        endpoint: `https://${lastName(write.id)}-${hash(key(write.id)).slice(0, 16)}.grafana.azure.com`,
        provisioningState: "Succeeded",
      },
    }),
    after: ({ id, state }) =>
      state.run("INSERT OR REPLACE INTO claims VALUES ('grafana', ?, ?)", key(lastName(id)), key(id)),
  },
  {
    token: "azure-native:dashboard:ManagedPrivateEndpoint",
    arm: "Microsoft.Dashboard/grafana/managedPrivateEndpoints",
    path: inGroup("Microsoft.Dashboard/grafana/{workspaceName}/managedPrivateEndpoints/{managedPrivateEndpointName}"),
    longRunning: true,
    assigned: () => ({ connectionState: { status: "Pending", description: "" } }),
  },
  {
    token: "azure-native:monitor:DiagnosticSetting",
    arm: "Microsoft.Insights/diagnosticSettings",
    path: "/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
    check: ({ id, inputs, state }) => {
      const sinks = ["workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "marketplacePartnerId"];
      if (sinks.every((sink) => text(inputs, sink) === "")) {
        throw new ArmError(
          400,
          "BadRequest",
          `At least one data sink needs to be specified for diagnostic setting ${id}.`,
        );
      }
      const here = state
        .children(parentId(id) ?? "")
        .filter((other) => key(other.arm) === "microsoft.insights/diagnosticsettings" && key(other.id) !== key(id));
      // "A single resource can have no more than five diagnostic settings" (azure-monitor: diagnostic settings).
      if (here.length >= 5)
        throw new ArmError(400, "BadRequest", `${parentId(id) ?? ""} already has five diagnostic settings.`);
      const twin = here.find(
        (other) =>
          key(text(other.inputs, "workspaceId")) === key(text(inputs, "workspaceId")) &&
          text(inputs, "workspaceId") !== "",
      );
      if (twin === undefined) return;
      throw new ArmError(
        409,
        "Conflict",
        `Data sink '${text(inputs, "workspaceId")}' is already used in diagnostic setting '${lastName(twin.id)}' for ${parentId(id) ?? ""}.`,
      );
    },
  },
  {
    token: "azure-native:monitor:DataCollectionRuleAssociation",
    arm: "Microsoft.Insights/dataCollectionRuleAssociations",
    path: "/{resourceUri}/providers/Microsoft.Insights/dataCollectionRuleAssociations/{associationName}",
    check: ({ id, inputs }) => {
      if ((text(inputs, "dataCollectionRuleId") === "") === (text(inputs, "dataCollectionEndpointId") === "")) {
        throw new ArmError(400, "InvalidPayload", `Association ${id} needs either a rule or an endpoint.`);
      }
    },
  },
];
