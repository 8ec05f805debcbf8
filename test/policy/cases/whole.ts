import { later } from "../analyzer.ts";
import { type Cases, declared, idOf, many } from "./case.ts";

type Props = Readonly<Record<string, unknown>>;
type Rest = Parameters<typeof declared>[3];
const network = (props: Props, rest: Rest = {}) =>
  declared("network:VirtualNetwork", "net", { virtualNetworkName: "vnet", ...props }, rest);
const subnet = (props: Props, rest: Rest = {}) =>
  declared("network:Subnet", "desks", { virtualNetworkName: "vnet", subnetName: "desks", ...props }, rest);
const tags = { fleet: "piemonte", slice: "azure-hub", "managed-by": "deskbridge" };
const pool = (props: Props = {}) =>
  declared("desktopvirtualization:HostPool", "pool", {
    hostPoolName: "vdpool",
    hostPoolType: "Pooled",
    location: "westeurope",
    maxSessionLimit: 16,
    ...props,
  });
const reference = { hostPoolArmPath: idOf("Microsoft.DesktopVirtualization/hostPools", "vdpool") };
const scaling = (props: Props = {}, name = "scaling", rest: Rest = {}) =>
  declared(
    "desktopvirtualization:ScalingPlan",
    name,
    { location: "West Europe", exclusionTag: "maintenance", timeZone: "W. Europe Standard Time", ...props },
    rest,
  );
const fits = (props: Props = {}, name = "scaling") => scaling({ hostPoolReferences: [reference], ...props }, name);
const machines = (count: number, subscription?: string, location = "westeurope") =>
  many(count, (index) =>
    declared(
      "compute:VirtualMachine",
      `${location}-${index}`,
      { location },
      subscription === undefined ? {} : { subscription },
    ),
  );
const joins = (count: number) =>
  many(count, (index) =>
    declared("compute:VirtualMachineExtension", `agent-${index}`, {
      settings: { properties: { hostPoolName: "vdpool" } },
    }),
  );
const tables = (count: number, resourceGroupName: string) =>
  many(count, (index) => declared("network:RouteTable", `${resourceGroupName}-${index}`, { resourceGroupName }));
const scope = idOf("Microsoft.DesktopVirtualization/applicationGroups", "vdag");
const assignments = (count: number, at = scope) =>
  many(count, (index) => declared("authorization:RoleAssignment", `role-${index}`, { scope: at }));

export const whole: Readonly<Record<string, Cases>> = {
  "parts-one-way": {
    good: {
      "subnets apart": [network({}), subnet({})],
      "subnets inside": [network({ subnets: [{ name: "desks" }] })],
      "another network's subnet": [network({ subnets: [{ name: "x" }] }), subnet({ virtualNetworkName: "other" })],
      "subnets apart, which Azure lists in the network too": [
        network({}, { outputs: { subnets: [{ name: "desks" }] } }),
        subnet({}),
      ],
    },
    bad: {
      "a subnet inside and one apart": [
        [network({ subnets: [{ name: "hub" }] }), subnet({})],
        "net: subnets is a list of 1, and desks is made apart. Allowed: one of the two",
      ],
      "in a network that is not made yet": [
        [
          network({ subnets: [{ name: "hub" }] }),
          subnet({ virtualNetworkName: later }, { dependencies: { virtualNetworkName: ["net"] } }),
        ],
        "net: subnets is a list of 1, and desks is made apart. Allowed: one of the two",
      ],
      "a rule inside its group and one apart": [
        [
          declared("network:NetworkSecurityGroup", "nsg", {
            networkSecurityGroupName: "nsg",
            securityRules: [{ name: "a" }],
          }),
          declared("network:SecurityRule", "in", { networkSecurityGroupName: "nsg", direction: "Outbound" }),
        ],
        "nsg: securityRules is a list of 1, and in is made apart. Allowed: one of the two",
      ],
    },
  },
  "scaling-plan-fits": {
    good: {
      "one plan, one region, a limit": [pool(), fits()],
      "a personal pool without a limit": [
        declared("desktopvirtualization:HostPool", "pool", { hostPoolName: "vdpool", hostPoolType: "Personal" }),
        fits(),
      ],
    },
    bad: {
      "another region": [
        [pool(), fits({ location: "italynorth" })],
        'scaling: location is "italynorth". Allowed: "westeurope", as pool',
      ],
      "no limit": [
        [
          declared("desktopvirtualization:HostPool", "pool", { hostPoolName: "vdpool", hostPoolType: "Pooled" }),
          fits(),
        ],
        "pool: maxSessionLimit is not set. Allowed: a number",
      ],
      "two plans": [
        [pool(), fits(), fits({}, "second")],
        "second: hostPoolReferences[0] is pool, which scaling scales. Allowed: a pool without a plan",
      ],
      "a pool that is not made yet": [
        [
          pool(),
          scaling({ hostPoolReferences: [{ hostPoolArmPath: later }], location: "italynorth" }, "scaling", {
            dependencies: { hostPoolReferences: ["pool"] },
          }),
        ],
        'scaling: location is "italynorth". Allowed: "westeurope", as pool',
      ],
    },
  },
  "scaling-plan-exclusion": {
    good: { both: [scaling()], "not known yet": [scaling({ exclusionTag: later })] },
    bad: {
      neither: [
        [declared("desktopvirtualization:ScalingPlan", "scaling", {})],
        "scaling: exclusionTag is not set. Allowed: a name",
        "scaling: timeZone is not set. Allowed: a name",
      ],
    },
  },
  "required-tags": {
    good: {
      "all of them": [network({ tags })],
      "a type that takes none": [subnet({})],
      "another provider's": [declared("random:index/randomId:RandomId", "id", { tags: {} })],
      "not known yet": [network({ tags: later })],
    },
    bad: {
      none: [[network({})], "net: tags is not set. Allowed: a value for each of fleet, slice, managed-by too"],
      "one missing, one empty, on a type that we do not know": [
        [declared("web:WebApp", "site", { tags: { fleet: "piemonte", slice: "" } })],
        'site: tags is {"fleet":"piemonte","slice":""}. Allowed: a value for each of slice, managed-by too',
      ],
    },
  },
  "resource-group-instances": {
    good: {
      "800 in each of two groups": [...tables(800, "a"), ...tables(800, "b")],
      "801 of a type that is exempt": machines(801),
    },
    bad: {
      "801 in one": [tables(801, "a"), "the stack: the number of network:RouteTable in a is 801. Allowed: at most 800"],
    },
  },
  "hosts-per-pool": {
    good: { "10,000": joins(10_000) },
    bad: {
      "10,001": [joins(10_001), "the stack: the number of hosts in vdpool is 10001. Allowed: at most 10000"],
    },
  },
  "broker-limits": {
    good: {
      "200 assignments, 400 groups in a workspace": [
        ...assignments(200),
        declared("desktopvirtualization:Workspace", "desks", { applicationGroupReferences: many(400, String) }),
      ],
      "more of them elsewhere": assignments(201, idOf("Microsoft.Storage/storageAccounts", "st")),
    },
    bad: {
      "201 assignments": [
        assignments(201),
        `the stack: the number of role assignments at ${scope.toLowerCase()} is 201. Allowed: at most 200`,
      ],
      "501 application groups": [
        many(501, (index) => declared("desktopvirtualization:ApplicationGroup", `group-${index}`, {})),
        "the stack: the number of application groups is 501. Allowed: at most 500",
      ],
      "401 groups in a workspace": [
        [declared("desktopvirtualization:Workspace", "desks", { applicationGroupReferences: many(401, String) })],
        "desks: the number of applicationGroupReferences is 401. Allowed: at most 400",
      ],
    },
  },
  "vms-per-subscription": {
    good: {
      "5,000": machines(5_000, "s"),
      "2,501 in each of two regions": [...machines(2_501, "s", "westeurope"), ...machines(2_501, "s", "italynorth")],
    },
    bad: {
      "5,001": [
        machines(5_001, "s"),
        "the stack: the number of machines in westeurope, subscription s is 5001. Allowed: at most 5000",
      ],
      "2,501 with a scaling plan": [
        [...machines(2_501, "s"), scaling()],
        "the stack: the number of machines in westeurope, subscription s is 2501. Allowed: at most 2500 with a scaling plan",
      ],
    },
  },
  "stack-size": {
    good: { "1,000": machines(1_000) },
    bad: { "1,001": [machines(1_001), "the stack: the number of resources is 1001. Allowed: at most 1000"] },
  },
};
