import type { TargetRecord } from "../../report.ts";
import { neverProbed, type ReportStore } from "../store.ts";
import { vantageOf, type WatchedFleet } from "../watched.ts";
import type { Standing } from "./standing.ts";

type State = Standing["state"];

/** A pool's desks by how their hosts stand. */
export interface DeskCount extends Readonly<Record<State, number>> {
  readonly body: string;
  readonly pool: string;
  readonly listed: number;
  /** Since when the first of those that are down is, seconds since 1970; undefined where none is. */
  readonly downSince: number | undefined;
}

interface Counted {
  readonly body: string;
  readonly pool: string;
  listed: number;
  readonly states: Record<State, number>;
  /** Hosts that are down, with since when. */
  readonly down: Map<string, number>;
}

interface Host {
  readonly count: Counted;
  desks: number;
  state: State;
}

/** An inventory's desks, counted as reports come, so that a fleet of any size costs nothing to look at. */
export class DeskCounts {
  readonly #pools = new Map<string, Counted>();
  readonly #hosts = new Map<string, Host>();

  constructor(fleet: WatchedFleet, store: ReportStore) {
    for (const { host: name, labels } of fleet.desk) {
      const count = this.#poolOf(labels);
      const host = this.#hosts.get(name) ?? { count, desks: 0, state: "unseen" };
      this.#hosts.set(name, host);
      host.desks += 1;
      count.listed += 1;
      count.states.unseen += 1;
    }
    for (const name of this.#hosts.keys()) {
      const record = store.record(vantageOf.host, "host", name);
      if (record !== undefined) this.take(record);
    }
  }

  /** Takes in what is known of a host; one without desks is ignored. */
  take(record: TargetRecord): void {
    const host = this.#hosts.get(record.id);
    if (host === undefined) return;
    const { states, down } = host.count;
    const state = stateOf(record);
    states[host.state] -= host.desks;
    states[state] += host.desks;
    host.state = state;
    if (state === "down") down.set(record.id, record.since);
    else down.delete(record.id);
  }

  /** Of each pool that has desks, as the inventory lists them. */
  all(): readonly DeskCount[] {
    return [...this.#pools.values()].map(({ body, pool, listed, states, down }) => ({
      ...states,
      body,
      pool,
      listed,
      downSince: down.size === 0 ? undefined : down.values().reduce((first, since) => Math.min(first, since)),
    }));
  }

  #poolOf({ body, pool }: WatchedFleet["desk"][number]["labels"]): Counted {
    const known = this.#pools.get(pool) ?? {
      body,
      pool,
      listed: 0,
      states: { up: 0, down: 0, unseen: 0, unprobed: 0 },
      down: new Map(),
    };
    this.#pools.set(pool, known);
    return known;
  }
}

function stateOf(record: TargetRecord): State {
  if (neverProbed(record)) return "unprobed";
  return record.up === null ? "unseen" : record.up === 1 ? "up" : "down";
}
