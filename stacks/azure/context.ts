import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/azure-native/provider.js";
import type { Tenancy } from "../../src/fleet/tenancy.ts";
import { type CloudNames, cloudNames } from "../../src/plan/cloud-names.ts";
import type { CloudPlan, Plan, SlicePlan } from "../../src/plan/types.ts";

/** What every component of a slice needs: the plan, the tenant's ids, names, tags, and providers by subscription. */
export interface AzureContext {
  readonly plan: Plan;
  readonly cloud: CloudPlan;
  readonly tenancy: Tenancy;
  readonly slice: SlicePlan;
  readonly names: CloudNames;
  readonly tags: Readonly<Record<string, string>>;
  /** The stack's configuration: secrets come from here. */
  readonly config: pulumi.Config;
  /** Id of a subscription that the fleet names. Throws an Error that says what to write where. */
  subscription(name: string): string;
  /** Options of a component in a subscription: its children inherit the provider. */
  inSubscription(name: string): pulumi.ComponentResourceOptions;
  /** The provider of a subscription, for a child that lies elsewhere than its component. */
  provider(name: string): Provider;
  /** The provider of a subscription by its id, which may be none of the fleet's. */
  providerAt(subscriptionId: string): Provider;
  /** Object id of a directory group that the fleet names. */
  group(name: string): string;
}

export function azureContext(plan: Plan, tenancy: Tenancy, slice: SlicePlan): AzureContext {
  const { cloud } = plan;
  if (cloud === undefined) throw new Error(`fleet ${plan.fleet} has no azure: section; the target azure needs one`);
  const providers = new Map<string, Provider>();
  const subscription = (name: string): string => known(tenancy.subscriptions, "subscriptions", name);
  const providerCalled = (name: string, subscriptionId: string): Provider => {
    const known = providers.get(name);
    if (known !== undefined) return known;
    const provider = new Provider(name, { subscriptionId, tenantId: tenancy.tenant, disablePulumiPartnerId: true });
    providers.set(name, provider);
    return provider;
  };
  const providerOf = (name: string): Provider => providerCalled(name, subscription(name));
  const nameOf = (id: string): string =>
    Object.keys(tenancy.subscriptions).find((name) => subscription(name).toLowerCase() === id.toLowerCase()) ?? id;
  return {
    plan,
    cloud,
    tenancy,
    slice,
    names: cloudNames(plan.fleet),
    tags: { fleet: plan.fleet, slice: slice.stack, "managed-by": "deskbridge" },
    config: new pulumi.Config("deskbridge"),
    subscription,
    inSubscription: (name) => ({ providers: { "azure-native": providerOf(name) } }),
    provider: providerOf,
    providerAt: (subscriptionId) => providerCalled(nameOf(subscriptionId), subscriptionId),
    group: (name) => known(tenancy.groups, "groups", name),
  };
}

/**
 * Id of what the tenancy file says is there already, by its key under `adopt:`. Such a resource is read (`get`) and never
 * imported: an imported network is one that an update may write, and a network that Azure is sent without its subnets
 * loses them. What is read is nobody's to change, and stays when the stack goes.
 */
export function adopted({ tenancy }: Pick<AzureContext, "tenancy">, name: string): string | undefined {
  return tenancy.adopt[name];
}

function known(table: Readonly<Record<string, string>>, section: string, name: string): string {
  const id = table[name];
  if (id !== undefined) return id;
  throw new Error(
    `the tenancy file has no id of "${name}" under ${section}:; it has ${Object.keys(table).join(", ") || "none"}`,
  );
}
