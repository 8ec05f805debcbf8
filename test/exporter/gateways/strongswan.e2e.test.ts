import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { strongswanCollector } from "../../../src/exporter/collectors/strongswan.ts";
import { folderOf, remove, run } from "../../handshake/servers.ts";
import { alone } from "../../probe/methods/alone.ts";
import { madeInventory } from "../../watch/inventory.ts";
import { until } from "../../watch/until.ts";
import { Charon, type Connection } from "./charons.ts";
import { gather, sceneOf } from "./daemons.ts";

const inventory = madeInventory({
  instances: [{ vici: "gateway/vici" }],
  sites: [
    {
      name: "hall",
      router: "10.0.1.1",
      links: [
        { name: "fibre", address: "10.112.0.6", instance: "hub-a" },
        { name: "radio", address: "10.112.0.10", instance: "hub-a" },
        { name: "unloaded", address: "10.112.0.14", instance: "hub-a" },
      ],
    },
  ],
});
const outside = { gateway: "192.0.2.1", site: "192.0.2.2" };
const inside = { gateway: "10.112.0.5", site: "10.112.0.6" };
const line = (name: string, remote: string, beyond: string): Connection => ({
  name: `torino-hall-${name}`,
  local: outside.gateway,
  remote,
  localId: "gateway",
  remoteId: name,
  inside: inside.gateway,
  beyond,
  starts: false,
});
const atGateway = [line("fibre", outside.site, inside.site), line("radio", "192.0.2.6", "10.112.0.10")];
const atSite: readonly Connection[] = [
  {
    name: "torino-hall-fibre",
    local: outside.site,
    remote: outside.gateway,
    localId: "fibre",
    remoteId: "gateway",
    inside: inside.site,
    beyond: inside.gateway,
    starts: true,
  },
];

const tests = () =>
  describe("lines' tunnels, as a real charon tells of them", () => {
    let folder: string;
    let gateway: Charon;
    let site: Charon;
    let scene: ReturnType<typeof sceneOf>;

    before(async () => {
      folder = await folderOf("strongswan");
      // This namespace's own /run, so that nothing of the test's is left on the machine's.
      await run("mount", ["-t", "tmpfs", "none", "/run"]);
      for (const name of ["gateway", "site"] as const) {
        await run("ip", ["netns", "add", name]);
        await run("ip", ["-n", name, "link", "set", "lo", "up"]);
        await run("ip", ["-n", name, "addr", "add", `${inside[name]}/32`, "dev", "lo"]);
      }
      const ends = ["name", "line", "type", "veth", "peer", "name", "line", "netns", "site"];
      await run("ip", ["-n", "gateway", "link", "add", ...ends]);
      for (const name of ["gateway", "site"] as const) {
        await run("ip", ["-n", name, "addr", "add", `${outside[name]}/30`, "dev", "line"]);
        await run("ip", ["-n", name, "link", "set", "line", "up"]);
      }
      gateway = new Charon(join(folder, "gateway"), "gateway");
      site = new Charon(join(folder, "site"), "site");
      await gateway.start(atGateway);
      await site.start(atSite);
      scene = sceneOf(inventory, { labRoot: folder });
    });
    after(async () => {
      await Promise.all([gateway.kill(), site.kill()]);
      await remove(folder);
    });

    const look = () => gather(strongswanCollector, scene);
    /** Each layer of a line: `config sa child`. */
    const layers = (series: ReadonlyMap<string, number>, name: string): string =>
      ["config", "sa", "child"].map((layer) => series.get(`link_state hub-a torino/hall/${name} ${layer}`)).join(" ");
    const becomes = (name: string, wanted: string): Promise<true> =>
      until(`${name} to be ${wanted}`, async () => {
        const { series, fault } = await look();
        assert.equal(fault, undefined);
        assert.equal(layers(series, "radio"), "1 0 0");
        assert.equal(layers(series, "unloaded"), "0 0 0");
        return layers(series, name) === wanted ? true : undefined;
      });
    const bytes = async (): Promise<readonly number[]> => {
      const { series } = await look();
      return ["rx", "tx"].map((way) => series.get(`link_${way}_bytes_total hub-a torino/hall/fibre`) ?? Number.NaN);
    };
    /** One echo: an IP packet of 84 bytes each way. */
    const ping = async (count = 1): Promise<void> => {
      const words = ["-q", "-c", String(count), "-i", "0.05", "-W", "2", "-I", inside.site, inside.gateway];
      await run("ip", ["netns", "exec", "site", "ping", ...words]);
    };

    test("a line that is up, one that is configured and never came, one that the daemon does not know", async () => {
      await becomes("fibre", "1 1 1");
      await until("the peer to have answered", async () =>
        (await look()).series.get("link_dpd_pending hub-a torino/hall/fibre") === 0 ? true : undefined,
      );
    });

    test("bytes are those of the packets inside", async () => {
      const [rx = 0, tx = 0] = await bytes();
      await ping(5);
      assert.deepEqual(await bytes(), [rx + 5 * 84, tx + 5 * 84]);
    });

    /** Both ends have one SA each, and nothing to do. */
    const settled = (): Promise<true> =>
      until("the rekeying to be over", async () => {
        const lists = await Promise.all([gateway, site].map((end) => end.swanctl("--list-sas")));
        return lists.every((list) => {
          const sas = [...list.matchAll(/#\d+, (\w+), IKEv2/g)].map(([, state]) => state);
          const children = [...list.matchAll(/#\d+, reqid \d+, (\w+)/g)].map(([, state]) => state);
          const living = children.filter((state) => state !== "DELETED");
          return sas.join() === "ESTABLISHED" && living.join() === "INSTALLED" && !/^ +(?:active|queued):/m.test(list);
        })
          ? true
          : undefined;
      });

    test("rekeyed again and again from either end while it is asked: never down, and its bytes never fall", async () => {
      let rekeys = 0;
      const over = new AbortController();
      const rekeying = (async () => {
        for (const end of Array.from({ length: 20 }, () => [gateway, site]).flat()) {
          // One after the other: where both ends rekey at once, charon may lose the line in earnest.
          await end.swanctl("--rekey", "--ike", "torino-hall-fibre");
          rekeys += 1;
          await settled();
          await end.swanctl("--rekey", "--child", "torino-hall-fibre");
          await settled();
          await ping();
        }
      })().finally(() => over.abort());
      let [rx = 0, tx = 0] = await bytes();
      let looks = 0;
      while (!over.signal.aborted) {
        const { series, fault } = await look();
        assert.equal(fault, undefined);
        assert.equal(layers(series, "fibre"), "1 1 1", `at look ${looks}`);
        const now = ["rx", "tx"].map((way) => series.get(`link_${way}_bytes_total hub-a torino/hall/fibre`) ?? 0);
        assert.ok((now[0] ?? 0) >= rx && (now[1] ?? 0) >= tx);
        [rx = 0, tx = 0] = now;
        looks += 1;
      }
      await rekeying;
      assert.ok(rekeys >= 20 && looks > rekeys, `${rekeys} rekeyings, ${looks} looks`);
      const [before = 0] = await bytes();
      await ping(3);
      assert.equal((await bytes())[0], before + 3 * 84);
    });

    test("a cut line: the gateway waits for a sign of life, then has no tunnel; mended, it comes back", async () => {
      await run("ip", ["-n", "gateway", "link", "set", "line", "down"]);
      await until("the gateway to wait", async () =>
        (await look()).series.get("link_dpd_pending hub-a torino/hall/fibre") === 1 ? true : undefined,
      );
      await becomes("fibre", "1 0 0");
      assert.equal((await look()).series.get("link_dpd_pending hub-a torino/hall/fibre"), 0);
      await run("ip", ["-n", "gateway", "link", "set", "line", "up"]);
      await becomes("fibre", "1 1 1");
    });

    test("a charon that stands still is unknown, not down, until it goes on", async () => {
      await gateway.standStill();
      const short = sceneOf(inventory, { labRoot: folder, patience: "short" });
      const { series, fault } = await gather(strongswanCollector, short);
      assert.deepEqual([[...series], fault], [[], "hub-a: no answer in time"]);
      gateway.goOn();
      await becomes("fibre", "1 1 1");
    });

    test("a charon that was killed is unknown; started again, its lines are down until they come, and bytes go on", async () => {
      const [rx = 0] = await bytes();
      assert.ok(rx > 0);
      await gateway.kill();
      const { series, fault } = await look();
      assert.deepEqual([...series], []);
      assert.match(fault ?? "", /^hub-a: connect ECONNREFUSED /);
      await gateway.start(atGateway);
      await becomes("fibre", "1 1 1");
      const [again = 0] = await bytes();
      assert.ok(again >= rx);
      await ping();
      assert.equal((await bytes())[0], again + 84);
    });
  });

alone(import.meta.filename, tests);
