import type { Config, Finding, Resource, ResourceRule } from "../rule.ts";
import { at, shown, unknown } from "../values.ts";

/** Types that the project's stacks make and that take tags; others are held to them where they already have some. */
export const taggable: readonly string[] = [
  "alertsmanagement:PrometheusRuleGroup",
  "compute:VirtualMachine",
  "compute:VirtualMachineExtension",
  "compute:VirtualMachineScaleSet",
  "dashboard:Grafana",
  "desktopvirtualization:ApplicationGroup",
  "desktopvirtualization:HostPool",
  "desktopvirtualization:ScalingPlan",
  "desktopvirtualization:Workspace",
  "dnsresolver:DnsResolver",
  "dnsresolver:InboundEndpoint",
  "keyvault:Vault",
  "managedidentity:UserAssignedIdentity",
  "monitor:ActionGroup",
  "monitor:AzureMonitorWorkspace",
  "monitor:DataCollectionRule",
  "network:LocalNetworkGateway",
  "network:NatGateway",
  "network:NetworkInterface",
  "network:NetworkSecurityGroup",
  "network:P2sVpnGateway",
  "network:PrivateEndpoint",
  "network:PublicIPAddress",
  "network:VirtualHub",
  "network:VirtualNetwork",
  "network:VirtualNetworkGateway",
  "network:VirtualNetworkGatewayConnection",
  "network:VirtualWan",
  "network:VpnGateway",
  "network:VpnServerConfiguration",
  "network:VpnSite",
  "operationalinsights:Workspace",
  "privatedns:PrivateZone",
  "privatedns:VirtualNetworkLink",
  "resources:ResourceGroup",
  "storage:StorageAccount",
];

export const requiredTags: ResourceRule = {
  name: "required-tags",
  description: "Whatever takes tags has those by which its owner and its bill are found.",
  level: "advisory",
  severity: "low",
  why: "a resource without them belongs to nobody on the bill and in an outage",
  source: "Cloud Adoption Framework: tagging strategy; this fleet's own tags",
  config: {
    tags: {
      type: "array",
      items: { type: "string" },
      default: ["fleet", "slice", "managed-by"],
      description: "Names of the tags that must be there.",
    },
    types: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: 'Further types that take tags, e.g. "web:WebApp".',
    },
  },
  *check({ type, props }: Resource, config: Config): Iterable<Finding> {
    const tags = props["tags"];
    const types = new Set([...taggable, ...(config["types"] as readonly string[])]);
    // Other providers' types have a third part.
    if (!/^\w+:\w+$/.test(type) || (tags === undefined && !types.has(type)) || tags === unknown) return;
    const missing = (config["tags"] as readonly string[]).filter((tag) =>
      [undefined, ""].includes(at(tags, tag) as string),
    );
    if (missing.length === 0) return;
    yield { property: "tags", found: shown(tags), allowed: `a value for each of ${missing.join(", ")} too` };
  },
};
