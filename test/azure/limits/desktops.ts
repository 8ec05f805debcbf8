import { limits, managedPrometheus, natGateway, profileShare, sizing, writeBudget } from "../../../src/plan/limits.ts";
import { advice, at, bad, cloud, code, count, figure, type LimitRow, own, row, rule } from "./row.ts";

export const desktops: readonly LimitRow[] = [
  {
    limit: "Session hosts of a host pool",
    ...figure("hostsPerHostPool", "hosts"),
    held: [row("session hosts in the largest host pool"), rule("hosts-per-pool")],
    crossed: [at("plan/proof", "more than 10,000 hosts in one pool"), bad("whole hosts-per-pool")],
  },
  {
    limit: "Application groups of a tenant",
    ...figure("applicationGroupsPerTenant", "groups"),
    held: [row("application groups in the tenant"), rule("broker-limits")],
    crossed: [cloud("application groups of a tenant"), bad("whole broker-limits")],
  },
  {
    limit: "Workspaces of a tenant",
    ...figure("workspacesPerTenant", "workspaces"),
    held: [row("workspaces in the tenant")],
    crossed: [cloud("workspaces of a tenant")],
  },
  {
    limit: "Host pools of a workspace",
    ...figure("poolsPerWorkspace", "pools"),
    held: [row("host pools in the fullest workspace"), rule("broker-limits")],
    crossed: [cloud("host pools of a workspace"), bad("whole broker-limits")],
  },
  {
    limit: "Role assignments at an object of the broker's",
    ...figure("roleAssignmentsPerDesktopObject", "assignments; groups are assigned, never people"),
    held: [rule("broker-limits")],
    crossed: [bad("whole broker-limits")],
  },
  {
    limit: "VMs of a subscription and region",
    key: "vmsPerSubscription",
    figure: `${count(limits.vmsPerSubscription.value)} recommended (25,000 at most)`,
    held: [row("VMs in subscription "), rule("vms-per-subscription")],
    crossed: [at("plan/proof", "break the subscription's recommended VMs"), bad("whole vms-per-subscription")],
  },
  {
    limit: "The same, started and stopped by scaling plans",
    ...figure("autoscaledVmsPerSubscription", "recommended"),
    held: [advice("VMs in subscription main that scaling plans"), rule("vms-per-subscription")],
    crossed: [at("plan/advice", "personal hosts count"), bad("whole vms-per-subscription")],
  },
  {
    limit: "Cores of a host",
    ...figure("coresPerHost", "cores"),
    held: [rule("host-size")],
    crossed: [bad("machines host-size")],
  },
  {
    limit: "People of a multi-session host",
    figure: `${sizing.usersPerVcpu.light} (light) to ${sizing.usersPerVcpu.power} (power) a vCPU, ${sizing.vcpusPerHost} vCPU a host`,
    held: [row("people at once on one host of ")],
    crossed: [cloud("people on one host")],
  },
  {
    limit: "Profiles in a premium share",
    figure: `${profileShare.gibPerDesk} GiB a desk, ${count(profileShare.largestGib)} GiB a share`,
    held: [row("profiles of "), code("stacks/azure/body/profiles.ts", "split the pool into parts")],
    crossed: [cloud("profiles of a pool"), at("azure/desktops", "a pool that no share holds is refused")],
  },
  {
    limit: "Prefix of hosts' names",
    ...figure("hostPrefixLength", "characters"),
    held: [row("longest host name prefix")],
    crossed: [own("prefix of hosts' names")],
  },
  {
    limit: "Computer names",
    ...figure("computerNameLength", "characters"),
    held: [row("longest computer name"), rule("computer-names")],
    crossed: [at("plan/proof", "is a computer name too long"), bad("machines computer-names")],
  },
  {
    limit: "A scaling plan's place",
    figure: "its pool's region, one a pool, a session limit on pooled pools",
    held: [rule("scaling-plan-fits"), rule("scaling-plan-exclusion")],
    crossed: [bad("whole scaling-plan-fits"), bad("whole scaling-plan-exclusion")],
  },
  {
    limit: "Life of a registration token",
    figure: "1 hour to 27 days; ours 14 days, renewed 2 days before",
    held: [code("scripts/azure/configuration.ts", "registrationDays")],
    crossed: [own("a registration token lives"), at("azure/double.refusals", "a token for 28 days")],
  },
  {
    limit: "Extensions of one handler on a host, and one at a time",
    figure: "1; join, then agent, then monitoring",
    held: [code("stacks/azure/hosts/extensions.ts", "one a handler")],
    crossed: [at("azure/hosts", "is joined, then registered, then watched")],
  },
];

export const manager: readonly LimitRow[] = [
  {
    limit: "Resources of one type in a resource group",
    ...figure("instancesPerResourceGroup", "(some types exempt)"),
    held: [row("lines in the hub's resource group"), rule("resource-group-instances")],
    crossed: [cloud("lines in one resource group"), bad("whole resource-group-instances")],
  },
  {
    limit: "Deployments in history, resources of a deployment",
    figure: "800 each; none are made",
    held: [code("src/plan/preflight.ts", "no deployments")],
    crossed: [own("nothing is made by a deployment")],
  },
  {
    limit: "Writes of a principal, in a subscription and region",
    figure: `${writeBudget.bucket}, refilled at ${writeBudget.perSecond} a second`,
    held: [code("src/plan/preflight/writes.ts", "writeBudget.bucket")],
    crossed: [at("plan/preflight", "writes take at least"), at("azure/double", "beyond a bucket wait in virtual time")],
  },
  {
    limit: "Writes to the network provider",
    figure: `${count(writeBudget.network.writes)} a ${writeBudget.network.seconds / 60} minutes`,
    held: [code("src/plan/preflight/writes.ts", "network.writes")],
    crossed: [at("plan/preflight", "writes take at least")],
  },
  {
    limit: "Addresses of a network",
    ...figure("addressesPerNetwork", "addresses"),
    held: [row("addresses in the largest network")],
    crossed: [at("plan/proof", "past a VNet's addresses the network")],
  },
  {
    limit: "Addresses of peered networks",
    ...figure("addressesPerPeeredGroup", "addresses"),
    held: [row("addresses in the peered networks")],
    crossed: [own("addresses in the peered networks")],
  },
  {
    limit: "Peerings of a network",
    ...figure("peeringsPerNetwork", "peerings"),
    held: [row("networks peered with the hub")],
    crossed: [cloud("networks peered with the hub")],
  },
  {
    limit: "Addresses of the private endpoints' subnet",
    figure: "123 of a /25; 4 a host pool, 2 a workspace, 1 a share",
    held: [row("private endpoints of ")],
    crossed: [cloud("private endpoints of a body")],
  },
  {
    limit: "Public addresses of a NAT gateway",
    figure: `${natGateway.addresses}, of ${count(natGateway.portsPerAddress)} ports each`,
    held: [row("public addresses by which the hosts of "), code("src/plan/nat.ts", "split the body")],
    crossed: [cloud("public addresses of a NAT gateway"), at("plan/image", "are at most sixteen a body")],
  },
  {
    limit: "Lengths of names",
    figure: "90 (resource group), 64 (network, private endpoint, desktops), 80 (other parts of a network)",
    held: [
      row("longest resource group's name"),
      row("longest network's name"),
      row("longest part of a network's name"),
      row("longest private endpoint's name"),
      row("longest workspace, host pool or scaling plan's name"),
      rule("resource-names"),
    ],
    crossed: [
      cloud("a resource group's name"),
      cloud("a network's name"),
      cloud("the name of a part of a network"),
      cloud("a private endpoint's name"),
      cloud("a scaling plan's name"),
      bad("machines resource-names"),
    ],
  },
  {
    limit: "Subnets, peerings, rules and routes are stated in one place",
    figure: "inside their whole or apart",
    held: [rule("parts-one-way")],
    crossed: [bad("whole parts-one-way")],
  },
  {
    limit: "Resources of a stack that can still be previewed",
    ...figure("resourcesPerStack", "resources (measured)"),
    held: [row("resources in the largest stack"), rule("stack-size")],
    crossed: [
      at("plan/slices", "no stack of hosts is past 1,000 resources"),
      own("resources of a stack"),
      bad("whole stack-size"),
    ],
  },
  {
    limit: "Rules for Azure's own Prometheus",
    figure: `${managedPrometheus.rulesPerGroup} a group, ${managedPrometheus.groupsPerWorkspace} groups, every ${managedPrometheus.interval} s at most`,
    held: [code("test/dashboards/cloud-rules.test.ts", "managedPrometheus.rulesPerGroup")],
    crossed: [at("dashboards/cloud-rules", "they fit Azure Monitor's limits")],
  },
];
