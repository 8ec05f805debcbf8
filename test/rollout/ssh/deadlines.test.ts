import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import { Worker } from "node:worker_threads";
import {
  ChangedHostKeyError,
  DeadlineError,
  LostError,
  RefusedError,
  UnreachableError,
} from "../../../src/rollout/ssh/failure.ts";
import type { Deadlines, Pacing, Target } from "../../../src/rollout/ssh/target.ts";
import { freePort, liar, patient, type Proxy, proxy, publicKey, sshd, target } from "./servers.ts";
import type { Running } from "../../handshake/servers.ts";
import { failing, type World, world } from "./world.ts";

let here: World;
before(async () => {
  here = await world("ssh-deadlines");
});
after(() => here.end());

/** All deadlines are long but this one: what fails, fails by it. */
function hasty(deadline: Partial<Deadlines>, more: Partial<Pacing> = {}): Pacing {
  return { ...patient, ...more, deadlines: { ...patient.deadlines, ...deadline } };
}
const lively = (): Pacing => hasty({}, { keepAlive: { seconds: 0.1, misses: 2 } });
const through = (gateway: Running, more: Partial<Target> = {}): Target => ({
  ...here.there,
  via: { ...here.there, name: "gateway", port: gateway.port },
  ...more,
});
/** In front of the server. */
const line = (): Promise<Proxy> => here.started(proxy(here.server.port));

/** A port whose queue is full and is never emptied: the kernel answers nobody there. */
async function deaf(): Promise<Running> {
  const program = `
    const { parentPort } = require("node:worker_threads");
    const server = require("node:net").createServer();
    server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
      parentPort.postMessage(server.address());
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
    });`;
  const worker = new Worker(program, { eval: true });
  const [{ port }] = (await once(worker, "message")) as [AddressInfo];
  const fill: Socket[] = [];
  // A backlog of one has room for two.
  for (let n = 0; n < 2; n += 1) {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    fill.push(socket);
    await once(socket, "connect");
  }
  return {
    port,
    stop: async () => {
      for (const socket of fill) socket.destroy();
      await worker.terminate();
    },
  };
}

describe("a peer that stalls", () => {
  test("before TCP is taken", async () => {
    const { port } = await here.started(deaf());
    const dialing = here.open({ ...here.there, port }, here.dialer(undefined, hasty({ connect: 0.3 })));
    const { failure } = await failing(dialing, DeadlineError);
    assert.deepEqual(failure, { kind: "deadline", host: "desk", stage: "connect", seconds: 0.3 });
  });

  for (const [what, talk, detail] of [
    ["before its banner", "", "silent before its banner"],
    ["while it greets and has no banner", "welcome\r\n".repeat(3), "silent before its banner"],
    ["after its banner", "SSH-2.0-stalls\r\n", "silent in the key exchange"],
  ] as const) {
    test(what, async () => {
      const { port } = await here.started(liar((socket) => socket.resume().write(talk)));
      const dialing = here.open({ ...here.there, port }, here.dialer(undefined, hasty({ handshake: 0.3 })));
      const { failure } = await failing(dialing, DeadlineError);
      assert.deepEqual(failure, { kind: "deadline", host: "desk", stage: "handshake", seconds: 0.3, detail });
    });
  }

  test("in the login", async () => {
    const config = ["AuthorizedKeysFile none", "AuthorizedKeysCommand /bin/sleep 60", "AuthorizedKeysCommandUser root"];
    const slow = await here.started(sshd(here.folder, "slow", { config }));
    const dialing = here.open(target(slow.port, slow.hostKeys), here.dialer(undefined, hasty({ handshake: 0.7 })));
    const { failure } = await failing(dialing, DeadlineError);
    assert.deepEqual([failure.stage, failure.detail], ["handshake", "silent in the login"]);
  });

  test("before it takes the command", async () => {
    const between = await line();
    const connection = await here.open(
      { ...here.there, port: between.port },
      here.dialer(undefined, hasty({ channel: 0.3 })),
    );
    between.stall();
    const { failure } = await failing(connection.run({ argv: ["true"] }), DeadlineError);
    assert.deepEqual(failure, { kind: "deadline", host: "desk", stage: "channel", seconds: 0.3 });
    assert.equal(connection.isOpen, false);
    await between.idle();
  });

  test("behind a gateway that lives", async () => {
    const { port } = await here.started(deaf());
    const dialing = here.open(through(here.server, { port }), here.dialer(undefined, hasty({ connect: 0.3 })));
    const { failure } = await failing(dialing, DeadlineError);
    assert.deepEqual([failure.host, failure.stage, failure.detail], ["desk", "connect", "through gateway"]);
  });
});

describe("a half-open transport", () => {
  test("is lost by its keep-alive while a command runs", async () => {
    const between = await line();
    const connection = await here.open({ ...here.there, port: between.port }, here.dialer(undefined, lively()));
    const running = failing(connection.run({ argv: ["sleep", "60"] }), LostError);
    between.stall();
    assert.match(
      (await running).message,
      /while the command ran: it answers no more \(keep-alive\)|before the command/,
    );
    assert.equal(connection.isOpen, false);
    await between.idle();
  });

  test("to a gateway is lost with all behind it", async () => {
    const between = await line();
    const dialer = here.dialer(undefined, lively());
    const connection = await here.open(through(between), dialer);
    const running = failing(connection.run({ argv: ["sleep", "60"] }), LostError);
    between.stall();
    await running;
    await between.idle();
  });

  test("a command that says nothing is not taken for one", async () => {
    const connection = await here.open(here.there, here.dialer(undefined, lively()));
    assert.equal((await connection.run({ argv: ["sleep", "1"] })).code, 0);
  });

  test("a reset between commands, and in one, is a loss and no more", async () => {
    const between = await line();
    const connection = await here.open({ ...here.there, port: between.port });
    assert.equal((await connection.run({ argv: ["true"] })).code, 0);
    between.cut();
    await failing(connection.run({ argv: ["true"] }), LostError);
    const other = await here.open({ ...here.there, port: between.port });
    const running = failing(other.run({ argv: ["sleep", "60"] }), LostError);
    between.cut();
    await running;
    assert.equal(other.isOpen, false);
  });
});

describe("through a gateway", () => {
  test("desks share its one connection, and a lost one is made anew", async () => {
    const between = await line();
    const dialer = here.dialer();
    const both = await Promise.all([here.open(through(between), dialer), here.open(through(between), dialer)]);
    for (const connection of both) assert.equal((await connection.run({ argv: ["echo"] })).stdout, "\n");
    assert.equal(between.taken, 1);
    const running = both.map((connection) => failing(connection.run({ argv: ["sleep", "60"] }), LostError));
    between.cut();
    await Promise.all(running);
    const again = await here.open(through(between), dialer);
    assert.equal((await again.run({ argv: ["true"] })).code, 0);
    assert.equal(between.taken, 2);
  });

  test("both host keys are checked", async () => {
    const other = target(here.server.port, [await publicKey(here.stranger)]);
    const desk = await failing(here.open(through(here.server, { known: other.known })), ChangedHostKeyError);
    assert.equal(desk.failure.host, "desk");
    const via = { ...other, name: "gateway" };
    const gateway = await failing(here.open(through(here.server, { via })), ChangedHostKeyError);
    assert.equal(gateway.failure.host, "gateway");
  });

  test("one that lets nobody in, or does not forward, is named", async () => {
    const identity = here.dialer({ keys: [{ file: here.stranger }] });
    assert.equal((await failing(here.open(through(here.server), identity), RefusedError)).failure.host, "gateway");
    const nowhere = through(here.server, { port: await freePort() });
    const { failure } = await failing(here.open(nowhere), UnreachableError);
    assert.equal(failure.host, "desk");
    assert.match(failure.detail, /^gateway cannot connect to it: .*Connection refused/);
  });

  test("who lets go while it is connected leaves the others", async () => {
    const between = await line();
    const dialer = await here.dialer();
    const controller = new AbortController();
    const other = here.open(through(between), Promise.resolve(dialer));
    const letGo = failing(dialer.connect(through(between), controller.signal), LostError);
    controller.abort();
    assert.match((await letGo).message, /let go on request/);
    assert.equal((await (await other).run({ argv: ["true"] })).code, 0);
  });
});
