import { z } from "zod";
import { alerts, webAddress } from "./alerts.ts";
import {
  id,
  ipv4Range,
  isoDate,
  clock,
  clockSpan,
  duration,
  ratio,
  count,
  positive,
  rate,
  name,
} from "./primitives.ts";
import { videoconference } from "./videoconference.ts";

/**
 * The fleet file's schema: every field, its default and its bounds, once. `fleets/fleet.schema.json` is generated
 * from it for editors. Rules that span fields (shares add up, a named site exists) stand in `rules.ts`.
 * Every object is strict: an unknown key is an error, never ignored.
 * A leaf carries an example that is valid: editors show it, and `repair.ts` puts it where a wrong value stood, so
 * that one mistake does not hide the others.
 */

export const poolKinds = ["personal", "pooled", "physical"] as const;
export const deskClasses = ["light", "medium", "heavy", "power"] as const;

const stage = z.strictObject({
  name: id,
  date: isoDate.describe("The day from which the stage holds; later than the stage before."),
  desks: positive.describe("Desks of all bodies together; never fewer than at the stage before."),
  seats: count.default(0).describe("Videoconference seats of all bodies together."),
  operators: count.default(0).describe("Operators of the contact centre who sit at once."),
});

const pool = z.strictObject({
  id: id.describe("Unique in the body; the desks are called <body>-<pool>-00001."),
  share: ratio
    .optional()
    .describe(
      "Share of the stage's desks that no desks or list fixes; over all bodies the shares add up to 1. " +
        "A pool has a share, or desks, or a list alone.",
    ),
  desks: positive.optional().describe("A fixed number of desks, the same at every stage."),
  list: z
    .string()
    .min(1)
    .max(400)
    .meta({ examples: ["desks.csv"] })
    .optional()
    .describe(
      "CSV file with the columns desk, person, site; its path is relative to the fleet file. " +
        "Listed desks come first in the pool.",
    ),
  kind: z
    .enum(poolKinds)
    .describe(
      "personal: each desk is a host of its own in the cloud; pooled: desks share multi-session hosts in the cloud; " +
        "physical: PCs that stay in the office and are reached over its site's links.",
    ),
  class: z.enum(deskClasses).optional().describe("How much a desk works; required for personal and pooled."),
  site: id.optional().describe("Required for physical: the site where the PCs stand."),
  concurrency: ratio.default(1).describe("The part of its desks in use at once."),
  prefix: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,8}$/, "at most 9 lower-case letters and digits, starting with a letter")
    .meta({ examples: ["regoff"] })
    .optional()
    .describe("Prefix of the cloud hosts' computer names; derived from body and pool when absent."),
});

const link = z.strictObject({
  id,
  carrier: id.describe("Who runs the line."),
  mbps: z
    .number()
    .positive()
    .max(400_000)
    .meta({ examples: [1000] })
    .describe("Bandwidth in Mb/s."),
  critical: z.boolean().default(false).describe("Its failure wakes someone at any hour."),
  availability: z
    .number()
    .gt(0)
    .lt(1)
    .meta({ examples: [0.999] })
    .optional()
    .describe("The part of a month in which it is up by the carrier's contract, such as 0.999 for 99.9 %."),
});

const site = z.strictObject({
  id,
  name: name.optional(),
  unit: id.optional().describe("The unit (of units) that works here."),
  links: z.array(link).min(1).max(7).describe("The site's lines, in order of preference."),
});

const body = z.strictObject({
  id: id.describe("Addresses hang on the order of the bodies: append, never reorder."),
  name,
  group: name.optional().describe("Directory group that may use the desks."),
  subscription: id
    .optional()
    .describe("Which of azure.subscriptions holds its cloud desks and their network (default: the first)."),
  pools: z.array(pool).max(64).default([]),
  laptops: z
    .strictObject({ concurrency: ratio.default(1).describe("The part of its enabled staff connected at once.") })
    .optional()
    .describe("Its staff bring their own desk: each enabled person needs a profile, and counts at the gateway."),
  seats: count.default(0).describe("Videoconference seats at the last stage."),
  staff: z
    .strictObject({
      total: count,
      enabled: ratio.describe("Part of all staff enabled to work from home at the first stage."),
      exempt: z.record(id, count).default({}).describe("Staff who stay, by role."),
    })
    .optional(),
  sites: z.array(site).max(4096).default([]),
});

const service = z.strictObject({ id, name, url: webAddress });

const unit = z.strictObject({
  id,
  name,
  people: z.array(id).min(1).max(1000),
  day: z.strictObject({ hours: clockSpan, present: positive.describe("People present at once.") }),
  night: z.strictObject({ onCall: count.default(1), backup: count.default(0) }),
  jobs: z
    .array(z.strictObject({ id, every: z.enum(["hour", "day", "week"]), by: clock }))
    .max(100)
    .default([])
    .describe(
      "Its data processing: each must have run by its time, every hour (of `by` the minutes count), day, or week (on its Sunday).",
    ),
});

const queue = z.strictObject({
  id,
  opens: isoDate.optional(),
  calls: count.describe("Calls in each period named by per."),
  per: z.enum(["hour", "day", "week", "month"]),
  handle: duration.describe("Mean time that a call takes an operator."),
  patience: duration.optional().describe("Mean time after which a caller hangs up."),
  tools: z
    .array(z.strictObject({ name, url: webAddress }))
    .max(200)
    .default([])
    .describe("What callers ask about; probed from the hub, so that operators see what is down."),
});

const contactCentre = z.strictObject({
  number: z
    .string()
    .regex(/^\+?\d{3,15}$/, "3 to 15 digits, in quotes so that YAML keeps leading zeros")
    .meta({ examples: ["800333444"] }),
  hours: z
    .string()
    .min(1)
    .max(200)
    .meta({ examples: ["Mo-Fr 08:00-20:00; PH off"] })
    .describe("Opening hours in OpenStreetMap's notation."),
  closures: z
    .array(
      z
        .string()
        .regex(/^(\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, "a day as MM-DD or YYYY-MM-DD")
        .meta({ examples: ["06-24"] }),
    )
    .max(1000)
    .default([])
    .describe("Days closed beside the public holidays."),
  target: z.strictObject({ answered: ratio, within: duration }).describe("The part of calls answered within a time."),
  shrinkage: z
    .number()
    .min(0)
    .max(0.95)
    .default(0)
    .meta({ examples: [0.3] })
    .describe("The part of paid time in which an operator does not sit at the phone."),
  queues: z.array(queue).min(1).max(100),
});

export const fleetSchema = z
  .strictObject({
    version: z.literal(1),
    name: id,
    timezone: z
      .string()
      .min(1)
      .max(64)
      .default("Europe/Rome")
      .meta({ examples: ["Europe/Rome"] })
      .describe("IANA time zone of all times of day here."),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, "an ISO 3166 country code such as IT")
      .default("IT")
      .meta({ examples: ["IT"] })
      .describe("Its public holidays count."),
    azure: z
      .strictObject({
        region: id,
        tenant: name,
        subscriptions: z.array(id).min(1).max(100),
        image: name,
        join: z.enum(["entra", "domain"]).default("entra"),
      })
      .optional(),
    network: z
      .strictObject({
        desks: ipv4Range
          .default("10.64.0.0/12")
          .describe("The desks' addresses; the plan cuts one block a body, and one network of at most /16 a slice."),
        clients: ipv4Range
          .default("10.96.0.0/13")
          .describe("Addresses of people from outside; one pool of at most /16 a gateway instance."),
        transit: ipv4Range.default("10.112.0.0/16").describe("Hub, gateways and links."),
        carriers: ipv4Range
          .default("198.18.0.0/15")
          .describe("The lab's public side and its carriers' lines (RFC 2544's benchmark range)."),
      })
      .prefault({}),
    access: z
      .strictObject({
        way: z
          .enum(["gateway", "broker"])
          .default("gateway")
          .describe("gateway: people come through the VPN; broker: the cloud's own broker serves cloud desks."),
        instances: z
          .int()
          .min(1)
          .max(8)
          .default(2)
          .meta({ examples: [2] })
          .describe("Gateway instances, all active."),
        people: z.enum(["openvpn", "ikev2", "wireguard"]).default("openvpn"),
        sites: z.enum(["ikev2"]).default("ikev2"),
        authentication: z
          .strictObject({
            lab: z.enum(["certificate"]).default("certificate"),
            azure: z.enum(["entra", "certificate", "radius"]).default("entra"),
          })
          .prefault({}),
        falseAlarms: z
          .strictObject({ linksPerMonth: rate.default(1), desksPerMonth: rate.default(1) })
          .prefault({})
          .describe("False alarms that are borne; the prober picks its number of misses from it."),
      })
      .prefault({}),
    stages: z.array(stage).min(1).max(50).describe("The surge; every stage is checked against every limit."),
    bodies: z.array(body).min(1).max(32).describe("The public offices, in the order in which they joined."),
    services: z.array(service).max(1000).default([]).describe("What desks are for: probed from where the desks are."),
    videoconference: videoconference.optional(),
    units: z.array(unit).max(100).default([]).describe("Units on duty by day and on call at night."),
    contactCentre: contactCentre.optional(),
    alerts: alerts.optional().describe("Where notifications go."),
  })
  .meta({
    title: "Deskbridge fleet file",
    description: "Who works where: bodies, their pools of desks, sites and links, and the stages of the surge.",
  });

/** A desk that a list names. */
export interface ListedDesk {
  readonly desk: string;
  readonly person: string | undefined;
  readonly site: string | undefined;
}

/** The file by itself: defaults filled in, lists not read yet. */
export type ParsedFleet = z.output<typeof fleetSchema>;
type ParsedBody = ParsedFleet["bodies"][number];
type ParsedPool = ParsedBody["pools"][number];

export type Videoconference = NonNullable<ParsedFleet["videoconference"]>;
export type FleetSitting = Videoconference["sittings"][number];

/** A pool with the rows of its list read in (`listed`, empty where there is no list). */
export type FleetPool = ParsedPool & { readonly listed: readonly ListedDesk[] };
export type FleetBody = Omit<ParsedBody, "pools"> & { readonly pools: readonly FleetPool[] };
/** The fleet file after parsing, defaults, lists and rules: what the plan is computed from. */
export type Fleet = Omit<ParsedFleet, "bodies"> & { readonly bodies: readonly FleetBody[] };
export type FleetSite = FleetBody["sites"][number];
export type FleetLink = FleetSite["links"][number];
export type FleetStage = Fleet["stages"][number];
/** A receiver's channels. */
export type FleetReceiver = NonNullable<Fleet["alerts"]>["day"];
export type PoolKind = (typeof poolKinds)[number];
export type DeskClass = (typeof deskClasses)[number];
