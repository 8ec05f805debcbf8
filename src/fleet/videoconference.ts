import { z } from "zod";
import { id, isoDate, clock, duration, positive, name } from "./primitives.ts";

/** Videoconferences: the vendor, who gets a seat and what belongs to it, and the sittings. */

export const providers = ["livekit", "graph", "zoom", "webex"] as const;

const words = z
  .array(z.string().min(1).max(1000))
  .min(1)
  .max(50)
  .meta({ examples: [["systemctl", "--user", "is-enabled", "meetings"]] });
const clientStep = z.strictObject({
  id,
  check: words.describe("Program and arguments, which ends with 0 where it is so already."),
  apply: words.describe("Program and arguments that make it so; after it, check must end with 0."),
});

const sitting = z.strictObject({
  id,
  title: name,
  date: isoDate,
  at: clock.describe("When it starts, in the fleet's time zone."),
  minutes: z
    .int()
    .min(1)
    .max(1440)
    .meta({ examples: [120] }),
  people: positive,
  host: id.describe("The group that hosts it: one of protect, or a body, pool or unit."),
  members: z
    .array(id)
    .min(1)
    .max(1000)
    .optional()
    .describe(
      "Groups that are invited beside the host: bodies, pools, or names that the list of people gives (default: the host alone).",
    ),
  deputy: z
    .string()
    .regex(/^([a-z][a-z0-9]*(-[a-z0-9]+)*|[^\s@]+@[^\s@]+)$/, "a group, or the account of somebody on the list")
    .max(254)
    .meta({ examples: ["presidency"] })
    .optional()
    .describe(
      "Who opens it where the host cannot: a group, or an account with an @ (default: another person of the host's group).",
    ),
  endToEnd: z
    .boolean()
    .optional()
    .describe(
      "LiveKit only: a key that the server never sees is laid at the desks with the grants, for clients that encrypt from person to person.",
    ),
});

export const videoconference = z.strictObject({
  provider: z.enum(providers).default("livekit"),
  people: z
    .string()
    .min(1)
    .max(400)
    .meta({ examples: ["people.csv"] })
    .optional()
    .describe(
      "CSV file with the columns person, account, body, desk, groups: who gets a seat, the most urgent first; " +
        "its path is relative to the fleet file.",
    ),
  licence: name
    .meta({ examples: ["MCOMEETADV"] })
    .optional()
    .describe(
      "What the vendor calls it: graph the part number of a licence, webex its name, zoom the plan (pro, business).",
    ),
  ends: isoDate
    .optional()
    .describe("Last day on which the licences are good, where they end: it is told two months before."),
  idle: duration
    .default("90d")
    .describe("A seat that was not used for so long may be given to somebody who waits for one."),
  client: z
    .array(clientStep)
    .max(20)
    .default([])
    .describe("What is set up at the desk of everybody who has a seat, in this order."),
  protect: z.array(id).max(1000).default([]).describe("Groups whose seats are never reclaimed."),
  sittings: z.array(sitting).max(10_000).default([]),
});
