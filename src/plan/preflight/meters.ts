import { gatewayAddresses } from "../azure-resources.ts";
import { mbpsPerPerson, monthHours, virtualWan, watchVm } from "../limits.ts";
import type { CloudPlan, Plan } from "../types.ts";
import { deskMachines, shareGib, subscriptionNeeds, watchMachines } from "./quota.ts";
import type { Meter, Quantity } from "./types.ts";

/**
 * Everything that the plan has to be paid for, each with a month's quantity. What hangs on people's habits, and no plan
 * can know, is listed with no quantity.
 */
export function metersOf(plan: Plan, cloud: CloudPlan): readonly Meter[] {
  return [...machineMeters(plan, cloud), ...gatewayMeters(plan), ...networkMeters(plan, cloud), ...otherMeters(plan)];
}

const hours = (count: number): Quantity => ({
  atWork: count * monthHours.atWork,
  always: count * monthHours.always,
});
const always = (count: number): Quantity => ({ atWork: count * monthHours.always, always: count * monthHours.always });
const each = (count: number): Quantity => ({ atWork: count, always: count });

function machineMeters(plan: Plan, cloud: CloudPlan): Meter[] {
  const sizes = Map.groupBy(deskMachines(plan, cloud), ({ vm }) => vm.name);
  const disks = subscriptionNeeds(plan, cloud).reduce((sum, need) => sum + need.disks, 0);
  const profiles = plan.bodies.flatMap(({ pools }) => pools).reduce((sum, pool) => sum + shareGib(pool), 0);
  return [
    ...[...sizes].map(([name, machines]): Meter => {
      const count = machines.reduce((sum, machine) => sum + machine.count, 0);
      return {
        meter: `VM ${name}`,
        unit: "hour",
        quantity: hours(count),
        why: `${count.toLocaleString("en-US")} hosts; Windows by the people's own licences (Windows_Client)`,
      };
    }),
    {
      meter: `VM ${watchVm.name}, Linux`,
      unit: "hour",
      quantity: always(watchMachines),
      why: "the watch's machines, which never stop",
    },
    {
      meter: "Premium SSD system disk, LRS",
      unit: "disk-month",
      quantity: each(disks),
      why: "paid while hosts are stopped, too; as large as the image",
    },
    ...(profiles === 0
      ? []
      : [
          {
            meter: "Azure Files premium, ZRS",
            unit: "GiB-month",
            quantity: each(profiles),
            why: "profiles of people at pooled desks, as provisioned",
          },
        ]),
  ];
}

function gatewayMeters(plan: Plan): Meter[] {
  const [first] = plan.gateways;
  if (first === undefined) return [];
  const links = plan.bodies.flatMap(({ sites }) => sites).reduce((sum, site) => sum + site.links.length, 0);
  const people: Meter = {
    meter: "VPN connection of a person",
    unit: "hour",
    quantity: each(plan.peopleAtOnce * monthHours.atWork),
    why: "people at once, at work; a gateway's price holds some of them",
  };
  const tunnels: Meter = {
    meter: "VPN connection of a line",
    unit: "hour",
    quantity: always(links),
    why: "the sites' lines; a gateway's price holds some of them",
  };
  if (first.sku !== virtualWan.name) {
    const gateway: Meter = {
      meter: `VPN gateway ${first.sku}`,
      unit: "hour",
      quantity: always(plan.gateways.length),
      why: "all instances of one gateway together",
    };
    return [gateway, people, tunnels];
  }
  const units = plan.gateways.reduce((sum, { scaleUnits }) => sum + (scaleUnits ?? 0), 0);
  return [
    { meter: "Virtual WAN hub", unit: "hour", quantity: always(plan.gateways.length), why: "each virtual hub" },
    { meter: "Virtual WAN scale unit, people", unit: "hour", quantity: always(units), why: "500 people each" },
    { meter: "Virtual WAN scale unit, sites", unit: "hour", quantity: undefined, why: "by the lines' bandwidth" },
    people,
    tunnels,
  ];
}

function networkMeters(plan: Plan, cloud: CloudPlan): Meter[] {
  const addresses = subscriptionNeeds(plan, cloud).reduce((sum, need) => sum + need.publicAddresses, 0);
  const bodies = plan.bodies.filter(({ pools }) => pools.some(({ kind }) => kind !== "physical"));
  const pools = bodies.flatMap((body) => body.pools).filter(({ kind }) => kind !== "physical");
  const pooled = pools.filter(({ kind }) => kind === "pooled").length;
  const behind = plan.access.way === "gateway" ? 1 + bodies.length + pools.length : 0;
  const watchEndpoints = 3;
  const gateways = plan.gateways[0]?.sku === virtualWan.name ? 0 : gatewayAddresses(plan.gateways);
  return [
    {
      meter: "Public address, standard",
      unit: "hour",
      quantity: always(addresses),
      why: `${gateways} of gateways, ${addresses - gateways} of ways out`,
    },
    {
      meter: "NAT gateway",
      unit: "hour",
      quantity: always(bodies.length + 2),
      why: "one a body, the hub's and the watch's",
    },
    { meter: "NAT gateway, data", unit: "GB", quantity: undefined, why: "what hosts fetch from outside" },
    {
      meter: "Private endpoint",
      unit: "hour",
      quantity: always(behind + pooled + 1 + watchEndpoints),
      why: "workspaces, host pools, profiles, the vault, the watch",
    },
    {
      meter: "Data out of Azure",
      unit: "GB",
      quantity: each(outOf(plan, monthHours.atWork)),
      why: `${mbpsPerPerson.value} Mb/s a person at once, at work`,
    },
    { meter: "Network peering, data", unit: "GB", quantity: undefined, why: "both ways, between hub and bodies" },
    { meter: "Load balancer, standard", unit: "hour", quantity: always(1), why: "the watch's way to its outside part" },
    { meter: "DNS resolver, inbound endpoint", unit: "hour", quantity: always(1), why: "the hub's" },
  ];
}

/** GB that people's screens take in so many hours. */
function outOf(plan: Plan, hoursAMonth: number): number {
  return Math.round((plan.peopleAtOnce * mbpsPerPerson.value * 3600 * hoursAMonth) / 8 / 1000);
}

function otherMeters(plan: Plan): Meter[] {
  const users = plan.bodies
    .flatMap(({ pools }) => pools)
    .reduce((sum, pool) => sum + (pool.kind === "physical" ? 0 : pool.desks), 0);
  return [
    { meter: "Log Analytics, data", unit: "GB", quantity: undefined, why: "events and figures of hosts and gateways" },
    { meter: "Managed Prometheus, samples", unit: "million", quantity: undefined, why: "the watch's series" },
    { meter: "Managed Grafana, instance", unit: "hour", quantity: always(1), why: "the watch's pages" },
    { meter: "Key Vault, operations", unit: "10,000", quantity: undefined, why: "the lines' keys" },
    {
      meter: "Licence for Windows and Azure Virtual Desktop",
      unit: "person-month",
      quantity: each(users),
      why: "one a person at a cloud desk, unless they have one",
    },
  ];
}
