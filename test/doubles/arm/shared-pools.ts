import { normalLocation } from "../azure-native/diff.ts";
import { key } from "../azure-native/ids.ts";
import type { State, Stored } from "../azure-native/state.ts";
import {
  dropSessionHost,
  type SessionHost,
  saveSessionHost,
  sessionHosts,
} from "../azure-native/types/registration.ts";
import { one, text } from "../azure-native/values.ts";
import type { HostState, PoolState, PoolStore } from "./state.ts";

/** Host pools and their hosts as the provider's double has them, so that both doubles are one Azure. */
export function sharedPools(azure: State): PoolStore {
  return {
    during: (work) =>
      azure.transaction(() => {
        const held = azure.all("Microsoft.DesktopVirtualization/hostPools").map((stored) => {
          const hosts = sessionHosts(azure, stored.id);
          return { hosts, pool: poolOf(stored, hosts) };
        });
        const result = work(held.map(({ pool }) => pool));
        for (const { hosts, pool } of held) keep(azure, hosts, pool);
        return result;
      }),
  };
}

function poolOf({ id, inputs, location }: Stored, hosts: readonly SessionHost[]): PoolState {
  return {
    id,
    region: normalLocation(location),
    type: text(inputs, "hostPoolType") === "Personal" ? "Personal" : "Pooled",
    sessionsPerHost: Number(one(inputs, "maxSessionLimit") ?? 999_999),
    hosts: hosts.map(hostOf),
  };
}

function hostOf({ name, machine, open, people }: SessionHost): HostState {
  return {
    name,
    status: machine === "" ? "Unavailable" : "Available",
    allowNewSession: open,
    sessions: people.map((person) => ({ person, state: "Active" })),
  };
}

function keep(azure: State, before: readonly SessionHost[], pool: PoolState): void {
  const now = new Map(pool.hosts.map((host) => [host.name, host]));
  for (const host of before) {
    const left = now.get(host.name);
    if (left === undefined) dropSessionHost(azure, { pool: key(pool.id), name: host.name });
    else if (left.allowNewSession !== host.open) saveSessionHost(azure, { ...host, open: left.allowNewSession });
  }
}
