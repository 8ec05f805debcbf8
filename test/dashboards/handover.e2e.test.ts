import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { until } from "../watch/until.ts";
import { type Alert, withAlertmanager } from "./alertmanager.ts";
import { fleet } from "./monitoring.ts";
import type { Zone } from "./zone.ts";

/**
 * Who hears of what still burns when one shift ends and the next begins: a real Alertmanager, a real clock, and a time
 * zone in which the moment is seconds away (`zone.ts`).
 */

const page = (alertname: string, site: string): Alert => ({
  labels: { alertname, body: "b", site: `b/${site}`, severity: "page", team: "crisis" },
});
const hall = page("SiteDown", "hall");
const desk = page("SiteDown", "desk");

/** Seconds before the moment: Alertmanager must be up by then, and have told of the first page. */
const ahead = 15;
/** The promise. */
const toldWithin = 60;
const hour = 3600;

interface Handover {
  readonly from: "day" | "night";
  readonly to: "day" | "night";
  /** Local time of day. */
  readonly at: string;
  readonly zone: Zone;
}

const handovers: Readonly<Record<string, Handover>> = {
  "at 20:00": { from: "day", to: "night", at: "20:00:00", zone: { now: "2026-11-27T19:59:45" } },
  "at 08:00": { from: "night", to: "day", at: "08:00:00", zone: { now: "2026-11-27T07:59:45" } },
  // Central Europe, 2026: at 02:00 it is 03:00.
  "at 08:00 after the night in which an hour is left out": {
    from: "night",
    to: "day",
    at: "08:00:00",
    zone: { now: "2026-03-29T07:59:45", change: { inSeconds: ahead - 5 * hour, hours: 1 } },
  },
  // At 03:00 it is 02:00 again.
  "at 08:00 after the night in which an hour comes twice": {
    from: "night",
    to: "day",
    at: "08:00:00",
    zone: { now: "2026-10-25T07:59:45", change: { inSeconds: ahead - 6 * hour, hours: -1 } },
  },
};

describe("hand-over", { concurrency: true }, () => {
  for (const [name, { from, to, at, zone }] of Object.entries(handovers)) {
    test(name, () =>
      withAlertmanager({ fleet, zone }, async ({ fire, resolve, hears, to: heardBy, told, zone: placed }) => {
        const clock = (instant: number): string => placed?.local(instant).slice(11, 19) ?? "";
        await fire(hall);
        const first = await hears(from, "firing SiteDown b/hall", ahead);
        assert.ok(clock(first.at) < at, `${from} heard at ${clock(first.at)}`);
        const second = await hears(to, "firing SiteDown b/hall", ahead + toldWithin);
        assert.ok(clock(second.at) >= at, `${to} heard at ${clock(second.at)}`);
        await fire(desk);
        await hears(to, "firing SiteDown b/desk");
        await resolve(hall, desk);
        for (const receiver of [to, "audit"]) {
          await hears(receiver, "resolved SiteDown b/hall");
          await hears(receiver, "resolved SiteDown b/desk");
        }
        assert.deepEqual(heardBy(from), ["firing SiteDown b/hall"], "whose shift is over hears nothing more");
        for (const receiver of [to, "audit"]) {
          const expected = ["hall", "desk"].flatMap((site) => [
            `firing SiteDown b/${site}`,
            `resolved SiteDown b/${site}`,
          ]);
          assert.deepEqual(heardBy(receiver).toSorted(), expected.toSorted(), `${receiver} hears each once`);
        }
        assert.deepEqual(new Set(told.map((each) => each.to)), new Set([from, to, "audit"]));
      }),
    );
  }

  const changes: Readonly<Record<string, Zone>> = {
    "02:00 becomes 03:00": { now: "2026-03-29T01:59:45", change: { inSeconds: ahead, hours: 1 } },
    "03:00 becomes 02:00": { now: "2026-10-25T02:59:45", change: { inSeconds: ahead, hours: -1 } },
  };
  for (const [name, zone] of Object.entries(changes)) {
    test(`night stays night when ${name}`, () =>
      withAlertmanager({ fleet, zone }, async ({ fire, resolve, hears, to: heardBy, zone: placed }) => {
        assert.ok(placed !== undefined);
        await fire(hall);
        const first = await hears("night", "firing SiteDown b/hall", ahead);
        assert.ok(first.at < placed.changesAt);
        await until("the clocks to change", () => (Date.now() > placed.changesAt ? true : undefined), ahead + 5);
        await fire(desk);
        await hears("night", "firing SiteDown b/desk");
        await resolve(hall, desk);
        await hears("night", "resolved SiteDown b/hall");
        await hears("night", "resolved SiteDown b/desk");
        assert.deepEqual(heardBy("day"), []);
        assert.equal(heardBy("night").length, 4, "nothing is told twice");
      }));
  }

  test("a day that would begin in the hour that is left out begins with the change", () => {
    const early = { ...fleet, units: [{ day: { hours: "02:30-20:00" } }] };
    const zone: Zone = { now: "2026-03-29T01:59:45", change: { inSeconds: ahead, hours: 1 } };
    return withAlertmanager({ fleet: early, zone }, async ({ fire, hears, to: heardBy, zone: placed }) => {
      await fire(hall);
      await hears("night", "firing SiteDown b/hall", ahead);
      const { at } = await hears("day", "firing SiteDown b/hall", ahead + toldWithin);
      assert.ok(placed !== undefined && at >= placed.changesAt);
      assert.deepEqual(heardBy("night"), ["firing SiteDown b/hall"]);
    });
  });
});
