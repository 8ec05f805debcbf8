import type { PoolKind } from "../../fleet/schema.ts";
import { deskAt } from "../names.ts";
import type { BodyPlan, Plan, PoolPlan } from "../types.ts";
import { amount, type Change, change, countText, paired, peopleText } from "./change.ts";

/** Desks that come, go, move or are renamed, and laptops. */
export function deskChanges(before: Plan, after: Plan): readonly Change[] {
  return paired(before.bodies, after.bodies).flatMap(([id, old, now]) => {
    const pools = paired(old?.pools ?? [], now?.pools ?? []);
    return [
      ...grown(id, pools),
      ...pools.flatMap(([pool, was, is]) => poolChanges(pool, was, is)),
      ...laptopChanges(id, old, now),
    ];
  });
}

/** One line for all that a body gains. */
function grown(body: string, pools: ReturnType<typeof paired<PoolPlan>>): Change[] {
  const gains = pools.flatMap(([, old, now]) => {
    const more = (now?.desks ?? 0) - (old?.desks ?? 0);
    return now === undefined || more <= 0 ? [] : [{ pool: now.name, more }];
  });
  if (gains.length === 0) return [];
  const total = gains.reduce((sum, { more }) => sum + more, 0);
  const parts = gains.map(({ pool, more }) => `${pool} ${countText(more)}`).join(", ");
  const text = `${body} gains ${amount(total, "desk")} (${parts}): ${peopleText(total)} get a desk`;
  return [change("none", body, total, text)];
}

const losses: Record<PoolKind, string> = {
  personal: "their desk and what is stored on it",
  pooled: "their seat in the pool",
  physical: "the way in to their PC",
};

function poolChanges(id: string, old: PoolPlan | undefined, now: PoolPlan | undefined): Change[] {
  if (old === undefined) return [];
  const left = now?.desks ?? 0;
  const changes: Change[] = [];
  if (left < old.desks) {
    const lost = old.desks - left;
    const text = `${id} loses ${amount(lost, "desk")}: ${peopleText(lost)} lose ${losses[old.kind]}`;
    changes.push(change("lost", id, lost, text));
  }
  const stay = Math.min(old.desks, left);
  if (now === undefined || stay === 0) return changes;
  if (now.kind !== old.kind) {
    const text = `${id} turns from ${old.kind} to ${now.kind}: ${peopleText(stay)} get another desk in place of theirs`;
    return [...changes, change("lost", id, stay, text)];
  }
  return [...changes, ...moves(old, now, stay)];
}

/** What happens to the desks that are in both plans: hosts rebuilt, desks on another host, desks renamed. */
function moves(old: PoolPlan, now: PoolPlan, stay: number): Change[] {
  const changes: Change[] = [];
  const rebuilt = [
    ...(old.hostPrefix === now.hostPrefix ? [] : [`host names go from ${old.hostPrefix}-… to ${now.hostPrefix}-…`]),
    ...(old.class === now.class ? [] : [`class goes from ${old.class} to ${now.class}`]),
    ...(old.site === now.site ? [] : [`the PCs go from site ${old.site} to ${now.site}`]),
    ...(moved(old, now) ? [`addresses go from ${old.networks[0]} to ${now.networks[0]}`] : []),
  ];
  if (rebuilt.length > 0) {
    // In the cloud a host with another name or network is another machine: what is stored on the old one stays there.
    const anew = now.kind === "personal" && (old.hostPrefix !== now.hostPrefix || moved(old, now));
    const loss = anew
      ? "lose their desk and what is stored on it, as their hosts are made anew"
      : "are cut off while their hosts are changed";
    const text = `${now.id}: ${rebuilt.join(", ")}; ${peopleText(stay)} ${loss}`;
    changes.push(change(anew ? "lost" : "interrupted", now.id, stay, text));
  }
  if (old.desksPerHost !== now.desksPerHost) {
    const shifted = stay - Math.min(stay, old.desksPerHost, now.desksPerHost);
    const density = `${countText(old.desksPerHost)} to ${countText(now.desksPerHost)} desks a host`;
    if (shifted > 0) {
      const text = `${now.id} goes from ${density}: ${peopleText(shifted)} sign in again, on another host`;
      changes.push(change("interrupted", now.id, shifted, text));
    }
  }
  const renamed = renamedDesks(old, now, stay);
  if (renamed > 0) {
    const text = `${now.id}: the list renames ${amount(renamed, "desk")}; ${peopleText(renamed)} look for theirs`;
    changes.push(change("interrupted", now.id, renamed, text));
  }
  return changes;
}

function moved(old: PoolPlan, now: PoolPlan): boolean {
  return now.networks[0] !== undefined && old.networks[0] !== now.networks[0];
}

/** Only listed desks can be renamed: past both lists, names follow from the position. */
function renamedDesks(old: PoolPlan, now: PoolPlan, stay: number): number {
  const end = Math.min(stay, Math.max(old.listed.length, now.listed.length));
  let renamed = 0;
  for (let ordinal = 0; ordinal < end; ordinal += 1) {
    if (deskAt(old, ordinal).id !== deskAt(now, ordinal).id) renamed += 1;
  }
  return renamed;
}

function laptopChanges(id: string, old: BodyPlan | undefined, now: BodyPlan | undefined): Change[] {
  const more = (now?.laptops ?? 0) - (old?.laptops ?? 0);
  if (more > 0) return [change("none", id, more, `${id}: ${peopleText(more)} more get a profile for their laptop`)];
  if (more === 0) return [];
  return [change("lost", id, -more, `${id}: ${peopleText(-more)} lose the profile on their laptop`)];
}
