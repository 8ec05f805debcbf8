import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity.js";
import { NetworkSecurityGroup } from "@pulumi/azure-native/network/networkSecurityGroup.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { type MonitoringPlaces, renderMonitoring } from "../../dashboards/render.ts";
import type { AnyReceiver } from "../../dashboards/receivers.ts";
import type { Fleet } from "../../src/fleet/schema.ts";
import type { InventoryPart } from "../../src/inventory.ts";
import type { WatchPoint } from "../../src/plan/watch-names.ts";
import { watchPart } from "../watch-parts.ts";
import type { AzureContext } from "./context.ts";
import { subscriptionId } from "./ids.ts";
import { grant } from "./watch/grants.ts";
import { emailReceivers, WatchKeeper, webhookReceivers } from "./watch/keeper.ts";
import { WatchMachine } from "./watch/machine.ts";
import { nobody, WatchOutside } from "./watch/outside.ts";
import { ports } from "./watch/places.ts";
import { runbookOf } from "./watch/release.ts";
import { unreachable, type WatchGround, type WatchSettings, watchSettings, receiversOf } from "./watch/settings.ts";
import { settleScript } from "./watch/settle.ts";
import { inventoryUrl, WatchStore } from "./watch/store.ts";

/**
 * The slice `azure-watch`. Pages come, as in the lab, from Prometheus and Alertmanager beside the exporter, on a small
 * machine in the hub: lines are looked at every second, and nothing that Azure manages looks more than once a minute.
 * That Prometheus writes everything to a workspace, which keeps it and is what Grafana shows; the workspace raises one
 * alert of its own, that the watch is silent.
 */
export function watchSlice(context: AzureContext, fleet: Fleet): Partial<InventoryPart> {
  const settings = watchSettings(context);
  new Watch(settings, fleet, alertsOf(context.config, fleet), context.inSubscription(context.cloud.hub.subscription));
  return watchPart(fleet);
}

class Watch extends pulumi.ComponentResource {
  constructor(
    settings: WatchSettings,
    fleet: Fleet,
    alerts: pulumi.Output<Fleet["alerts"]>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("deskbridge:azure:Watch", "watch", {}, opts);
    const { names, region, tags, places, subscription } = settings;
    const parent = { parent: this };
    const group = new ResourceGroup(
      "watch-group",
      { resourceGroupName: settings.group, location: region, tags },
      parent,
    );
    const ground: WatchGround = { ...settings, home: group.name };
    const placed = { resourceGroupName: ground.home, location: region, tags };

    const identity = (point: WatchPoint) =>
      new UserAssignedIdentity(`${point}-identity`, { ...placed, resourceName: names.identity(point) }, parent);
    const identities = { hub: identity("hub"), public: identity("public") };
    for (const id of settings.subscriptions) {
      grant(
        subscription,
        {
          name: `exporter-reader-${id}`,
          role: "Monitoring Reader",
          to: identities.hub.principalId,
          principal: "ServicePrincipal",
          scope: subscriptionId(id),
          description: "The exporter reads gateways' figures, session hosts and quotas; it writes nothing.",
        },
        parent,
      );
    }

    const store = new WatchStore(
      ground,
      { hub: identities.hub.principalId, public: identities.public.principalId },
      parent,
    );
    const keeper = new WatchKeeper(ground, { writer: identities.hub.principalId, alerts }, parent);
    const outside = new WatchOutside(ground, parent);
    const closed = new NetworkSecurityGroup(
      "hub-security",
      { ...placed, networkSecurityGroupName: names.securityGroup("hub"), securityRules: [nobody] },
      parent,
    );

    new WatchMachine(
      ground,
      {
        point: "hub",
        subnet: settings.subnetId,
        address: places.hub,
        storeAddress: places.hubStore,
        securityGroup: closed.id,
        identity: identities.hub.id,
        store: store.id,
        pools: [],
        script: pulumi.all([identities.hub.clientId, keeper.url, alerts]).apply(([client, url, known]) =>
          settleScript({
            ...common(settings, fleet, "hub", client),
            listen: `127.0.0.1:${ports.exporter}`,
            hosts: { [settings.store]: places.hubStore },
            monitoring: renderMonitoring({ ...fleet, alerts: known }, monitoringPlaces(settings, url, client)),
          }),
        ),
      },
      parent,
    );
    new WatchMachine(
      ground,
      {
        point: "public",
        subnet: outside.subnet,
        address: places.outsideMachine,
        storeAddress: places.outsideStore,
        securityGroup: outside.securityGroup,
        identity: identities.public.id,
        store: store.id,
        pools: [outside.pool],
        script: identities.public.clientId.apply((client) =>
          settleScript({
            ...common(settings, fleet, "public", client),
            listen: `${places.outsideMachine}:${ports.exporter}`,
            hosts: { [settings.store]: places.outsideStore },
            monitoring: {},
          }),
        ),
      },
      parent,
    );
    this.registerOutputs({});
  }
}

function common(settings: WatchSettings, { timezone }: Fleet, point: WatchPoint, identity: string) {
  return { point, identity, timezone, inventory: inventoryUrl(settings, point), release: settings.release };
}

/** Where the parts of the watch answer, as its Prometheus reaches them. */
export function monitoringPlaces({ places, release }: WatchSettings, url: string, identity: string): MonitoringPlaces {
  const here = (part: keyof typeof ports): string => `127.0.0.1:${ports[part]}`;
  return {
    exporter: here("exporter"),
    prometheus: here("prometheus"),
    alertmanager: here("alertmanager"),
    outside: `${places.linkEndpoint}:${ports.exporter}`,
    keeper: { url, identity },
    runbook: runbookOf(release),
  };
}

/** Where notifications go, as a secret; says aloud which of them can reach nobody. */
function alertsOf(config: pulumi.Config, fleet: Fleet): pulumi.Output<Fleet["alerts"]> {
  const configured = config.getSecretObject<Partial<Record<AnyReceiver, string>>>("webhooks");
  return pulumi.secret(
    pulumi.output(configured).apply(async (webhooks) => {
      const alerts = receiversOf(fleet.alerts, webhooks ?? {});
      const lost = alerts === undefined ? ["anybody"] : unreachable(alerts);
      if (lost.length > 0) {
        await pulumi.log.warn(
          `no notification will reach ${lost.join(", ")}: give their addresses in the fleet's alerts:, or as the ` +
            "secret deskbridge:webhooks; an address of this machine's own is of no use to the cloud",
        );
      }
      if (alerts !== undefined && webhookReceivers(alerts).length + emailReceivers(alerts).length === 0) {
        await pulumi.log.warn(
          "nobody will be told when the watch itself falls silent: Azure tells it, and can call a webhook of day or " +
            "night or write to an e-mail address of theirs, and nothing else",
        );
      }
      return alerts;
    }),
  );
}
