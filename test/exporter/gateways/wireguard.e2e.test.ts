import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { wireguardCollector } from "../../../src/exporter/collectors/wireguard.ts";
import { folderOf, remove, run } from "../../handshake/servers.ts";
import { alone } from "../../probe/methods/alone.ts";
import { madeInventory } from "../../watch/inventory.ts";
import { until } from "../../watch/until.ts";
import { gather, sceneOf } from "./daemons.ts";

const outside = { gateway: "192.0.2.1", home: "192.0.2.2" };
const inside = { gateway: "10.96.0.1", anna: "10.96.0.2", bruno: "10.96.0.3" };
const inventory = madeInventory({
  instances: [
    { wireguard: ["ip", "netns", "exec", "gateway", "wg", "show", "wg-gw", "dump"] },
    { wireguard: ["wg", "show", "all", "dump"] },
    { wireguard: ["wg", "show", "nothing", "dump"] },
  ],
});

const tests = () =>
  describe("people at a real WireGuard", () => {
    let folder: string;
    let daemons: ChildProcess[] = [];
    const keys = new Map<string, string>();
    let later = 0;
    let scene: ReturnType<typeof sceneOf>;

    const ip = (...words: readonly string[]) => run("ip", [...words]);
    before(async () => {
      folder = await folderOf("wireguard");
      // This namespace's own /run, so that nothing of the test's is left on the machine's.
      await run("mount", ["-t", "tmpfs", "none", "/run"]);
      for (const name of ["gateway", "anna", "bruno"]) {
        const key = (await run("wg", ["genkey"])).stdout;
        await writeFile(join(folder, name), key, { mode: 0o600 });
        keys.set(name, (await run("sh", ["-c", `wg pubkey < ${join(folder, name)}`])).stdout.trim());
      }
      for (const name of ["gateway", "home"] as const) {
        await ip("netns", "add", name);
        await ip("-n", name, "link", "set", "lo", "up");
      }
      await ip("-n", "gateway", "link", "add", "name", "line", "type", "veth", "peer", "name", "line", "netns", "home");
      for (const name of ["gateway", "home"] as const) {
        await ip("-n", name, "addr", "add", `${outside[name]}/30`, "dev", "line");
        await ip("-n", name, "link", "set", "line", "up");
      }
      await start("gateway", "wg-gw", `${inside.gateway}/24`, [
        "listen-port",
        "51820",
        "private-key",
        join(folder, "gateway"),
      ]);
      for (const name of ["anna", "bruno"] as const) await wg("gateway", "wg-gw", ...peer(name));
      const endpoint = ["endpoint", `${outside.gateway}:51820`, "allowed-ips", "10.96.0.0/24"];
      const to = ["private-key", join(folder, "anna"), "peer", keys.get("gateway") ?? "", ...endpoint];
      await start("home", "wg-home", `${inside.anna}/24`, to);
      scene = sceneOf(inventory, { labRoot: folder, now: () => Date.now() + later });
    });
    after(async () => {
      for (const daemon of daemons) {
        const ended = once(daemon, "exit");
        if (daemon.kill("SIGKILL")) await ended;
      }
      await remove(folder);
    });

    const peer = (name: "anna" | "bruno"): readonly string[] => [
      "peer",
      keys.get(name) ?? "",
      "allowed-ips",
      `${inside[name]}/32`,
    ];
    const wg = (namespace: string, name: string, ...words: readonly string[]) =>
      ip("netns", "exec", namespace, "wg", "set", name, ...words);

    async function start(namespace: string, name: string, at: string, words: readonly string[]): Promise<void> {
      const daemon = spawn("nsenter", [`--net=/run/netns/${namespace}`, "wireguard-go", "-f", name], {
        stdio: "ignore",
      });
      daemons.push(daemon);
      daemon.once("exit", () => (daemons = daemons.filter((each) => each !== daemon)));
      await until(name, () => wg(namespace, name, ...words).catch(() => undefined));
      await ip("-n", namespace, "addr", "add", at, "dev", name);
      await ip("-n", namespace, "link", "set", name, "up");
    }

    /** One echo: an IP packet of 84 bytes, which WireGuard pads to 96 and carries in 128. */
    const ping = (count = 1) =>
      ip("netns", "exec", "home", "ping", "-q", "-c", String(count), "-i", "0.05", "-W", "5", inside.gateway);
    const look = async () => {
      const { series, fault } = await gather(wireguardCollector, scene);
      assert.match(fault ?? "", /^hub-c: wg ended with 1: Unable to access interface: [^;]*$/);
      return series;
    };
    const figures = async (gateway: string): Promise<readonly (number | undefined)[]> => {
      const series = await look();
      return ["vpn_sessions", "vpn_rx_bytes_total", "vpn_tx_bytes_total"].map((name) =>
        series.get(`${name} ${gateway}`),
      );
    };

    test("peers who never came are no sessions; an interface that is not there is told, and takes nothing from others", async () => {
      assert.deepEqual(await figures("hub-a"), [0, 0, 0]);
      assert.deepEqual(await figures("hub-b"), [0, 0, 0]);
    });

    test("who shakes hands has a session, and bytes both ways", async () => {
      await ping();
      assert.equal((await figures("hub-a"))[0], 1);
      const [, rx = 0, tx = 0] = await figures("hub-a");
      await ping(5);
      assert.deepEqual(await figures("hub-a"), [1, rx + 5 * 128, tx + 5 * 128]);
    });

    test("three minutes after the last handshake there is no session", async () => {
      later = 180_000;
      assert.equal((await figures("hub-a"))[0], 0);
      later = 0;
      assert.equal((await figures("hub-a"))[0], 1);
    });

    test("a peer that is removed, and comes again, takes no bytes away", async () => {
      const [, rx = 0, tx = 0] = await figures("hub-a");
      await wg("gateway", "wg-gw", "peer", keys.get("anna") ?? "", "remove");
      assert.deepEqual(await figures("hub-a"), [0, rx, tx]);
      await wg("gateway", "wg-gw", ...peer("anna"));
      assert.deepEqual(await figures("hub-a"), [0, rx, tx]);
      await wg("home", "wg-home", "peer", keys.get("gateway") ?? "", "remove");
      const endpoint = ["endpoint", `${outside.gateway}:51820`, "allowed-ips", "10.96.0.0/24"];
      await wg("home", "wg-home", "peer", keys.get("gateway") ?? "", ...endpoint);
      await ping();
      const [sessions, more = 0] = await figures("hub-a");
      assert.equal(sessions, 1);
      assert.ok(more > rx);
    });
  });

alone(import.meta.filename, tests);
