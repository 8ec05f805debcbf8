import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { after, before, describe, test } from "node:test";
import type { Inventory } from "../../src/inventory.ts";
import { probeKinds } from "../../src/probe/kinds.ts";
import type { VantageId } from "../../src/report.ts";
import { folderOf, freePort, remove } from "../handshake/servers.ts";
import { alone } from "../probe/methods/alone.ts";
import { selfSigned } from "../probe/methods/certificates.ts";
import { answering, type Failing, faults, prepareFaults } from "./failing.ts";
import { madeInventory } from "./inventory.ts";
import { stop } from "./town.ts";
import { until } from "./until.ts";
import { Watching } from "./watching.ts";

/**
 * Services and gateways that fail in each way, from the prober to what is exported: real servers (Python's for HTTP,
 * OpenSSL's for HTTPS, OpenVPN by TCP). Beside the one that fails stands one that is well.
 */
const address = "127.0.0.1";
const names = ["well", "ill"] as const;
type Name = (typeof names)[number];
type Ports = Readonly<Record<Name, number>>;

interface Door {
  readonly vantage: VantageId;
  readonly kind: "service" | "gateway";
  /** What a good answer begins with. */
  readonly beginning: Buffer;
  /** Words that start a server. */
  readonly argv: (folder: string, name: Name, port: number) => Promise<readonly string[]>;
  readonly inventory: (ports: Ports) => Inventory;
}

/** TLS's record of a handshake that is to come, 16 KB long. */
const tlsBeginning = Buffer.from("1603034000", "hex");

const doors: Readonly<Record<"http" | "https" | "openvpn", Door>> = {
  http: {
    vantage: "hub",
    kind: "service",
    beginning: Buffer.from("HTTP/1.1 2"),
    argv: async (folder, _, port) => {
      const where = ["--bind", address, "--directory", folder, String(port)];
      return ["python3", "-m", "http.server", ...where];
    },
    inventory: (ports) => services("http", ports),
  },
  https: {
    vantage: "hub",
    kind: "service",
    beginning: tlsBeginning,
    argv: async (folder, name, port) => {
      const { certificate, key } = await selfSigned(folder, name, 30, `IP:${address}`);
      return ["openssl", "s_server", "-accept", `${address}:${port}`, "-cert", certificate, "-key", key, "-www"];
    },
    inventory: (ports) => services("https", ports),
  },
  openvpn: {
    vantage: "public",
    kind: "gateway",
    beginning: Buffer.from("000e40", "hex"),
    argv: async (folder, name, port) => {
      const { certificate, key } = await selfSigned(folder, name, 30);
      const tls = ["--dh", "none", "--ca", certificate, "--cert", certificate, "--key", key];
      const range = ["--server", name === "well" ? "10.96.0.0" : "10.97.0.0", "255.255.255.0", "--topology", "subnet"];
      const where = ["--dev", "tun", "--proto", "tcp-server", "--local", address, "--port", String(port)];
      return ["openvpn", ...where, ...range, ...tls];
    },
    inventory: (ports) =>
      madeInventory({ instances: names.map((id) => ({ id, address, port: ports[id], protocol: "tcp" })) }),
  },
};

function services(protocol: "http" | "https", ports: Ports): Inventory {
  const ca = (id: string) => (protocol === "https" ? { ca: `${id}.crt` } : {});
  return madeInventory({
    services: names.map((id) => ({ id, name: id, url: `${protocol}://${address}:${ports[id]}/`, ...ca(id) })),
  });
}

interface Parts {
  readonly folder: string;
  readonly watching: Watching;
  readonly well: ChildProcess;
  /** What serves on the ill door's port while that is well. */
  readonly argv: readonly string[];
  readonly port: number;
}

/** One door that fails and one that is well. */
class World implements Failing {
  readonly port: number;
  readonly beginning: Buffer;
  readonly #door: Door;
  readonly #parts: Parts;
  server: ChildProcess | undefined;

  static async build(door: Door): Promise<World> {
    const folder = await folderOf("doors");
    const ports = { well: await freePort(), ill: await freePort() };
    const argv = { well: await door.argv(folder, "well", ports.well), ill: await door.argv(folder, "ill", ports.ill) };
    const well = await answering(argv.well, ports.well);
    const pace = { intervalMs: 500, timeoutMs: 500, misses: 3, hits: 1 };
    const watching = await Watching.start({
      folder,
      inventory: door.inventory(ports),
      vantage: door.vantage,
      kinds: { [door.kind]: { ...probeKinds[door.kind], ...pace } },
    });
    return new World(door, { port: ports.ill, argv: argv.ill, folder, watching, well });
  }

  private constructor(door: Door, parts: Parts) {
    this.#door = door;
    this.#parts = parts;
    this.beginning = door.beginning;
    this.port = parts.port;
  }

  async serve(): Promise<void> {
    this.server = await answering(this.#parts.argv, this.port);
  }

  async raze(): Promise<void> {
    await this.#parts.watching.stop();
    await stop(this.#parts.well, "SIGKILL");
    if (this.server !== undefined) await stop(this.server, "SIGKILL");
    await remove(this.#parts.folder);
  }

  async becomes(up: 0 | 1): Promise<void> {
    for (const [name, wanted] of [
      ["ill", up],
      ["well", 1],
    ] as const) {
      await until(`${name} to be ${wanted}`, async () => ((await this.#of("up", name)) === wanted ? true : undefined));
    }
  }

  /** All that is exported of both: a door that can be asked is never told as not probed. */
  async exports(up: 0 | 1): Promise<void> {
    const of = async (name: Name) => ({
      up: await this.#of("up", name),
      unprobed: await this.#of("unprobed", name),
      ...(this.#door.kind === "service" ? { status: await this.#of("http_status", name) } : {}),
    });
    const expected = (up: 0 | 1) => ({
      up,
      unprobed: 0,
      ...(this.#door.kind === "service" ? { status: up === 1 ? 200 : 0 } : {}),
    });
    assert.deepEqual({ ill: await of("ill"), well: await of("well") }, { ill: expected(up), well: expected(1) });
    await until("every door to be probed", async () =>
      (await this.#parts.watching.values("deskbridge_probe_coverage_ratio{", `kind="${this.#door.kind}"`))[0] === 1
        ? true
        : undefined,
    );
  }

  async #of(what: string, name: Name): Promise<number | undefined> {
    const { kind } = this.#door;
    return (await this.#parts.watching.values(`deskbridge_${kind}_${what}{`, `${kind}="${name}"`))[0];
  }
}

alone(import.meta.filename, () => {
  before(prepareFaults);
  for (const [by, door] of Object.entries(doors)) {
    describe(`${door.kind}s asked by ${by}`, () => {
      let world: World;
      before(async () => {
        world = await World.build(door);
        await world.serve();
        await world.becomes(1);
      });
      after(() => world.raze());

      for (const { what, impose } of faults) {
        test(`one that ${what} is down`, async () => {
          const lift = await impose(world);
          try {
            await world.becomes(0);
            await world.exports(0);
          } finally {
            await lift();
          }
          await world.becomes(1);
          await world.exports(1);
        });
      }
    });
  }
});
