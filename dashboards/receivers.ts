import { notification } from "./notification.ts";

/** Who is told, and Alertmanager's receivers for them: the fleet file's part `alerts`. */

/** A receiver's channels; every secret is in a file that is named here. */
export interface Channels {
  readonly webhook?: string | undefined;
  readonly slack?: { readonly urlFile: string; readonly channel?: string | undefined } | undefined;
  readonly email?: { readonly to: readonly string[] } | undefined;
  readonly pagerduty?: { readonly routingKeyFile: string } | undefined;
  readonly goalert?: { readonly url: string; readonly tokenFile: string } | undefined;
}

interface Smtp {
  /** `host:port`. */
  readonly host: string;
  readonly from: string;
  readonly user?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly tls: boolean;
}

/** Receivers that every fleet with `alerts` has. */
export const receiverNames = ["day", "night", "tickets", "audit", "heartbeat"] as const;
export type ReceiverName = (typeof receiverNames)[number];
/** And those that it may have. */
export const allReceivers = [...receiverNames, "contactCentre"] as const;
export type AnyReceiver = (typeof allReceivers)[number];

export type Alerts = Readonly<Record<ReceiverName, Channels>> & {
  readonly contactCentre?: Channels | undefined;
  /** Where Grafana answers. */
  readonly grafana?: string | undefined;
  readonly smtp?: Smtp | undefined;
};

export const contactCentreReceiver = "contact-centre";

/** Alertmanager's receivers; those of a fleet without `alerts` tell nobody. */
export function receivers(alerts: Alerts | undefined): readonly object[] {
  const all: readonly (readonly [string, Channels | undefined])[] = [
    ...receiverNames.map((name) => [name, alerts?.[name]] as const),
    [contactCentreReceiver, alerts?.contactCentre ?? alerts?.tickets],
  ];
  // To whoever misses the heartbeat any word is a beat, and its end must be none.
  return all.map(([name, channels]) => ({
    name,
    ...(channels === undefined ? {} : configs(channels, name !== "heartbeat")),
  }));
}

/** One entry a kind of channel: what Alertmanager calls it, and how it is written there. */
const kinds = {
  webhook: (url) => ["webhook_configs", [{ url }]],
  // GoAlert takes its token from the query, which is part of the URL, or from this header.
  goalert: ({ url, tokenFile }) => [
    "webhook_configs",
    [
      {
        url,
        http_config: { authorization: { type: "Bearer", credentials_file: tokenFile } },
      },
    ],
  ],
  slack: ({ urlFile, channel }) => [
    "slack_configs",
    [
      {
        api_url_file: urlFile,
        ...(channel === undefined ? {} : { channel }),
        title: notification.title,
        title_link: notification.link,
        text: notification.text,
        fallback: notification.title,
      },
    ],
  ],
  email: ({ to }) => [
    "email_configs",
    // Plain text alone: it reads the same on a phone at night, and nothing in it is loaded from elsewhere.
    to.map((address) => ({
      to: address,
      headers: { Subject: notification.title },
      text: notification.text,
      html: "",
    })),
  ],
  pagerduty: ({ routingKeyFile }) => [
    "pagerduty_configs",
    [
      {
        routing_key_file: routingKeyFile,
        client: "Deskbridge",
        client_url: notification.link,
        description: notification.title,
        severity: notification.severity,
        // Alertmanager would write `firing` and `resolved` itself, label by label.
        details: { text: notification.text, firing: "", resolved: "" },
      },
    ],
  ],
} as const satisfies {
  readonly [Kind in keyof Channels]-?: (channel: NonNullable<Channels[Kind]>) => readonly [string, readonly object[]];
};
function configs(channels: Channels, send_resolved: boolean): Readonly<Record<string, readonly object[]>> {
  const found: Record<string, readonly object[]> = {};
  for (const kind of Object.keys(kinds) as (keyof typeof kinds)[]) {
    const channel = channels[kind];
    if (channel === undefined) continue;
    const write = kinds[kind] as (value: typeof channel) => readonly [string, readonly object[]];
    const [key, entries] = write(channel);
    found[key] = [...(found[key] ?? []), ...entries.map((entry) => ({ ...entry, send_resolved }))];
  }
  return found;
}

/** Alertmanager's `global`: the mail server. */
export function mailServer(smtp: Smtp | undefined): object {
  if (smtp === undefined) return {};
  const { host, from, user, passwordFile, tls } = smtp;
  return {
    global: {
      smtp_smarthost: host,
      smtp_from: from,
      smtp_require_tls: tls,
      ...(user === undefined ? {} : { smtp_auth_username: user }),
      ...(passwordFile === undefined ? {} : { smtp_auth_password_file: passwordFile }),
    },
  };
}
