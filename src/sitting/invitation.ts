import { createHash } from "node:crypto";
import { Temporal } from "temporal-polyfill";
import type { ListedPerson } from "../fleet/people.ts";
import { contentLine, escaped } from "./ical/text.ts";
import { localTime, zoneLines } from "./ical/zone.ts";
import type { Sitting } from "./sitting.ts";

/** Which issue of an invitation this is. */
export interface Issue {
  readonly isCancelled: boolean;
  /** Grows with every change that people must know of. */
  readonly sequence: number;
  /** When it was issued, ISO 8601 in UTC. */
  readonly issued: string;
}

/** Where the meeting is; undefined where that is told otherwise. */
export type Address = string | undefined;

/**
 * The calendar file (RFC 5545, the conference by RFC 7986) with which calendars take a sitting in, change it, or cross it
 * out. The same issue gives the same bytes. Throws RangeError where nobody who hosts it has an e-mail address.
 */
export function invitationText(fleet: string, sitting: Sitting, address: Address, issue: Issue): string {
  const { isCancelled, sequence, issued } = issue;
  const { host, timezone, start, end, minutes, title } = sitting;
  if (host === undefined || !hasMail(host)) {
    throw new RangeError(`sitting ${sitting.id}: an invitation is sent by its host, who needs an e-mail address`);
  }
  const local = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(timezone).toPlainDateTime();
  const lines = [
    contentLine("BEGIN", "VCALENDAR"),
    contentLine("VERSION", "2.0"),
    contentLine("PRODID", "-//Deskbridge//Sittings 1//EN"),
    contentLine("CALSCALE", "GREGORIAN"),
    contentLine("METHOD", isCancelled ? "CANCEL" : "REQUEST"),
    ...zoneLines(timezone, start, end),
    contentLine("BEGIN", "VEVENT"),
    contentLine("UID", uidOf(fleet, sitting.id)),
    contentLine("SEQUENCE", String(sequence)),
    contentLine("DTSTAMP", utcTime(issued)),
    contentLine("DTSTART", localTime(local), { TZID: timezone }),
    // Not by its end's clock: that one may show the same time twice while the sitting lasts.
    contentLine("DURATION", `PT${minutes}M`),
    contentLine("SUMMARY", escaped(title)),
    contentLine("STATUS", isCancelled ? "CANCELLED" : "CONFIRMED"),
    contentLine("ORGANIZER", mailto(host), { CN: host.person }),
    ...sitting.invited.filter(hasMail).map((person) => attendee(person, person.account === host.account)),
    ...(address === undefined
      ? []
      : [contentLine("CONFERENCE", address, { VALUE: "URI", FEATURE: ["AUDIO", "VIDEO"], LABEL: title })]),
    contentLine("END", "VEVENT"),
    contentLine("END", "VCALENDAR"),
  ];
  return lines.join("");
}

/** Of all issues of one sitting the same: a UUID (version 8) of the fleet's and the sitting's names. */
export function uidOf(fleet: string, id: string): string {
  const hash = createHash("sha256")
    .update(JSON.stringify(["deskbridge sitting", fleet, id]))
    .digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return hash.toString("hex", 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** What people must be told of when it changes, as a sum: it names nobody. */
export function contentSum(sitting: Sitting, address: Address, isCancelled: boolean): string {
  const { date, at, minutes, timezone, title, host, invited } = sitting;
  const accounts = invited.map(({ account }) => account).toSorted();
  const content = [isCancelled, date, at, minutes, timezone, title, address ?? null, host?.account ?? null, accounts];
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}

/** Who can be invited by mail. */
export function hasMail({ account }: Pick<ListedPerson, "account">): boolean {
  return account.includes("@");
}

function attendee(person: ListedPerson, isChair: boolean): string {
  return contentLine("ATTENDEE", mailto(person), {
    CUTYPE: "INDIVIDUAL",
    ROLE: isChair ? "CHAIR" : "REQ-PARTICIPANT",
    PARTSTAT: isChair ? "ACCEPTED" : "NEEDS-ACTION",
    ...(isChair ? {} : { RSVP: "TRUE" }),
    CN: person.person,
  });
}

/** RFC 6068: a percent sign, and what is not ASCII, in octets. */
function mailto({ account }: Pick<ListedPerson, "account">): string {
  return `mailto:${account.replaceAll(/%|\P{ASCII}+/gu, encodeURIComponent)}`;
}

function utcTime(iso: string): string {
  return `${localTime(Temporal.Instant.from(iso).toZonedDateTimeISO("UTC").toPlainDateTime())}Z`;
}
