import type * as pulumi from "@pulumi/pulumi";
import { allReceivers, type AnyReceiver, type Channels, receiverNames } from "../../../dashboards/receivers.ts";
import type { Fleet } from "../../../src/fleet/schema.ts";
import type { Tenancy } from "../../../src/fleet/tenancy.ts";
import { type WatchNames, watchNames } from "../../../src/plan/watch-names.ts";
import type { AzureContext } from "../context.ts";
import { resourceId, uniqueSuffix } from "../ids.ts";
import { hubNetworkId, hubSubscription } from "../known.ts";
import { grafanaRegion } from "../service-regions.ts";
import { type WatchPlaces, watchPlaces } from "./places.ts";
import { parseRelease, type Release } from "./release.ts";

/** What all parts of the watch slice need, told before any of them is made. */
export interface WatchSettings {
  /** Id of the subscription that it stands in, the hub's. */
  readonly subscription: string;
  readonly region: string;
  /** Where Grafana stands: Azure does not have it everywhere. */
  readonly grafanaRegion: string;
  readonly group: string;
  readonly names: WatchNames;
  readonly tags: Readonly<Record<string, string>>;
  readonly places: WatchPlaces;
  /** The hub's subnet of the watch, which the hub slice makes. */
  readonly subnetId: string;
  readonly operators: NonNullable<Tenancy["operators"]>;
  readonly release: Release;
  /** Host name of the store; machines resolve it to their private endpoint. */
  readonly store: string;
  /** Eight letters and digits for names that are a part of an address. */
  readonly suffix: string;
  /** Ids of all subscriptions of the fleet: the exporter reads there. */
  readonly subscriptions: readonly string[];
}

/** Throws an Error that says what is missing, and where to write it. */
export function watchSettings(context: AzureContext): WatchSettings {
  const { cloud, plan, tags, tenancy, names } = context;
  if (tenancy.operators === undefined) {
    throw new Error(
      `stack "${context.slice.stack}": the tenancy file has no operators: section; write there who runs the service: ` +
        "group (object id of their directory group) and sshKey (an OpenSSH public key; Azure asks for one)",
    );
  }
  const subscription = hubSubscription(context);
  const watch = watchNames(plan.fleet);
  return {
    subscription,
    region: cloud.region,
    grafanaRegion: grafanaRegion(context),
    group: names.watchGroup,
    names: watch,
    tags,
    places: watchPlaces(cloud.hub),
    subnetId: `${hubNetworkId(context)}/subnets/${watch.subnet}`,
    operators: tenancy.operators,
    release: parseRelease(context.config.get("source")),
    store: storeHost(tenancy.tenant, subscription, plan.fleet),
    suffix: suffixOf(tenancy.tenant, subscription, plan.fleet),
    subscriptions: [...new Set(cloud.subscriptions.map((name) => context.subscription(name)))],
  };
}

function suffixOf(tenant: string, subscription: string, fleet: string): string {
  return uniqueSuffix(tenant, subscription, fleet, "watch");
}

/** Host name of the store where the machines fetch the inventory; `subscription` is the hub's, as its id. */
export function storeHost(tenant: string, subscription: string, fleet: string): string {
  return `${watchNames(fleet).store(suffixOf(tenant, subscription, fleet))}.blob.core.windows.net`;
}

/** The settings, and the resource group once it is made: everything in it waits for that. */
export interface WatchGround extends WatchSettings {
  readonly home: pulumi.Output<string>;
}

/** Id of something in the watch's resource group. */
export function inWatch(
  { subscription, group }: Pick<WatchSettings, "subscription" | "group">,
  type: `Microsoft.${string}/${string}`,
  name: string,
  ...children: readonly string[]
): string {
  return resourceId(subscription, group, type, name, ...children);
}

type Alerts = NonNullable<Fleet["alerts"]>;

/**
 * Where notifications go: the fleet's receivers, whose webhooks those take the place of that the stack's configuration
 * names (the secret `deskbridge:webhooks`, an object by receiver), since an address may hold a token. Throws an Error
 * that says which of them is neither here nor there; undefined where nobody is to be told.
 */
export function receiversOf(
  alerts: Alerts | undefined,
  configured: Readonly<Partial<Record<AnyReceiver, string>>>,
): Alerts | undefined {
  const stranger = Object.keys(configured).find((name) => !allReceivers.some((known) => known === name));
  if (stranger !== undefined)
    throw new Error(`deskbridge:webhooks has "${stranger}", which is none of ${allReceivers.join(", ")}`);
  if (alerts === undefined && Object.keys(configured).length === 0) return undefined;
  const missing = receiverNames.filter((name) => alerts === undefined && configured[name] === undefined);
  if (missing.length > 0)
    throw new Error(`neither the fleet's alerts: nor deskbridge:webhooks has ${missing.join(", ")}`);
  const receiver = (name: AnyReceiver): Alerts["day"] => {
    const webhook = configured[name];
    return { ...alerts?.[name], ...(webhook === undefined ? {} : { webhook }) };
  };
  const contactCentre = receiver("contactCentre");
  return {
    ...alerts,
    day: receiver("day"),
    night: receiver("night"),
    tickets: receiver("tickets"),
    audit: receiver("audit"),
    heartbeat: receiver("heartbeat"),
    ...(Object.keys(contactCentre).length === 0 ? {} : { contactCentre }),
  };
}

/** Receivers all of whose channels end at the machine itself, such as the lab's: the cloud cannot call them. */
export function unreachable(alerts: Alerts): readonly AnyReceiver[] {
  return allReceivers.filter((name) => {
    const receiver = alerts[name];
    if (receiver === undefined) return false;
    const { webhook, ...others } = receiver;
    return cloudWebhook({ webhook }) === undefined && Object.values(others).every((channel) => channel === undefined);
  });
}

/** A receiver's webhook, where the cloud can call it. */
export function cloudWebhook({ webhook }: Pick<Channels, "webhook">): string | undefined {
  if (webhook === undefined) return undefined;
  const { hostname } = new URL(webhook);
  const loopback = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  return loopback ? undefined : webhook;
}
