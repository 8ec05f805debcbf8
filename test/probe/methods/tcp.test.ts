import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, test } from "node:test";
import { tcp } from "../../../src/probe/methods/tcp.ts";
import { missed, outcomeOf } from "../../../src/probe/outcome.ts";
import { freePort, liar, type Running } from "../../handshake/servers.ts";
import { address, answered, blackHole, connections, lingering, within } from "./world.ts";

const running: Running[] = [];
after(() => Promise.all(running.map((server) => server.stop())));

async function open(): Promise<number> {
  const server = await liar((socket) => socket.resume());
  running.push(server);
  return server.port;
}

test("a port that takes connections answers, and no connection lingers in TIME_WAIT", async () => {
  const port = await open();
  const outcomes = await Promise.all(Array.from({ length: 200 }, () => tcp({ address, port }, within(5000))));
  for (const outcome of outcomes) answered(outcome);
  assert.deepEqual(await lingering(port), []);
});

test("nobody at the port", async () => {
  assert.deepEqual(await tcp({ address, port: await freePort() }, within(5000)), missed({ kind: "refused" }));
});

test("a server whose backlog is full is silent; nothing of the probe is left", async () => {
  const hole = await blackHole();
  const before = (await connections(hole.port, "syn-sent")).length;
  assert.deepEqual(
    await tcp({ address, port: hole.port }, within(200)),
    missed({ kind: "timeout", stage: "connect", afterMs: 200 }),
  );
  assert.equal((await connections(hole.port, "syn-sent")).length, before);
  await hole.stop();
});

test("no route to the address", async () => {
  // TCP has no way to all of a network at once: Linux refuses it as it does an address without a route.
  const outcome = await tcp({ address: "255.255.255.255", port: 9 }, within(5000));
  assert.ok(outcome.kind === "missed" && outcome.why.kind === "unreachable", JSON.stringify(outcome));
});

test("a probe that is given up is not told as a miss", async () => {
  const hole = await blackHole();
  const abort = new AbortController();
  const probing = tcp({ address, port: hole.port }, { timeoutMs: 60_000, signal: abort.signal });
  abort.abort();
  assert.equal((await probing).kind, "unprobed");
  await hole.stop();
});

test("a target without a port is not probed", async () => {
  assert.equal((await tcp({ address }, within(100))).kind, "unprobed");
});

for (const code of ["EMFILE", "ENFILE", "EADDRNOTAVAIL", "ENOBUFS", "ENOMEM", "EACCES", "EPERM"]) {
  test(`${code} is this machine's fault, and no miss`, () => {
    assert.equal(outcomeOf(Object.assign(new Error(code), { code }), "connect").kind, "unprobed");
    assert.equal(missed({ kind: "unreachable", code }).kind, "unprobed");
  });
}

for (const code of ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT", "ECONNRESET"]) {
  test(`${code} is a miss`, () => {
    assert.equal(outcomeOf(Object.assign(new Error(code), { code }), "connect").kind, "missed");
  });
}

test("with an exhausted file table no method calls anything down", async () => {
  const script = new URL("exhausted.ts", import.meta.url).pathname;
  const port = String(await open());
  const words = ["-c", 'ulimit -n 64 && exec "$0" "$@"', process.execPath, script, port];
  const { stdout, stderr } = spawnSync("sh", words, { encoding: "utf8" });
  const told = JSON.parse(stdout || JSON.stringify(stderr)) as Record<string, string>;
  for (const [method, outcome] of Object.entries(told)) assert.match(outcome, /^unprobed: .*EMFILE/, method);
  assert.equal(Object.keys(told).length, 8);
});
