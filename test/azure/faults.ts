import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Control } from "../doubles/azure-native/control.ts";
import type { FaultKind } from "../doubles/azure-native/faults.ts";
import { ended, type Ended } from "../lab/world.ts";
import type { AzureWorld } from "./world.ts";

/** The double's faults, and what ends the command itself: kill -9 of its process group, and Ctrl-C. */
export type Kind = FaultKind | "killed" | "interrupted";

export const kinds: readonly Kind[] = [
  "crash-before",
  "crash-after",
  "429",
  "500",
  "503",
  "timeout-created",
  "reset-created",
  "never-ends",
  "killed",
  "interrupted",
];

export function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((left, right) => left.at - right.at)
    .map(({ item }) => item);
}

/** Such a fault goes on until the command has given up: azure-native's three retries, of all that is under way. */
const storms: ReadonlySet<Kind> = new Set(["429", "500", "503"]);
const signals = { killed: "SIGKILL", interrupted: "SIGINT" } as const;

export interface Run extends Ended {
  /** What struck it, and at which of its writes. */
  readonly faults: readonly string[];
}

export interface Chain {
  readonly kinds: readonly Kind[];
  readonly random: () => number;
  /** Writes that an undisturbed run needs from here on. */
  readonly writes: number;
  /** Arguments of `deskbridge`. */
  readonly words: readonly string[];
}

/**
 * Runs a command again and again until all faults have struck, each at a random one of the writes that are left; gives
 * the runs. A run that gets over a fault by itself meets the next one.
 */
export async function* struckRuns(world: AzureWorld, azure: Control, chain: Chain): AsyncGenerator<Run> {
  const { random, words } = chain;
  const began = azure.log().length;
  const waiting = [...chain.kinds];
  while (waiting.length > 0) {
    const child = world.begin(...words);
    const end = ended(child);
    const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
    const faults: string[] = [];
    while (!isOver() && waiting[0] !== undefined) {
      const kind = waiting[0];
      const left = Math.max(1, chain.writes - (azure.log().length - began));
      const nth = 1 + Math.floor(random() * Math.min(left - 1, (2 * left) / (waiting.length + 1)));
      const hasStruck = arm(azure, child, kind, nth);
      while (!isOver() && !hasStruck()) await delay(20);
      if (!hasStruck()) break;
      waiting.shift();
      faults.push(`${kind} at write ${nth}`);
      if (storms.has(kind) || kind in signals) break;
    }
    const done = await end;
    azure.clearFaults();
    const left = waiting.join(", ");
    assert.ok(left === "" || (faults.length > 0 && done.code !== 0), `it ended before ${left} struck:\n${done.stderr}`);
    yield { ...done, faults };
  }
}

/** Sets a fault at the nth write from now; gives whether it has struck. */
function arm(azure: Control, child: ChildProcess, kind: Kind, nth: number): () => boolean {
  azure.clearFaults();
  if (kind !== "killed" && kind !== "interrupted") {
    const before = azure.strikes().length;
    azure.setFault({ match: "", kind, at: nth, times: storms.has(kind) ? 1000 : 1 });
    return () => azure.strikes().length > before;
  }
  const target = azure.log().length + nth;
  let isSent = false;
  return () => {
    if (!isSent && azure.log().length >= target) {
      process.kill(-(child.pid ?? 0), signals[kind]);
      isSent = true;
    }
    return isSent;
  };
}

/** What stands in Azure, as it was asked for; secrets by their place only, since each world has its own. */
export function standing(azure: Control): ReadonlyMap<string, unknown> {
  return new Map(
    azure.resources().map(({ id, inputs, hashes, location, provisioning }) => {
      // The day on which a registration ends hangs on the day of the run.
      const asked = JSON.stringify(inputs).replaceAll(/"20\d\d-\d\d-\d\dT00:00:00Z"/g, '"a day"');
      return [id, { inputs: JSON.parse(asked) as unknown, secrets: Object.keys(hashes), location, provisioning }];
    }),
  );
}

/**
 * What was done with each resource, told again merged: `PUT`, or `PUT DELETE PUT` of one that was made anew. What is
 * set up with secrets, and never ended, is made anew, since these may have run out: that is left out.
 */
export function histories(azure: Control): ReadonlyMap<string, string> {
  const all = new Map<string, string[]>();
  const endless = new Set(azure.strikes().flatMap(({ kind, id }) => (kind === "never-ends" ? [id] : [])));
  for (const { verb, id } of azure.log()) {
    const verbs = all.get(id) ?? [];
    if (verbs.at(-1) !== verb) verbs.push(verb);
    all.set(id, verbs);
  }
  return new Map(
    [...all].map(([id, verbs]) => {
      const history = verbs.join(" ");
      return [id, endless.has(id) && isSetUpWithSecrets(id) ? history.replace(/^PUT DELETE(?: PUT)?/, "PUT") : history];
    }),
  );
}

function isSetUpWithSecrets(id: string): boolean {
  return /\/extensions\/(?:agent|settle)$/.test(id);
}

/** What Azure did not say that it had finished: its next update says it again. */
const unfinished: ReadonlySet<Kind> = new Set(["timeout-created", "never-ends"]);

/** What was written more often than in an undisturbed run, though Azure had finished it and nothing of it was unknown. */
export function writtenAgain(azure: Control, calm: Control): readonly string[] {
  const strikes = azure.strikes();
  const struck = new Set(strikes.flatMap(({ kind, id }) => (unfinished.has(kind) ? [id] : [])));
  const lost = new Set(strikes.flatMap(({ kind, id }) => (kind === "reset-created" ? [id] : [])));
  // Whoever was under way when the provider died has lost its answer, too.
  const died = strikes.some(({ kind }) => kind.startsWith("crash"));
  const calmly = writes(calm);
  return [...writes(azure)].flatMap(([id, count]) => {
    const isSaidAgain = struck.has(id) || ((died || lost.has(id)) && hasSecrets(azure, id));
    return isSaidAgain || count === calmly.get(id) ? [] : [id];
  });
}

/**
 * Where it failed the engine's events masked them, so the next update sets them. The receivers of an action group are
 * secret as well, though Azure gives them back.
 */
function hasSecrets(azure: Control, id: string): boolean {
  return id.includes("/actionGroups/") || Object.keys(azure.find(id)?.hashes ?? {}).length > 0;
}

function writes(azure: Control): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { verb, id } of azure.log()) if (verb === "PUT") counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** Every file of the stacks' backend: states, their history and backups. */
export function stateFiles(world: AzureWorld): readonly { readonly name: string; readonly text: string }[] {
  const folder = join(world.state, ".deskbridge", "state");
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => ({ name, text: readFileSync(join(parentPath, name), "utf8") }));
}
