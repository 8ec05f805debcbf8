import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { birdCollector } from "../../../src/exporter/collectors/bird.ts";
import { folderOf, remove, run } from "../../handshake/servers.ts";
import { alone } from "../../probe/methods/alone.ts";
import { madeInventory } from "../../watch/inventory.ts";
import { until } from "../../watch/until.ts";
import { gather, sceneOf } from "./daemons.ts";

const near = "10.112.0.5";
const far = "10.112.0.6";
const inventory = madeInventory({
  instances: [{ bird: "gateway.control" }],
  sites: [
    {
      name: "hall",
      router: "10.0.1.1",
      links: [
        { name: "fibre", address: far, instance: "hub-a" },
        { name: "radio", address: "10.112.0.10", instance: "hub-a" },
      ],
    },
  ],
});

const config = (local: string, asn: number, neighbor: string, neighborAsn: number, more: string): string => `
router id ${local};
protocol device { scan time 1; }
protocol bfd { interface "*" { interval 100 ms; multiplier 4; }; }
protocol bgp line {
  local ${local} as ${asn};
  neighbor ${neighbor} as ${neighborAsn};
  bfd on;
  connect delay time 1; connect retry time 1; error wait time 1, 2;
  ipv4 { next hop self; import all; export all; };
}
${more}
`;

const tests = () =>
  describe("the lines' routes, as a real BIRD has them", () => {
    let folder: string;
    const daemons: ChildProcess[] = [];
    before(async () => {
      folder = await folderOf("bird");
      // This namespace's own /run, so that nothing of the test's is left on the machine's.
      await run("mount", ["-t", "tmpfs", "none", "/run"]);
      const site = { name: "site", address: far, text: config(far, 65_002, near, 65_001, announced("10.64.1.0/24")) };
      const gateway = { name: "gateway", address: near, text: config(near, 65_001, far, 65_002, "") };
      for (const { name } of [gateway, site]) await run("ip", ["netns", "add", name]);
      const ends = ["name", "line", "type", "veth", "peer", "name", "line", "netns", "site"];
      await run("ip", ["-n", "gateway", "link", "add", ...ends]);
      for (const { name, address, text } of [gateway, site]) {
        await run("ip", ["-n", name, "link", "set", "lo", "up"]);
        await run("ip", ["-n", name, "addr", "add", `${address}/30`, "dev", "line"]);
        await run("ip", ["-n", name, "link", "set", "line", "up"]);
        await writeFile(join(folder, `${name}.conf`), text);
        const files = ["-c", join(folder, `${name}.conf`), "-s", join(folder, `${name}.control`)];
        daemons.push(spawn("nsenter", [`--net=/run/netns/${name}`, "bird", "-f", ...files], { stdio: "ignore" }));
      }
    });
    after(async () => {
      await Promise.all(daemons.map(kill));
      await remove(folder);
    });

    async function kill(daemon: ChildProcess): Promise<void> {
      if (daemon.exitCode !== null || daemon.signalCode !== null) return;
      const ended = once(daemon, "exit");
      daemon.kill("SIGKILL");
      await ended;
    }

    const announced = (range: string): string => `protocol static own { ipv4; route ${range} unreachable; }`;
    const look = () => gather(birdCollector, sceneOf(inventory, { labRoot: folder }));
    const becomes = (state: 0 | 1): Promise<true> =>
      until(`the route to be ${state}`, async () => {
        const { series, fault } = await look();
        if (fault !== undefined) return undefined;
        assert.equal(series.get("link_state hub-a torino/hall/radio route"), 0);
        return series.get("link_state hub-a torino/hall/fibre route") === state ? true : undefined;
      });
    const birdc = (...words: readonly string[]) => run("birdc", ["-s", join(folder, "site.control"), ...words]);

    test("the session comes up with a route; a line that it does not know has none", async () => {
      await becomes(1);
    });

    test("a session that brings no route is no way, until it brings one again", async () => {
      await birdc("disable", "own");
      await becomes(0);
      await birdc("enable", "own");
      await becomes(1);
    });

    test("a cut line has no route; mended, it has", async () => {
      await run("ip", ["-n", "gateway", "link", "set", "line", "down"]);
      await becomes(0);
      await run("ip", ["-n", "gateway", "link", "set", "line", "up"]);
      await becomes(1);
    });

    test("a BIRD that was killed is unknown", async () => {
      await Promise.all(daemons.slice(0, 1).map(kill));
      const { series, fault } = await look();
      assert.match(fault ?? "", /^hub-a: connect ECONNREFUSED /);
      assert.deepEqual([...series], []);
    });
  });

alone(import.meta.filename, tests);
