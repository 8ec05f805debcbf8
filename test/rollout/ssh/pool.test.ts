import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Worker } from "node:worker_threads";
import { loadIdentity } from "../../../src/rollout/ssh/identity.ts";
import { type PoolOptions, SshPool, type Told } from "../../../src/rollout/ssh/pool.ts";
import type { Target } from "../../../src/rollout/ssh/target.ts";
import type { Task } from "../../../src/rollout/ssh/wire.ts";
import { freePort, patient, proxy, publicKey, run, sshd, target, tinysshd } from "./servers.ts";
import { type World, world } from "./world.ts";

/** With 127.0.0.1, as many as an OpenSSH listens at. */
const desks = 15;
let here: World;
/** One OpenSSH at as many loopback addresses. */
let fleet: readonly Target[];
before(async () => {
  here = await world("ssh-pool");
  const port = await freePort();
  const addresses = Array.from({ length: desks }, (_, n) => `127.0.0.${n + 2}`);
  const config = addresses.map((address) => `ListenAddress ${address}:${port}`);
  const many = await here.started(sshd(here.folder, "fleet", { allow: [await publicKey(here.key)], config, port }));
  fleet = addresses.map((address, n) => target(port, many.hostKeys, { address, name: `desk-${n}` }));
});
after(() => here.end());

async function pool(options: Partial<PoolOptions> = {}): Promise<SshPool> {
  const identity = await loadIdentity({ keys: [{ file: here.key }] });
  const made = new SshPool({ identity, pacing: patient, ...options });
  await here.started(Promise.resolve({ stop: () => made.abort() }));
  return made;
}

function desk(n: number): Target {
  const found = fleet[n];
  assert.ok(found !== undefined);
  return found;
}
const task = (where: Target, ...argv: string[]): Task => ({ target: where, commands: [{ argv }] });

/** A task that tells when it runs and then has no end of its own, or ends when the second pipe is written to. */
async function gated(
  where: Target,
  name: string,
): Promise<{ task: Task; begun: () => Promise<unknown>; go(): unknown }> {
  const [begun, go] = [join(here.folder, `${name}-begun`), join(here.folder, `${name}-go`)];
  await run("mkfifo", [begun, go]);
  return {
    task: task(where, "sh", "-c", 'echo > "$1"; cat "$2"', "sh", begun, go),
    begun: () => readFile(begun),
    go: () => writeFile(go, "gone on\n"),
  };
}

describe("a pool", () => {
  test("runs on many hosts at once, in threads, and tells each one's result once", async () => {
    const made = await pool({ workers: 3, perWorker: 4 });
    const names: string[] = [];
    const tasks = fleet.map((where) => task(where, "echo", where.name));
    for await (const { task, done } of made.each(tasks)) {
      assert.equal(done.failure, undefined);
      assert.deepEqual(
        done.results.map(({ stdout }) => stdout),
        [`${task.target.name}\n`],
      );
      names.push(task.target.name);
    }
    assert.deepEqual(names.toSorted(), fleet.map(({ name }) => name).toSorted());
    await made.drain();
  });

  test("takes tasks only as fast as their results are taken", async () => {
    const made = await pool({ workers: 1, perWorker: 3 });
    let taken = 0;
    function* tasks(): Generator<Task> {
      for (const where of fleet.slice(0, 10)) {
        taken += 1;
        yield task(where, "true");
      }
    }
    const results = made.each(tasks());
    await results.next();
    assert.equal(taken, 3);
    let rest = 1;
    for await (const { done } of results) rest += done.results.length;
    assert.deepEqual([taken, rest], [10, 10]);
  });

  test("runs one task at a time on a host", async () => {
    const made = await pool();
    const lock = join(here.folder, "lock");
    const alone = task(desk(0), "sh", "-c", 'mkdir "$1" && sleep 0.1 && rmdir "$1"', "sh", lock);
    const done = await Promise.all(Array.from({ length: 4 }, () => made.do(alone)));
    assert.deepEqual(
      done.flatMap(({ results }) => results.map(({ code }) => code)),
      [0, 0, 0, 0],
    );
  });

  test("a task's commands end with the first that does not end with 0", async () => {
    const made = await pool();
    const commands = [["echo", "1"], ["false"], ["echo", "3"]].map((argv) => ({ argv }));
    const { results, failure } = await made.do({ target: desk(0), commands });
    assert.deepEqual([results.map(({ code }) => code), failure], [[0, 1], undefined]);
  });

  test("failures pass from the threads as data, and one host's is no other's", async () => {
    const made = await pool();
    const other = target(desk(1).port, [await publicKey(here.stranger)], { name: "other", address: desk(1).address });
    const [changed, absent, sound] = await Promise.all([
      made.do(task(other, "true")),
      made.do(task({ ...desk(2), port: await freePort() }, "true")),
      made.do(task(desk(3), "true")),
    ]);
    assert.ok(changed.failure?.kind === "hostKey" && changed.failure.fault === "changed");
    assert.equal(absent.failure?.kind, "unreachable");
    assert.deepEqual([sound.failure, sound.results[0]?.code], [undefined, 0]);
  });

  test("a command that cannot be passed on is told, and quotes nothing", async () => {
    const done = await (await pool()).do(task({ ...desk(0), port: 1 }, "echo", "secret\0"));
    assert.equal(done.failure?.kind, "command");
    assert.doesNotMatch(JSON.stringify(done), /secret/);
  });
});

describe("who lets go", () => {
  test("of a task that runs: it alone is lost", async () => {
    const made = await pool();
    const [one, two] = [await gated(desk(0), "cancelled"), await gated(desk(1), "left")];
    const controller = new AbortController();
    const lost = made.do(one.task, controller.signal);
    const left = made.do(two.task);
    await Promise.all([one.begun(), two.begun()]);
    controller.abort();
    const { failure } = await lost;
    assert.deepEqual(failure, { kind: "lost", host: "desk-0", stage: "command", detail: "let go on request" });
    await two.go();
    assert.equal((await left).results[0]?.stdout, "gone on\n");
  });

  test("of one that waits, or before it: it was never begun", async () => {
    const made = await pool();
    const first = await gated(desk(0), "first");
    const running = made.do(first.task);
    const controller = new AbortController();
    const waiting = made.do(task(desk(0), "touch", join(here.folder, "begun")), controller.signal);
    await first.begun();
    controller.abort();
    for (const done of [await waiting, await made.do(task(desk(1), "true"), controller.signal)]) {
      assert.ok(done.failure?.kind === "lost" && done.failure.stage === "queue");
    }
    await first.go();
    assert.equal((await running).results[0]?.code, 0);
    await assert.rejects(readFile(join(here.folder, "begun")), { code: "ENOENT" });
  });
});

describe("the end", () => {
  test("drain finishes what runs, begins nothing more, and ends the threads", async () => {
    const made = await pool({ workers: 1, perWorker: 1 });
    const one = await gated(desk(0), "drained");
    const born = once(process, "worker") as Promise<[Worker]>;
    const running = made.do(one.task);
    const exit = once((await born)[0], "exit");
    const waiting = made.do(task(desk(1), "true"));
    await one.begun();
    const drained = made.drain();
    const { failure } = await waiting;
    assert.deepEqual(failure, { kind: "lost", host: "desk-1", stage: "queue", detail: "the pool was drained" });
    await one.go();
    assert.equal((await running).results[0]?.stdout, "gone on\n");
    await drained;
    // By itself: one that is made to end has another code.
    assert.deepEqual(await exit, [0]);
    assert.equal((await made.do(task(desk(0), "true"))).failure?.kind, "lost");
  });

  test("abort loses what runs, at once, and its connections are gone", async () => {
    const between = await here.started(proxy(desk(0).port));
    const made = await pool();
    const one = await gated({ ...here.there, ...desk(0), address: "127.0.0.1", port: between.port }, "aborted");
    const running = made.do(one.task);
    await one.begun();
    await made.abort();
    const { failure } = await running;
    assert.ok(failure?.kind === "lost");
    assert.deepEqual([failure.stage, failure.detail], ["command", "the pool was aborted"]);
    await between.idle();
    await made.drain();
  });

  test("a thread that dies loses its tasks, is told, and another goes on", async () => {
    const told: Told[] = [];
    const made = await pool({ workers: 1, tell: (each) => told.push(each) });
    const one = await gated(desk(0), "killed");
    const born = once(process, "worker") as Promise<[Worker]>;
    const running = made.do(one.task);
    const [worker] = await born;
    await one.begun();
    await worker.terminate();
    const { failure } = await running;
    assert.ok(failure?.kind === "lost");
    assert.deepEqual([failure.stage, failure.host], ["command", "desk-0"]);
    assert.match(failure.detail, /thread that did it died/);
    assert.deepEqual(told, [{ kind: "worker", detail: "it ended by itself", lost: 1 }]);
    assert.equal((await made.do(task(desk(0), "true"))).results[0]?.code, 0);
  });

  test("threads that die one after another without having done anything end the pool", async () => {
    const told: Told[] = [];
    const identity = { agent: undefined, keys: [{ file: "key", text: "SECRET", passphrase: undefined }] };
    const made = await pool({ identity, workers: 1, perWorker: 1, tell: (each) => told.push(each) });
    const done = await Promise.all(fleet.slice(0, 5).map((where) => made.do(task(where, "true"))));
    const stages = done.map(({ failure }) => failure?.kind === "lost" && failure.stage);
    assert.deepEqual(stages, ["command", "command", "command", "queue", "queue"]);
    assert.equal(told.length, 3);
    assert.match(JSON.stringify(told), /is no private key/);
    assert.doesNotMatch(JSON.stringify([told, done]), /SECRET/);
  });
});

describe("a connection", () => {
  const behind = (port: number): Target => ({ ...here.there, port });

  test("is used again while it is kept, until it is released", async () => {
    const between = await here.started(proxy(here.server.port));
    const made = await pool({ lingerSeconds: 60 });
    const where = behind(between.port);
    for (let n = 0; n < 3; n += 1) assert.equal((await made.do(task(where, "true"))).results[0]?.code, 0);
    assert.equal(between.taken, 1);
    made.release(where);
    await between.idle();
    assert.equal((await made.do(task(where, "true"))).results[0]?.code, 0);
    assert.equal(between.taken, 2);
    await made.drain();
    await between.idle();
  });

  test("a server that takes one command a connection is dialled again for the next, of this task or of another", async () => {
    const tiny = await here.started(tinysshd(here.folder, [await publicKey(here.key)]));
    const where = target(tiny.port, tiny.hostKeys);
    const made = await pool({ lingerSeconds: 60 });
    const say = (...words: readonly string[]): Task => ({
      target: where,
      commands: words.map((word) => ({ argv: ["echo", word] })),
    });
    for (const words of [["one", "two", "three"], ["four"]]) {
      const { results, failure } = await made.do(say(...words));
      assert.deepEqual([results.map(({ stdout }) => stdout.trim()), failure], [words, undefined]);
    }
  });

  test("ends with its task where none is kept, and by itself when it has waited", async () => {
    const between = await here.started(proxy(here.server.port));
    for (const lingerSeconds of [0, 0.05]) {
      const made = await pool({ lingerSeconds });
      assert.equal((await made.do(task(behind(between.port), "true"))).results[0]?.code, 0);
      await between.idle();
    }
    assert.equal(between.taken, 2);
  });

  test("of one account is none of another", async () => {
    const between = await here.started(proxy(here.server.port));
    const made = await pool({ lingerSeconds: 60 });
    await made.do(task(behind(between.port), "true"));
    const { failure } = await made.do(task({ ...behind(between.port), user: "nobody" }, "true"));
    assert.equal(failure?.kind, "refused");
    assert.equal(between.taken, 2);
  });
});
