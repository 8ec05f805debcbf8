import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join as path } from "node:path";
import { after, before, describe, test } from "node:test";
import ICAL from "ical.js";
import { readGrantFile } from "../../src/rollout/clients/grant-file.ts";
import { join } from "../../src/rollout/clients/join.ts";
import { readGrant } from "../../src/rollout/licences/livekit-grant.ts";
import { graceMs } from "../../src/sitting/sitting.ts";
import { decodeSittingsReport } from "../../src/sittings-report.ts";
import { withPast } from "../link/past.ts";
import { folderOf, remove } from "../rollout/ssh/servers.ts";
import { makeTown, pastOf, type Town } from "./town.ts";

/** The whole command, with real LiveKit, OpenSSH and Prometheus on loopback. */

let town: Town;
const signal = new AbortController().signal;
const [anna, bruno, carla] = ["anna", "bruno", "carla"].map((name) => `${name}@comune.example`) as [
  string,
  string,
  string,
];
const grantFile = (account: string): string =>
  path(town.home, `.config/deskbridge/videoconference/sittings/giunta/${account}.json`);
const standing = () => {
  const file = path(town.folder, "state/.deskbridge/lab/sittings.json");
  return decodeSittingsReport(readFileSync(file, "utf8")).sittings;
};
const isoAt = (minutes: number): string => new Date(town.start + minutes * 60_000).toISOString();

describe("deskbridge sitting", () => {
  before(async () => {
    town = await makeTown(await folderOf("town"));
    await town.provider.assign(anna, signal);
    await town.provider.assign(carla, signal);
  });
  after(async () => {
    await town.stop();
    await remove(town.folder);
  });

  test("check tells what is missing, schedule mends it, and a second time changes nothing", async () => {
    await withPast(pastOf(["fibre"]), async (prometheus) => {
      const first = await town.sitting(prometheus, "check");
      assert.equal(first.status, 1, first.stderr);
      assert.match(first.stdout, /^AT RISK: The board \(giunta\)\n/);
      for (const line of [
        "✗ no deputy has a seat: without the host nobody can open it: Bruno Conti",
        "✗ 1 person has no seat, and cannot come in: Bruno Conti",
        `✗ its room ${town.room} is not made`,
        "✗ 2 people have no good grant at the desk: Anna Bianchi, Bruno Conti",
        "· 1 of 2 lines of comune/town are down; the others carry it: Bruno Conti",
        "✓ host, people, capacity, overlaps, lines, desks",
      ]) {
        assert.ok(
          first.stdout.includes(`  ${line}\n`) || first.stdout.endsWith(`  ${line}\n`),
          `${line}\n${first.stdout}`,
        );
      }
      assert.deepEqual(
        standing().map(({ id, state, failed }) => [id, state, failed]),
        [["giunta", "risk", 4]],
      );

      const early = await town.sitting(prometheus, "schedule", "giunta");
      assert.equal(early.status, 1, early.stderr);
      assert.match(
        early.stdout,
        /grants: 1 laid, 0 there already, 1 failed\n {2}✗ Bruno Conti: livekit: bruno@comune.example has no seat/,
      );
      await town.provider.assign(bruno, signal);
      const made = await town.sitting(prometheus, "schedule", "giunta");
      assert.equal(made.status, 0, made.stderr);
      assert.match(
        made.stdout,
        new RegExp(`room ${town.room}, for 8 people: there already\\n {2}grants: 1 laid, 1 there already, 0 failed\\n`),
      );
      const before = [anna, bruno].map((account) => readFileSync(grantFile(account), "utf8"));
      const again = await town.sitting(prometheus, "schedule", "giunta", "--json");
      assert.equal(again.status, 0, again.stderr);
      const told = JSON.parse(again.stdout) as { room: string; grants: { outcome: string }[] };
      assert.deepEqual([told.room, told.grants.map(({ outcome }) => outcome)], ["there", ["there", "there"]]);
      assert.deepEqual(
        [anna, bruno].map((account) => readFileSync(grantFile(account), "utf8")),
        before,
      );

      const ready = await town.sitting(prometheus, "check", "giunta");
      assert.equal(ready.status, 0, ready.stdout + ready.stderr);
      assert.match(ready.stdout, /^READY: The board/);
      const [entry] = standing();
      assert.deepEqual([entry?.start, entry?.state, entry?.failed], [new Date(town.start).toISOString(), "ok", 0]);
      for (const each of [first, made, again, ready]) {
        assert.ok(!`${each.stdout}${each.stderr}`.includes(town.server.key.secret));
        assert.doesNotMatch(`${each.stdout}${each.stderr}`, /eyJ/, "no grant is told");
      }
    });
  });

  test("who is invited comes in with what lies at their desk, until shortly after the end; others have nothing there", async () => {
    for (const account of [anna, bruno]) {
      const found = readGrantFile(readFileSync(grantFile(account), "utf8"));
      assert.ok(found);
      assert.equal(statSync(grantFile(account)).mode & 0o777, 0o600);
      const ends = readGrant(found.grant)?.until.getTime() ?? 0;
      assert.ok(Math.abs(ends - (town.start + 3_600_000 + graceMs)) < 5000);
      const { url, room, grant } = found;
      const joined = await join({ url, room, grant, deadlineMs: 10_000 }, [], signal);
      assert.ok(
        joined.outcome === "joined" && joined.account === account && joined.room === town.room,
        JSON.stringify(joined),
      );
    }
    assert.ok(!existsSync(grantFile(carla)));
  });

  test("a damaged grant, and one for another moment, are replaced", async () => {
    const text = readFileSync(grantFile(anna), "utf8");
    writeFileSync(grantFile(anna), text.replace(/"grant": "./, '"grant": "x'));
    await withPast(pastOf([]), async (prometheus) => {
      const found = await town.sitting(prometheus, "check", "giunta");
      assert.equal(found.status, 1);
      assert.match(found.stdout, /✗ 1 person has no good grant at the desk: Anna Bianchi\n/);
      assert.match((await town.sitting(prometheus, "schedule", "giunta")).stdout, /1 laid, 1 there already/);
      const file = path(town.folder, "fleet.yaml");
      const fleet = readFileSync(file, "utf8");
      writeFileSync(file, fleet.replace("minutes: 60", "minutes: 90"));
      assert.match((await town.sitting(prometheus, "schedule", "giunta")).stdout, /2 laid, 0 there already/);
      writeFileSync(file, fleet);
      assert.match((await town.sitting(prometheus, "schedule", "giunta")).stdout, /2 laid, 0 there already/);
    });
  });

  test("encrypted from person to person: one key at every desk, which the server is not told, nor anybody at the terminal", async () => {
    const file = path(town.folder, "fleet.yaml");
    const fleet = readFileSync(file, "utf8");
    writeFileSync(file, fleet.replace("host: council", "host: council, endToEnd: true"));
    await withPast(pastOf([]), async (prometheus) => {
      const before = await town.sitting(prometheus, "check", "giunta");
      assert.match(before.stdout, /✗ 2 people have no good grant at the desk/);
      const laid = await town.sitting(prometheus, "schedule", "giunta");
      assert.match(laid.stdout, /2 laid, 0 there already/);
      const found = [anna, bruno].map((account) => readGrantFile(readFileSync(grantFile(account), "utf8")));
      const [key = ""] = found.map((each) => each?.key);
      assert.match(key, /^[\w-]{43}$/);
      assert.equal(found[1]?.key, key);
      assert.ok(
        found.every(
          (each) => each !== undefined && !Buffer.from(each.grant.split(".")[1] ?? "", "base64url").includes(key),
        ),
      );
      const keys = path(town.folder, "state/.deskbridge/lab/sitting-keys.json");
      assert.equal(statSync(keys).mode & 0o777, 0o600);
      const ready = await town.sitting(prometheus, "check", "giunta");
      assert.equal(ready.status, 0, ready.stdout);
      assert.match(ready.stdout, /2 people are invited; encrypted from person to person, by a key at their desks\n/);
      assert.match((await town.sitting(prometheus, "schedule", "giunta")).stdout, /0 laid, 2 there already/);
      for (const { stdout, stderr } of [before, laid, ready]) assert.ok(!`${stdout}${stderr}`.includes(key));
      writeFileSync(keys, "{");
      const damaged = await town.sitting(prometheus, "schedule", "giunta");
      assert.deepEqual(
        [damaged.status, damaged.stderr],
        [1, `${keys} holds no keys of sittings, or was damaged: restore it from a copy\n`],
      );
      writeFileSync(file, fleet);
      assert.match((await town.sitting(prometheus, "schedule", "giunta")).stdout, /2 laid, 0 there already/);
    });
  });

  test("all lines of somebody's site are down; another time is only imagined, and not told to the watch", async () => {
    await withPast(pastOf(["fibre", "radio"]), async (prometheus) => {
      const kept = standing();
      const check = (minutes: number) => town.sitting(prometheus, "check", "--json", "--at", isoAt(minutes));
      const states = async (minutes: number) => {
        const { status, stdout, stderr } = await check(minutes);
        assert.equal(stderr, "");
        const { sittings } = JSON.parse(stdout) as {
          sittings: { state: string; findings: { check: string; level: string }[] }[];
        };
        return [
          status,
          ...sittings.map(({ state, findings }) => [
            state,
            ...findings.map(({ check: name, level }) => `${name} ${level}`),
          ]),
        ];
      };
      assert.deepEqual(await states(-25), [1, ["risk", "lines risk"]]);
      assert.deepEqual(await states(-8 * 1440), [0, ["unknown"]]);
      assert.deepEqual(await states(-2 * 1440), [0, ["ok"]]);
      assert.deepEqual(await states(61), [0]);
      assert.deepEqual(standing(), kept);
    });
  });

  test("where the watch does not answer that is told, and a risk only in the last ten minutes", async () => {
    const dark = await town.sitting("http://127.0.0.1:9", "check", "--at", isoAt(-25));
    assert.equal(dark.status, 0);
    assert.match(dark.stdout, /^NOT KNOWN: .*\n.*\n.*\n {2}\? whether lines are up could not be seen: Prometheus/);
    assert.equal((await town.sitting("http://127.0.0.1:9", "check", "--at", isoAt(-5))).status, 1);
  });

  test("invite writes a calendar file; what has not changed is the same file, and a new date a new sequence", async () => {
    const out = path(town.folder, "giunta.ics");
    const invite = async (...args: readonly string[]) => {
      const ended = await town.plain("invite", "giunta", "--url", "https://meet.example/giunta", "--out", out, ...args);
      assert.equal(ended.status, 0, ended.stderr);
      return readFileSync(out, "utf8");
    };
    const first = await invite("--at", isoAt(-60));
    assert.equal(await invite("--at", isoAt(-30)), first);
    const event = (text: string) => new ICAL.Event(ICAL.Component.fromString(text).getFirstSubcomponent("vevent")!);
    assert.deepEqual([event(first).sequence, event(first).attendees.length], [0, 2]);
    const cancelled = await invite("--cancel");
    assert.match(cancelled, /\r\nMETHOD:CANCEL\r\n/);
    assert.deepEqual([event(cancelled).sequence, event(cancelled).uid], [1, event(first).uid]);
    assert.equal(event(await invite()).sequence, 2);
  });

  test("a sitting that is none, one that is over, and an address that is none are told", async () => {
    for (const [args, status, said] of [
      [["check", "consiglio"], 2, 'no sitting "consiglio"; choose one of: giunta\n'],
      [["check", "giunta", "--at", isoAt(60)], 1, "the sitting giunta is over: give it a new date in the fleet file\n"],
    ] as const) {
      const ended = await town.sitting("http://127.0.0.1:9", ...args);
      assert.deepEqual([ended.status, ended.stderr], [status, said]);
    }
    const bad = await town.plain("invite", "giunta", "--url", "nowhere");
    assert.deepEqual([bad.status, bad.stderr], [2, '--url "nowhere": not a URL\n']);
  });
});
