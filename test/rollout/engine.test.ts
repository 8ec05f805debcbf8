import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { type End, type Order, rollOut, type Stops, type Told } from "../../src/rollout/engine.ts";
import { JournalError } from "../../src/rollout/journal/errors.ts";
import { type Journal, openJournal, readJournal } from "../../src/rollout/journal/journal.ts";
import { inFlight, subjectStates } from "../../src/rollout/journal/standing.ts";
import { begun, Desks, orderOf } from "./desks.ts";

let folder = "";
let desks = new Desks("");
const path = () => join(folder, "journal.jsonl");
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deskbridge-rollout-"));
  desks = new Desks(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

let runs = 0;
interface Ran {
  readonly end: End;
  readonly told: readonly Told[];
}

/** A run over the journal as it stands. */
async function roll(
  order: Order,
  during: (
    told: Told,
    stops: { readonly drain: () => void; readonly abort: () => void },
    journal: Journal,
  ) => void = () => undefined,
): Promise<Ran> {
  const journal = await openJournal(path(), { secrets: [] });
  const [drain, abort] = [new AbortController(), new AbortController()];
  const stops: Stops = { drain: drain.signal, abort: abort.signal };
  const told: Told[] = [];
  try {
    runs += 1;
    const end = await rollOut(journal, order, begun(`r${runs}`), stops, (each) => {
      told.push(each);
      during(each, { drain: () => drain.abort(), abort: () => abort.abort() }, journal);
    });
    return { end, told };
  } finally {
    await journal.close();
  }
}

const touched = (): number => new Set(desks.made().map((line) => line.split(" ")[0])).size;
const stepsTold = (told: readonly Told[]): readonly Told[] => told.filter(({ kind }) => kind === "step");

test("wave after wave, each desk's steps in order, each once; a second run has nothing to do", async () => {
  const order = orderOf(desks, 20);
  const { end, told } = await roll(order);
  assert.deepEqual(end, { how: "complete" });
  const made = desks.made();
  assert.equal(new Set(made).size, 40);
  assert.equal(made.length, 40);
  const [canary] = order.waves[0] ?? [];
  assert.deepEqual(made.slice(0, 2), [`${canary?.id} seat`, `${canary?.id} client`]);
  assert.deepEqual(
    new Set(made.slice(2, 12).map((line) => line.split(" ")[0])),
    new Set(order.waves[1]?.map(({ id }) => id)),
  );
  assert.deepEqual(
    told
      .map((each) => (each.kind === "wave" ? each.subjects : each.kind))
      .filter((each) => each !== "step" && each !== "end"),
    [1, "gate", 5, "gate", 14],
  );
  const again = await roll(order);
  assert.deepEqual([again.end.how, stepsTold(again.told).length, desks.made().length], ["complete", 0, 40]);
});

test("what is so already is left alone, and told as unchanged", async () => {
  await roll(orderOf(desks, 5));
  rmSync(path());
  const { end, told } = await roll(orderOf(desks, 5));
  assert.equal(end.how, "complete");
  assert.ok(stepsTold(told).every((each) => each.kind === "step" && each.result === "unchanged"));
  assert.equal(stepsTold(told).length, 10);
  assert.equal(desks.made().length, 10);
});

test("past the cap nobody is touched but who is at work already", async () => {
  const order = orderOf(desks, 100);
  for (const { id } of order.waves[2]?.slice(0, 30) ?? []) desks.fault(id, "broken");
  const { end } = await roll(order);
  assert.equal(end.how, "failed");
  assert.match(end.why ?? "", /^\d of 100 failed; at most 3 may \(3, or 100 %\)$/);
  assert.ok(touched() <= 6 + 4 + order.atOnce - 1, `${touched()} were touched`);
  const so = await readJournal(path());
  const { failed = 0 } = subjectStates(so, 3);
  assert.ok(failed >= 4 && failed < 4 + order.atOnce, `${failed} failed`);
  assert.equal(
    desks.made().filter((line) => line.endsWith("client")).length,
    6,
    "a desk whose step failed gets no next one",
  );
});

test("of a desk whose step failed nothing more is done, and the others go on", async () => {
  const order = orderOf(desks, 20);
  const broken = order.waves[1]?.[1]?.id ?? "";
  desks.fault(broken, "broken");
  assert.equal((await roll(order)).end.how, "complete");
  assert.deepEqual(
    desks.made().filter((line) => line.startsWith(broken)),
    [`${broken} seat`],
  );
  assert.equal(touched(), 20);
  assert.equal((await readJournal(path())).steps.get(`${broken} seat`)?.outcome?.why, "it was done, and is not so");
});

test("who could not be looked at, and then came through, is no failure of the run", async () => {
  const order = orderOf(desks, 20, { caps: { failed: { count: 1, percent: 100 }, deferred: undefined } });
  const [stuck, broken] = [order.waves[1]?.[2]?.id ?? "", order.waves[2]?.[3]?.id ?? ""];
  desks.fault(stuck, "stuck");
  desks.fault(broken, "broken");
  await roll(order, (told, { abort }) => {
    if (told.kind === "step" && told.step.name === "client" && touched() === 5) abort();
  });
  desks.mend(stuck);
  desks.fault(stuck, "away");
  const { end } = await roll(order, (told) => {
    if (told.kind === "step" && told.result === "unreachable") desks.mend(stuck);
  });
  assert.deepEqual(end, { how: "complete" });
  assert.equal((await readJournal(path())).steps.get(`${stuck} client`)?.state, "done");
});

test("who is out of reach counts as failed, and is in no way touched", async () => {
  const order = orderOf(desks, 100);
  for (const { id } of order.waves[2]?.slice(0, 30) ?? []) desks.fault(id, "away");
  const { end } = await roll(order);
  assert.match(end.why ?? "", /^(\d) of 100 failed, \1 of them out of reach; at most 3 may/);
  assert.equal(touched(), 6);
});

test("or is left for later under a cap of its own, and is done by the next run", async () => {
  const caps = { failed: { count: 3, percent: 100 }, deferred: { count: 30, percent: 100 } };
  const order = orderOf(desks, 100, { caps });
  const away = order.waves[2]?.slice(0, 30).map(({ id }) => id) ?? [];
  for (const id of away) desks.fault(id, "away");
  const { end } = await roll(order);
  assert.equal(end.how, "complete");
  assert.equal(touched(), 70);
  assert.equal(subjectStates(await readJournal(path()), 3).deferred, 30);
  for (const id of away) desks.mend(id);
  assert.equal((await roll(order)).end.how, "complete");
  assert.deepEqual([touched(), desks.made().length], [100, 200]);
});

test("a gate that stays shut keeps the next wave away; the next run asks again", async () => {
  let value: readonly number[] = [];
  const checks = [{ what: "desks that answer", query: "avg(desk_up)", bound: "at least", limit: 0.98 }] as const;
  const order = orderOf(desks, 20, { checks, ask: async () => value });
  const { end } = await roll(order);
  assert.deepEqual(end, {
    how: "failed",
    why: "the gate after wave 1 stays shut: desks that answer: Prometheus has no data",
  });
  assert.equal(touched(), 1);
  value = [0.5];
  assert.match((await roll(order)).end.why ?? "", /desks that answer: 0.5, and at least 0.98 is asked/);
  value = [1];
  const { end: last, told } = await roll(order);
  assert.deepEqual([last.how, touched()], ["complete", 20]);
  assert.equal(told.filter(({ kind }) => kind === "gate").length, 2);
});

test("a Prometheus that does not answer is no data", async () => {
  const checks = [{ what: "loss", query: "max(loss)", bound: "at most", limit: 1 }] as const;
  const ask = async () => Promise.reject(new Error("connect ECONNREFUSED"));
  const { end } = await roll(orderOf(desks, 20, { checks, ask }));
  assert.match(end.why ?? "", /loss: Prometheus has no data/);
});

test("asked to stop, what is begun ends, and nothing else begins; the next run goes on", async () => {
  const order = orderOf(desks, 40);
  const { end } = await roll(order, (told, { drain }) => {
    if (told.kind === "wave" && told.wave === 3) drain();
  });
  assert.deepEqual([end.how, touched()], ["drained", 6]);
  assert.deepEqual(inFlight(await readJournal(path())), []);
  assert.equal((await roll(order)).end.how, "complete");
  assert.deepEqual([touched(), desks.made().length], [40, 80]);
});

test("whoever stops what is done already comes too late", async () => {
  let steps = 0;
  const { end } = await roll(orderOf(desks, 3), (told, { drain }) => {
    if (told.kind === "step") steps += 1;
    if (steps === 6) drain();
  });
  assert.equal(end.how, "complete");
});

test("let go in the midst of a step: it stays in flight, is looked at by the next run, and done once", async () => {
  const order = orderOf(desks, 20);
  const stuck = order.waves[1]?.[2]?.id ?? "";
  desks.fault(stuck, "stuck");
  const { end } = await roll(order, (told, { abort }) => {
    const others = told.kind === "step" && told.step.subject !== stuck && told.step.name === "client";
    if (others && touched() === 5) abort();
  });
  assert.equal(end.how, "aborted");
  assert.deepEqual(
    inFlight(await readJournal(path())).map(({ intent }) => intent.step),
    [`${stuck} seat`],
  );
  desks.mend(stuck);
  assert.equal((await roll(order)).end.how, "complete");
  const made = desks.made();
  assert.deepEqual([made.length, new Set(made).size], [40, 40]);
  const { steps } = await readJournal(path());
  assert.deepEqual([steps.get(`${stuck} seat`)?.state, steps.get(`${stuck} seat`)?.attempts], ["done", 2]);
});

test("at one place one step at a time, elsewhere many", async () => {
  const order = orderOf(desks, 30, {
    stepsOf: (subject) => [
      desks.step(subject, "seat", "provider"),
      desks.step(subject, "client", `host-${Number(subject.slice(2)) % 3}`),
    ],
    atOnce: 10,
  });
  assert.equal((await roll(order)).end.how, "complete");
  assert.deepEqual([...desks.most.values()], [1, 1, 1, 1]);
});

test("a journal that cannot be written: nothing more is changed, and all says so", async () => {
  const order = orderOf(desks, 100);
  let before = 0;
  await assert.rejects(
    roll(order, (told, _, journal) => {
      if (told.kind !== "step" || touched() < 20 || before > 0) return;
      before = desks.made().length;
      void journal.close();
    }),
    JournalError,
  );
  assert.ok(desks.made().length <= before + order.atOnce, `${desks.made().length - before} changes more`);
  const so = await readJournal(path());
  for (const line of desks.made()) assert.ok(so.steps.has(line), `${line} was made without an intent`);
  assert.equal((await roll(order)).end.how, "complete");
  assert.equal(new Set(desks.made()).size, desks.made().length);
});

test("a step that nobody foresaw to fail stops all, and the error comes out", async () => {
  const order = orderOf(desks, 100);
  const wrong = order.waves[2]?.[5]?.id;
  const stepsOf = (subject: string) => {
    if (subject === wrong) throw new TypeError("no such desk");
    return order.stepsOf(subject);
  };
  await assert.rejects(roll({ ...order, stepsOf }), TypeError);
  assert.ok(touched() < 20);
});
