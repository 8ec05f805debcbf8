import { z } from "zod";

/** The fleet file's part `alerts`: who is told, and by which channels. A secret stands in a file that is named here. */

export const webAddress = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .meta({ examples: ["https://documents.example/"] });

/** Not bound to look like a path: whoever writes the secret itself here is told so, without its being repeated. */
const secretFile = (what: string) =>
  z
    .string()
    .min(1)
    .max(400)
    .meta({ examples: ["/etc/deskbridge/secrets/night"] })
    .describe(`Absolute path, where Alertmanager runs, of a file that holds ${what} and nothing else.`);

/** The ways in which a receiver can be told. */
const channels = {
  webhook: webAddress.optional().describe("Alertmanager's own JSON is posted there; no token may stand in it."),
  slack: z
    .strictObject({
      urlFile: secretFile("the incoming webhook's URL"),
      channel: z
        .string()
        .min(1)
        .max(80)
        .meta({ examples: ["#crisis"] })
        .optional()
        .describe("Another channel than the webhook's own, where the server allows it."),
    })
    .optional()
    .describe("Slack's incoming webhooks, and what takes their form (Mattermost, Rocket.Chat, Discord's /slack)."),
  email: z
    .strictObject({
      to: z
        .array(z.email().meta({ examples: ["duty@example.org"] }))
        .min(1)
        .max(100),
    })
    .optional()
    .describe("By the server of alerts.smtp, as plain text."),
  pagerduty: z
    .strictObject({ routingKeyFile: secretFile("the integration key of an Events API v2 service") })
    .optional(),
  goalert: z
    .strictObject({
      url: webAddress.describe("https://HOST/api/v2/prometheusalertmanager/incoming, without its token."),
      tokenFile: secretFile("the integration key's token"),
    })
    .optional()
    .describe("GoAlert's integration key of the kind Prometheus Alertmanager."),
} as const;
export const channelNames = Object.keys(channels) as readonly (keyof typeof channels)[];

const receiver = z.strictObject({
  ...channels,
  teams: z
    .unknown()
    .optional()
    .describe("Not possible with the Alertmanager of the watch; refused, with what to use in its place."),
});

const smtp = z.strictObject({
  host: z
    .string()
    .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?:\d{1,5}$/, "a mail server as HOST:PORT")
    .max(255)
    .meta({ examples: ["mail.example.org:587"] }),
  from: z.email().meta({ examples: ["deskbridge@example.org"] }),
  user: z
    .string()
    .min(1)
    .max(200)
    .meta({ examples: ["deskbridge"] })
    .optional(),
  passwordFile: secretFile(
    "the user's password (no line break at its end: Alertmanager 0.25 would send that too)",
  ).optional(),
  tls: z.boolean().default(true).describe("Whether mail leaves only by a connection that STARTTLS encrypts."),
});

export const alerts = z.strictObject({
  day: receiver.describe("Pages in the hours of the first unit's day."),
  night: receiver.describe("Pages at all other hours."),
  tickets: receiver.describe("What can wait for the day."),
  contactCentre: receiver
    .optional()
    .describe("The contact centre's tickets, in its hours (default: whom tickets go to)."),
  audit: receiver.describe("Everything at all hours, also that all is well again."),
  heartbeat: receiver.describe("Who misses the watch when it stops; best outside of all that it watches."),
  grafana: webAddress
    .optional()
    .describe("Where Grafana answers: alerts lead to their dashboards there. Azure's own says it once it is made."),
  smtp: smtp.optional().describe("The mail server for receivers with email."),
});
