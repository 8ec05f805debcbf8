import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Limits, Outcome } from "../../../src/probe/outcome.ts";
import { run } from "../../handshake/servers.ts";
import { until } from "../../watch/until.ts";

export const address = "127.0.0.1";

export function within(timeoutMs: number): Limits {
  return { timeoutMs, signal: new AbortController().signal };
}

export function answered(outcome: Outcome): Extract<Outcome, { kind: "answered" }> {
  assert.ok(outcome.kind === "answered", JSON.stringify(outcome));
  assert.ok(outcome.rtt > 0);
  return outcome;
}

/** Connections of a port in a state, seen from either end. */
export async function connections(port: number, state: string): Promise<readonly string[]> {
  const { stdout } = await run("ss", ["-Htan", "state", state, `( sport = :${port} or dport = :${port} )`]);
  return stdout.split("\n").filter((line) => line !== "");
}

/** Waits until every connection of the port has ended; gives those that linger in TIME_WAIT. */
export async function lingering(port: number): Promise<readonly string[]> {
  const living = ["established", "fin-wait-1", "fin-wait-2", "close-wait", "last-ack", "closing"] as const;
  await until("the connections' end", async () => {
    const found = await Promise.all(living.map((state) => connections(port, state)));
    return found.flat().length === 0 ? true : undefined;
  });
  return connections(port, "time-wait");
}

/** Stops a process, and waits until each of its threads stands still. */
export async function stopped(child: ChildProcess): Promise<void> {
  child.kill("SIGSTOP");
  await until("the process to stand still", () => {
    const threads = readdirSync(`/proc/${child.pid}/task`);
    const states = threads.map((thread) => readFileSync(`/proc/${child.pid}/task/${thread}/stat`, "utf8"));
    return states.every((stat) => /\) T /.test(stat)) ? true : undefined;
  });
}

export interface BlackHole {
  readonly port: number;
  stop(): Promise<void>;
}

const listener = `require("node:net").createServer().listen(0, "${address}", 1, function () {
  console.log(this.address().port);
})`;

/** A server that stands still, with so many waiting for it that the kernel drops whoever comes next. */
export async function blackHole(): Promise<BlackHole> {
  const child: ChildProcess = spawn(process.execPath, ["-e", listener], { stdio: ["ignore", "pipe", "inherit"] });
  assert.ok(child.stdout !== null);
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const port = Number(line);
  await stopped(child);
  const waiting: Socket[] = [];
  await until("a full backlog", async () => {
    waiting.push(connect(port, address).on("error", () => undefined));
    const { stdout } = await run("ss", ["-Htln", `sport = :${port}`]);
    const [, queued, most] = stdout.split(/\s+/);
    return Number(queued) > Number(most) ? true : undefined;
  });
  return {
    port,
    stop: async () => {
      for (const socket of waiting) socket.destroy();
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
