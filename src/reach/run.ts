import { rdpAtOnce } from "../handshake/rdp.ts";
import { type Context, type ReachOptions, stepper, together, type Visit } from "./context.ts";
import { contradictions, moved, readCounters } from "./counters.ts";
import { denialsInside, denialsOutside } from "./denials.ts";
import { buildReport, type Entrance, type Outcome, type ReachReport } from "./findings.ts";
import type { Pace } from "./pace.ts";
import { handshakesWithSecondLook, type SecondLookOptions } from "./second-look.ts";
import { desksByPool, type PoolDesks, rdpTasks, spread, sshTasks, type Task } from "./tasks.ts";
import { type Attempt, comeIn, type Tunnel } from "./tunnel.ts";

/** At once from each home: more only makes a desk on a busy machine look slow. */
const pace: Pace = { total: 48, perGroup: { ssh: 48, rdp: rdpAtOnce } };
/** Time to come in, past an instance that is dead. */
const enterMs = 30_000;

/**
 * Comes in as each body's people do and makes a handshake with every desk; then shows what must not go through. Three
 * phases, in which the bodies work side by side: denials without a way in, desks, denials with another body's profile.
 * Every process it starts has ended when it settles. Rejects where the signal is aborted.
 */
export async function reach(options: ReachOptions): Promise<ReachReport> {
  const start = performance.now();
  const context = contextOf(options);
  const tunnels = new Map<string, Tunnel>();
  try {
    const outside = options.denials > 0 ? await denialsOutside(context) : [];
    const before = await readCounters(options.inventory);
    const { ssh, rdp, entrances } = await askDesks(context, tunnels);
    const traffic = moved(before, await readCounters(options.inventory));
    const insiders = context.visits.filter(({ body }) => tunnels.has(body));
    const inside = options.denials > 0 ? await denialsInside(context, insiders) : [];
    return buildReport({
      pools: context.asked,
      entrances,
      ssh,
      rdp,
      denials: [...outside, ...inside],
      traffic,
      problems: context.visits.length === 0 ? [] : contradictions(traffic, reachedOf(context.asked, ssh)),
      notes: context.notes,
      seconds: (performance.now() - start) / 1000,
    });
  } finally {
    await Promise.all([...tunnels.values()].map((tunnel) => tunnel.close()));
  }
}

function contextOf(options: ReachOptions): Context {
  const { inventory } = options;
  const everyPool = desksByPool(inventory);
  const asking = inventory.bodies.map(({ id }) => id).filter((id) => options.bodies?.includes(id) ?? true);
  const homes = new Map(inventory.homes.map(({ body, enter }) => [body, enter]));
  const visits = asking.flatMap((body, position) => {
    const enter = homes.get(body);
    const first = inventory.instances[position % Math.max(1, inventory.instances.length)]?.id ?? "";
    return enter === undefined ? [] : [{ body, enter, first }];
  });
  const asked = everyPool
    .filter(({ pool }) => asking.includes(pool.body))
    .map(({ pool, desks }) => ({ pool, desks: spread(desks, options.sample ?? desks.length) }));
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  return { ...options, signal, stop, everyPool, asked, asking, visits, notes: [...notesOf(options, asking, homes)] };
}

interface Asked {
  readonly ssh: ReadonlyMap<string, Outcome>;
  readonly rdp: ReadonlyMap<string, Outcome>;
  readonly entrances: readonly Entrance[];
}

/** Every body comes in and asks its desks; the tunnels stay up, for the caller to close. */
async function askDesks(context: Context, tunnels: Map<string, Tunnel>): Promise<Asked> {
  const ssh = new Map<string, Outcome>();
  const rdp = new Map<string, Outcome>();
  const work = context.asking.map((body) => ({ body, tasks: tasksOf(context, body) }));
  const step = stepper(
    context,
    "desks",
    work.reduce((sum, { tasks }) => sum + tasks.length, 0),
  );
  const entrances = await together(
    context,
    work.map(async ({ body, tasks }) => {
      const visit = context.visits.find((one) => one.body === body);
      const told = new Set<Task>();
      const tell = (task: Task, outcome: Outcome): void => {
        told.add(task);
        (task.via === "ssh" ? ssh : rdp).set(task.id, outcome);
        step(outcome.kind !== "ok");
      };
      let why = visit === undefined ? undefined : await enterBy(visit, context, tunnels);
      const late: string[] = [];
      why ??= await ask(tasks, {
        enter: visit?.enter ?? [],
        pace,
        signal: context.signal,
        onResult: tell,
        onLate: ({ id }) => late.push(id),
      });
      if (late.length > 0) context.notes.push(`${body}: answered only when asked a second time: ${late.join(", ")}`);
      if (why !== undefined) {
        for (const task of tasks) if (!told.has(task)) tell(task, { kind: "no-way-in", why });
      }
      const tunnel = tunnels.get(body);
      const through = context.inventory.instances.find(({ address }) => address === tunnel?.instance)?.id;
      return { body, through, secondsToEnter: tunnel?.seconds };
    }),
  );
  return { ssh, rdp, entrances };
}

function tasksOf({ asked, rdp, timeoutMs }: Context, body: string): readonly Task[] {
  return asked
    .filter(({ pool }) => pool.body === body)
    .flatMap((pool) => [...sshTasks(pool, timeoutMs), ...rdpTasks(pool, rdp, timeoutMs)]);
}

/** Takes the body's tunnel up; gives what kept it out, if anything did. */
async function enterBy(visit: Visit, context: Context, tunnels: Map<string, Tunnel>): Promise<string | undefined> {
  const { body, enter, first } = visit;
  const profile = await context.profiles.good(body, first);
  const attempt = await comeIn({ enter, profile, timeoutMs: enterMs, signal: context.signal });
  if (attempt.kind !== "in") return noWayIn(attempt, body);
  tunnels.set(body, attempt.tunnel);
  return undefined;
}

function noWayIn(attempt: Exclude<Attempt, { kind: "in" }>, body: string): string {
  if (attempt.kind === "refused") return `no way in: the gateway refused the profile audit@${body}`;
  if (attempt.kind === "silent") return "no way in: no gateway instance answered";
  return `no way in: ${attempt.detail}`;
}

/** Makes the handshakes; gives what kept some from being made, if anything did. */
async function ask(tasks: readonly Task[], options: SecondLookOptions): Promise<string | undefined> {
  try {
    await handshakesWithSecondLook(tasks, options);
    return undefined;
  } catch (error) {
    options.signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}

function reachedOf(pools: readonly PoolDesks[], ssh: ReadonlyMap<string, Outcome>) {
  let all = 0;
  const bySite = new Map<string, number>();
  for (const { pool, desks } of pools) {
    const count = desks.filter(({ desk }) => ssh.get(desk.id)?.kind === "ok").length;
    all += count;
    if (pool.site !== undefined && count > 0) bySite.set(pool.site, (bySite.get(pool.site) ?? 0) + count);
  }
  return { all, bySite };
}

function notesOf(
  { inventory: { instances, links } }: ReachOptions,
  bodies: readonly string[],
  homes: ReadonlyMap<string, unknown>,
): readonly string[] {
  const without = bodies.filter((body) => !homes.has(body));
  return [
    ...(without.length === 0
      ? []
      : [
          `${without.join(", ")}: no home on the public side, so the desks were asked from where this runs, with the ` +
            "way in that this machine has; the gateway's part and the denials were not tried",
        ]),
    ...(instances.some(({ counters }) => counters !== undefined)
      ? []
      : ["the gateway's byte counters cannot be read from here: that the answers came through it was not checked"]),
    ...(links.length === 0 || links.some(({ counters }) => counters !== undefined)
      ? []
      : ["the links' byte counters cannot be read from here: that the answers came over them was not checked"]),
  ];
}
