import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { preflight } from "../../src/sitting/checks.ts";
import { reportJson, reportText } from "../../src/sitting/report.ts";
import { day, fine, minute, start, without } from "./facts.ts";
import { person, sitting, sittings } from "./people.ts";

const giver = "whoever gives out the seats (deskbridge rollout apply)";

describe("the report", () => {
  const all = sittings([
    { id: "fine", date: "2026-12-02" },
    { id: "bad", people: 101 },
    { id: "dark", date: "2026-12-20" },
  ]);
  const now = start - day - 70 * minute;
  const found = all.map((each) =>
    preflight(each, { ...fine, now, seats: without("bruno@comune.example"), rooms: { seen: new Set() } }, [each]),
  );

  test("tells the worst first, in words", () => {
    const text = reportText(
      [found[1]!, found[2]!, { ...found[1]!, state: "ok", findings: [], failed: 0 }, found[0]!],
      now,
    );
    assert.deepEqual(text.match(/^[A-Z ]+(?=:)/gm), ["AT RISK", "AT RISK", "NOT KNOWN", "READY"]);
    assert.equal(
      text.split("\n\n")[0],
      [
        "AT RISK: The board (bad)",
        "  Tuesday 1 December 2026, 10:00 to 11:00 (Europe/Rome), in 1 d 1 h 10 min",
        "  host: Anna; 2 people are invited; encrypted to the server and on from there",
        "  ✗ no deputy has a seat: without the host nobody can open it: Bruno",
        `      call ${giver}`,
        "  ✗ a meeting of this licence holds 100 people, and 101 are to come",
        "      call whoever buys the licences: a larger one, or fewer people",
        "  ✗ 1 person has no seat, and cannot come in: Bruno",
        `      call ${giver}`,
        "  ✓ host, people, overlaps",
        "  later: room (from 24 hours before), grants (from 24 hours before), lines (from 24 hours before), desks (from 1 hour before)",
      ].join("\n"),
    );
    assert.equal(reportText([], now), "no sitting is to come");
  });

  test("names ten people at most, and a sitting that has begun", () => {
    const many = Array.from({ length: 13 }, (_, nth) => person(`P${nth}`, "council"));
    const one = preflight(sitting({}, many), { ...fine, now: start + 5 * minute, seats: { seen: new Set() } }, []);
    const text = reportText([one], start + 5 * minute);
    assert.match(text, /began 5 min ago/);
    assert.match(text, /12 people have no seat, and cannot come in: P1, P2, .*P10 and 2 more\n/);
  });

  test("gives the same to a program", () => {
    const json = JSON.parse(JSON.stringify(reportJson(found, now))) as {
      at: string;
      sittings: { id: string; state: string; failed: number }[];
    };
    assert.equal(json.at, new Date(now).toISOString());
    assert.deepEqual(
      json.sittings.map(({ id, state, failed }) => [id, state, failed]),
      [
        ["bad", "risk", 3],
        ["fine", "risk", 2],
        ["dark", "unknown", 0],
      ],
    );
  });
});
