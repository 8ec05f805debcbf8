import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ssh } from "../../../src/probe/methods/ssh.ts";
import { missed } from "../../../src/probe/outcome.ts";
import {
  folderOf,
  freePort,
  liar,
  openssh,
  remove,
  type Running,
  type SshServer,
  tinysshd,
} from "../../handshake/servers.ts";
import { address, answered, lingering, within } from "./world.ts";

describe("SSH's identification", () => {
  let folder: string;
  const running: Running[] = [];
  const servers = new Map<string, SshServer>();
  before(async () => {
    folder = await folderOf("probe-ssh");
    servers.set("tinysshd", await tinysshd(folder));
    servers.set("OpenSSH", await openssh(folder, "ed25519"));
    running.push(...servers.values());
  });
  after(async () => {
    await Promise.all(running.map((server) => server.stop()));
    await remove(folder);
  });

  for (const name of ["tinysshd", "OpenSSH"]) {
    test(`${name} answers again and again, and no connection lingers`, async () => {
      const port = servers.get(name)?.port ?? 0;
      const before = await lingering(port);
      for (let round = 0; round < 20; round += 1) answered(await ssh({ address, port }, within(10_000)));
      assert.deepEqual(await lingering(port), before);
    });
  }

  test("nobody at the port", async () => {
    assert.deepEqual(await ssh({ address, port: await freePort() }, within(5000)), missed({ kind: "refused" }));
  });

  const silent = missed({ kind: "timeout", stage: "greeting", afterMs: 300 });
  const liars = [
    ["says nothing (half-open)", () => undefined, silent],
    [
      "says one byte after another (tarpit)",
      (socket) => {
        const words = "SSH-2.0-tarpit".repeat(1000);
        let said = 0;
        const timer = setInterval(() => socket.write(words.charAt((said += 1))), 30);
        socket.on("close", () => clearInterval(timer));
      },
      silent,
    ],
    [
      "says one line after another",
      (socket) => {
        const timer = setInterval(() => socket.write("please wait\r\n"), 30);
        socket.on("close", () => clearInterval(timer));
      },
      silent,
    ],
    ["hangs up", (socket) => socket.end(), missed({ kind: "closed", stage: "greeting" })],
  ] as const satisfies readonly (readonly [string, Parameters<typeof liar>[0], object])[];
  for (const [what, talk, expected] of liars) {
    test(`a server that ${what}`, async () => {
      const server = await liar(talk);
      running.push(server);
      assert.deepEqual(await ssh({ address, port: server.port }, within(300)), expected);
    });
  }

  test("a server that resets", async () => {
    const server = await liar((socket) => socket.resetAndDestroy());
    running.push(server);
    const outcome = await ssh({ address, port: server.port }, within(5000));
    assert.ok(outcome.kind === "missed" && outcome.why.kind === "closed", JSON.stringify(outcome));
  });

  test("a server that floods is cut off after a bounded part", async () => {
    let sent = 0;
    const server = await liar((socket) => {
      const flood = (): void => {
        while (!socket.destroyed && socket.write(Buffer.alloc(4096, 0x61))) sent += 4096;
      };
      socket.on("drain", flood);
      flood();
    });
    running.push(server);
    const outcome = await ssh({ address, port: server.port }, within(60_000));
    assert.ok(outcome.kind === "missed" && outcome.why.kind === "protocol", JSON.stringify(outcome));
    // What the kernel's buffers hold on both sides comes on top of what was read.
    assert.ok(sent < 64 * 1024 * 1024, `${sent} bytes`);
  });

  test("a server that greets with many lines first is well", async () => {
    const server = await liar((socket) => socket.write(`${"Authorised people only.\r\n".repeat(50)}SSH-2.0-x\r\n`));
    running.push(server);
    answered(await ssh({ address, port: server.port }, within(5000)));
  });
});
