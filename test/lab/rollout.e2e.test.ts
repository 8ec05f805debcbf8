import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Inventory } from "../../src/inventory.ts";
import { lookAt, listRollouts, type Told } from "../../src/rollout/rollouts.ts";
import { readLedger } from "../../src/rollout/licences/ledger.ts";
import { logIn } from "./logins.ts";
import { type Ended, makeWorld, succeeded, until } from "./world.ts";

/** Seats of the real LiveKit server, and grants at real desks, by the command as an operator runs it. */

const world = makeWorld("dbr", 34_720);
const { lab } = world;
const folder = join(lab.state, ".deskbridge/lab/rollouts");
const quick = ["--yes", "--soak", "0", "--at-once", "4"] as const;

function inventory(): Inventory {
  return JSON.parse(readFileSync(join(lab.state, ".deskbridge/lab/inventory.json"), "utf8")) as Inventory;
}

function addressOf(desk: string): string {
  const { desks, hosts } = inventory();
  const host = desks.find(({ id }) => id === desk)?.host;
  return hosts.find(({ name }) => name === host)?.address ?? "";
}

async function grantAt(desk: string, account: string): Promise<Ended> {
  return logIn(lab, inventory(), addressOf(desk), `cat .config/deskbridge/videoconference/${account}.json`);
}

async function last(): Promise<Told> {
  const found = (await listRollouts(folder)).at(-1);
  assert.ok(found !== undefined, "there is a roll-out");
  return lookAt(found);
}

async function holders(): Promise<readonly string[]> {
  return [...(await readLedger(join(lab.state, ".deskbridge/lab/seats.json"))).keys()].toSorted();
}

const everybody = [
  "anna.bianchi@comune.example",
  "bruno.conti@comune.example",
  "carla.ferri@provincia.example",
  "dario.gallo@comune.example",
  "elena.leone@comune.example",
  "fabio.monti@provincia.example",
  "giulia.neri@comune.example",
  "ivo.riva@provincia.example",
];

describe("the roll-out of a small fleet", () => {
  before(async () => void succeeded(await world.deskbridge("up")));
  after(() => world.end());

  test("plan shows who would get what, and changes nothing", async () => {
    const { delta, vendor } = JSON.parse(succeeded(await world.deskbridge("rollout", "plan", "--json")).stdout) as {
      readonly delta: readonly { readonly account: string; readonly desk: string | null; readonly actions: string[] }[];
      readonly vendor: Readonly<Record<string, unknown>>;
    };
    assert.deepEqual(delta.map(({ account }) => account).toSorted(), everybody);
    assert.deepEqual(vendor, { provider: "livekit", total: 8, used: 0, short: 0 });
    assert.deepEqual(delta.find(({ desk }) => desk === null)?.actions, [
      "gets a seat",
      "no desk: the client is theirs to set up",
    ]);
    assert.equal(existsSync(folder), false);
    assert.deepEqual(await holders(), []);
  });

  test("killed in the midst it goes on: nobody is left out, nothing is done twice, each client comes in", async () => {
    const killed = world.begin("rollout", "apply", ...quick, "--no-gate");
    await until(
      "some have their seat",
      async () => existsSync(folder) && readdirSync(folder).length > 1 && (await holders()).length >= 3,
      60,
    );
    process.kill(-(killed.pid ?? 0), "SIGKILL");
    await once(killed, "exit");
    // The process in the lab's namespace has died with it: else the lock would be held.
    const refused = await world.deskbridge("rollout", "apply", ...quick);
    assert.match(refused.stderr, /is not complete \(open\): rollout resume goes on with it/);
    succeeded(await world.deskbridge("rollout", "resume"));
    const { standing, plan, journalFile, planFile } = await last();
    const lines = readFileSync(journalFile, "utf8").trim().split("\n");
    const given = lines.flatMap((line) => {
      const { entry } = JSON.parse(line) as { readonly entry: { readonly step?: string; readonly result?: string } };
      return entry.result === "done" ? [entry.step] : [];
    });
    assert.deepEqual(await holders(), everybody);
    assert.deepEqual(plan.waves.flat().toSorted(), everybody);
    for (const { id, host, steps } of plan.subjects) {
      const isPhysical = id === "dario.gallo@comune.example";
      assert.deepEqual(steps, host === undefined ? ["seat"] : ["seat", "grant", ...(isPhysical ? [] : ["join"])]);
      for (const name of steps) {
        const step = standing.steps.get(`${id} ${name}`);
        assert.ok(step?.state === "done" || step?.state === "unchanged", `${id} ${name}: ${step?.state}`);
        if (name === "seat") assert.equal(given.filter((each) => each === `${id} seat`).length, 1, `${id}: one seat`);
      }
    }
    const found = JSON.parse((await grantAt("comune-office-00001", everybody[0] ?? "")).stdout) as { grant: string };
    const written = readFileSync(journalFile, "utf8") + readFileSync(planFile, "utf8");
    assert.equal(written.includes(found.grant) || /eyJ/.test(written), false, "no grant is written down");
  });

  test("again there is nothing to do, and no roll-out is made of it", async () => {
    const before = (await listRollouts(folder)).length;
    assert.match(
      succeeded(await world.deskbridge("rollout", "apply", ...quick)).stdout,
      /Nothing to do: whoever is to have a seat has it/,
    );
    assert.equal((await listRollouts(folder)).length, before);
  });

  test("a seat that is taken back is free, and its grant is gone from the desk; protected people keep theirs", async () => {
    const [anna = "", elena = "elena.leone@comune.example"] = [everybody[0], everybody[4]];
    const kept = await world.deskbridge("rollout", "reclaim", "--accounts", anna, ...quick);
    assert.deepEqual([kept.code, /nothing was changed: anna/.test(kept.stderr)], [1, true]);
    succeeded(await world.deskbridge("rollout", "reclaim", "--accounts", elena, ...quick));
    assert.deepEqual(
      await holders(),
      everybody.filter((account) => account !== elena),
    );
    assert.notEqual((await grantAt("comune-office-00003", elena)).code, 0);
  });

  test("a desk that does not answer counts, and is set up when it is back", async () => {
    succeeded(await world.deskbridge("cut", "comune-office-00003"));
    const failed = await world.deskbridge("rollout", "apply", ...quick, "--no-gate");
    assert.equal(failed.code, 1, failed.stderr);
    assert.match(failed.stdout, /1 unreachable/);
    assert.match(
      failed.stdout,
      /elena.leone@comune.example: grant unreachable: .* does not take the connection in 10 s/,
    );
    succeeded(await world.deskbridge("mend", "comune-office-00003"));
    succeeded(await world.deskbridge("rollout", "resume"));
    assert.equal((await grantAt("comune-office-00003", "elena.leone@comune.example")).code, 0);
  });

  test("who answers with another's host key is told as such, and gets nothing", async () => {
    const elena = "elena.leone@comune.example";
    succeeded(await world.deskbridge("rollout", "reclaim", "--accounts", elena, ...quick));
    const keys = (desk: string): string => join(lab.root, "pools/comune-office", addressOf(desk), "keys");
    for (const file of readdirSync(keys("comune-office-00003"))) {
      copyFileSync(join(keys("comune-office-00004"), file), join(keys("comune-office-00003"), file));
    }
    const failed = await world.deskbridge("rollout", "apply", ...quick, "--no-gate");
    assert.equal(failed.code, 1);
    assert.match(failed.stdout, /grant failed: .*its host key has CHANGED/);
    const enrolled = await world.deskbridge("rollout", "enroll");
    assert.equal(enrolled.code, 1);
    assert.match(enrolled.stderr, /31 hosts asked, 0 keys are new, 1 are wrong, 0 hosts gave none/);
    assert.match(enrolled.stdout, /^# CHANGED \S+-00003 ssh-ed25519 SHA256:\S+, known is SHA256:\S+: find out why\n$/);
  });

  test("between waves the fleet's own Prometheus is asked, and a gate that is shut ends it", async () => {
    succeeded(
      await world.deskbridge("rollout", "reclaim", "--accounts", everybody.slice(5, 7).join(","), "--anew", ...quick),
    );
    const shut = await world.deskbridge("rollout", "apply", ...quick, "--anew", "--prometheus", "http://127.0.0.1:9");
    assert.equal(shut.code, 1, shut.stderr);
    assert.match(shut.stderr, /wave 1 of \d: .*; gate shut: part of the desks that answer: Prometheus has no data/);
    const { standing } = await last();
    assert.equal(standing.waves.has(2), false, "nobody of the next wave was touched");
  });
});
