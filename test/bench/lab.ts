import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Inventory } from "../../src/inventory.ts";
import { markedProcesses } from "../../stacks/lab/kinds/daemon.ts";
import { makeWorld, succeeded, type World } from "../lab/world.ts";
import { proportionalMegabytes } from "./memory.ts";
import { type BenchRow, goalRow } from "./row.ts";

/** The reference fleet as a lab: how long until it is up, how long the proof of reach takes, what it costs to keep. */
export async function benchLab(): Promise<readonly BenchRow[]> {
  const world = makeWorld("dbb", 39720, "fleets/piemonte.yaml");
  try {
    const up = JSON.parse(succeeded(await world.deskbridge("up", "--json")).stdout) as { seconds: number };
    const again = JSON.parse(succeeded(await world.deskbridge("up", "--json")).stdout) as { seconds: number };
    const memory = markedProcesses(world.lab).reduce((sum, each) => sum + proportionalMegabytes(each.pid), 0);
    const reach = JSON.parse(succeeded(await world.deskbridge("reach", "--json", "--no-denials")).stdout) as {
      seconds: number;
    };
    const failover = await siteFailover(world);
    return [
      goalRow("lab up, reference fleet", "s", up.seconds, 60),
      goalRow("lab up again, no change", "s", again.seconds, null),
      goalRow("memory of the whole lab (PSS)", "MB", memory, 2000),
      goalRow("reach, 7,000 desks", "s", reach.seconds, 75),
      goalRow("a site's desks silent when its first instance is killed", "s", failover, 2),
    ];
  } finally {
    await world.end();
  }
}

/** Kills the instance that a two-line site prefers; gives the longest silence of one of its desks, probed each 20 ms. */
async function siteFailover(world: World): Promise<number> {
  const { links, hosts } = JSON.parse(
    readFileSync(join(world.lab.state, ".deskbridge/lab/inventory.json"), "utf8"),
  ) as Inventory;
  const instance = links.find((link) => link.site === "torino/palazzo-civico")?.instance ?? "";
  const address = hosts.find((host) => host.pool === "torino/counters")?.address ?? "";
  const hub = `${world.lab.prefix}-hub`;
  const probe = spawn("ip", ["netns", "exec", hub, "fping", "-l", "-D", "-p", "20", "-t", "1000", address]);
  const answers: number[] = [];
  const lines = createInterface({ input: probe.stdout });
  lines.on("line", (line) => {
    const at = /^\[([\d.]+)\] .* bytes/.exec(line)?.[1];
    if (at !== undefined) answers.push(Number(at));
  });
  await once(lines, "line");
  succeeded(await world.deskbridge("cut", instance));
  succeeded(await world.deskbridge("mend", instance));
  probe.kill("SIGTERM");
  await once(probe, "close");
  return Math.max(...answers.slice(1).map((at, index) => at - (answers[index] ?? at)));
}
