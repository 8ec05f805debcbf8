import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { changeLedger, readLedger, type Seat } from "../../../src/rollout/licences/ledger.ts";

const folder = mkdtempSync(join(tmpdir(), "deskbridge-ledger-"));
after(() => rmSync(folder, { recursive: true }));

const seatOf = (account: string): Seat => ({ account, since: "2026-11-28T00:00:00.000Z", grantEnds: null });
const begin = (file: string, name: string, count: number) =>
  spawn(process.execPath, [join(import.meta.dirname, "ledger.child.ts"), file, name, String(count)], {
    stdio: ["ignore", "ignore", "inherit"],
  });

test("no file is no seats; what is written is its owner's alone, and read again", async () => {
  const file = join(folder, "new.json");
  assert.equal((await readLedger(file)).size, 0);
  const anna = { ...seatOf("anna@example.org"), grantEnds: "2026-12-05T00:00:00.000Z" };
  await changeLedger(file, () => new Map([[anna.account, anna]]));
  assert.deepEqual([...(await readLedger(file)).values()], [anna]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(existsSync(`${file}.lock`), false);
});

test("a change that changes nothing writes nothing", async () => {
  const file = join(folder, "same.json");
  await changeLedger(file, () => undefined);
  assert.equal(existsSync(file), false);
});

test("what cannot be read is refused, and left as it is", async () => {
  const twice = JSON.stringify({ version: 1, seats: [seatOf("a"), seatOf("a")] });
  const later = JSON.stringify({ version: 2, seats: [] });
  const whole = JSON.stringify({ version: 1, seats: [seatOf("a")] });
  for (const text of ["", "{", whole.slice(0, -3), '{"version":1}', twice, later, '{"version":1,"seats":[{}]}']) {
    const file = join(folder, "bad.json");
    writeFileSync(file, text);
    await assert.rejects(readLedger(file), { name: "VendorError", kind: "refused", message: /bad\.json is no ledger/ });
    await assert.rejects(
      changeLedger(file, () => new Map()),
      { kind: "refused" },
    );
    assert.equal(readFileSync(file, "utf8"), text);
  }
  await assert.rejects(readLedger(folder), { kind: "refused", message: /cannot be read/ });
});

test("two processes that change it lose nothing of each other's", async () => {
  const file = join(folder, "two.json");
  const codes = await Promise.all([begin(file, "a", 25), begin(file, "b", 25)].map((child) => once(child, "close")));
  assert.deepEqual(codes, [
    [0, null],
    [0, null],
  ]);
  assert.equal((await readLedger(file)).size, 50);
});

test("killed at any moment, it is whole, and its lock is nobody's", async () => {
  const file = join(folder, "killed.json");
  let before = 0;
  for (let round = 0; round < 6; round += 1) {
    const child = begin(file, `r${round}`, 10_000);
    const ended = once(child, "close");
    const size = async (): Promise<number> => (await readLedger(file)).size;
    while ((await size()) === before) await wait(5);
    await wait(Math.random() * 30);
    child.kill("SIGKILL");
    await ended;
    const now = await size();
    await changeLedger(file, (seats) => new Map([...seats, ["last", seatOf("last")]]));
    assert.ok(now > before);
    before = await size();
  }
});
