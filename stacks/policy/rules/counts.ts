import { limits } from "../../../src/plan/limits.ts";
import type { Config, Resource, StackFinding, StackRule } from "../rule.ts";
import { entriesAt, textAt } from "../values.ts";

/** How many there are of something in one stack. Another stack's resources are not seen from here. */

/** A limit that a user may draw tighter, or wider where the vendor raised it for them. */
function limitedTo(limit: number): NonNullable<StackRule["config"]> {
  return { limit: { type: "integer", minimum: 0, default: limit, description: "How many are allowed." } };
}

const limitOf = (config: Config): number => Number(config["limit"]);

/** Types that may be more than 800 in a resource group, as the vendor lists them; those that our stacks may have. */
const unlimited: ReadonlySet<string> = new Set([
  "alertsmanagement:PrometheusRuleGroup",
  "compute:Disk",
  "compute:Gallery",
  "compute:GalleryImage",
  "compute:GalleryImageVersion",
  "compute:Image",
  "compute:Snapshot",
  "compute:VirtualMachine",
  "compute:VirtualMachineExtension",
  "containerinstance:ContainerGroup",
  "dnsresolver:DnsForwardingRuleset",
  "dnsresolver:DnsResolver",
  "dnsresolver:ForwardingRule",
  "dnsresolver:InboundEndpoint",
  "dnsresolver:OutboundEndpoint",
  "monitor:MetricAlert",
  "monitor:ScheduledQueryRule",
  "network:ApplicationSecurityGroup",
  "network:BastionHost",
  "network:DdosProtectionPlan",
  "network:NetworkInterface",
  "network:NetworkSecurityGroup",
  "network:PrivateEndpoint",
  "network:PrivateLinkService",
  "network:PublicIPAddress",
  "network:ServiceEndpointPolicy",
  "privatedns:PrivateRecordSet",
  "privatedns:PrivateZone",
  "privatedns:VirtualNetworkLink",
  "storage:StorageAccount",
  // Not in that list, but the vendor's own limit for a network is 3,000.
  "network:Subnet",
]);

export const resourceGroupInstances: StackRule = {
  name: "resource-group-instances",
  description: "A resource group holds no more resources of one type than Azure takes.",
  level: "mandatory",
  severity: "medium",
  why: "Azure refuses more: cut the stack by resource group",
  source: limits.instancesPerResourceGroup.source,
  config: limitedTo(limits.instancesPerResourceGroup.value),
  *checkStack(resources: readonly Resource[], config: Config): Iterable<StackFinding> {
    const limit = limitOf(config);
    const counted = resources.flatMap(({ type, props }) => {
      const group = textAt(props, "resourceGroupName");
      return group === undefined || unlimited.has(type) || type === "resources:ResourceGroup"
        ? []
        : [`${type} in ${group}`];
    });
    for (const [what, count] of countOf(counted)) {
      yield* over(`the number of ${what}`, count, limit);
    }
  },
};

export const hostsPerPool: StackRule = {
  name: "hosts-per-pool",
  description: "A host pool has no more session hosts than Azure Virtual Desktop takes.",
  level: "mandatory",
  severity: "medium",
  why: "further hosts do not register, and their people find no desk",
  source: limits.hostsPerHostPool.source,
  config: limitedTo(limits.hostsPerHostPool.value),
  *checkStack(resources: readonly Resource[], config: Config): Iterable<StackFinding> {
    const limit = limitOf(config);
    const joined = resources.flatMap(({ type, props }) => {
      const pool = textAt(props, "settings.properties.hostPoolName");
      return type === "compute:VirtualMachineExtension" && pool !== undefined ? [pool] : [];
    });
    for (const [pool, count] of countOf(joined)) {
      yield* over(`the number of hosts in ${pool}`, count, limit);
    }
  },
};

export const vmsPerSubscription: StackRule = {
  name: "vms-per-subscription",
  description: "A subscription has no more machines in a region than Azure Virtual Desktop recommends.",
  level: "advisory",
  severity: "medium",
  why: "beyond that the broker and the scaling plans run into the resource manager's request limits",
  source: limits.vmsPerSubscription.source,
  config: limitedTo(limits.vmsPerSubscription.value),
  *checkStack(resources: readonly Resource[], config: Config): Iterable<StackFinding> {
    const scaled = resources.some(({ type }) => type === "desktopvirtualization:ScalingPlan");
    const limit = scaled ? Math.min(limits.autoscaledVmsPerSubscription.value, limitOf(config)) : limitOf(config);
    const machines = resources.flatMap(({ type, props, provider }) => {
      const subscription = textAt(provider, "subscriptionId") ?? "the default one";
      const region = textAt(props, "location") ?? "the default region";
      return type === "compute:VirtualMachine" ? [`${region}, subscription ${subscription}`] : [];
    });
    for (const [place, count] of countOf(machines)) {
      const allowed = `at most ${limit}${scaled ? " with a scaling plan" : ""}`;
      if (count > limit) yield { property: `the number of machines in ${place}`, found: `${count}`, allowed };
    }
  },
};

export const stackSize: StackRule = {
  name: "stack-size",
  description: "A stack is small enough to be previewed while somebody waits.",
  level: "advisory",
  severity: "low",
  why: "previews, memory and checkpoints grow badly beyond: cut it into slices",
  source: limits.resourcesPerStack.source,
  config: limitedTo(limits.resourcesPerStack.value),
  *checkStack(resources: readonly Resource[], config: Config): Iterable<StackFinding> {
    const limit = limitOf(config);
    const count = resources.filter(({ type }) => !type.startsWith("pulumi:")).length;
    yield* over("the number of resources", count, limit);
  },
};

export const brokerLimits: StackRule = {
  name: "broker-limits",
  description: "The broker's objects stay under what Azure Virtual Desktop takes.",
  level: "mandatory",
  severity: "medium",
  why: "it refuses more: assign groups instead of people, and split workspaces",
  source: limits.applicationGroupsPerTenant.source,
  *checkStack(resources: readonly Resource[]): Iterable<StackFinding> {
    const groups = resources.filter(({ type }) => type === "desktopvirtualization:ApplicationGroup").length;
    yield* over("the number of application groups", groups, limits.applicationGroupsPerTenant.value);
    const scopes = resources.flatMap(({ type, props }) => {
      const scope = textAt(props, "scope") ?? "";
      const ofBroker = /\/providers\/microsoft\.desktopvirtualization\//i.test(scope);
      return type === "authorization:RoleAssignment" && ofBroker ? [scope.toLowerCase()] : [];
    });
    for (const [scope, count] of countOf(scopes)) {
      yield* over(`the number of role assignments at ${scope}`, count, limits.roleAssignmentsPerDesktopObject.value);
    }
    for (const workspace of resources.filter(({ type }) => type === "desktopvirtualization:Workspace")) {
      const count = entriesAt(workspace.props, "applicationGroupReferences").length;
      for (const finding of over("the number of applicationGroupReferences", count, limits.poolsPerWorkspace.value)) {
        yield { ...finding, of: workspace };
      }
    }
  },
};

function* over(property: string, count: number, limit: number): Iterable<StackFinding> {
  if (count > limit) yield { property, found: `${count}`, allowed: `at most ${limit}` };
}

function countOf(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
