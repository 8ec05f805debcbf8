import { execFile, fork } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { nodeFlags } from "../../stacks/node-flags.ts";
import type { Target } from "../../src/rollout/ssh/target.ts";
import { folderOf, freePort, makeKey, publicKey, remove, type Sshd, sshd, target } from "../rollout/ssh/servers.ts";
import { heard } from "./child.ts";
import { type BenchRow, goalRow, peerRow } from "./row.ts";
import type { Given, Took } from "./ssh/fan.ts";

/** An OpenSSH listens at 16 addresses at most. */
const addresses = 16;
const servers = 15;
const atOnce = 64;
/** Ansible is asked for fewer. */
const fewer = 48;

/**
 * `true` on each of 240 desks, OpenSSH at loopback addresses, each connected to and logged in to anew. The servers are on
 * the same machine and use most of it: desks/s are of both together, CPU is the client's alone. Peers that are not installed
 * are left out.
 */
export async function* benchSsh(): AsyncGenerator<BenchRow> {
  const folder = await folderOf("bench-ssh");
  const running: Sshd[] = [];
  try {
    const keyFile = await makeKey(join(folder, "key"));
    const allow = [await publicKey(keyFile)];
    const targets: Target[] = [];
    for (let n = 0; n < servers; n += 1) {
      const port = await freePort();
      const more = Array.from({ length: addresses - 1 }, (_, m) => `127.0.0.${m + 2}`);
      const config = more.map((address) => `ListenAddress ${address}:${port}`);
      const server = await sshd(folder, `server-${n}`, { allow, config, port });
      running.push(server);
      for (const address of ["127.0.0.1", ...more]) targets.push(target(port, server.hostKeys, { address }));
    }
    const of = { targets, keyFile, atOnce };
    const own = await ours({ how: "pool", ...of });
    yield goalRow("SSH: peak memory of the pool's process (RSS)", "MB", own.peakMegabytes, 250);
    yield goalRow("SSH: client CPU a desk", "ms", milliseconds(own), 4);
    yield* beside("ssh2, one thread, no host keys", own, await ours({ how: "ssh2", ...of }), null);
    yield* beside("parallel-ssh, no host keys", own, await theirs("parallel-ssh", of), 1);
    const few = { ...of, targets: targets.slice(0, fewer) };
    yield* beside("Ansible raw, no host keys", own, await theirs("ansible", few), 5);
  } finally {
    for (const server of running) await server.stop();
    await remove(folder);
  }
}

const milliseconds = ({ cpuSeconds, done }: Took): number => (cpuSeconds / done) * 1000;

/** `faster`: how many times the peer's desks a second ours have to be. */
function* beside(name: string, own: Took, peer: Took | undefined, faster: number | null): Generator<BenchRow> {
  if (peer === undefined) return;
  const ms = ({ seconds, done }: Took): number => (seconds / done) * 1000;
  yield peerRow("SSH: time a desk", "ms", ms(own), ms(peer), name, faster && ms(peer) / faster);
  yield peerRow("SSH: client CPU a desk", "ms", milliseconds(own), milliseconds(peer), name, null);
}

async function ours(given: Given): Promise<Took> {
  const child = fork(join(import.meta.dirname, "ssh/fan.ts"), { execArgv: [...nodeFlags] });
  child.send(given);
  const took = (await heard(child)) as Took;
  child.disconnect();
  return whole(took, given);
}

async function theirs(name: string, given: Omit<Given, "how">): Promise<Took | undefined> {
  const [probe, ...args] = name === "ansible" ? ["ansible", "--version"] : ["python3", "-c", "import pssh"];
  try {
    await promisify(execFile)(probe ?? "", args);
  } catch {
    return undefined;
  }
  const running = promisify(execFile)("python3", [join(import.meta.dirname, "ssh/peers.py"), name]);
  running.child.stdin?.end(JSON.stringify(given));
  return whole(JSON.parse((await running).stdout) as Took, given);
}

function whole(took: Took, { targets }: Pick<Given, "targets">): Took {
  if (took.done !== targets.length) throw new Error(`${took.done} of ${targets.length} desks came to an end`);
  return took;
}
