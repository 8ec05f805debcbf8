import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { createServer } from "node:tls";
import { Board } from "../../src/probe/board.ts";
import { probeKinds } from "../../src/probe/kinds.ts";
import { tcp } from "../../src/probe/methods/tcp.ts";
import { Rounds } from "../../src/probe/rounds.ts";
import type { Target } from "../../src/probe/targets.ts";
import { folderOf, freePort, liar, remove, type Running } from "../handshake/servers.ts";
import { until } from "../watch/until.ts";
import { selfSigned } from "./methods/certificates.ts";
import { address, blackHole } from "./methods/world.ts";
import { watcherPace } from "./watcher-pace.ts";

const pace = { intervalMs: 50, timeoutMs: 50 };
const kinds = { ...probeKinds, host: { ...probeKinds.host, ...pace, misses: 3, hits: 2 } };

describe("hosts probed by TCP", () => {
  /** A board that is kept by real probes of one real port. */
  function watch(port: number) {
    const board = new Board(kinds);
    board.setTargets("host", ["h"]);
    let known = board.take()[0]?.records[0];
    const rounds = new Rounds<Target>({
      pace,
      method: tcp,
      onResult: (id, at, outcome) => {
        if (outcome.kind === "unprobed") return board.unprobed("host", id, outcome.why);
        board.record({ kind: "host", id, at, rtt: outcome.kind === "answered" ? outcome.rtt : undefined });
      },
    });
    rounds.retarget([{ id: "h", address, port }]);
    const record = () => (known = board.take()[0]?.records[0] ?? known);
    return { rounds, record };
  }

  test("one that flaps changes its state with each flap, and no more often", async () => {
    const port = await freePort();
    const { rounds, record } = watch(port);
    await until("the first verdict", () => (record()?.up === 0 ? true : undefined));
    for (let flap = 1; flap <= 3; flap += 1) {
      const server = await liar(() => undefined, port);
      await until("up", () => (record()?.up === 1 ? true : undefined));
      assert.equal(record()?.transitions, 2 * flap - 1);
      await server.stop();
      await until("down", () => (record()?.up === 0 ? true : undefined));
      assert.equal(record()?.transitions, 2 * flap);
    }
    await rounds.stop();
  });

  test("a black hole is down", async () => {
    const hole = await blackHole();
    const { rounds, record } = watch(hole.port);
    await until("down", () => (record()?.up === 0 ? true : undefined));
    await rounds.stop();
    await hole.stop();
  });
});

describe("a prober that is stopped and goes on", () => {
  let folder: string;
  let server: Running;
  before(async () => {
    folder = await folderOf("probe-standstill");
    const made = await selfSigned(folder, "desk", 1);
    const tls = createServer({ cert: made.certificatePem, key: made.keyPem }).on("tlsClientError", () => undefined);
    // A desktop that takes its time, so that some probe is under way at any moment.
    server = await liar((socket) => {
      socket.once("data", () => {
        const timer = setTimeout(() => {
          socket.write(Buffer.from("030000130ed000001234000200080001000000", "hex"));
          tls.emit("connection", socket);
        }, watcherPace.timeoutMs / 2);
        socket.on("close", () => clearTimeout(timer));
      });
    });
  });
  after(async () => {
    await server.stop();
    await remove(folder);
  });

  test("misses nothing that answers", async (context) => {
    const script = new URL("watcher.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, [script, `${server.port}`], { stdio: ["ignore", "pipe", "inherit"] });
    context.after(async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    });
    const told: string[] = [];
    createInterface(child.stdout).on("line", (line) => told.push(line));
    const count = (kind: string) => told.filter((line) => line.startsWith(kind)).length;
    await until("answers", () => (count("answered") >= 5 ? true : undefined));
    while (count("unprobed") + count("missed") === 0) {
      // At any point of the round.
      await wait(Math.random() * watcherPace.intervalMs);
      child.kill("SIGSTOP");
      await wait(1.25 * watcherPace.timeoutMs);
      child.kill("SIGCONT");
      const seen = told.length;
      await until("results", () => (told.length >= seen + 5 ? true : undefined));
    }
    assert.equal(count("missed"), 0, told.join("\n"));
    assert.match(told.find((line) => line.startsWith("unprobed")) ?? "", /stood still/);
  });
});
