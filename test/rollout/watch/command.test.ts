import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, afterEach, beforeEach, describe, test } from "node:test";
import { changeLedger } from "../../../src/rollout/licences/ledger.ts";
import { newRollout } from "../../../src/rollout/rollouts.ts";
import { decodeSeatsReport, type SeatsReport } from "../../../src/seats-report.ts";
import { madeInventory } from "../../watch/inventory.ts";
import { until } from "../../watch/until.ts";
import { at, run, wave } from "../journal/samples.ts";
import { made, writing } from "./made.ts";

/** The daemon itself, with LiveKit's ledger as the vendor: its server is not asked for seats. */

const root = resolve(import.meta.dirname, "../../..");
let state = "";
let daemon: ChildProcess | undefined;
let log = "";

const lab = (...path: readonly string[]): string => join(state, ".deskbridge/lab", ...path);
const fleet = (): string => join(state, "small.yaml");
const report = (): SeatsReport => decodeSeatsReport(readFileSync(lab("seats-report.json"), "utf8"));
const becomes = (what: string, is: (told: SeatsReport) => boolean): Promise<SeatsReport> =>
  until(what, () => {
    const told = existsSync(lab("seats-report.json")) ? report() : undefined;
    return told !== undefined && is(told) ? told : undefined;
  });

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "deskbridge-watch-"));
  log = "";
  mkdirSync(lab(), { recursive: true });
  mkdirSync(join(state, ".lab/daemons/livekit"), { recursive: true });
  writeFileSync(join(state, ".lab/keys"), `deskbridge: ${"k".repeat(40)}\n`, { mode: 0o600 });
  for (const name of ["small.yaml", "small-people.csv"]) cpSync(join(root, "fleets", name), join(state, name));
  const server = {
    provider: "livekit",
    url: "ws://127.0.0.1:9",
    address: "127.0.0.1",
    port: 9,
    metricsPort: 9,
    keys: "keys",
  };
  writeFileSync(
    lab("inventory.json"),
    JSON.stringify({ ...madeInventory({}), fleet: "small", stage: "surge", videoconference: server }),
  );
});
afterEach(async () => {
  if (daemon?.exitCode === null) {
    daemon.kill("SIGKILL");
    await once(daemon, "exit");
  }
  rmSync(state, { recursive: true });
});
after(() => void daemon?.kill("SIGKILL"));

const watch = (...words: readonly string[]): ChildProcess => rollout("watch", ...words);

function rollout(...words: readonly string[]): ChildProcess {
  const argv = [join(root, "scripts/deskbridge.ts"), "rollout", ...words, "--fleet", fleet()];
  const env = { ...process.env, DESKBRIDGE_STATE: state, DESKBRIDGE_ENTERED: "1" };
  daemon = spawn(process.execPath, argv, { env, stdio: ["ignore", "ignore", "pipe"] });
  daemon.stderr?.setEncoding("utf8").on("data", (text: string) => (log += text));
  return daemon;
}

const seat = (account: string) => ({ account, since: "2026-11-27T20:00:00.000Z", grantEnds: null });
const give = (...accounts: readonly string[]) =>
  changeLedger(lab("seats.json"), () => new Map(accounts.map((account) => [account, seat(account)])));

describe("deskbridge rollout watch", () => {
  test("tells seats at once, a roll-out within seconds, and ends by SIGTERM", async () => {
    await give("anna.bianchi@comune.example", "eve@elsewhere.example");
    const running = watch("--every", "15m");
    const told = await becomes("the first report", ({ seats, rollout }) => seats !== null && rollout === null);
    const [comune, provincia, consorzio] = told.seats?.bodies ?? [];
    assert.deepEqual([told.provider, told.seats?.total, told.seats?.used, told.seats?.strangers], ["livekit", 8, 2, 1]);
    assert.deepEqual([comune?.body, comune?.total, comune?.used, comune?.reserved], ["comune", 5, 1, 4]);
    // Strangers hold a seat too: of seven people one is left without.
    assert.deepEqual([provincia?.reserved, provincia?.waiting, consorzio?.total], [2, { quota: 0, vendor: 1 }, 0]);
    const { planFile } = await newRollout(lab("rollouts"), "2026-11-27");
    writeFileSync(planFile, "{");
    await becomes("the damaged plan", ({ faults }) => faults.rollout !== undefined);
    assert.equal(report().seats?.used, 2, "the seats stay");
    rmSync(planFile);
    await becomes("that it is gone", ({ faults, rollout: none }) => faults.rollout === undefined && none === null);
    const open = await made(lab("rollouts"), [["anna.bianchi@comune.example"]]);
    await writing(open, run("r1"), wave(1, ["anna.bianchi@comune.example"]));
    await becomes("that it is open", ({ rollout: newest }) => newest?.state === "open");
    await give("anna.bianchi@comune.example");
    await writing(open, { kind: "end", at, how: "complete" });
    await becomes("the seats after its end, without waiting", ({ seats, rollout: newest }) => {
      return newest?.state === "complete" && seats?.used === 1;
    });
    const text = readFileSync(lab("seats-report.json"), "utf8");
    assert.doesNotMatch(text, /@|anna|eve/i);
    running.kill("SIGTERM");
    assert.deepEqual(await once(running, "exit"), [0, null]);
    assert.ok(!existsSync(lab("seats-report.json.lock")));
  });

  test("a vendor and a list that cannot be used are told without a name, and the daemon goes on", async () => {
    writeFileSync(lab("seats.json"), "damaged by anna");
    const running = watch("--every", "10s");
    const refused = await becomes("that the vendor refuses", ({ faults }) => faults.seats !== undefined);
    assert.deepEqual([refused.faults.seats, refused.seats], ["livekit refuses to tell", null]);
    rmSync(lab("seats.json"));
    await becomes("the seats", ({ seats, faults }) => seats?.used === 0 && faults.seats === undefined);
    writeFileSync(join(state, "small-people.csv"), "person,account\nAnna,anna@example.org\n");
    const unread = await becomes("that the list is damaged", ({ faults }) => faults.seats !== undefined);
    assert.match(unread.faults.seats ?? "", /^the inventory, the fleet file, its list or the credentials/);
    assert.equal(unread.seats?.used, 0, "the last figures stay");
    assert.equal(running.exitCode, null);
    assert.match(log, /seats: .*\n/);
  });

  test("a command that asks the vendor tells the seats too, unless it asks for another list", async () => {
    await give("anna.bianchi@comune.example");
    const key = join(state, "key");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    const plan = async (...words: readonly string[]) => {
      const argv = ["plan", "--inventory", lab("inventory.json"), "--key", key, ...words];
      assert.deepEqual(await once(rollout(...argv), "exit"), [0, null], log);
    };
    await plan("--people", join(state, "small-people.csv"));
    assert.ok(!existsSync(lab("seats-report.json")));
    await plan();
    assert.deepEqual([report().seats?.used, report().rollout], [1, null]);
  });

  test("wrong use is said at once", async () => {
    for (const every of ["5", "9s", "16m", "1h"]) {
      assert.deepEqual(await once(watch("--every", every), "exit"), [2, null], every);
    }
    assert.match(log, /--every "1h": a time from 10s to 15m/);
  });
});
