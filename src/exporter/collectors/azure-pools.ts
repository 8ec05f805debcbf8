import { listSessionHosts, type SessionHost } from "../../azure/session-hosts.ts";
import type { Pool } from "../../inventory.ts";
import type { Family } from "../../metrics.ts";
import { asksAzure } from "../azure.ts";
import type { AzureWatch, Collector } from "../collector.ts";
import type { Gathered, Keeping, Source } from "../keeper.ts";

const keeping: Keeping = { collector: "azure-pools", everyMs: 60_000, boundMs: 300_000 };

/** Hosts and sessions of each pool: one list a pool and minute, however many hosts. */
export const azurePoolsCollector: Collector = {
  name: keeping.collector,
  applies: asksAzure,
  collect: async ({ fleet, azure }, signal) => {
    if (azure === undefined || fleet === undefined) return [];
    const pools = new Map(fleet.inventory.pools.map((pool) => [pool.id, pool]));
    const sources = (fleet.inventory.azure?.pools ?? []).flatMap(({ id, resourceId }) => {
      const pool = pools.get(id);
      return pool === undefined ? [] : [sourceOf(azure, pool, resourceId)];
    });
    return azure.keeper.serve(sources, keeping, signal);
  },
};

function sourceOf({ arm, keeper }: AzureWatch, pool: Pool, resourceId: string): Source {
  return {
    scope: pool.id,
    key: JSON.stringify([pool.id, pool.body, pool.desksPerHost, resourceId]),
    gather: async (signal): Promise<Gathered> => {
      const at = keeper.now();
      const hosts = await listSessionHosts(arm, resourceId, signal);
      return { families: familiesOf(pool, hosts), at, faults: [] };
    },
  };
}

export const hostStates = ["available", "draining", "shutdown", "upgrading", "unavailable"] as const;
type HostState = (typeof hostStates)[number];

/**
 * Azure's words in ours (`KnownStatus` of @azure/arm-desktopvirtualization): a host that needs assistance still takes
 * people; any other word means that nobody gets in.
 */
const statesOf: Readonly<Partial<Record<string, HostState>>> = {
  available: "available",
  needsassistance: "available",
  shutdown: "shutdown",
  upgrading: "upgrading",
};

function stateOf({ status, allowNewSession }: SessionHost): HostState {
  const state = statesOf[status.toLowerCase()] ?? "unavailable";
  return state === "available" && !allowNewSession ? "draining" : state;
}

function familiesOf(pool: Pool, hosts: readonly SessionHost[]): readonly Family[] {
  const labels = { body: pool.body, pool: pool.id };
  const seen = hosts.map((host) => ({ ...host, state: stateOf(host) }));
  const room = (host: (typeof seen)[number]): number => {
    if (host.state === "available") return Math.max(pool.desksPerHost, host.sessions);
    // A host that is off starts when somebody comes, unless it is kept from taking people.
    if (host.state === "shutdown" && host.allowNewSession) return pool.desksPerHost;
    return host.state === "draining" ? host.sessions : 0;
  };
  return [
    { name: "pool_sessions", samples: [{ labels, value: sum(seen.map(({ sessions }) => sessions)) }] },
    { name: "pool_session_capacity", samples: [{ labels, value: sum(seen.map(room)) }] },
    {
      name: "pool_hosts",
      samples: hostStates.map((state) => ({
        labels: { ...labels, state },
        value: seen.filter((host) => host.state === state).length,
      })),
    },
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
