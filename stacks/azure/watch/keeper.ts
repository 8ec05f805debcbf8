import { PrometheusRuleGroup } from "@pulumi/azure-native/alertsmanagement/prometheusRuleGroup.js";
import { Grafana, type GrafanaArgs } from "@pulumi/azure-native/dashboard/grafana.js";
import { ActionGroup } from "@pulumi/azure-native/monitor/actionGroup.js";
import { AzureMonitorWorkspace } from "@pulumi/azure-native/monitor/azureMonitorWorkspace.js";
import { DataCollectionEndpoint } from "@pulumi/azure-native/monitor/dataCollectionEndpoint.js";
import { DataCollectionRule } from "@pulumi/azure-native/monitor/dataCollectionRule.js";
import type { alertsmanagement, monitor } from "@pulumi/azure-native/types/input.js";
import * as pulumi from "@pulumi/pulumi";
import { type CloudRule, cloudRuleGroups } from "../../../dashboards/cloud-rules.ts";
import type { Fleet } from "../../../src/fleet/schema.ts";
import { grafanaHasZones } from "../../../src/fleet/tenancy/grafana-regions.ts";
import { grant } from "./grants.ts";
import { runbookOf } from "./release.ts";
import { cloudWebhook, type WatchGround, type WatchSettings } from "./settings.ts";

export interface KeeperInput {
  /** Object id of the identity that writes. */
  readonly writer: pulumi.Input<string>;
  /** Where day and night are told; secret. */
  readonly alerts: pulumi.Output<Fleet["alerts"]>;
}

/**
 * What keeps the metrics and shows them: an Azure Monitor workspace that the watch's Prometheus writes to, Managed
 * Grafana over it, the rules as the workspace evaluates them, and whom it tells when the watch is silent.
 *
 * The workspace and Grafana answer on public endpoints, to nobody without a token of this tenant: whoever is on call
 * looks at them from home, also when the gateway is what has failed.
 */
export class WatchKeeper extends pulumi.ComponentResource {
  /** Where Prometheus writes. */
  readonly url: pulumi.Output<string>;

  constructor(ground: WatchGround, input: KeeperInput, opts: pulumi.ComponentResourceOptions) {
    super("deskbridge:azure:WatchKeeper", "watch-keeper", {}, opts);
    const { names, region, tags, subscription, home, operators } = ground;
    const parent = { parent: this };
    const placed = { resourceGroupName: home, location: region, tags };

    const workspace = new AzureMonitorWorkspace(
      "metrics",
      { ...placed, azureMonitorWorkspaceName: names.metrics, publicNetworkAccess: "Enabled" },
      parent,
    );
    // An endpoint and a rule of our own: the workspace's default ones lie in a group that Azure manages.
    const endpoint = new DataCollectionEndpoint(
      "metrics-endpoint",
      {
        ...placed,
        dataCollectionEndpointName: names.endpoint,
        description: "Where the watch's Prometheus writes.",
        networkAcls: { publicNetworkAccess: "Enabled" },
      },
      parent,
    );
    const rule = new DataCollectionRule(
      "metrics-rule",
      {
        ...placed,
        dataCollectionRuleName: names.rule,
        description: "What the watch's Prometheus writes goes to the workspace.",
        dataCollectionEndpointId: endpoint.id,
        destinations: { monitoringAccounts: [{ name: destination, accountResourceId: workspace.id }] },
        dataFlows: [{ streams: ["Microsoft-PrometheusMetrics"], destinations: [destination] }],
      },
      parent,
    );
    grant(
      subscription,
      {
        name: "metrics-writer",
        role: "Monitoring Metrics Publisher",
        to: input.writer,
        principal: "ServicePrincipal",
        scope: rule.id,
        description: "The watch's Prometheus writes metrics.",
      },
      parent,
    );

    const grafana = new Grafana(
      "grafana",
      { ...grafanaArgs(ground, workspace.id), resourceGroupName: home },
      // Neither is changed on what exists, and the new one has the old one's name.
      { ...parent, replaceOnChanges: ["location", "properties.zoneRedundancy"] },
    );
    grant(
      subscription,
      {
        name: "grafana-reader",
        role: "Monitoring Data Reader",
        to: grafana.identity.apply((identity) => identity?.principalId ?? ""),
        principal: "ServicePrincipal",
        scope: workspace.id,
        description: "Grafana reads the metrics.",
      },
      parent,
    );
    grant(
      subscription,
      {
        name: "grafana-admins",
        role: "Grafana Admin",
        to: operators.group,
        principal: "Group",
        scope: grafana.id,
        description: "Operators look at Grafana, and put the dashboards into it.",
      },
      parent,
    );

    const told = new ActionGroup(
      "silent-action",
      {
        resourceGroupName: home,
        location: "global",
        tags,
        actionGroupName: names.actionGroup,
        groupShortName: "watch",
        enabled: true,
        webhookReceivers: pulumi.secret(input.alerts.apply(webhookReceivers)),
        emailReceivers: pulumi.unsecret(input.alerts.apply(emailReceivers)),
      },
      parent,
    );
    for (const group of cloudRuleGroups(runbookOf(ground.release))) {
      new PrometheusRuleGroup(
        `rules-${group.name}`,
        {
          ...placed,
          ruleGroupName: names.ruleGroup(group.name),
          description: group.description,
          enabled: true,
          interval: group.interval,
          scopes: [workspace.id],
          rules: group.rules.map((each) => ruleArgs(each, told.id)),
        },
        parent,
      );
    }
    this.url = pulumi.all([endpoint.metricsIngestion, rule.immutableId]).apply(writeUrl);
    this.registerOutputs({ url: this.url });
  }
}

const destination = "metrics";

/** As Azure Monitor documents remote write for machines (Microsoft Learn, August 2024). */
function writeUrl([ingestion, rule]: readonly [{ readonly endpoint: string } | undefined, string | undefined]): string {
  if (ingestion === undefined || rule === undefined)
    throw new Error("Azure has told no address of the metrics' endpoint, or no id of their rule: run the update again");
  const stream = "streams/Microsoft-PrometheusMetrics/api/v1/write?api-version=2023-04-24";
  return `${ingestion.endpoint}/dataCollectionRules/${rule}/${stream}`;
}

export function grafanaArgs(
  { names, grafanaRegion, suffix, tags }: WatchSettings,
  workspace: pulumi.Input<string>,
): Omit<GrafanaArgs, "resourceGroupName"> {
  return {
    workspaceName: names.grafana(suffix),
    location: grafanaRegion,
    tags,
    sku: { name: "Standard" },
    identity: { type: "SystemAssigned" },
    properties: {
      zoneRedundancy: grafanaHasZones(grafanaRegion) ? "Enabled" : "Disabled",
      publicNetworkAccess: "Enabled",
      // People sign in with their directory's account; a key would be a password that nobody's leaving takes away.
      apiKey: "Disabled",
      deterministicOutboundIP: "Disabled",
      grafanaIntegrations: { azureMonitorWorkspaceIntegrations: [{ azureMonitorWorkspaceResourceId: workspace }] },
    },
  };
}

const toldOfSilence = ["day", "night"] as const;

/** Day and night together: who is told that nobody watches must not hang on an hour, nor on a translation of zones. */
export function webhookReceivers(alerts: Fleet["alerts"]): monitor.WebhookReceiverArgs[] {
  return toldOfSilence.flatMap((name) => {
    const serviceUri = cloudWebhook(alerts?.[name] ?? {});
    return serviceUri === undefined ? [] : [{ name, serviceUri, useCommonAlertSchema: true }];
  });
}

/** The same people by mail, which Azure sends itself. Its action groups know no other channel of ours. */
export function emailReceivers(alerts: Fleet["alerts"]): monitor.MicrosoftCommonEmailReceiverArgs[] {
  return toldOfSilence.flatMap((name) =>
    (alerts?.[name].email?.to ?? []).map((emailAddress, index) => ({
      name: `${name}-${index + 1}`,
      emailAddress,
      useCommonAlertSchema: true,
    })),
  );
}

export function ruleArgs(rule: CloudRule, actionGroupId: pulumi.Input<string>): alertsmanagement.PrometheusRuleArgs {
  if ("record" in rule) return { ...rule, enabled: true };
  const { notifies, ...rest } = rule;
  return {
    ...rest,
    enabled: true,
    resolveConfiguration: { autoResolved: true, timeToResolve: "PT5M" },
    ...(notifies ? { actions: [{ actionGroupId }] } : {}),
  };
}
