import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import * as fc from "fast-check";
import { parse } from "yaml";
import { renderMonitoring } from "../../dashboards/render.ts";
import { dayAndNight } from "../../dashboards/time-intervals.ts";
import { alerts } from "../../dashboards/rules.ts";
import { fleet, places, renderedFolder } from "./monitoring.ts";

const folder = renderedFolder();
after(() => rmSync(folder, { recursive: true }));
const config = join(folder, "alertmanager.yml");

function amtool(...words: readonly string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync("amtool", words, { encoding: "utf8" });
  return { status, output: (status === 0 ? stdout : stderr).trim() };
}

test("Alertmanager takes the configuration, also of a fleet without webhooks and of one that never closes", () => {
  assert.equal(amtool("check-config", config).status, 0);
  const { alerts: _, ...silent } = fleet;
  for (const changed of [silent, { ...fleet, units: [{ day: { hours: "00:00-24:00" } }] }, { ...fleet, units: [] }]) {
    const other = renderedFolder(changed);
    assert.equal(amtool("check-config", join(other, "alertmanager.yml")).status, 0);
    rmSync(other, { recursive: true });
  }
});

const routed = { page: "audit,day,night", ticket: "audit,tickets" };
for (const { alert, severity } of alerts) {
  const expected = alert === "Watchdog" ? "heartbeat" : severity === "none" ? "audit" : routed[severity];
  test(`${alert} goes to ${expected}`, () => {
    const labels = [`alertname=${alert}`, `severity=${severity}`];
    assert.deepEqual(amtool("config", "routes", "test", "--config.file", config, ...labels), {
      status: 0,
      output: expected,
    });
  });
}

test("a ticket waits for working hours, not for the phone", () => {
  const { output } = amtool("config", "routes", "test", "--config.file", config, "severity=ticket", "alertname=Some");
  assert.equal(output, "audit,tickets");
});

test("every receiver has its own webhook and hears when all is well again", () => {
  const { receivers } = parse(renderMonitoring(fleet, places)["alertmanager.yml"]) as {
    receivers: { name: string; webhook_configs: { url: string; send_resolved: boolean }[] }[];
  };
  assert.deepEqual(
    receivers.map(({ name, webhook_configs: [webhook] }) => [name, webhook?.url, webhook?.send_resolved]),
    ["day", "night", "tickets", "audit", "heartbeat"].map((name) => [name, `http://127.0.0.1:9095/${name}`, true]),
  );
});

test("day and night are in the fleet's own time", () => {
  const { time_intervals } = parse(
    renderMonitoring({ ...fleet, timezone: "Europe/Lisbon" }, places)["alertmanager.yml"],
  ) as {
    time_intervals: unknown;
  };
  const span = (start_time: string, end_time: string) => ({ start_time, end_time });
  assert.deepEqual(time_intervals, [
    { name: "day", time_intervals: [{ times: [span("08:00", "20:00")], location: "Europe/Lisbon" }] },
    {
      name: "night",
      time_intervals: [{ times: [span("00:00", "08:00"), span("20:00", "24:00")], location: "Europe/Lisbon" }],
    },
  ]);
});

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
