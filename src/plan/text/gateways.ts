import { parseRange, sizeOf } from "../addresses.ts";
import type { GatewayColumn, Plan } from "../types.ts";
import { no, number, table, yes } from "./table.ts";

/** The instances, and the sizes that were weighed: which column of each the stage breaks. */
export function gatewayText(plan: Plan): string {
  const instances = plan.gateways.flatMap((gateway) =>
    gateway.instances.map((instance) => [
      instance.id,
      gateway.scaleUnits === undefined ? gateway.sku : `${gateway.sku}, ${number(gateway.scaleUnits)} scale units`,
      instance.clients,
      number(sizeOf(parseRange(instance.clients)) - 3),
      number(instance.sessionsLimit),
      String(instance.asn),
    ]),
  );
  const columns = [
    { head: "Instance" },
    { head: "Size" },
    { head: "People's addresses" },
    { head: "Room", align: "right" },
    { head: "Bears alone", align: "right" },
    { head: "AS", align: "right" },
  ] as const;
  return `Gateway\n${table(columns, instances)}\n${choiceText(plan)}`;
}

function choiceText(plan: Plan): string {
  const asked = plan.gatewayChoices[0]?.columns ?? [];
  const columns = [
    { head: "Size" },
    ...asked.map(({ what }) => ({ head: what, align: "right" as const })),
    { head: "Verdict" },
  ];
  const picked = plan.gatewayChoices.some((choice) => choice.picked);
  const rows = plan.gatewayChoices.map((choice) => {
    const broken = choice.columns.filter(({ holds }) => !holds).map(({ what }) => what);
    const verdict = choice.picked ? `${yes} picked` : broken.length === 0 ? yes : `${no} breaks ${broken.length}`;
    return [choice.sku, ...choice.columns.map(cell), verdict];
  });
  const demand = ["demand", ...asked.map((column) => number(column.demand)), ""];
  const text = table(columns, [demand, ...rows]);
  return picked ? text : `${text}\nNo size holds: Virtual WAN.`;
}

function cell(column: GatewayColumn): string {
  return `${number(column.limit)} ${column.holds ? yes : no}`;
}

/** The sites with their lines. */
export function siteText(plan: Plan): string {
  const rows = plan.bodies
    .flatMap((body) => body.sites)
    .flatMap((site) => [
      [site.id, number(site.desks), "", "", "", site.router],
      ...site.links.map((link) => [
        link.critical ? `  ${link.name} (critical)` : `  ${link.name}`,
        "",
        link.carrier,
        number(link.mbps),
        link.instance,
        link.transit,
      ]),
    ]);
  if (rows.length === 0) return "";
  const columns = [
    { head: "Site, line", width: 44 },
    { head: "Desks", align: "right" },
    { head: "Carrier" },
    { head: "Mb/s", align: "right" },
    { head: "Ends on" },
    { head: "Router, tunnel" },
  ] as const;
  return `Sites and lines\n${table(columns, rows)}`;
}
