import { readFile } from "node:fs/promises";
import { once } from "node:events";
import ssh2 from "ssh2";
import { loadIdentity } from "../../../src/rollout/ssh/identity.ts";
import { SshPool } from "../../../src/rollout/ssh/pool.ts";
import type { Target } from "../../../src/rollout/ssh/target.ts";

/** What a process of the SSH bench is given: `true` is to be run at each target, so many at once. */
export interface Given {
  readonly how: "pool" | "ssh2";
  readonly targets: readonly Target[];
  readonly keyFile: string;
  readonly atOnce: number;
}

/** What it took. CPU is the client's, of all its threads. */
export interface Took {
  readonly done: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

/** Goes over all targets once; gives how many came to their end with 0. */
type Round = () => Promise<number>;

async function pool({ targets, keyFile, atOnce }: Given): Promise<Round> {
  const workers = 2;
  const identity = await loadIdentity({ keys: [{ file: keyFile }] });
  const made = new SshPool({ identity, workers, perWorker: atOnce / workers });
  const tasks = targets.map((target) => ({ target, commands: [{ argv: ["true"] }] }));
  return async () => {
    let done = 0;
    for await (const each of made.each(tasks)) if (each.done.results[0]?.code === 0) done += 1;
    return done;
  };
}

/** As node-ssh does it: one thread, ssh2's own choice of algorithms, no host key looked at. */
async function plain({ targets, keyFile, atOnce }: Given): Promise<Round> {
  const privateKey = await readFile(keyFile);
  const one = async ({ address, port, user }: Target): Promise<number> => {
    const client = new ssh2.Client();
    client.connect({ host: address, port, username: user, privateKey });
    await once(client, "ready");
    const code = await new Promise<number>((resolve, reject) => {
      client.exec("true", (error, channel) => {
        if (error !== undefined) return reject(error);
        channel.on("close", resolve).resume();
      });
    });
    client.end();
    return code;
  };
  return async () => {
    let done = 0;
    const waiting = targets.values();
    const lane = async (): Promise<void> => {
      for (const target of waiting) if ((await one(target)) === 0) done += 1;
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    return done;
  };
}

/** The first round starts threads and warms up what a roll-out of thousands has warm; the second is looked at. */
async function timed(given: Given): Promise<Took> {
  const round = await (given.how === "pool" ? pool : plain)(given);
  await round();
  const began = performance.now();
  const before = process.cpuUsage();
  const done = await round();
  const { user, system } = process.cpuUsage(before);
  return {
    done,
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  };
}

process.once("message", (given: Given) => {
  void timed(given).then((took) => process.send?.(took));
});
process.once("disconnect", () => process.exit());
