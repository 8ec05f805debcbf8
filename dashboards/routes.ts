import { defaultDayHours, pacing } from "./pacing.ts";
import { inhibitions } from "./inhibitions.ts";
import { type Alerts, contactCentreReceiver, mailServer, receivers } from "./receivers.ts";
import { closedDay, dayAndNight, readOpeningHours, shorterTurn } from "./time-intervals.ts";

/** What the routes need of a fleet; the fleet file's own shape. */
export interface RoutedFleet {
  readonly name: string;
  readonly timezone: string;
  readonly units: readonly { readonly day: { readonly hours: string } }[];
  readonly bodies: readonly {
    readonly id: string;
    readonly sites: readonly {
      readonly id: string;
      readonly links: readonly { readonly id: string; readonly critical: boolean }[];
    }[];
  }[];
  readonly contactCentre?: { readonly hours: string; readonly closures: readonly string[] } | undefined;
  readonly alerts?: Alerts | undefined;
}

interface Turn {
  /** Receiver, and the interval's name. */
  readonly name: string;
  readonly intervals: readonly object[];
}

/** Alertmanager's own name of a time interval: the days on which the contact centre is closed. */
const closures = "contact-centre-closed";

/**
 * Alertmanager's configuration. Day and night are receivers of their own: what still burns when one ends is told to the
 * other at once, whoever heard of it before. A route that is muted by the hour loses the word that all is well again,
 * so the audit route hears everything at all hours. A fleet without `alerts` gets the same routes to receivers that
 * tell nobody.
 * `templates`: files beside this one.
 */
export function alertmanagerConfig(fleet: RoutedFleet, templates: readonly string[]): object {
  const turns = turnsOf(fleet);
  const opening = openingOf(fleet);
  const closed = (fleet.contactCentre?.closures ?? []).map((date) => ({
    ...closedDay(date),
    location: fleet.timezone,
  }));
  return {
    ...mailServer(fleet.alerts?.smtp),
    templates,
    route: {
      receiver: "audit",
      // What fails by itself is told by itself, and so is its end; lines of one site to one instance go together.
      group_by: ["alertname", "body", "site", "gateway"],
      ...pace("page"),
      repeat_interval: pagesAgain(hoursOf(fleet)),
      routes: [
        { receiver: "heartbeat", matchers: ['alertname = "Watchdog"'], ...pace("heartbeat") },
        { receiver: "audit", matchers: ['severity =~ ".+"'], continue: true },
        ...criticalRoute(fleet, turns),
        {
          receiver: contactCentreReceiver,
          matchers: ['severity = "ticket"', 'team = "contact-centre"'],
          ...pace("ticket"),
          ...(opening === undefined ? {} : { active_time_intervals: [opening.name] }),
          ...(closed.length === 0 ? {} : { mute_time_intervals: [closures] }),
        },
        { receiver: "tickets", matchers: ['severity = "ticket"'], ...pace("ticket") },
        ...turnRoutes(turns, ['severity = "page"']),
      ],
    },
    inhibit_rules: inhibitions.map(({ source, target, equal }) => ({
      source_matchers: [`alertname = "${source}"`],
      target_matchers: [`alertname = "${target}"`],
      equal,
    })),
    receivers: receivers(fleet.alerts),
    time_intervals: [
      ...turns,
      ...(opening === undefined ? [] : [opening]),
      ...(closed.length === 0 ? [] : [{ name: closures, intervals: closed }]),
    ].map(({ name, intervals }) => ({ name, time_intervals: intervals })),
  };
}

/** What the fleet asks for that Alertmanager is not told: for whoever renders it. */
export function routeNotes({ contactCentre }: RoutedFleet): readonly string[] {
  if (contactCentre === undefined) return [];
  const read = readOpeningHours(contactCentre.hours);
  if ("unread" in read) {
    return [
      `contactCentre.hours: "${read.unread}" is not read yet, so the contact centre's tickets go out at all hours; ` +
        `what is read are rules such as "Mo-Fr 08:00-20:00", "Sa off" and "PH off", separated by ";"`,
    ];
  }
  if (!read.holidaysOff) return [];
  return [
    "contactCentre.hours: PH off is not told to Alertmanager, which knows no public holidays: the contact centre's " +
      "tickets go out on them as on other days, unless closures: names them",
  ];
}

function hoursOf({ units }: RoutedFleet): string {
  return units[0]?.day.hours ?? defaultDayHours;
}

/**
 * A receiver that was told shortly before its turn ended is told at the next one's start only if `repeat_interval` has
 * passed by then. The night in which an hour is left out is an hour shorter.
 */
function pagesAgain(hours: string): string {
  const usual = pacing.page.repeat_interval;
  const between = shorterTurn(hours) - 60;
  return between < 60 * Number.parseInt(usual, 10) ? `${Math.max(between, 10)}m` : usual;
}

function turnsOf(fleet: RoutedFleet): readonly Turn[] {
  const { timezone } = fleet;
  const { day, night } = dayAndNight(hoursOf(fleet));
  return Object.entries({ day, night })
    .filter(([, times]) => times.length > 0)
    .map(([name, times]) => ({ name, intervals: [{ times, location: timezone }] }));
}

function turnRoutes(turns: readonly Turn[], matchers: readonly string[]): readonly object[] {
  return turns.map(({ name }) => ({
    receiver: name,
    matchers,
    active_time_intervals: [name],
    continue: true,
  }));
}

/** Pages of critical lines, and of the sites where these end: before all others, and told again sooner. */
function criticalRoute({ bodies }: RoutedFleet, turns: readonly Turn[]): readonly object[] {
  const sites = bodies.flatMap((body) =>
    body.sites.map((site) => ({
      site: `${body.id}/${site.id}`,
      links: site.links.flatMap(({ id, critical }) => (critical ? [`${body.id}/${site.id}/${id}`] : [])),
    })),
  );
  const critical = sites.filter(({ links }) => links.length > 0);
  if (critical.length === 0) return [];
  const matchers = [
    'severity = "page"',
    `site =~ "${critical.map(({ site }) => site).join("|")}"`,
    // An alert of the site as a whole has no link; one of a line that is not critical has another.
    `link =~ "|${critical.flatMap(({ links }) => links).join("|")}"`,
  ];
  return [{ receiver: "audit", matchers, ...pace("critical"), routes: turnRoutes(turns, []) }];
}

/** The contact centre's hours; undefined where it is always to be told, as where its hours cannot be read. */
function openingOf({ contactCentre, timezone }: RoutedFleet): Turn | undefined {
  if (contactCentre === undefined) return undefined;
  const read = readOpeningHours(contactCentre.hours);
  if ("unread" in read) return undefined;
  return { name: contactCentreReceiver, intervals: read.open.map((part) => ({ ...part, location: timezone })) };
}

function pace(kind: keyof typeof pacing): object {
  const { group_wait, group_interval, repeat_interval } = pacing[kind];
  return { group_wait, group_interval, repeat_interval };
}
