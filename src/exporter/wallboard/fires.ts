import { dueAt } from "../jobs/deadline.ts";
import { vantageOf } from "../watched.ts";
import type { DeskCount } from "./desk-counts.ts";
import type { View } from "./view.ts";
import { count } from "./words.ts";

/** Something that burns: what somebody has to do something about. */
export interface Fire {
  readonly kind: "site" | "gateway" | "link" | "service" | "desks" | "job";
  readonly name: string;
  /** How it stands, in a word or two. */
  readonly state: string;
  /** What else there is to know, in words. */
  readonly about: string;
  /** Seconds since 1970. */
  readonly since: number | undefined;
  /** Nobody has looked lately. */
  readonly isOld: boolean;
}

/** Of so many desks of a pool some are always off: they burn from this part of it on. */
const desksBurnFrom = 0.05;

/** How it stands where it is down as a whole. */
const whole = "DOWN";

/** All that burns, by root cause, what touches most first. A site that is down explains its lines and the desks in it. */
export function firesOf(view: View): readonly Fire[] {
  return [...outagesOf(view), ...desks(view), ...jobs(view)];
}

/** Those of them that are outages as a whole, whose page's title says so. */
export function outagesOf(view: View): readonly Fire[] {
  return [...gateways(view), ...sites(view), ...links(view), ...services(view)];
}

function gateways(view: View): readonly Fire[] {
  return view.fleet.inventory.instances.flatMap(({ id }) => {
    const { state, since, isOld } = view.standing("gateway", id);
    if (state !== "down") return [];
    const lines = view.fleet.inventory.links.filter(({ instance }) => instance === id).length;
    const about = `nobody comes in there${lines === 0 ? "" : `; ${count(lines, "link")} end${lines === 1 ? "s" : ""} there`}`;
    return [{ kind: "gateway" as const, name: id, state: whole, about, since, isOld }];
  });
}

function sites(view: View): readonly Fire[] {
  return view.fleet.inventory.sites.flatMap(({ id }) => {
    const { state, since, isOld } = view.standing("site", id);
    if (state !== "down") return [];
    const lines = view.fleet.inventory.links.filter(({ site }) => site === id).length;
    const down = view.desks.filter(({ pool }) => siteOf(view, pool) === id).reduce((sum, desk) => sum + desk.down, 0);
    const about = [`with ${count(lines, "link")}`, ...(down === 0 ? [] : [count(down, "desk")])].join(" and ");
    return [{ kind: "site" as const, name: id, state: whole, about, since, isOld }];
  });
}

function links(view: View): readonly Fire[] {
  const fires = view.fleet.inventory.links.flatMap(({ id, site, carrier, mbps, critical }) => {
    const { state, since, isOld } = view.standing("link", id);
    if (state !== "down" || isDown(view, site)) return [];
    const others = view.fleet.inventory.links.filter((other) => other.site === site && other.id !== id);
    const left = others.filter((other) => view.standing("link", other.id).state === "up").length;
    const rest =
      others.length === 0
        ? "the only line there"
        : left === 0
          ? "no other line carries"
          : others.length === 1
            ? "the other line carries"
            : `${left} of ${others.length} other lines carry`;
    const about = [carrier, `${mbps} Mb/s`, ...(critical ? ["critical"] : []), rest].join(", ");
    return [{ critical, fire: { kind: "link" as const, name: id, state: whole, about, since, isOld } }];
  });
  return fires.toSorted((one, other) => Number(other.critical) - Number(one.critical)).map(({ fire }) => fire);
}

function services(view: View): readonly Fire[] {
  return view.fleet.inventory.services.flatMap(({ id, name }) => {
    const { state, since, isOld } = view.standing("service", id);
    if (state !== "down") return [];
    const status = view.store.record(vantageOf.service, "service", id)?.status ?? 0;
    const about = status === 0 ? "no answer" : `HTTP ${status}`;
    return [{ kind: "service" as const, name, state: whole, about, since, isOld }];
  });
}

function desks(view: View): readonly Fire[] {
  const isOld = view.vigils.find(({ kind }) => kind === "host")?.state !== "looking";
  return view.desks
    .filter((desk) => desksBurn(view, desk))
    .map(({ pool, down, listed, downSince }) => ({
      kind: "desks",
      name: pool,
      state: `${down.toLocaleString("en")} of ${listed.toLocaleString("en")} DOWN`,
      about: "",
      since: downSince,
      isOld,
    }));
}

function desksBurn(view: View, { pool, down, listed }: DeskCount): boolean {
  if (down === 0 || down < desksBurnFrom * listed) return false;
  const site = siteOf(view, pool);
  return site === undefined || !isDown(view, site);
}

function jobs({ fleet, heartbeats, now }: View): readonly Fire[] {
  if (heartbeats === undefined) return [];
  return fleet.inventory.jobs.flatMap((job) => {
    const due = dueAt(job, heartbeats.runsOf(job)) / 1000;
    return due >= now
      ? []
      : [
          {
            kind: "job" as const,
            name: `${job.unit}/${job.id}`,
            state: "LATE",
            about: "has not run by its time",
            since: due,
            isOld: false,
          },
        ];
  });
}

function isDown(view: View, site: string): boolean {
  return view.standing("site", site).state === "down";
}

/** The site in which a pool's desks stand; undefined for desks in the cloud. */
function siteOf({ fleet }: View, pool: string): string | undefined {
  return fleet.inventory.pools.find(({ id }) => id === pool)?.site;
}
