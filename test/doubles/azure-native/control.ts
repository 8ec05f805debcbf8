import { rmSync } from "node:fs";
import { Arm } from "./arm.ts";
import { normalLocation } from "./diff.ts";
import type { Fault, FaultKind } from "./faults.ts";
import { armType, key, parentId } from "./ids.ts";
import { State, type Stored } from "./state.ts";
import { diskToken } from "./types/compute.ts";
import { typeOf } from "./types/index.ts";
import { allSessionHosts, saveSessionHost, type SessionHost } from "./types/registration.ts";
import { merge, type Properties, text } from "./values.ts";

export interface Counters {
  /** Requests, each retry counted. */
  readonly reads: number;
  readonly writes: number;
  readonly deletes: number;
  /** Requests that were answered 429. */
  readonly throttled: number;
  /** Virtual seconds since the state was made. */
  readonly seconds: number;
}

/** A test's hand on the double's Azure: what is there, what has gone wrong, what shall go wrong. */
export class Control {
  readonly #state: State;
  readonly #arm: Arm;

  /** `folder` is AZURE_DOUBLE_STATE. */
  constructor(folder: string) {
    this.#state = new State(folder);
    this.#arm = new Arm(this.#state);
  }

  close(): void {
    this.#state.close();
  }

  /** All resources, by id. Disks that machines left behind are among them (`orphans`). */
  resources(): readonly Stored[] {
    return this.#state.stored("ORDER BY key");
  }

  find(id: string): Stored | undefined {
    return this.#state.find(id);
  }

  /** Disks whose machine is gone. */
  orphans(): readonly string[] {
    const disks = this.#state.stored("WHERE token = ?", diskToken);
    return disks
      .filter(({ outputs }) => this.#state.find(text(outputs, "managedBy")) === undefined)
      .map(({ id }) => id);
  }

  setFault({ match, kind, at = 1, times = 1, operation }: Fault): void {
    this.#state.run(
      "INSERT INTO faults (match, operation, at, kind, times) VALUES (?, ?, ?, ?, ?)",
      match,
      operation ?? "",
      at,
      kind,
      times,
    );
  }

  clearFaults(): void {
    this.#state.run("DELETE FROM faults");
  }

  /** How often the faults that were set have struck. */
  struck(): number {
    return Number(this.#state.row("SELECT SUM(fired) AS fired FROM faults")?.["fired"] ?? 0);
  }

  /** What they struck, each time, in order. */
  strikes(): readonly { readonly kind: FaultKind; readonly id: string }[] {
    const rows = this.#state.rows("SELECT kind, id FROM strikes ORDER BY number");
    return rows.map((row) => ({ kind: String(row["kind"]) as FaultKind, id: String(row["id"]) }));
  }

  /** vCPUs a subscription may have in a region, of a family such as "standardDADSv6Family", or "cores" for all. */
  quota(subscription: string, location: string, family: string, cores: number): void {
    this.#state.run(
      "INSERT OR REPLACE INTO quotas VALUES (?, ?, ?, ?)",
      key(subscription),
      normalLocation(location),
      family.toLowerCase(),
      cores,
    );
  }

  counters(): Counters {
    const rows = new Map(
      this.#state.rows("SELECT name, value FROM counters").map((row) => [row["name"], Number(row["value"])]),
    );
    const value = (name: string): number => rows.get(name) ?? 0;
    return {
      reads: value("reads"),
      writes: value("writes"),
      deletes: value("deletes"),
      throttled: value("throttled"),
      seconds: value("seconds"),
    };
  }

  /** Every PUT and DELETE that was done, in order. */
  log(): readonly { readonly verb: string; readonly id: string }[] {
    const rows = this.#state.rows("SELECT verb, id FROM writes ORDER BY number");
    return rows.map((row) => ({ verb: String(row["verb"]), id: String(row["id"]) }));
  }

  /** Drift: lays properties over a resource as someone would in the portal; null takes one away. No rule is asked. */
  touch(id: string, patch: Properties): void {
    this.#state.transaction(() => {
      const stored = this.#state.find(id);
      if (stored === undefined) throw new Error(`the double has no ${id}`);
      this.#state.run(
        "UPDATE resources SET inputs = ?, outputs = ?, generation = generation + 1 WHERE key = ?",
        JSON.stringify(merge(stored.inputs, patch)),
        JSON.stringify(merge(stored.outputs, patch)),
        key(id),
      );
    });
  }

  /** Puts a resource there that somebody else made before; no rule is asked. Of a type that the double need not know. */
  place(id: string, location: string): void {
    const stored: Stored = {
      id,
      token: "",
      arm: armType(id),
      parent: key(parentId(id) ?? ""),
      location,
      inputs: {},
      outputs: {},
      hashes: {},
      provisioning: "Succeeded",
      generation: 1,
      madeAt: 0,
    };
    this.#state.transaction(() => this.#state.save(stored, []));
  }

  /** Makes a resource as somebody else would, without deskbridge; Azure's rules are asked. `token`: Pulumi's. */
  make(token: string, id: string, inputs: Properties): void {
    this.#arm.put(typeOf(token), id, inputs, 0);
  }

  /** Takes a resource and all in it away, as someone would in the portal; what uses it is not asked. */
  remove(id: string): void {
    this.#state.transaction(() => this.#arm.drop(id));
  }

  /** Gives the names of deleted vaults back, as a purge would; one that is protected stays. */
  purgeVaults(): void {
    this.#state.run("DELETE FROM soft_deleted WHERE protected = 0");
  }

  /** Lets virtual time pass. */
  later(seconds: number): void {
    this.#state.count("seconds", seconds);
  }

  /** Hosts as their host pools know them, whether their machine is there or not. */
  sessionHosts(): readonly SessionHost[] {
    return allSessionHosts(this.#state);
  }

  /** Who has a session on a host from now on. */
  signIn(host: string, ...people: readonly string[]): void {
    this.#state.run("UPDATE session_hosts SET people = ? WHERE name = ?", JSON.stringify(people), host);
  }

  /** Registers a host in a pool as somebody else would, with a machine that Azure need not know. */
  registerHost(pool: string, host: string): void {
    saveSessionHost(this.#state, { pool: key(pool), name: host, machine: "elsewhere", open: true, people: [] });
  }

  /** Forgets everything. */
  static reset(folder: string): void {
    rmSync(folder, { recursive: true, force: true });
  }
}
