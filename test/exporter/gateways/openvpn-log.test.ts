import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { readLog } from "../../../src/exporter/openvpn/log.ts";
import type { Ask } from "../../../src/exporter/openvpn/management.ts";
import { Refusals } from "../../../src/exporter/openvpn/refusals.ts";
import { answerLines, captured } from "./captured.ts";

const logOf = (name: string): readonly string[] => answerLines(captured(name)).filter((line) => line !== "END");

function refused(lines: readonly string[]): Readonly<Record<string, number>> {
  const refusals = new Refusals();
  refusals.take(lines);
  return Object.fromEntries(Object.entries(refusals.counts).filter(([, count]) => count > 0));
}

test("each refused certificate counts once, by its reason; a third person at a full gateway once, however often it knocks", () => {
  const log = logOf("openvpn-refusals.txt");
  assert.equal(log.filter((line) => line.includes("maximum number of clients")).length, 2);
  assert.deepEqual(refused(log), { revoked: 1, certificate: 3, expired: 1, full: 1 });
});

test("passwords, and handshakes that break off or find no common cipher", () => {
  assert.deepEqual(refused(logOf("openvpn-refusals-password.txt")), { credentials: 2, handshake: 3 });
});

test("a revocation list that has run out is the gateway's fault, not the certificate's", () => {
  assert.deepEqual(refused(logOf("openvpn-refusals-crl.txt")), { crl: 1 });
});

test("a login is counted once wherever its lines are torn between two visits", () => {
  const log = logOf("openvpn-refusals.txt");
  for (let cut = 0; cut <= log.length; cut += 1) {
    const refusals = new Refusals();
    refusals.take(log.slice(0, cut));
    refusals.take(log.slice(cut));
    assert.deepEqual(
      { ...refusals.counts },
      { ...empty, revoked: 1, certificate: 3, expired: 1, full: 1 },
      `at ${cut}`,
    );
  }
});
const empty = { revoked: 0, expired: 0, certificate: 0, crl: 0, credentials: 0, handshake: 0, full: 0 };

test("no certificate's name passes for a line of the log", () => {
  const forged = "1795699902,,198.18.0.9:1 VERIFY OK: depth=0, CN=x/1.2.3.4:5 TLS Error: TLS handshake failed";
  assert.deepEqual(refused([forged]), {});
});

/** OpenVPN's cache of its log: it keeps so many lines, and each visit leaves some of its own. */
class Cache {
  readonly asked: string[] = [];
  readonly #most: number;
  #lines: readonly string[] = [];
  #second = 1_795_699_000;

  constructor(most: number) {
    this.#most = most;
  }

  write(text: string): string {
    const line = `${this.#second},,${text}`;
    this.#lines = [...this.#lines, line].slice(-this.#most);
    return line;
  }

  pass(seconds: number): void {
    this.#second += seconds;
  }

  readonly ask: Ask = (command) => {
    this.asked.push(command);
    this.write("MANAGEMENT: Client connected from m");
    this.write(`MANAGEMENT: CMD '${command}'`);
    const [, count = ""] = command.split(" ");
    const lines = count === "all" ? this.#lines : this.#lines.slice(-Number(count));
    this.write("MANAGEMENT: Client disconnected");
    return Promise.resolve([...lines, "END"]);
  };
}
const people = (lines: readonly string[]): readonly string[] => lines.filter((line) => !line.includes("MANAGEMENT"));

test("every line is read once, or what was forgotten is told: whatever the cache holds and however visits fall", async () => {
  const step = fc.record({
    lines: fc.integer({ min: 0, max: 60 }),
    same: fc.boolean(),
    seconds: fc.integer({ min: 0, max: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 10, max: 500 }), fc.array(step, { maxLength: 20 }), async (most, steps) => {
      const cache = new Cache(most);
      let { place } = await readLog(cache.ask, undefined);
      let port = 0;
      for (const { lines, same, seconds } of steps) {
        cache.pass(seconds);
        const wrote = Array.from({ length: lines }, () => {
          port += same ? 0 : 1;
          return cache.write(`198.18.0.2:${port} TLS Error: TLS handshake failed`);
        });
        const visit = await readLog(cache.ask, place);
        place = visit.place;
        const read = people(visit.fresh);
        if (!visit.lost) assert.deepEqual(read, wrote);
        else assert.deepEqual(read, wrote.slice(wrote.length - read.length));
        if (lines + 8 < most) assert.equal(visit.lost, false);
      }
    }),
  );
});

test("as little is asked for as reaches back to the last visit", async () => {
  const cache = new Cache(2000);
  const { place } = await readLog(cache.ask, undefined);
  for (let index = 0; index < 200; index += 1) cache.write(`198.18.0.2:${index} VERIFY OK`);
  const second = await readLog(cache.ask, place);
  for (let index = 0; index < 1000; index += 1) cache.write(`198.18.0.3:${index} VERIFY OK`);
  const third = await readLog(cache.ask, second.place);
  assert.deepEqual(cache.asked, ["log 300", "log 301", "log 302", "log all"]);
  assert.deepEqual([people(second.fresh).length, people(third.fresh).length, third.lost], [200, 1000, false]);
});

test("the first visit counts nothing: somebody may have counted it before", async () => {
  const cache = new Cache(2000);
  cache.write("198.18.0.2:1 TLS Error: TLS handshake failed");
  assert.deepEqual((await readLog(cache.ask, undefined)).fresh, []);
});

test("a gateway that was started anew is read from its beginning, and nothing of it is lost", async () => {
  const { place } = await readLog(new Cache(2000).ask, undefined);
  const lines = logOf("openvpn-refusals.txt");
  const ask: Ask = () => Promise.resolve([...lines, "END"]);
  const visit = await readLog(ask, place);
  assert.deepEqual([visit.fresh, visit.lost], [lines, false]);
});

test("a log that is none, or longer than what was asked for, is not believed", async () => {
  const gives =
    (lines: readonly string[]): Ask =>
    () =>
      Promise.resolve([...lines, "END"]);
  await assert.rejects(
    readLog(gives(["1,,good", "no line"]), undefined),
    /^ManagementError: line 2 of its log is none$/,
  );
  const many = Array.from({ length: 400 }, (_, index) => `1,,line ${index}`);
  await assert.rejects(readLog(gives(many), undefined), /log 300 gave 400 lines/);
});
