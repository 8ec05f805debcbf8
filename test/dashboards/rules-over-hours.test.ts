import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, test } from "node:test";
import { renderedFolder } from "./monitoring.ts";
import { cases } from "./rule-cases.ts";
import { overHours, tryAlerts } from "./rule-runs.ts";

const folder = renderedFolder();
after(() => rmSync(folder, { recursive: true }));

const chosen = Object.entries(cases).filter(([alert]) => overHours.includes(alert));

tryAlerts(folder, Object.fromEntries(chosen));

test("each of them is there", () => {
  assert.equal(chosen.length, overHours.length);
});
