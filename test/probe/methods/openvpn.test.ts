import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { openvpn, type OpenVpnTarget } from "../../../src/probe/methods/openvpn.ts";
import { missed } from "../../../src/probe/outcome.ts";
import { folderOf, freePort, liar, remove, run, type Running } from "../../handshake/servers.ts";
import { alone } from "./alone.ts";
import { selfSigned } from "./certificates.ts";
import { address, answered, lingering, stopped, within } from "./world.ts";

const ready = /Initialization Sequence Completed/;

const tests = () =>
  describe("an OpenVPN gateway's answer", () => {
    let folder: string;
    let key: string;
    const daemons: ChildProcess[] = [];
    const running: Running[] = [];
    before(async () => {
      folder = await folderOf("probe-openvpn");
      await selfSigned(folder, "gateway", 1);
      key = join(folder, "static.key");
      await run("openvpn", ["--genkey", "secret", key]);
      await run("openvpn", ["--genkey", "secret", join(folder, "other.key")]);
    });
    after(async () => {
      for (const daemon of daemons) {
        const ended = once(daemon, "exit");
        if (daemon.exitCode === null && daemon.kill("SIGKILL")) await ended;
      }
      await Promise.all(running.map((server) => server.stop()));
      await remove(folder);
    });

    /** A real server on loopback that carries nobody's traffic. */
    async function gateway(protocol: "udp" | "tcp", words = ""): Promise<{ port: number; daemon: ChildProcess }> {
      const port = await freePort();
      const usual = "--dev tun --mode server --tls-server --dh none --verb 3 --suppress-timestamps";
      const certificate = "--ca gateway.crt --cert gateway.crt --key gateway.key";
      const where = `--local ${address} --port ${port} --proto ${protocol === "tcp" ? "tcp-server" : "udp"}`;
      const all = [usual, certificate, where, words].join(" ").trim().split(/ +/);
      const daemon = spawn("openvpn", all, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
      daemons.push(daemon);
      const said: string[] = [];
      for await (const line of createInterface(daemon.stdout)) {
        said.push(line);
        if (ready.test(line)) break;
      }
      assert.match(said.at(-1) ?? "", ready, said.join("\n"));
      daemon.stdout.resume();
      return { port, daemon };
    }

    const sealed = [
      ["no key", "", undefined],
      ["tls-auth", "--tls-auth static.key 0", { use: "tls-auth", direction: 1 }],
      ["tls-auth the other way round", "--tls-auth static.key 1", { use: "tls-auth", direction: 0 }],
      ["tls-auth without a direction", "--tls-auth static.key", { use: "tls-auth" }],
      [
        "tls-auth as Azure has it",
        "--tls-auth static.key 0 --auth SHA256",
        { use: "tls-auth", direction: 1, digest: "SHA256" },
      ],
      ["tls-crypt", "--tls-crypt static.key", { use: "tls-crypt" }],
    ] as const;
    for (const protocol of ["udp", "tcp"] as const) {
      for (const [what, words, use] of sealed) {
        test(`${protocol}, ${what}: it answers, again and again`, async () => {
          const { port } = await gateway(protocol, words);
          const staticKey = use === undefined ? undefined : { ...use, file: key };
          const target: OpenVpnTarget = { address, port, protocol, staticKey };
          for (let round = 0; round < 5; round += 1) answered(await openvpn(target, within(10_000)));
          if (protocol === "tcp") assert.deepEqual(await lingering(port), []);
        });
      }
    }

    const ignorant = [
      ["no key file is named", { use: "tls-crypt" }],
      ["the key file is missing", { use: "tls-auth", file: "/nonexistent/static.key" }],
      ["the key is of a kind that the prober cannot use", { use: "tls-crypt-v2", file: "/dev/null" }],
      ["the key file holds none", { use: "tls-crypt", file: "/dev/null" }],
    ] as const;
    for (const [what, staticKey] of ignorant) {
      test(`${what}: a gateway over UDP is not probed, over TCP its port is`, async () => {
        const { port } = await gateway("tcp", "--tls-crypt static.key");
        const udp = await openvpn({ address, port, protocol: "udp", staticKey }, within(200));
        assert.equal(udp.kind, "unprobed", JSON.stringify(udp));
        answered(await openvpn({ address, port, protocol: "tcp", staticKey }, within(10_000)));
        const nobody = { address, port: await freePort(), protocol: "tcp", staticKey } as const;
        assert.deepEqual(await openvpn(nobody, within(5000)), missed({ kind: "refused" }));
      });
    }

    test("a key that appears is used from the next knock on", async () => {
      const { port } = await gateway("udp", "--tls-crypt static.key");
      const file = join(folder, "late.key");
      const target: OpenVpnTarget = { address, port, protocol: "udp", staticKey: { use: "tls-crypt", file } };
      assert.equal((await openvpn(target, within(200))).kind, "unprobed");
      await run("cp", [key, file]);
      answered(await openvpn(target, within(10_000)));
    });

    test("over TCP a gateway that hangs up on a bare knock may want a key: not probed", async () => {
      const { port } = await gateway("tcp", "--tls-auth static.key 0");
      const outcome = await openvpn({ address, port, protocol: "tcp" }, within(10_000));
      assert.ok(outcome.kind === "unprobed", JSON.stringify(outcome));
      assert.match(outcome.why, /static key/);
    });

    test("over TCP one that once answered and now hangs up is missed", async () => {
      const { port, daemon } = await gateway("tcp");
      const target: OpenVpnTarget = { address, port, protocol: "tcp" };
      answered(await openvpn(target, within(10_000)));
      const ended = once(daemon, "exit");
      daemon.kill("SIGKILL");
      await ended;
      const server = await liar((socket) => socket.once("data", () => socket.end()), port);
      running.push(server);
      assert.equal((await openvpn(target, within(10_000))).kind, "missed");
    });

    test("a gateway with another key than the prober's is silent", async () => {
      const { port } = await gateway("udp", "--tls-crypt other.key");
      const target: OpenVpnTarget = { address, port, protocol: "udp", staticKey: { use: "tls-crypt", file: key } };
      assert.equal((await openvpn(target, within(300))).kind, "missed");
    });

    for (const protocol of ["udp", "tcp"] as const) {
      test(`${protocol}: a stopped gateway, which keeps its port, is silent; a killed one refuses`, async () => {
        const { port, daemon } = await gateway(protocol);
        const target: OpenVpnTarget = { address, port, protocol };
        await stopped(daemon);
        const silent = await openvpn(target, within(300));
        assert.ok(silent.kind === "missed" && silent.why.kind === "timeout", JSON.stringify(silent));
        const ended = once(daemon, "exit");
        daemon.kill("SIGKILL");
        await ended;
        assert.deepEqual(await openvpn(target, within(5000)), missed({ kind: "refused" }));
      });
    }

    test("an answer from elsewhere or to another knock is none", async () => {
      const server = createSocket("udp4").bind(0, address);
      await once(server, "listening");
      const stranger = createSocket("udp4");
      const answer = Buffer.from(
        ["40", "a1a2a3a4a5a6a7a8", "01", "00000000", "0102030405060708", "00000000"].join(""),
        "hex",
      );
      server.on("message", (knock, from) => {
        server.send(answer, from.port, from.address);
        stranger.send(
          Buffer.concat([answer.subarray(0, 14), knock.subarray(1, 9), Buffer.alloc(4)]),
          from.port,
          from.address,
        );
      });
      const outcome = await openvpn({ address, port: server.address().port, protocol: "udp" }, within(300));
      server.close();
      stranger.close();
      assert.equal(outcome.kind, "missed");
    });

    test("a file without any key is told with its name", async () => {
      const file = join(folder, "empty.key");
      await writeFile(file, "");
      const outcome = await openvpn(
        { address, port: 1, protocol: "udp", staticKey: { use: "tls-auth", file } },
        within(9),
      );
      assert.deepEqual(outcome, { kind: "unprobed", why: `its tls-auth key ${file}: no OpenVPN static key is in it` });
    });
  });

alone(import.meta.filename, tests);
