import type { BodyPlan, CloudPlan, Plan } from "../types.ts";
import { type Change, change, countText, paired, peopleText } from "./change.ts";
import { profiles } from "./gateways.ts";

/** What moves desks in the cloud: its region, a body's subscription, the directory that hosts join, the image. */
export function cloudChanges(before: Plan, after: Plan): readonly Change[] {
  const { cloud: old } = before;
  const { cloud: now } = after;
  if (old === undefined || now === undefined) return [];
  return [
    ...hubChanges(before, old, now),
    ...paired(before.bodies, after.bodies).flatMap(([id, was, is]) =>
      was === undefined || is === undefined ? [] : bodyChanges(id, was, is, rebuilds(old, now), old, now),
    ),
  ];
}

/** The hub's region or subscription: gateway and all are made anew elsewhere. */
function hubChanges(before: Plan, old: CloudPlan, now: CloudPlan): Change[] {
  const moves = [
    ...(old.region === now.region ? [] : [`from region ${old.region} to ${now.region}`]),
    ...(old.hub.subscription === now.hub.subscription
      ? []
      : [`from subscription ${old.hub.subscription} to ${now.hub.subscription}`]),
  ];
  if (moves.length === 0) return [];
  const all = profiles(before);
  const text =
    `the hub goes ${moves.join(" and ")}, its gateway is made anew there: up to ${peopleText(before.peopleAtOnce)} at ` +
    `once disconnect, and every profile is issued again (${countText(all)})`;
  return [change("new profile", "hub", all, text)];
}

/** Why every host is made anew. */
function rebuilds(old: CloudPlan, now: CloudPlan): readonly string[] {
  return [
    ...(old.region === now.region ? [] : [`its region goes from ${old.region} to ${now.region}`]),
    ...(old.join === now.join ? [] : [`its hosts join ${directory(now)}, no longer ${directory(old)}`]),
  ];
}

function directory({ join }: CloudPlan): string {
  return join === "entra" ? "Entra ID" : "a domain";
}

function bodyChanges(
  id: string,
  was: BodyPlan,
  is: BodyPlan,
  all: readonly string[],
  old: CloudPlan,
  now: CloudPlan,
): Change[] {
  const why = [
    ...all,
    ...(was.subscription === is.subscription
      ? []
      : [`its subscription goes from ${was.subscription} to ${is.subscription}`]),
  ];
  const stay = (kind: "personal" | "pooled") => staying(was, is, kind);
  const [personal, pooled] = [stay("personal"), stay("pooled")];
  const desks = personal + pooled;
  if (desks === 0) return [];
  if (why.length > 0) {
    const parts = [
      ...(personal > 0 ? [`${peopleText(personal)} lose their desk and what is stored on it`] : []),
      ...(pooled > 0 ? [`${peopleText(pooled)} lose their profile, unless it is copied`] : []),
    ];
    const text = `${id}: ${why.join(", ")}: its desks are built anew; ${parts.join(", ")}`;
    return [change("lost", id, desks, text)];
  }
  return [
    ...(old.image === now.image || pooled === 0
      ? []
      : [
          change(
            "interrupted",
            id,
            pooled,
            `${id}: its pooled hosts are made from ${now.image}, no longer from ${old.image}: ${peopleText(pooled)} sign ` +
              "in again; personal desks keep the image that they were made from",
          ),
        ]),
    ...(was.group === is.group
      ? []
      : [
          change(
            "interrupted",
            id,
            desks,
            `${id}: its desks are for ${named(is.group)}, no longer for ${named(was.group)}: ${peopleText(desks)} get in ` +
              "only if they are in it",
          ),
        ]),
  ];
}

function named(group: string | undefined): string {
  return group === undefined ? "no group" : `group ${group}`;
}

/** Desks of a kind that are there before and after. */
function staying(was: BodyPlan, is: BodyPlan, kind: "personal" | "pooled"): number {
  return paired(was.pools, is.pools).reduce(
    (sum, [, old, now]) => sum + (old?.kind === kind && now?.kind === kind ? Math.min(old.desks, now.desks) : 0),
    0,
  );
}
