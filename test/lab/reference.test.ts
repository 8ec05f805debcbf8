import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Inventory } from "../../src/inventory.ts";
import { makeWorld, succeeded } from "./world.ts";

const world = makeWorld("dbf", 29720, "fleets/piemonte.yaml");

interface Report {
  readonly desks: { readonly total: number; readonly reached: number };
  readonly bodies: readonly { readonly id: string; readonly total: number; readonly reached: number }[];
  readonly failed: readonly { readonly desk: string; readonly reason: string }[];
  readonly denials: readonly { readonly what: string; readonly tried: number; readonly refused: number }[];
}

async function reach(...words: readonly string[]): Promise<Report> {
  const { stdout, stderr } = await world.deskbridge("reach", "--json", ...words);
  assert.notEqual(stdout, "", stderr);
  return JSON.parse(stdout) as Report;
}

describe("the lab of the reference fleet", () => {
  before(async () => void succeeded(await world.deskbridge("up")));
  after(() => world.end());

  test("has the resources that the plan tells, under 150 in all", async () => {
    const plan = JSON.parse(succeeded(await world.deskbridge("plan", "--json")).stdout) as {
      slices: readonly { stack: string; resources: number }[];
    };
    const status = JSON.parse(succeeded(await world.deskbridge("status", "--json")).stdout) as {
      stacks: readonly { name: string; resources: number }[];
    };
    const planned = plan.slices
      .filter((slice) => slice.stack.startsWith("lab-"))
      .map((slice) => [slice.stack, slice.resources]);
    const engineOwn = 2; // a stack holds itself and its provider
    assert.deepEqual(
      Object.fromEntries(status.stacks.map((stack) => [stack.name, stack.resources - engineOwn])),
      Object.fromEntries(planned),
    );
    assert.ok(status.stacks.reduce((sum, stack) => sum + stack.resources, 0) < 150);
  });

  test("all 7,000 desks answer from the public side, and every denial holds", async () => {
    const report = await reach();
    assert.deepEqual(report.failed, []);
    assert.deepEqual([report.desks.total, report.desks.reached], [7000, 7000]);
    const reached = Object.fromEntries(
      report.bodies.filter((body) => body.total > 0).map((body) => [body.id, body.reached]),
    );
    assert.deepEqual(reached, { regione: 3500, torino: 2800, metropolitana: 700 });
    assert.ok(report.denials.length >= 18, "no gateway, revoked profile and foreign body, for each body");
    for (const { what, tried, refused } of report.denials) assert.ok(tried > 0 && refused === tried, what);
  });

  test("one dropped address fails exactly that host's desks, with the reason", async () => {
    const { hosts, desks } = JSON.parse(
      readFileSync(join(world.lab.state, ".deskbridge/lab/inventory.json"), "utf8"),
    ) as Inventory;
    const ofBody = hosts.filter((host) => host.pool === "torino/office");
    const host = ofBody[Math.floor(Math.random() * ofBody.length)];
    assert.ok(host);
    succeeded(await world.deskbridge("cut", host.name));
    const { failed } = await reach("--body", "torino", "--no-denials");
    const lost = desks.filter((desk) => desk.host === host.name).map((desk) => desk.id);
    assert.deepEqual(failed.map((each) => each.desk).toSorted(), lost.toSorted(), host.name);
    for (const { reason } of failed) assert.match(reason, /no answer/);
  });
});
