import { readFile } from "node:fs/promises";
import { once } from "node:events";
import ssh2 from "ssh2";
import { loadIdentity } from "../../../src/rollout/ssh/identity.ts";
import { SshPool } from "../../../src/rollout/ssh/pool.ts";
import type { Target } from "../../../src/rollout/ssh/target.ts";

/** What a process of the SSH bench is given: `true` is to be run at each target once, so many at once. */
export interface Given {
  readonly how: "pool" | "ssh2";
  readonly targets: readonly Target[];
  readonly keyFile: string;
  readonly atOnce: number;
}

/** What it took. CPU is the client's, of all its threads, from the first connection to the last. */
export interface Took {
  readonly done: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

async function pool({ targets, keyFile, atOnce }: Given): Promise<number> {
  const workers = 2;
  const made = new SshPool({
    identity: await loadIdentity({ keys: [{ file: keyFile }] }),
    workers,
    perWorker: atOnce / workers,
  });
  let done = 0;
  const tasks = targets.map((target) => ({ target, commands: [{ argv: ["true"] }] }));
  for await (const each of made.each(tasks)) if (each.done.results[0]?.code === 0) done += 1;
  await made.drain();
  return done;
}

/** As node-ssh does it: one thread, ssh2's own choice of algorithms, no host key looked at. */
async function plain({ targets, keyFile, atOnce }: Given): Promise<number> {
  const privateKey = await readFile(keyFile);
  let done = 0;
  const waiting = targets.values();
  const lane = async (): Promise<void> => {
    for (const { address, port, user } of waiting) {
      const client = new ssh2.Client();
      client.connect({ host: address, port, username: user, privateKey });
      await once(client, "ready");
      const code = await new Promise<number>((resolve, reject) => {
        client.exec("true", (error, channel) => {
          if (error !== undefined) return reject(error);
          channel.on("close", resolve).resume();
        });
      });
      if (code === 0) done += 1;
      client.end();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return done;
}

process.once("message", (given: Given) => {
  const began = performance.now();
  const before = process.cpuUsage();
  void (given.how === "pool" ? pool : plain)(given).then((done) => {
    const { user, system } = process.cpuUsage(before);
    const took: Took = {
      done,
      seconds: (performance.now() - began) / 1000,
      cpuSeconds: (user + system) / 1e6,
      peakMegabytes: process.resourceUsage().maxRSS / 1024,
    };
    process.send?.(took);
    process.disconnect();
  });
});
