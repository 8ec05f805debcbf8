import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import ICAL from "ical.js";
import { convertIcsCalendar, type IcsCalendar } from "ts-ics";
import { contentLine, escaped, folded } from "../../src/sitting/ical/text.ts";
import { zoneLines } from "../../src/sitting/ical/zone.ts";
import { type Issue, invitationText, uidOf } from "../../src/sitting/invitation.ts";
import type { Sitting } from "../../src/sitting/sitting.ts";
import { person, sitting } from "./people.ts";

const first: Issue = { isCancelled: false, sequence: 0, issued: "2026-11-28T08:00:00.000Z" };
const url = "wss://meet.example/?room=a,b;c";
const text = (one: Sitting = sitting(), issue = first): string => invitationText("small", one, url, issue);

/** Any characters, among them often those that mean something in a calendar. */
const anyString = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...`,;:\\"^'nN =\n\r\t`.split("")),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 300,
  size: "max",
});
/** Everything that a calendar may hold. */
const anyText = anyString.map((each) => each.replaceAll(/\r\n?/g, "\n").replaceAll(/(?![\t\n])\p{Cc}/gu, ""));

/** As the RFC says that a reader puts lines together again (3.1). */
const unfolded = (lines: string): string => lines.replaceAll("\r\n ", "").replace(/\r\n$/, "");

describe("content lines", () => {
  test("no line is longer than 75 octets, no character is cut, and nothing is lost", () => {
    fc.assert(
      fc.property(anyString, (given) => {
        const line = given.replaceAll(/[\r\n]/g, "");
        const parts = folded(line).split("\r\n");
        assert.equal(parts.pop(), "");
        for (const part of parts) {
          assert.ok(Buffer.byteLength(part) <= 75);
          assert.equal(Buffer.from(part).toString(), part);
        }
        assert.equal(unfolded(folded(line)), line);
      }),
    );
  });

  test("any text comes back as it was", () => {
    fc.assert(
      fc.property(anyText, (given) => {
        const line = contentLine("SUMMARY", escaped(given));
        assert.equal(ICAL.Property.fromString(unfolded(line)).getFirstValue(), given);
      }),
    );
  });

  test("so does a parameter", () => {
    // ical.js takes backslashes there for its own, which the RFC does not.
    const parameter = anyText.map((each) => each.replaceAll("\\", "/"));
    fc.assert(
      fc.property(parameter, (given) => {
        const line = contentLine("ATTENDEE", "mailto:a@b.example", { CN: given });
        assert.equal(ICAL.Property.fromString(unfolded(line)).getFirstParameter("cn"), given);
      }),
    );
  });

  test("control characters and halves of characters are left out", () => {
    assert.equal(escaped('a,b;c\\d:"e"\nf'), String.raw`a\,b\;c\\d:"e"\nf`);
    assert.equal(escaped("a\u0000b\r\nc\rd\te\uD800"), String.raw`ab\nc\nd	e�`);
  });
});

describe("an invitation", () => {
  const long = `The board, with "guests"; ${"è ".repeat(40)}`;
  const one = sitting({ title: long, members: ["guests"] }, [
    person("Anna", "council"),
    person("Bruno", "council"),
    {
      ...person("Carla", "guests"),
      person: 'Carla "la Rossa" D\'Amico; and: others',
      account: "carla+100%@comune.example",
    },
    { ...person("Dario", "guests"), account: "dario" },
  ]);

  test("is read by ical.js as it was meant", () => {
    const calendar = ICAL.Component.fromString(text(one));
    assert.equal(calendar.getFirstPropertyValue("method"), "REQUEST");
    const component = calendar.getFirstSubcomponent("vevent");
    const zone = calendar.getFirstSubcomponent("vtimezone");
    assert.ok(component && zone);
    const event = new ICAL.Event(component);
    assert.deepEqual([event.uid, event.summary, event.sequence], [uidOf("small", "giunta"), long, 0]);
    const start = event.startDate.convertToZone(ICAL.Timezone.utcTimezone);
    assert.equal(start.toString(), "2026-12-01T09:00:00Z");
    assert.equal(event.duration.toSeconds(), 3600);
    assert.equal(event.organizer, "mailto:anna@comune.example");
    assert.deepEqual(
      event.attendees.map((each) => [
        each.getFirstValue(),
        each.getFirstParameter("cn"),
        each.getFirstParameter("role"),
      ]),
      [
        ["mailto:anna@comune.example", "Anna", "CHAIR"],
        ["mailto:bruno@comune.example", "Bruno", "REQ-PARTICIPANT"],
        ["mailto:carla+100%25@comune.example", 'Carla "la Rossa" D\'Amico; and: others', "REQ-PARTICIPANT"],
      ],
    );
    const conference = component.getFirstProperty("conference");
    assert.equal(conference?.getFirstValue(), url);
    assert.equal(conference?.getFirstParameter("label"), long);
  });

  // It takes a sequence of 0 for none.
  test("is read by ts-ics as it was meant", () => {
    const calendar: IcsCalendar = convertIcsCalendar(undefined, text(one, { ...first, sequence: 3 }));
    const [event] = calendar.events ?? [];
    assert.ok(event);
    assert.equal(calendar.method, "REQUEST");
    assert.deepEqual([event.uid, event.summary, event.sequence], [uidOf("small", "giunta"), long, 3]);
    assert.equal(event.start.date.toISOString(), "2026-12-01T09:00:00.000Z");
    assert.deepEqual(event.duration, { minutes: 60 });
    assert.equal(event.attendees?.length, 3);
    assert.equal(event.stamp.date.toISOString(), "2026-11-28T08:00:00.000Z");
  });

  test("tells its moment over clock changes, in the zone's own rules", () => {
    for (const [date, at, begins, ends] of [
      ["2027-03-28", "01:30", "2027-03-28T00:30:00Z", "2027-03-28T02:30:00Z"],
      ["2027-03-28", "02:30", "2027-03-28T01:30:00Z", "2027-03-28T03:30:00Z"],
      ["2026-10-25", "01:30", "2026-10-24T23:30:00Z", "2026-10-25T01:30:00Z"],
      ["2026-10-25", "04:00", "2026-10-25T03:00:00Z", "2026-10-25T05:00:00Z"],
      ["2026-07-01", "10:00", "2026-07-01T08:00:00Z", "2026-07-01T10:00:00Z"],
    ] as const) {
      const moved = sitting({ date, at, minutes: 120 });
      assert.deepEqual([moved.start, moved.end], [Date.parse(begins), Date.parse(ends)]);
      const calendar = ICAL.Component.fromString(text(moved));
      const zone = new ICAL.Timezone(calendar.getFirstSubcomponent("vtimezone")!);
      const start = new ICAL.Event(calendar.getFirstSubcomponent("vevent")!).startDate;
      start.zone = zone;
      assert.equal(start.convertToZone(ICAL.Timezone.utcTimezone).toString(), begins, `${date} ${at}`);
    }
  });

  test("has the zone's changes just before the sitting and within it", () => {
    const lines = text(sitting({ date: "2027-03-28", at: "01:30", minutes: 120 })).split("\r\n");
    const zone = lines.slice(lines.indexOf("BEGIN:VTIMEZONE") + 1, lines.indexOf("END:VTIMEZONE"));
    const change = (kind: string, onset: string, from: string, to: string): readonly string[] => [
      `BEGIN:${kind}`,
      `DTSTART:${onset}`,
      `TZOFFSETFROM:${from}`,
      `TZOFFSETTO:${to}`,
      `END:${kind}`,
    ];
    assert.deepEqual(zone, [
      "TZID:Europe/Rome",
      ...change("STANDARD", "20261025T030000", "+0200", "+0100"),
      ...change("DAYLIGHT", "20270328T020000", "+0100", "+0200"),
    ]);
    assert.deepEqual(zoneLines("UTC", 0, 1), [
      "BEGIN:VTIMEZONE\r\n",
      "TZID:UTC\r\n",
      ...change("STANDARD", "19700101T000000", "+0000", "+0000").map((line) => `${line}\r\n`),
      "END:VTIMEZONE\r\n",
    ]);
    assert.ok(zoneLines("America/St_Johns", 0, 1).includes("TZOFFSETTO:-0330\r\n"));
  });

  test("of one issue the bytes are the same; a cancellation crosses out the same event", () => {
    assert.equal(text(one), text(one));
    const cancelled = text(one, { ...first, isCancelled: true, sequence: 1 });
    for (const line of ["METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:1", `UID:${uidOf("small", "giunta")}`]) {
      assert.ok(cancelled.includes(`\r\n${line}\r\n`), line);
    }
  });

  test("without a host who can be written to there is none", () => {
    const message = "sitting giunta: an invitation is sent by its host, who needs an e-mail address";
    for (const list of [[], [{ ...person("Anna", "council"), account: "anna" }]]) {
      assert.throws(() => text(sitting({}, list)), { name: "RangeError", message });
    }
  });
});
