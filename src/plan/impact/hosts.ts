import { amount, change, peopleText } from "../diff/change.ts";
import type { Plan, PoolPlan } from "../types.ts";
import { bodyOfStack, changes, type Finding, ofKinds, poolOfStack, type Touched } from "./finding.ts";

/** Hosts, pool by pool: a slice has up to 160 of them, and a person reads one line. */

const machine = "compute:VirtualMachine";
const extension = "compute:VirtualMachineExtension";
/** A host without one of these does not work; its name begins with the host's. */
const parts = [extension, "network:NetworkInterface"];
/** Changes that Azure makes with the machine stopped (Azure Virtual Machines: resize, security type; read in 2026). */
const stopping = ["hardwareProfile", "securityProfile"];

type Fate = "made" | "anew" | "gone" | "stopped" | "mended" | "again";

export function hostFindings(touched: readonly Touched[], plan: Plan): readonly Finding[] {
  const desks = touched.filter((step) => step.stack !== "azure-watch" && step.stack !== "azure-hub");
  const machines = ofKinds(desks, [machine]);
  const known = new Set(machines.filter(({ fate }) => fate !== "update").map(({ name }) => name));
  const groups = new Map<string, { pool: PoolPlan | undefined; stack: string; fate: Fate; hosts: Set<string> }>();
  const add = (step: Touched, fate: Fate, host: string): void => {
    const pool = poolOfStack(plan, step.stack);
    const key = `${pool?.id ?? step.stack} ${fate}`;
    const group = groups.get(key) ?? { pool, stack: step.stack, fate, hosts: new Set<string>() };
    group.hosts.add(host);
    groups.set(key, group);
  };
  for (const step of machines) {
    const fate = fateOf(step);
    if (fate !== undefined) add(step, fate, step.name);
  }
  for (const step of ofKinds(desks, parts)) {
    const host = /^(.+-\d{5,})(-|$)/.exec(step.name)?.[1] ?? step.name;
    if ((step.fate === "replace" || step.fate === "delete") && !known.has(host)) {
      add(step, isSetUpAgain(step) ? "again" : "mended", host);
    }
  }
  return [...groups.values()].flatMap(({ pool, stack, fate, hosts }) =>
    pool === undefined ? [strange(plan, stack, fate, hosts.size)] : [poolFinding(pool, fate, hosts.size)],
  );
}

/** Made anew though nothing differs: it had failed, so the host has taken nobody yet. */
function isSetUpAgain({ kind, fate, diff }: Touched): boolean {
  return kind === extension && fate === "replace" && diff.length === 0;
}

const fates = { create: "made", replace: "anew", delete: "gone" } as const;

function fateOf(step: Touched): Fate | undefined {
  if (step.fate !== "update") return fates[step.fate];
  return changes(step, ...stopping) ? "stopped" : undefined;
}

/** People at once on so many hosts: those that fit, never more than the pool has. */
function peopleOn(pool: PoolPlan, hosts: number): number {
  if (pool.kind !== "pooled") return hosts;
  const room = Math.ceil(Number((hosts * pool.desksPerHost * pool.concurrency).toFixed(6)));
  return Math.min(room, pool.peopleAtOnce);
}

function be(count: number): string {
  return count === 1 ? "is" : "are";
}

function lose(people: number): string {
  return people === 1 ? "loses" : "lose";
}

function poolFinding(pool: PoolPlan, fate: Fate, hosts: number): Finding {
  const count = amount(hosts, "host");
  if (fate === "made") {
    return { change: change("none", pool.id, 0, `${pool.id}: ${count} ${be(hosts)} made`), refused: false };
  }
  if (fate === "again") {
    const text = `${pool.id}: ${count} ${be(hosts)} set up again, which had failed`;
    return { change: change("none", pool.id, 0, text), refused: false };
  }
  const people = peopleOn(pool, hosts);
  const who = pool.kind === "pooled" ? `up to ${peopleText(people)} at once` : peopleText(people);
  if (fate === "stopped" || fate === "mended") {
    const why = fate === "stopped" ? "stopped to be changed" : "cut off while a part is made anew";
    const text = `${pool.id}: ${count} ${be(hosts)} ${why}; ${who} ${lose(people)} their session, for how long is not known`;
    return { change: change("interrupted", pool.id, people, text), refused: false };
  }
  const what = fate === "anew" ? `${be(hosts)} made anew` : hosts === 1 ? "goes" : "go";
  if (pool.kind === "pooled" && !(fate === "gone" && pool.hosts === 0)) {
    const where = pool.hosts > hosts ? "on another host that has room" : "once one is there: the pool has no other";
    const text = `${pool.id}: ${count} ${what}; ${who} sign in again, ${where}`;
    return { change: change("interrupted", pool.id, people, text), refused: fate === "gone" };
  }
  const text = `${pool.id}: ${count} ${what}; ${who} ${lose(people)} their desk and what is stored on it`;
  return { change: change("lost", pool.id, people, text), refused: true };
}

/** Hosts of a pool that the plan no longer has: what kind they are is not known, so the worst is told. */
function strange(plan: Plan, stack: string, fate: Fate, hosts: number): Finding {
  const body = bodyOfStack(plan, stack);
  const where = body === undefined ? stack : `${stack} (${body})`;
  const gone = fate === "anew" || fate === "gone";
  const text = gone
    ? `${where}: ${amount(hosts, "host")} of a pool that the plan no longer has ${hosts === 1 ? "goes" : "go"}; at least ` +
      `${peopleText(hosts)} ${lose(hosts)} their desk`
    : `${where}: ${amount(hosts, "host")} of a pool that the plan no longer has ${hosts === 1 ? "changes" : "change"}`;
  return { change: change(gone ? "lost" : "none", stack, gone ? hosts : 0, text), refused: gone };
}
