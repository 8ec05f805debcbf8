import { readBudget, rollBatch, writeBudget } from "../limits.ts";
import type { Costs, Preflight, Quantity } from "../preflight/types.ts";
import { number, table, wrap } from "./table.ts";

/** What to have in hand before the plan is built in Azure. */
export function preflightText(preflight: Preflight): string {
  return [
    `Before you build in Azure (${preflight.region})`,
    quotaText(preflight),
    needText(preflight),
    writeText(preflight),
    ...preflight.notices.flatMap(({ text, source }) => listed(`${text} (${source})`)),
    "",
    costText(preflight.costs),
  ].join("\n");
}

function listed(text: string): readonly string[] {
  return wrap(text, 116).map((line, nth) => `${nth === 0 ? "- " : "  "}${line}`);
}

function quotaText({ vcpus }: Preflight): string {
  const rows = vcpus.map((need) => [
    need.subscription,
    need.family,
    number(need.vms),
    number(need.vcpus),
    number(need.spare),
    number(need.vcpus + need.spare),
  ]);
  const columns = [
    { head: "Subscription" },
    { head: "vCPU family" },
    { head: "VMs", align: "right" },
    { head: "vCPUs", align: "right" },
    { head: "Spare", align: "right" },
    { head: "Quota to ask for", align: "right" },
  ] as const;
  const rule =
    `spare: of pooled pools ${rollBatch.part * 100} % of the hosts, at least the canary; of personal ones one host: what ` +
    "a roll of the image, or a repair, makes anew at once";
  return [table(columns, rows), ...listed(rule)].join("\n");
}

function needText({ subscriptions }: Preflight): string {
  const rows = subscriptions.map((need) => [
    need.subscription,
    number(need.vms),
    number(need.publicAddresses),
    number(need.disks),
    number(need.profilesGib),
  ]);
  const columns = [
    { head: "Subscription" },
    { head: "VMs", align: "right" },
    { head: "Public addresses", align: "right" },
    { head: "System disks", align: "right" },
    { head: "Profiles, GiB", align: "right" },
  ] as const;
  return table(columns, rows);
}

function writeText({ writes, time }: Preflight): string {
  const rows = writes.map((need) => [
    need.subscription,
    number(need.writes),
    number(need.network),
    number(need.minutes),
    number(need.refreshMinutes),
  ]);
  const columns = [
    { head: "Subscription" },
    { head: "Writes", align: "right" },
    { head: "Of them network", align: "right" },
    { head: "Least minutes", align: "right" },
    { head: "A refresh's", align: "right" },
  ] as const;
  const budget = (what: string, { bucket, perSecond, network }: typeof writeBudget | typeof readBudget): string =>
    `${number(bucket)} ${what} at once and ${perSecond} a second, of the network ${number(network.most)} in ` +
    `${network.seconds / 60} minutes`;
  return [
    table(columns, rows),
    ...listed(
      `the hub's gateway takes ${time.gateway.atLeast} to ${time.gateway.atMost} minutes, and the rest waits for it: at ` +
        `least ${number(time.atLeast)} minutes in all, by one principal`,
    ),
    ...listed(
      `budgets: ${budget("writes", writeBudget)}; ${budget("reads", readBudget)} (${writeBudget.source}; ` +
        `${writeBudget.network.source})`,
    ),
  ].join("\n");
}

function costText(costs: Costs): string {
  const { currency, known, unknown, meters, assumption } = costs;
  const rows = meters.map(({ meter, unit, quantity, price, cost }) => [
    meter,
    unit,
    quantity === undefined ? "unknown" : number(quantity.atWork),
    quantity === undefined ? "unknown" : number(quantity.always),
    price === undefined ? "unknown" : `${price.price} ${price.currency}`,
    cost === undefined ? "unknown" : number(cost.atWork),
    cost === undefined ? "unknown" : number(cost.always),
  ]);
  const columns = [
    { head: "What is paid for", width: 34 },
    { head: "Unit" },
    { head: "At work", align: "right" },
    { head: "Always on", align: "right" },
    { head: "Price", align: "right" },
    { head: "At work", align: "right" },
    { head: "Always on", align: "right" },
  ] as const;
  const sources = new Set(
    meters.flatMap(({ price }) => (price === undefined ? [] : `${price.source} (${price.date})`)),
  );
  return [
    "Costs a month: quantity, price, cost",
    table(columns, rows),
    total(known, currency, unknown, meters.length),
    ...listed(assumption),
    ...[...sources].flatMap((source) => listed(`prices: ${source}`)),
  ].join("\n");
}

function total({ atWork, always }: Quantity, currency: string | undefined, unknown: number, all: number): string {
  if (currency === undefined)
    return `In all: unknown (${unknown} of ${all} meters unknown); --prices FILE gives prices`;
  const amounts = `${number(atWork)} ${currency} a month at work, ${number(always)} ${currency} always on`;
  return unknown === 0 ? `In all: ${amounts}` : `In all: at least ${amounts} (${unknown} of ${all} meters unknown)`;
}
