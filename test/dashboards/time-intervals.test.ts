import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { closedDay, dayAndNight, readOpeningHours } from "../../dashboards/time-intervals.ts";

const minute = fc.integer({ min: 0, max: 24 * 60 - 1 });
const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

test("every minute is day or night, never both, over midnight too", () => {
  fc.assert(
    fc.property(minute, minute, minute, (start, end, now) => {
      fc.pre(start !== end);
      const { day, night } = dayAndNight(`${clock(start)}-${clock(end)}`);
      const within = (ranges: typeof day): boolean =>
        ranges.some(({ start_time, end_time }) => minutes(start_time) <= now && now < minutes(end_time));
      const expected = start < end ? start <= now && now < end : now >= start || now < end;
      assert.deepEqual([within(day), within(night)], [expected, !expected]);
    }),
  );
});

test("open all day, there is no night", () => {
  assert.deepEqual(dayAndNight("00:00-24:00"), { day: [{ start_time: "00:00", end_time: "24:00" }], night: [] });
  assert.deepEqual(dayAndNight("06:00-24:00").night, [{ start_time: "00:00", end_time: "06:00" }]);
});

describe("opening hours", () => {
  const week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
  const from = (start_time: string, end_time: string) => ({ start_time, end_time });
  const usual = { weekdays: week.slice(0, 5), times: [from("08:00", "20:00")] };
  const read: Readonly<Record<string, ReturnType<typeof readOpeningHours>>> = {
    "Mo-Fr 08:00-20:00": { open: [usual], holidaysOff: false },
    "Mo-Fr 08:00-20:00;": { open: [usual], holidaysOff: false },
    "Mo-Fr 08:00-20:00; PH off": { open: [usual], holidaysOff: true },
    " Mo - Fr  08:00-20:00 ;PH closed": { open: [usual], holidaysOff: true },
    "Mo-Fr 08:00-20:00; Sa 09:00-13:00": {
      open: [usual, { weekdays: ["saturday"], times: [from("09:00", "13:00")] }],
      holidaysOff: false,
    },
    "Mo-Su 08:00-20:00; Sa,Su off": { open: [usual], holidaysOff: false },
    "08:00-20:00; Sa-Su off": { open: [usual], holidaysOff: false },
    "Fr-Mo 10:00-12:00,14:00-24:00": {
      open: [
        {
          weekdays: ["monday", "friday", "saturday", "sunday"],
          times: [from("10:00", "12:00"), from("14:00", "24:00")],
        },
      ],
      holidaysOff: false,
    },
    "24/7": { open: [{ weekdays: week, times: [from("00:00", "24:00")] }], holidaysOff: false },
  };
  for (const [hours, expected] of Object.entries(read)) {
    test(`reads ${hours}`, () => assert.deepEqual(readOpeningHours(hours), expected));
  }

  const unread: Readonly<Record<string, string>> = {
    "Mo-Fr 08:00-20:00; Dec 24 off": "Dec 24 off",
    "Mo-Fr sunrise-sunset": "Mo-Fr sunrise-sunset",
    "Mo-Fr 22:00-06:00": "Mo-Fr 22:00-06:00",
    "PH,Mo-Fr 08:00-20:00": "PH,Mo-Fr 08:00-20:00",
    "Mo-Fr 8:00-20:00": "Mo-Fr 8:00-20:00",
    "lun-ven 08:00-20:00": "lun-ven 08:00-20:00",
    'Mo-Fr 08:00-20:00 || "on request"': 'Mo-Fr 08:00-20:00 || "on request"',
    "PH off": "PH off",
    off: "off",
  };
  for (const [hours, what] of Object.entries(unread)) {
    test(`says that it cannot read ${hours}`, () => assert.deepEqual(readOpeningHours(hours), { unread: what }));
  }

  test("a closed day is one of each year, or of one", () => {
    assert.deepEqual(closedDay("06-24"), { days_of_month: ["24"], months: ["6"] });
    assert.deepEqual(closedDay("2026-12-07"), { days_of_month: ["7"], months: ["12"], years: ["2026"] });
  });
});
