import { gatewayMinutes, virtualWan } from "../limits.ts";
import type { GatewayPlan, InstancePlan, Plan } from "../types.ts";
import { amount, type Change, change, countText, paired, peopleText } from "./change.ts";

/** Gateways that are resized, made or dropped, their instances, and the addresses that people get. */
export function gatewayChanges(before: Plan, after: Plan): readonly Change[] {
  return [...wayChanges(before, after), ...partChanges(before, after)];
}

/** Another protocol, another proof of who one is, another way to the cloud desks. */
function wayChanges(before: Plan, after: Plan): Change[] {
  const all = profiles(before);
  const [old, now] = [before.access, after.access];
  const [oldProof, newProof] = [old.authentication.azure, now.authentication.azure];
  const changed = [
    ...(old.people === now.people ? [] : [`the protocol goes from ${old.people} to ${now.people}`]),
    ...(oldProof === newProof ? [] : [`people prove who they are by ${newProof}, no longer by ${oldProof}`]),
  ];
  const changes =
    changed.length === 0
      ? []
      : [change("new profile", "hub", all, `${changed.join(", ")}: every profile is issued again (${countText(all)})`)];
  if (old.way === now.way) return changes;
  const people = cloudDesks(before);
  const text = `cloud desks are reached by ${now.way}, no longer by ${old.way}: ${peopleText(people)} come in another way`;
  return [...changes, change(now.way === "gateway" ? "new profile" : "interrupted", "hub", people, text)];
}

function cloudDesks(plan: Plan): number {
  return plan.bodies
    .flatMap((body) => body.pools)
    .reduce((sum, pool) => sum + (pool.kind === "physical" ? 0 : pool.desks), 0);
}

function partChanges(before: Plan, after: Plan): readonly Change[] {
  return paired(before.gateways, after.gateways).flatMap(([id, old, now]) => {
    if (old === undefined) {
      return [change("none", id, 0, `gateway ${id} is made (${now?.sku}): about ${gatewayMinutes.create} minutes`)];
    }
    if (now === undefined) {
      const people = old.instances[0]?.sessionsLimit ?? 0;
      const text = `gateway ${id} goes: up to ${peopleText(people)} at once reconnect elsewhere with a new profile`;
      return [change("new profile", id, people, text)];
    }
    return [...sizeChanges(before, after, old, now), ...instanceChanges(before, old, now)];
  });
}

/** People who hold a profile: everybody whose desk is reached through the gateway, and everybody with a laptop. */
export function profiles(plan: Plan): number {
  return plan.bodies.reduce(
    (sum, body) =>
      sum + body.laptops + body.pools.reduce((desks, pool) => desks + (pool.viaGateway ? pool.desks : 0), 0),
    0,
  );
}

/** Azure resizes a gateway within its generation only (Azure VPN Gateway: gateway SKU upgrade, read in 2026). */
function generation(plan: Plan, sku: string): number | undefined {
  return plan.gatewayChoices.find((choice) => choice.sku === sku)?.generation;
}

function rank(plan: Plan, sku: string): number {
  return plan.gatewayChoices.findIndex((choice) => choice.sku === sku);
}

function sizeChanges(before: Plan, after: Plan, old: GatewayPlan, now: GatewayPlan): Change[] {
  const { id } = now;
  if (old.sku === now.sku) {
    if (old.scaleUnits === now.scaleUnits) return [];
    const text = `gateway ${id} goes from ${old.scaleUnits} to ${now.scaleUnits} scale units: nobody disconnects`;
    return [change("none", id, 0, text)];
  }
  const people = old.instances[0]?.sessionsLimit ?? 0;
  const from = `gateway ${id} goes from ${old.sku} to ${now.sku}`;
  const wan = [old.sku, now.sku].includes(virtualWan.name);
  const sameGeneration = generation(before, old.sku) === generation(after, now.sku);
  if (!wan && sameGeneration && rank(before, old.sku) < rank(after, now.sku)) {
    const text = `${from}, an upgrade of about ${gatewayMinutes.upgrade} minutes: up to ${peopleText(people)} at once `;
    return [change("interrupted", id, people, `${text}disconnect in it; profiles stay`, gatewayMinutes.upgrade)];
  }
  const all = profiles(before);
  const how = wan
    ? "another kind of gateway, made anew"
    : `${sameGeneration ? "a downgrade" : "another generation"}, which is delete and recreate`;
  const text =
    `${from}, ${how} in up to ${gatewayMinutes.create} minutes: up to ${peopleText(people)} at once disconnect, ` +
    `and every profile is issued again (${countText(all)})`;
  return [change("new profile", id, all, text, gatewayMinutes.create)];
}

function instanceChanges(before: Plan, old: GatewayPlan, now: GatewayPlan): Change[] {
  const share = Math.ceil((old.instances[0]?.sessionsLimit ?? 0) / old.instances.length);
  return paired(old.instances, now.instances).flatMap(([id, was, is]) => {
    if (was === undefined) {
      const text =
        `instance ${id} is added: nobody disconnects; the ${amount(profiles(before), "profile")} out there do not ` +
        "name it, and use it once they are issued again";
      return [change("none", id, 0, text)];
    }
    if (is === undefined) {
      const text = `instance ${id} goes: up to ${peopleText(share)} at once reconnect through the others`;
      return [change("interrupted", id, share, text)];
    }
    return clientChanges(before, was, is);
  });
}

function clientChanges(before: Plan, old: InstancePlan, now: InstancePlan): Change[] {
  if (old.clients === now.clients) return [];
  const all = profiles(before);
  const text =
    `people's addresses at ${now.id} go from ${old.clients} to ${now.clients}: up to ` +
    `${peopleText(old.sessionsLimit)} at once disconnect, and every profile is issued again (${countText(all)})`;
  return [change("new profile", now.id, all, text)];
}
