import type { BodyPlan, Plan, PoolPlan } from "../types.ts";
import { gatewayText, siteText } from "./gateways.ts";
import { adviceText, proofText, riskText } from "./proof.ts";
import { sliceText } from "./slices.ts";
import { number, table } from "./table.ts";

/** The plan as tables for an engineer, at most 120 columns wide. */
export function planText(plan: Plan): string {
  return [
    summary(plan),
    bodyText(plan),
    gatewayText(plan),
    siteText(plan),
    sliceText(plan),
    proofText(plan),
    adviceText(plan),
    riskText(plan),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function summary(plan: Plan): string {
  const broken = plan.proof.filter((row) => !row.holds).length;
  const passed = plan.advice.filter((each) => !each.followed).length;
  const cloud = plan.bodies.flatMap((body) => body.pools).reduce((sum, pool) => sum + cloudHosts(pool), 0);
  const instances = plan.gateways.reduce((sum, gateway) => sum + gateway.instances.length, 0);
  const limits =
    broken === 0 ? `all ${plan.proof.length} limits hold` : `${broken} of ${plan.proof.length} limits do NOT hold`;
  const facts = [
    `${number(plan.desks)} desks on ${number(plan.hosts)} hosts, ${number(cloud)} of them in the cloud`,
    `${number(plan.peopleAtOnce)} people at once through ${plan.gateways[0]?.sku}, ${instances} instances`,
    limits,
    ...(passed === 0 ? [] : [`${passed} of ${plan.advice.length} recommendations of the vendor not followed`]),
  ];
  return `${plan.fleet}, stage ${plan.stage} (${plan.date})\n${facts.map((fact) => `  ${fact}`).join("\n")}`;
}

function cloudHosts(pool: PoolPlan): number {
  return pool.kind === "physical" ? 0 : pool.hosts;
}

function bodyText(plan: Plan): string {
  const rows = plan.bodies.flatMap((body) => [bodyRow(body), ...body.pools.map(poolRow)]);
  const columns = [
    { head: "Body, pool", width: 40 },
    { head: "Kind" },
    { head: "Desks", align: "right" },
    { head: "Hosts", align: "right" },
    { head: "Laptops", align: "right" },
    { head: "At once", align: "right" },
    { head: "VC seats", align: "right" },
    { head: "Addresses" },
  ] as const;
  return `Desks\n${table(columns, rows)}`;
}

function some(value: number): string {
  return value === 0 ? "" : number(value);
}

function bodyRow(body: BodyPlan): string[] {
  return [
    body.id,
    "",
    number(body.desks),
    number(body.hosts),
    some(body.laptops),
    number(body.peopleAtOnce),
    some(body.seats),
    "",
  ];
}

function poolRow(pool: PoolPlan): string[] {
  const kind = pool.class === undefined ? pool.kind : `${pool.kind}, ${pool.class}`;
  return [
    `  ${pool.name}`,
    pool.desksPerHost > 1 ? `${kind}, ${number(pool.desksPerHost)} a host` : kind,
    number(pool.desks),
    number(pool.hosts),
    "",
    number(pool.peopleAtOnce),
    "",
    pool.range,
  ];
}
