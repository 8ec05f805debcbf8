import { defaultDayHours, pacing } from "./config.ts";

/** What the routes need of a fleet; the fleet file's own shape. */
export interface RoutedFleet {
  readonly name: string;
  readonly timezone: string;
  readonly units: readonly { readonly day: { readonly hours: string } }[];
  readonly alerts?: Readonly<Record<ReceiverName, { readonly webhook: string }>> | undefined;
}

export const receiverNames = ["day", "night", "tickets", "audit", "heartbeat"] as const;
export type ReceiverName = (typeof receiverNames)[number];

interface TimeRange {
  readonly start_time: string;
  readonly end_time: string;
}

/**
 * Alertmanager's configuration. Day and night are receivers of their own: what still burns when one ends is told to the
 * other at once, whoever heard of it before. A route that is muted by the hour loses the word that all is well again,
 * so the audit route hears everything at all hours. A fleet without `alerts` gets the same routes to receivers without
 * a webhook.
 */
export function alertmanagerConfig(fleet: RoutedFleet): object {
  const { day, night } = dayAndNight(fleet.units[0]?.day.hours ?? defaultDayHours);
  const turns = [
    { receiver: "day", times: day },
    { receiver: "night", times: night },
  ].filter(({ times }) => times.length > 0);
  return {
    route: {
      receiver: "audit",
      // What fails by itself is told by itself, and so is its end; lines of one site to one instance go together.
      group_by: ["alertname", "body", "site", "gateway"],
      ...pace("page"),
      routes: [
        { receiver: "heartbeat", matchers: ['alertname = "Watchdog"'], ...pace("heartbeat") },
        { receiver: "audit", matchers: ['severity =~ ".+"'], continue: true },
        { receiver: "tickets", matchers: ['severity = "ticket"'], ...pace("ticket") },
        ...turns.map(({ receiver }) => ({
          receiver,
          matchers: ['severity = "page"'],
          active_time_intervals: [receiver],
          continue: true,
        })),
      ],
    },
    // The rules name the cause already; this is for the moments in which Alertmanager has old news from one of them.
    inhibit_rules: [
      inhibit("SiteDown", "LinkDown", ["body", "site"]),
      inhibit("GatewayDown", "LinkDown", ["gateway"]),
      inhibit("ProberDown", "ProbeStale", ["vantage", "shard"]),
      inhibit("VantageCut", "ProberDown", ["vantage", "shard"]),
      inhibit("VantageCut", "ProbeStale", ["vantage", "shard"]),
    ],
    receivers: receiverNames.map((name) => {
      const url = fleet.alerts?.[name].webhook;
      return url === undefined ? { name } : { name, webhook_configs: [{ url, send_resolved: true }] };
    }),
    time_intervals: turns.map(({ receiver, times }) => ({
      name: receiver,
      time_intervals: [{ times, location: fleet.timezone }],
    })),
  };
}

function pace(kind: keyof typeof pacing): object {
  const { group_wait, group_interval, repeat_interval } = pacing[kind];
  return { group_wait, group_interval, repeat_interval };
}

function inhibit(source: string, target: string, equal: readonly string[]): object {
  return { source_matchers: [`alertname = "${source}"`], target_matchers: [`alertname = "${target}"`], equal };
}

/** `08:00-20:00` → that span of the day, and the rest of it; a span may go over midnight. */
export function dayAndNight(hours: string): {
  readonly day: readonly TimeRange[];
  readonly night: readonly TimeRange[];
} {
  const [start = "", end = ""] = hours.split("-");
  return { day: span(start, end), night: start === "00:00" && end === "24:00" ? [] : span(end, start) };
}

function span(start: string, end: string): readonly TimeRange[] {
  const ranges =
    start < end
      ? [[start, end]]
      : [
          ["00:00", end],
          [start, "24:00"],
        ];
  return ranges.flatMap(([from = "", to = ""]) => (from === to ? [] : [{ start_time: from, end_time: to }]));
}
