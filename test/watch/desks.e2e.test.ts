import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { probeKinds } from "../../src/probe/kinds.ts";
import { folderOf, freePort, remove, run } from "../handshake/servers.ts";
import { alone } from "../probe/methods/alone.ts";
import { selfSigned } from "../probe/methods/certificates.ts";
import { answering, type Failing, faults, prepareFaults } from "./failing.ts";
import { madeInventory } from "./inventory.ts";
import { stop } from "./town.ts";
import { until } from "./until.ts";
import { Watching } from "./watching.ts";

/**
 * Desks that fail in each way, asked by each method for hosts, from the prober to what is exported: real servers (OpenSSH,
 * xrdp) in a network of the file's own, where the kernel loses packets by port. Beside the one that fails stands one
 * that is well.
 */
const address = "127.0.0.1";
const asked = ["tcp", "ssh", "rdp"] as const;
type Asked = (typeof asked)[number];

async function sshServer(folder: string, name: string, port: number): Promise<readonly string[]> {
  const [key, config] = [join(folder, `${name}.key`), join(folder, `${name}.conf`)];
  // Debian's sshd will not start without it; an installed service makes it at boot.
  mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key]);
  writeFileSync(config, `HostKey ${key}\nListenAddress ${address}:${port}\nUsePAM no\nPidFile none\n`);
  return ["/usr/sbin/sshd", "-D", "-e", "-f", config];
}

async function desktop(folder: string, name: string, port: number): Promise<readonly string[]> {
  const { certificate, key } = await selfSigned(folder, name, 30);
  const config = join(folder, `${name}.ini`);
  const globals = ["ini_version=1", "fork=true", `port=tcp://${address}:${port}`, "security_layer=tls"];
  const tls = [`certificate=${certificate}`, `key_file=${key}`, "ssl_protocols=TLSv1.2, TLSv1.3"];
  const log = ["[Logging]", `LogFile=${join(folder, `${name}.log`)}`, "LogLevel=WARNING", "EnableSyslog=false"];
  writeFileSync(
    config,
    ["[Globals]", ...globals, ...tls, ...log, "[Xorg]", "name=Desk", "lib=libxup.so", ""].join("\n"),
  );
  return ["xrdp", "--nodaemon", "--config", config];
}

/** What a good server's answer begins with. */
const beginnings: Readonly<Record<Asked, Buffer>> = {
  tcp: Buffer.alloc(0),
  ssh: Buffer.from("SSH-2.0-"),
  rdp: Buffer.from("0300ffff", "hex"),
};

interface Parts {
  readonly method: Asked;
  readonly folder: string;
  readonly watching: Watching;
  readonly well: ChildProcess;
  /** What serves on the ill desk's port while that is well. */
  readonly argv: readonly string[];
  readonly port: number;
}

/** One desk that fails and one that is well, watched by one method. */
class World implements Failing {
  readonly method: Asked;
  readonly port: number;
  readonly #parts: Parts;
  server: ChildProcess | undefined;

  static async build(method: Asked): Promise<World> {
    const folder = await folderOf(`desks-${method}`);
    const ports = { well: await freePort(), ill: await freePort() };
    const make = method === "rdp" ? desktop : sshServer;
    const well = await answering(await make(folder, "well", ports.well), ports.well);
    const argv = await make(folder, "ill", ports.ill);
    const inventory = madeInventory({
      hosts: Object.keys(ports).map((name) => ({ name, address })),
    });
    const hosts = inventory.hosts.map((host) => {
      const port = host.name === "well" ? ports.well : ports.ill;
      return { ...host, ports: { ssh: port, rdp: port } };
    });
    const pace = { intervalMs: 500, timeoutMs: 500, misses: 3, hits: 2 };
    const watching = await Watching.start({
      folder,
      inventory: { ...inventory, hosts },
      vantage: "hub",
      kinds: { host: { ...probeKinds.host, ...pace, method } },
    });
    return new World({ method, folder, watching, well, argv, port: ports.ill });
  }

  get beginning(): Buffer {
    return beginnings[this.method];
  }

  constructor(parts: Parts) {
    this.method = parts.method;
    this.port = parts.port;
    this.#parts = parts;
  }

  async serve(): Promise<void> {
    this.server = await answering(this.#parts.argv, this.port);
  }

  async raze(): Promise<void> {
    const { watching, well, folder } = this.#parts;
    await watching.stop();
    await stop(well, "SIGKILL");
    if (this.server !== undefined) await stop(this.server, "SIGKILL");
    await remove(folder);
  }

  values(...parts: readonly string[]): Promise<readonly number[]> {
    return this.#parts.watching.values(...parts);
  }

  async becomes(up: 0 | 1, host = "ill"): Promise<void> {
    await until(`${host} to be ${up} by ${this.method}`, async () =>
      (await this.values("deskbridge_host_up{", `host="${host}"`))[0] === up ? true : undefined,
    );
  }

  /** Waits for so many seconds' results. */
  async looksOn(seconds: number): Promise<void> {
    const lastRun = async () =>
      (await this.values("deskbridge_probe_last_run_timestamp_seconds{", 'kind="host"'))[0] ?? 0;
    const from = await lastRun();
    await until("more results", async () => ((await lastRun()) >= from + seconds ? true : undefined));
  }

  /** All that is exported of both: the one that is well is never touched. */
  async exports(up: 0 | 1, transitions: number): Promise<void> {
    const of = async (metric: string, label: string, id: string) =>
      (await this.values(`deskbridge_${metric}{`, `${label}="${id}"`))[0];
    assert.deepEqual(
      {
        host: await of("host_up", "host", "ill"),
        desk: await of("desk_up", "desk", "desk-ill"),
        transitions: await of("host_transitions_total", "host", "ill"),
        wellHost: await of("host_up", "host", "well"),
        wellDesk: await of("desk_up", "desk", "desk-well"),
        wellTransitions: await of("host_transitions_total", "host", "well"),
      },
      { host: up, desk: up, transitions, wellHost: 1, wellDesk: 1, wellTransitions: 0 },
    );
    // Its last round trip stays, so that nobody takes a silent desk for one that was never seen.
    assert.ok(((await of("host_rtt_seconds", "host", "ill")) ?? 0) > 0);
    const certificates = await this.values("deskbridge_host_certificate_expiry_timestamp_seconds{");
    assert.equal(certificates.length, this.method === "rdp" ? 2 : 0);
    await until("every desk to be probed", async () =>
      (await this.values("deskbridge_probe_coverage_ratio{", 'kind="host"'))[0] === 1 ? true : undefined,
    );
  }
}

alone(import.meta.filename, () => {
  before(prepareFaults);
  for (const method of asked) {
    describe(`desks asked by ${method}`, () => {
      let world: World;
      let transitions = 0;
      before(async () => {
        world = await World.build(method);
        await world.serve();
        await world.becomes(1, "well");
        await world.becomes(1);
        transitions = (await world.values("deskbridge_host_transitions_total{", 'host="ill"'))[0] ?? 0;
        await world.exports(1, transitions);
      });
      after(() => world.raze());

      for (const { what, connects, impose } of faults) {
        const seen = method !== "tcp" || !connects;
        test(`one that ${what} is ${seen ? "down" : "up"}`, async () => {
          const lift = await impose(world);
          try {
            if (seen) {
              await world.becomes(0);
              transitions += 1;
              await world.exports(0, transitions);
            } else {
              await world.looksOn(3);
              await world.exports(1, transitions);
            }
          } finally {
            await lift();
          }
          await world.becomes(1);
          if (seen) transitions += 1;
          await world.exports(1, transitions);
        });
      }

      test("one that flaps goes down and up with each flap, and no more often", async () => {
        for (let flap = 1; flap <= 3; flap += 1) {
          assert.ok(world.server !== undefined);
          await stop(world.server, "SIGKILL");
          await world.becomes(0);
          await world.exports(0, (transitions += 1));
          await world.serve();
          await world.becomes(1);
          await world.exports(1, (transitions += 1));
        }
      });
    });
  }
});
