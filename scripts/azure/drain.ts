import { setTimeout as wait } from "node:timers/promises";
import type { ArmClient } from "../../src/azure/client.ts";
import { ArmError } from "../../src/azure/error.ts";
import { setDrainMode } from "../../src/azure/drain.ts";
import { listSessionHosts, type SessionHost } from "../../src/azure/session-hosts.ts";
import { dropTag, setTag, type Tag } from "../../src/azure/tags.ts";
import { exclusionTag } from "../../stacks/azure/body/desktops.ts";
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
  const excluded: string[] = [];
  try {
    // Only while somebody is waited for, autoscale could let people onto a host again.
    if (busy > 0) await all(hosts.map((host) => exclude(arm, host, excluded, signal)));
    await all(open.map((host) => setDrainMode(arm, host.id, true, signal)));
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
    await all([
      ...open.map((host) => setDrainMode(arm, host.id, false, bounded)),
      ...excluded.map((machine) => dropTag(arm, machine, draining, bounded)),
    ]);
    throw error;
  }
}

/** By its value told apart from what somebody set by hand. */
const draining: Tag = { name: exclusionTag, value: "draining" };

/**
 * Keeps the scaling plan off a host: it would take it out of drain mode, or stop it (Azure Virtual Desktop: create a
 * scaling plan, exclusion tag, April 2025). A tag that somebody else set stays theirs.
 */
async function exclude(
  arm: ArmClient,
  { machine }: SessionHost,
  excluded: string[],
  signal: AbortSignal,
): Promise<void> {
  if (machine !== undefined && (await setTag(arm, machine, draining, signal))) excluded.push(machine);
}

/** Waits for all to end, also where one fails: what is begun is known before it is taken back. Throws the first's error. */
async function all(tasks: readonly Promise<unknown>[]): Promise<void> {
  const ended = await Promise.allSettled(tasks);
  const failed = ended.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
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
