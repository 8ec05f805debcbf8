import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { HandshakeResult } from "../../src/handshake/result.ts";
import { HandshakerError, makeHandshakes } from "../../src/reach/handshaker.ts";
import type { Task } from "../../src/reach/tasks.ts";
import { folderOf, liar, remove, type Running, type SshServer, tinysshd } from "../handshake/servers.ts";

describe("the handshaker, in a process of its own", () => {
  let folder: string;
  let server: SshServer;
  let silent: Running;
  before(async () => {
    folder = await folderOf("handshaker");
    server = await tinysshd(folder);
    silent = await liar(() => undefined);
  });
  after(async () => {
    await Promise.all([server.stop(), silent.stop()]);
    await remove(folder);
  });

  const pace = { total: 8, perGroup: { ssh: 4, rdp: 2 } };
  const taskAt = (id: string, port: number): Task => ({
    id,
    via: "ssh",
    address: "127.0.0.1",
    port,
    hostKeys: [server.hostKey],
    group: "body/pool",
    timeoutMs: 60_000,
  });

  test("tells each task's result once", async () => {
    const told: [string, HandshakeResult["kind"]][] = [];
    const tasks = Array.from({ length: 20 }, (_, n) => taskAt(`desk-${n}`, server.port));
    const { signal } = new AbortController();
    await makeHandshakes(tasks, { enter: [], pace, signal, onResult: (task, { kind }) => told.push([task.id, kind]) });
    assert.deepEqual(
      told.toSorted(([left], [right]) => left.localeCompare(right)),
      tasks.map(({ id }) => [id, "ok"] as const).toSorted(([left], [right]) => left.localeCompare(right)),
    );
  });

  test("ends when it is called off, though a server keeps it waiting", async () => {
    const stop = new AbortController();
    const tasks = [taskAt("answers", server.port), taskAt("silent", silent.port)];
    const onResult = (): void => stop.abort(new Error("called off"));
    const work = makeHandshakes(tasks, { enter: [], pace, signal: stop.signal, onResult });
    await assert.rejects(work, { message: "called off" });
  });

  test("says so when the home cannot be entered", async () => {
    const options = { pace, signal: new AbortController().signal, onResult: () => undefined };
    const tasks = [taskAt("desk", server.port)];
    await assert.rejects(makeHandshakes(tasks, { ...options, enter: ["no-such-command-here"] }), (error) => {
      return error instanceof HandshakerError && /cannot start no-such-command-here/.test(error.message);
    });
    await assert.rejects(makeHandshakes(tasks, { ...options, enter: ["sh", "-c", "echo no home here >&2; exit 3"] }), {
      name: "HandshakerError",
      message: "the handshaker ended with 1 desks untold: no home here",
    });
  });
});
