import { z } from "zod";

/**
 * The fleet file's schema: every field, its default and its bounds, once. `fleets/fleet.schema.json` is generated
 * from it for editors. Rules that span fields (shares add up, a named site exists) stand in `rules.ts`.
 * Every object is strict: an unknown key is an error, never ignored.
 */

const id = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "lower-case letters, digits and single hyphens, starting with a letter")
  .max(40);
const ipv4Range = z.cidrv4();
const isoDate = z.iso.date();
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day as HH:MM");
const clockSpan = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$/, "a span of the day as HH:MM-HH:MM");
const duration = z.string().regex(/^\d+(ms|s|m|h|d)$/, "a duration such as 20s, 30m or 1h");
const ratio = z.number().min(0).max(1);
const count = z.int().min(0).max(10_000_000);
const positive = z.int().min(1).max(10_000_000);
const name = z.string().min(1).max(120);

export const poolKinds = ["personal", "pooled", "physical"] as const;
export const deskClasses = ["light", "medium", "heavy", "power"] as const;
export const providers = ["livekit", "graph", "zoom", "webex"] as const;

const stage = z.strictObject({
  name: id,
  date: isoDate,
  desks: positive,
  seats: count.default(0),
  operators: count.default(0),
});

const pool = z.strictObject({
  id,
  /** Share of the stage's desks that no `desks:` or list fixes; over all bodies the shares add up to 1. */
  share: ratio.optional(),
  /** A fixed number of desks, the same at every stage. */
  desks: positive.optional(),
  /** CSV file with columns desk, person, site; path relative to the fleet file. Listed desks come first in the pool. */
  list: z.string().min(1).max(400).optional(),
  kind: z.enum(poolKinds),
  /** Required for personal and pooled. */
  class: z.enum(deskClasses).optional(),
  /** Required for physical: the site where the PCs stand. */
  site: id.optional(),
  /** The part of its desks in use at once. */
  concurrency: ratio.default(1),
  /** Prefix of the cloud hosts' computer names, at most 9 characters; derived from body and pool when absent. */
  prefix: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,8}$/)
    .optional(),
});

const link = z.strictObject({
  id,
  carrier: id,
  mbps: z.number().positive().max(400_000),
  critical: z.boolean().default(false),
});

const site = z.strictObject({
  id,
  name: name.optional(),
  /** The unit (of `units`) that works here. */
  unit: id.optional(),
  /** In order of preference. */
  links: z.array(link).min(1).max(7),
});

const body = z.strictObject({
  id,
  name,
  /** Directory group that may use the desks. */
  group: name.optional(),
  pools: z.array(pool).max(64).default([]),
  laptops: z.strictObject({ concurrency: ratio.default(1) }).optional(),
  /** Videoconference seats at the last stage. */
  seats: count.default(0),
  staff: z
    .strictObject({
      total: count,
      /** Part of all staff enabled to work from home at the first stage. */
      enabled: ratio,
      /** Staff who stay, by role. */
      exempt: z.record(id, count).default({}),
    })
    .optional(),
  sites: z.array(site).default([]),
});

const service = z.strictObject({ id, name, url: z.url({ protocol: /^https?$/ }) });

const sitting = z.strictObject({
  id,
  title: name,
  date: isoDate,
  at: clock,
  minutes: z.int().min(1).max(1440),
  people: positive,
  host: id,
});

const unit = z.strictObject({
  id,
  name,
  people: z.array(id).min(1),
  day: z.strictObject({ hours: clockSpan, present: positive }),
  night: z.strictObject({ onCall: count.default(1), backup: count.default(0) }),
  jobs: z.array(z.strictObject({ id, every: z.enum(["hour", "day", "week"]), by: clock })).default([]),
});

const queue = z.strictObject({
  id,
  opens: isoDate.optional(),
  calls: count,
  per: z.enum(["hour", "day", "week", "month"]),
  handle: duration,
  patience: duration.optional(),
  tools: z.array(z.strictObject({ name, url: z.url({ protocol: /^https?$/ }) })).default([]),
});

const contactCentre = z.strictObject({
  number: z.string().regex(/^\+?\d{3,15}$/, "digits only, quoted so that YAML keeps leading zeros"),
  hours: z.string().min(1).max(200),
  closures: z.array(z.string().regex(/^(\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, "MM-DD or YYYY-MM-DD")).default([]),
  target: z.strictObject({ answered: ratio, within: duration }),
  shrinkage: z.number().min(0).max(0.95).default(0),
  queues: z.array(queue).min(1),
});

const receiver = z.strictObject({ webhook: z.url({ protocol: /^https?$/ }) });

export const fleetSchema = z.strictObject({
  version: z.literal(1),
  name: id,
  timezone: z.string().min(1).default("Europe/Rome"),
  country: z.string().regex(/^[A-Z]{2}$/, "an ISO 3166 country code such as IT").default("IT"),
  azure: z
    .strictObject({
      region: id,
      tenant: name,
      subscriptions: z.array(id).min(1),
      image: name,
      join: z.enum(["entra", "domain"]).default("entra"),
    })
    .optional(),
  network: z
    .strictObject({
      desks: ipv4Range.default("10.64.0.0/12"),
      clients: ipv4Range.default("10.96.0.0/13"),
      transit: ipv4Range.default("10.112.0.0/16"),
      carriers: ipv4Range.default("198.18.0.0/15"),
    })
    .prefault({}),
  access: z
    .strictObject({
      way: z.enum(["gateway", "broker"]).default("gateway"),
      instances: z.int().min(1).max(8).default(2),
      people: z.enum(["openvpn", "ikev2", "wireguard"]).default("openvpn"),
      sites: z.enum(["ikev2"]).default("ikev2"),
      authentication: z
        .strictObject({
          lab: z.enum(["certificate"]).default("certificate"),
          azure: z.enum(["entra", "certificate", "radius"]).default("entra"),
        })
        .prefault({}),
      falseAlarms: z
        .strictObject({
          linksPerMonth: z.number().positive().default(1),
          desksPerMonth: z.number().positive().default(1),
        })
        .prefault({}),
    })
    .prefault({}),
  stages: z.array(stage).min(1),
  bodies: z.array(body).min(1).max(32),
  services: z.array(service).default([]),
  videoconference: z
    .strictObject({
      provider: z.enum(providers).default("livekit"),
      protect: z.array(id).default([]),
      sittings: z.array(sitting).default([]),
    })
    .optional(),
  units: z.array(unit).default([]),
  contactCentre: contactCentre.optional(),
  alerts: z
    .strictObject({
      day: receiver,
      night: receiver,
      tickets: receiver,
      audit: receiver,
      heartbeat: receiver,
    })
    .optional(),
});

/** A desk that a list names. */
export interface ListedDesk {
  readonly desk: string;
  readonly person: string | undefined;
  readonly site: string | undefined;
}

type ParsedFleet = z.output<typeof fleetSchema>;
type ParsedBody = ParsedFleet["bodies"][number];
type ParsedPool = ParsedBody["pools"][number];

/** A pool with the rows of its list read in (`listed`, empty where there is no list). */
export type FleetPool = ParsedPool & { readonly listed: readonly ListedDesk[] };
export type FleetBody = Omit<ParsedBody, "pools"> & { readonly pools: readonly FleetPool[] };
/** The fleet file after parsing, defaults, lists and rules: what the plan is computed from. */
export type Fleet = Omit<ParsedFleet, "bodies"> & { readonly bodies: readonly FleetBody[] };
export type FleetSite = FleetBody["sites"][number];
export type FleetLink = FleetSite["links"][number];
export type FleetStage = Fleet["stages"][number];
export type PoolKind = (typeof poolKinds)[number];
export type DeskClass = (typeof deskClasses)[number];
