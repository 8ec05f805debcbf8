import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { liar, type Running, run } from "../handshake/servers.ts";
import { stopped } from "../probe/methods/world.ts";
import { stop } from "./town.ts";
import { until } from "./until.ts";

/**
 * Servers that fail in each way, for tests in a network of their own (`alone`), where the kernel loses packets by port.
 * `prepareFaults` must have been called there.
 */

/** A server's process is known, so that it can be stopped; it comes back when its port is listened on. */
export async function answering(argv: readonly string[], port: number): Promise<ChildProcess> {
  const [command = "", ...words] = argv;
  const child = spawn(command, words, { stdio: "ignore" });
  await until(`${command} to listen`, async () => {
    assert.equal(child.exitCode, null, `${command} ended`);
    const { stdout } = await run("ss", ["-Htln", `sport = :${port}`]);
    return stdout === "" ? undefined : true;
  });
  return child;
}

/** What fails, and comes back. */
export interface Failing {
  readonly port: number;
  /** Its process, while it serves. */
  readonly server: ChildProcess | undefined;
  /** What a good server's answer might begin with. */
  readonly beginning: Buffer;
  serve(): Promise<void>;
}

export interface Fault {
  readonly what: string;
  /** Whether a mere connection is still taken. */
  readonly connects: boolean;
  /** Gives what lifts it again. */
  readonly impose: (failing: Failing) => Promise<() => Promise<void> | void>;
}

export function prepareFaults(): void {
  execFileSync("nft", [
    "table inet faults { chain in { type filter hook input priority 0; }; }; " +
      "table ip diverted { chain out { type nat hook output priority -100; }; }",
  ]);
}

/** The kernel loses what comes for a port: all of it, or all but the calls. */
function lose(port: number, what: "all" | "all but calls"): void {
  const flags = what === "all" ? "" : "tcp flags & syn == 0";
  execFileSync("nft", [`add rule inet faults in tcp dport ${port} ${flags} drop`]);
}

function loseNothing(): void {
  execFileSync("nft", ["flush chain inet faults in"]);
}

/** Says the beginning a byte at a time, and then more, for ever. */
function tarpit(beginning: Buffer): (socket: Socket) => void {
  return (socket) => {
    let said = 0;
    const timer = setInterval(() => socket.write(beginning.subarray(said, (said += 1)).toString("latin1") || "x"), 30);
    socket.on("close", () => clearInterval(timer));
  };
}

export const faults: readonly Fault[] = [
  {
    what: "refuses",
    connects: false,
    impose: async (failing) => {
      assert.ok(failing.server !== undefined);
      await stop(failing.server, "SIGKILL");
      return () => failing.serve();
    },
  },
  {
    what: "is a black hole",
    connects: false,
    impose: async ({ port }) => {
      lose(port, "all");
      return loseNothing;
    },
  },
  {
    what: "is half-open: its kernel takes connections, its server stands still",
    connects: true,
    impose: async ({ server }) => {
      assert.ok(server !== undefined);
      await stopped(server);
      return () => void server.kill("SIGCONT");
    },
  },
  {
    what: "vanishes without a word as soon as the connection stands",
    connects: true,
    impose: async ({ port }) => {
      lose(port, "all but calls");
      return loseNothing;
    },
  },
  {
    what: "is a tarpit: a byte at a time, for ever",
    connects: true,
    impose: async ({ port, beginning }) => {
      const pit: Running = await liar(tarpit(beginning));
      execFileSync("nft", [`add rule ip diverted out tcp dport ${port} redirect to :${pit.port}`]);
      return async () => {
        execFileSync("nft", ["flush chain ip diverted out"]);
        await pit.stop();
      };
    },
  },
];
