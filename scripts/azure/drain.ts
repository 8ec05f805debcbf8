import { setTimeout as wait } from "node:timers/promises";
import type { ArmClient } from "../../src/azure/client.ts";
import { ArmError } from "../../src/azure/error.ts";
import { setDrainMode } from "../../src/azure/drain.ts";
import { listSessionHosts, type SessionHost } from "../../src/azure/session-hosts.ts";
import { CommandError, note } from "../cli.ts";

/**
 * Hosts that go, or are made anew, must not take a session with them: nobody new is let onto them, and who is there may
 * finish. Azure alone knows who is there.
 */

export interface Leaving {
  /** ARM id of the host pool that the hosts belong to. */
  readonly pool: string;
  /** Names of their virtual machines; undefined: all of the pool. */
  readonly machines: readonly string[] | undefined;
}

export interface DrainOptions {
  /** How long to wait for people to finish; 0: refuse at once where somebody is there. */
  readonly minutes: number;
  readonly pollSeconds: number;
}

/**
 * Drains the hosts and waits until nobody is on them; gives them. Throws CommandError where somebody still is at the end of the
 * time, or where Azure does not tell; the hosts then take new people again.
 */
export async function drainHosts(
  arm: ArmClient,
  leaving: readonly Leaving[],
  { minutes, pollSeconds }: DrainOptions,
  signal: AbortSignal,
): Promise<readonly SessionHost[]> {
  const hosts = await leavingHosts(arm, leaving, signal);
  const busy = sessionsOn(hosts);
  if (busy > 0 && minutes === 0) throw new CommandError(`${told(hosts)}; ${advice}`);
  const open = hosts.filter((host) => host.allowNewSession);
  await Promise.all(open.map((host) => setDrainMode(arm, host.id, true, signal)));
  try {
    const deadline = Date.now() + minutes * 60_000;
    for (let current = hosts; ; current = await leavingHosts(arm, leaving, signal)) {
      if (sessionsOn(current) === 0) return hosts;
      if (Date.now() >= deadline) throw new CommandError(`after ${minutes} minutes, ${told(current)}; ${advice}`);
      note(`draining: ${told(current)}`);
      await wait(pollSeconds * 1000, undefined, { signal });
    }
  } catch (error) {
    // Whatever ended the wait, its own signal is no longer good for asking Azure.
    const bounded = AbortSignal.timeout(60_000);
    await Promise.all(open.map((host) => setDrainMode(arm, host.id, false, bounded)));
    throw error;
  }
}

const advice = "wait for them with --drain-minutes N, or go on without them with --accept-loss";

/** The session hosts of those that leave; none of a pool that is not there. Throws ArmError. */
export async function leavingHosts(
  arm: ArmClient,
  leaving: readonly Leaving[],
  signal: AbortSignal,
): Promise<readonly SessionHost[]> {
  const lists = await Promise.all(
    leaving.map(async ({ pool, machines }) => {
      const names = machines && new Set(machines.map((name) => name.toLowerCase()));
      return (await registeredIn(arm, pool, signal)).filter((host) => names?.has(machineOf(host)) ?? true);
    }),
  );
  return lists.flat();
}

async function registeredIn(arm: ArmClient, pool: string, signal: AbortSignal): Promise<readonly SessionHost[]> {
  try {
    return await listSessionHosts(arm, pool, signal);
  } catch (error) {
    if (error instanceof ArmError && error.status === 404) return [];
    throw error;
  }
}

/** A session host's own name may carry its domain: its machine's does not. */
function machineOf(host: SessionHost): string {
  return (host.machine?.split("/").at(-1) ?? host.name).toLowerCase();
}

function sessionsOn(hosts: readonly SessionHost[]): number {
  return hosts.reduce((sum, host) => sum + host.sessions, 0);
}

function told(hosts: readonly SessionHost[]): string {
  const busy = hosts.filter((host) => host.sessions > 0);
  const shown = busy.slice(0, 3).map((host) => host.name);
  const names = busy.length > 3 ? `${shown.join(", ")} and ${busy.length - 3} more` : shown.join(", ");
  const sessions = sessionsOn(hosts);
  return `${sessions} ${sessions === 1 ? "person has" : "people have"} a session on ${names}`;
}
