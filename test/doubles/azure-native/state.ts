import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from "node:sqlite";
import { key } from "./ids.ts";
import type { Properties } from "./values.ts";

/** A resource as Azure holds it. */
export interface Stored {
  readonly id: string;
  readonly token: string;
  /** ARM type, e.g. "Microsoft.Network/virtualNetworks". */
  readonly arm: string;
  /** Key of what it stands in; "" for a resource group. */
  readonly parent: string;
  readonly location: string;
  /** What was asked for, without secrets. */
  readonly inputs: Properties;
  /** What Azure answers, without what depends on other resources. */
  readonly outputs: Properties;
  /** Paths of write-only properties with a hash of what was given. */
  readonly hashes: Properties;
  /** "Succeeded", or "Updating" while an operation on it never ends. */
  readonly provisioning: string;
  /** Rises with each write. */
  readonly generation: number;
  /** Virtual second at which its last operation ended. */
  readonly madeAt: number;
}

export type SqlRow = Readonly<Record<string, SQLOutputValue>>;

export interface Reference {
  readonly from: string;
  readonly path: string;
}

const tables = `
  CREATE TABLE IF NOT EXISTS resources (
    key TEXT PRIMARY KEY, id TEXT NOT NULL, token TEXT NOT NULL, arm TEXT NOT NULL, parent TEXT NOT NULL,
    location TEXT NOT NULL, inputs TEXT NOT NULL, outputs TEXT NOT NULL, hashes TEXT NOT NULL,
    provisioning TEXT NOT NULL, generation INTEGER NOT NULL, made_at REAL NOT NULL);
  CREATE INDEX IF NOT EXISTS by_parent ON resources (parent);
  CREATE INDEX IF NOT EXISTS by_arm ON resources (arm);
  CREATE TABLE IF NOT EXISTS refs (
    from_key TEXT NOT NULL, path TEXT NOT NULL, to_key TEXT NOT NULL, PRIMARY KEY (from_key, path, to_key))
    WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS refs_to ON refs (to_key);
  CREATE TABLE IF NOT EXISTS claims (
    kind TEXT NOT NULL, name TEXT NOT NULL, owner TEXT NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS soft_deleted (
    arm TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, location TEXT NOT NULL, protected INTEGER NOT NULL,
    contents TEXT NOT NULL, PRIMARY KEY (arm, name)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS quotas (
    subscription TEXT NOT NULL, location TEXT NOT NULL, family TEXT NOT NULL, cores INTEGER NOT NULL,
    PRIMARY KEY (subscription, location, family)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value REAL NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS requests (
    bucket TEXT NOT NULL, second INTEGER NOT NULL, count INTEGER NOT NULL, level REAL NOT NULL, PRIMARY KEY (bucket, second)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS clients (pid INTEGER PRIMARY KEY, base REAL NOT NULL);
  CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY, match TEXT NOT NULL, operation TEXT NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
    times INTEGER NOT NULL, seen INTEGER NOT NULL DEFAULT 0, fired INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE IF NOT EXISTS strikes (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS session_hosts (
    pool TEXT NOT NULL, name TEXT NOT NULL, machine TEXT NOT NULL, open INTEGER NOT NULL, people TEXT NOT NULL,
    PRIMARY KEY (pool, name)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS by_machine ON session_hosts (machine);
  CREATE TABLE IF NOT EXISTS writes (number INTEGER PRIMARY KEY, verb TEXT NOT NULL, id TEXT NOT NULL);
`;

/** The double's Azure: one SQLite file, which several provider processes and a test may hold open at once. */
export class State {
  readonly database: DatabaseSync;
  readonly #statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.database = new DatabaseSync(join(folder, "azure.sqlite"), { timeout: 60_000 });
    this.database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;");
    this.transaction(() => this.database.exec(tables));
  }

  close(): void {
    this.database.close();
  }

  /** Runs `work` with the write lock held, so that what it reads is still so when it writes. */
  transaction<Result>(work: () => Result): Result {
    this.database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.database.exec("COMMIT");
      return result;
    } catch (error) {
      this.database.exec("ROLLBACK");
      throw error;
    }
  }

  run(sql: string, ...values: readonly SQLInputValue[]): void {
    this.#prepare(sql).run(...values);
  }

  rows(sql: string, ...values: readonly SQLInputValue[]): readonly SqlRow[] {
    return this.#prepare(sql).all(...values);
  }

  row(sql: string, ...values: readonly SQLInputValue[]): SqlRow | undefined {
    return this.#prepare(sql).get(...values);
  }

  find(id: string): Stored | undefined {
    return this.stored("WHERE key = ?", key(id))[0];
  }

  children(id: string): readonly Stored[] {
    return this.stored("WHERE parent = ?", key(id));
  }

  /** All of an ARM type, e.g. "Microsoft.Network/virtualNetworks". */
  all(arm: string): readonly Stored[] {
    return this.stored("WHERE arm = ?", arm.toLowerCase());
  }

  stored(where: string, ...values: readonly SQLInputValue[]): readonly Stored[] {
    return this.rows(`SELECT * FROM resources ${where}`, ...values).map((row) => fromRow(row as unknown as Row));
  }

  /** Who names this id, or something inside it, in their inputs. */
  referrers(id: string): readonly Reference[] {
    const sql = `SELECT id AS "from", path FROM refs JOIN resources ON key = from_key
      WHERE to_key = ? OR (to_key > ? AND to_key < ?)`;
    return this.rows(sql, key(id), `${key(id)}/`, `${key(id)}0`) as unknown as readonly Reference[];
  }

  save(resource: Stored, references: readonly { readonly path: string; readonly id: string }[]): void {
    this.run(
      "INSERT OR REPLACE INTO resources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      key(resource.id),
      resource.id,
      resource.token,
      resource.arm.toLowerCase(),
      resource.parent,
      resource.location,
      JSON.stringify(resource.inputs),
      JSON.stringify(resource.outputs),
      JSON.stringify(resource.hashes),
      resource.provisioning,
      resource.generation,
      resource.madeAt,
    );
    this.run("DELETE FROM refs WHERE from_key = ?", key(resource.id));
    for (const { path, id } of references) {
      this.run("INSERT OR IGNORE INTO refs VALUES (?, ?, ?)", key(resource.id), path, key(id));
    }
  }

  /** Takes one resource out of the state. */
  drop(id: string): void {
    this.run("DELETE FROM resources WHERE key = ?", key(id));
    this.run("DELETE FROM refs WHERE from_key = ?", key(id));
    this.run("DELETE FROM claims WHERE owner = ?", key(id));
  }

  /** Milliseconds since 1970 in virtual time: what its operations have taken has passed. */
  now(): number {
    const seconds = this.row("SELECT value FROM counters WHERE name = 'seconds'")?.["value"] ?? 0;
    return Date.now() + Number(seconds) * 1000;
  }

  count(name: string, by = 1): number {
    const sql = `INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value
      RETURNING value`;
    return Number(this.row(sql, name, by)?.["value"] ?? by);
  }

  #prepare(sql: string): ReturnType<DatabaseSync["prepare"]> {
    const found = this.#statements.get(sql) ?? this.database.prepare(sql);
    this.#statements.set(sql, found);
    return found;
  }
}

interface Row {
  readonly id: string;
  readonly token: string;
  readonly arm: string;
  readonly parent: string;
  readonly location: string;
  readonly inputs: string;
  readonly outputs: string;
  readonly hashes: string;
  readonly provisioning: string;
  readonly generation: number;
  readonly made_at: number;
}

function fromRow(row: Row): Stored {
  const { made_at: madeAt, ...rest } = row;
  return {
    ...rest,
    madeAt,
    inputs: JSON.parse(row.inputs) as Properties,
    outputs: JSON.parse(row.outputs) as Properties,
    hashes: JSON.parse(row.hashes) as Properties,
  };
}
