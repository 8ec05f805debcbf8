import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import type { HandshakeResult } from "../../src/handshake/result.ts";
import { handshakesWithSecondLook } from "../../src/reach/second-look.ts";
import type { Task } from "../../src/reach/tasks.ts";
import { folderOf, liar, remove, type Running, type SshServer, tinysshd } from "../handshake/servers.ts";

describe("a desk that did not answer is asked once more", () => {
  let folder: string;
  let server: SshServer;
  before(async () => {
    folder = await folderOf("second-look");
    server = await tinysshd(folder);
  });
  after(async () => {
    await server.stop();
    await remove(folder);
  });

  const taskAt = (id: string, port: number, hostKeys = [server.hostKey]): Task => ({
    id,
    via: "ssh",
    address: "127.0.0.1",
    port,
    hostKeys,
    group: "body/pool",
    timeoutMs: 30_000,
  });

  /** What is told of tasks, which of them as late, and how often a door was knocked at. */
  async function look(tasks: readonly Task[]): Promise<{ told: [string, HandshakeResult["kind"]][]; late: string[] }> {
    const told: [string, HandshakeResult["kind"]][] = [];
    const late: string[] = [];
    await handshakesWithSecondLook(tasks, {
      enter: [],
      pace: { total: 8, perGroup: { ssh: 8, rdp: 2 } },
      signal: new AbortController().signal,
      onResult: ({ id }, { kind }) => told.push([id, kind]),
      onLate: ({ id }) => late.push(id),
    });
    return { told: told.toSorted(([left], [right]) => left.localeCompare(right)), late };
  }

  /** Breaks the first connections off, then stands for the server. */
  async function breaking(first: number): Promise<Running & { readonly knocks: () => number }> {
    let knocks = 0;
    const door = await liar((socket: Socket) => {
      knocks += 1;
      if (knocks <= first) {
        socket.destroy();
        return;
      }
      const behind = connect(server.port, "127.0.0.1");
      socket.pipe(behind).pipe(socket);
      for (const [one, other] of [[socket, behind] as const, [behind, socket] as const]) {
        one.on("error", () => other.destroy());
        one.on("close", () => other.destroy());
      }
    });
    return { ...door, knocks: () => knocks };
  }

  test("one that breaks off once counts as reached, and is told as late", async () => {
    const door = await breaking(1);
    const { told, late } = await look([taskAt("good", server.port), taskAt("shaky", door.port)]);
    await door.stop();
    assert.deepEqual(told, [
      ["good", "ok"],
      ["shaky", "ok"],
    ]);
    assert.deepEqual(late, ["shaky"]);
  });

  test("one that breaks off again is told once, as it ended the second time", async () => {
    const door = await breaking(2);
    const { told, late } = await look([taskAt("bad", door.port)]);
    await door.stop();
    assert.deepEqual(told, [["bad", "closed"]]);
    assert.deepEqual(late, []);
    assert.equal(door.knocks(), 2);
  });

  test("a wrong host key is an answer, and nobody is asked again for it", async () => {
    const door = await breaking(0);
    const { told } = await look([taskAt("other", door.port, [server.hostKey.replace(/.{8}$/, "AAAAAAAA")])]);
    await door.stop();
    assert.deepEqual(told, [["other", "wrong-host-key"]]);
    assert.equal(door.knocks(), 1);
  });

  test("where many fail it is no chance: each is told, and none is asked again", async () => {
    const door = await breaking(Number.POSITIVE_INFINITY);
    const tasks = Array.from({ length: 100 }, (_, n) => taskAt(`desk-${String(n).padStart(3, "0")}`, door.port));
    const { told } = await look([...tasks, taskAt("good", server.port)]);
    await door.stop();
    assert.deepEqual(
      told.filter(([, kind]) => kind !== "closed"),
      [["good", "ok"]],
    );
    assert.equal(told.length, 101);
    assert.equal(door.knocks(), 100);
  });
});
