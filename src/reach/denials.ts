import { type Context, stepper, together, type Visit } from "./context.ts";
import { type Denial, wasAnswered } from "./findings.ts";
import { makeHandshakes } from "./handshaker.ts";
import { denialTasks, type Task } from "./tasks.ts";
import { comeIn } from "./tunnel.ts";

/**
 * In milliseconds: what answers at all does so within a tenth of `desk`; a profile that is welcome is in within a second,
 * and a refusal is silence, so `revoked` is waited for in full.
 */
const patience = { desk: 2000, revoked: 4000 } as const;

/** Before anybody is in: no desk answers a home that has no tunnel, and no instance lets a revoked profile in. */
export async function denialsOutside(context: Context): Promise<readonly Denial[]> {
  const { desk } = context.patience ?? patience;
  const tasks = denialTasks(context.everyPool, context.denials, desk);
  const step = stepper(context, "denials without a way in", context.visits.length * tasks.length);
  const found = await together(
    context,
    context.visits.map((visit) => {
      const what = `desks without the gateway, from the home of ${visit.body}`;
      return together(context, [shut(what, visit, tasks, context, step), revoked(visit, context)]);
    }),
  );
  context.notes.push(...found.flatMap(([, { notes }]) => notes));
  return found.flatMap(([first, { denials }]) => [first, ...denials]);
}

/** Once inside: no desk of another body answers. Only for the visits whose people came in. */
export async function denialsInside(context: Context, inside: readonly Visit[]): Promise<readonly Denial[]> {
  const { desk } = context.patience ?? patience;
  const bodies = [...new Set(context.everyPool.map(({ pool }) => pool.body))];
  const pairs = inside.flatMap((visit) =>
    bodies
      .filter((other) => other !== visit.body)
      .map((other) => {
        const pools = context.everyPool.filter(({ pool }) => pool.body === other);
        return { visit, other, tasks: denialTasks(pools, context.denials, desk) };
      }),
  );
  const count = pairs.reduce((sum, { tasks }) => sum + tasks.length, 0);
  const step = stepper(context, "denials of other bodies' desks", count);
  return together(
    context,
    pairs.map(({ visit, other, tasks }) =>
      shut(`desks of ${other} with a profile of ${visit.body}`, visit, tasks, context, step),
    ),
  );
}

/** Tries doors that must stay shut. */
async function shut(
  what: string,
  { body, enter }: Visit,
  tasks: readonly Task[],
  { signal }: Context,
  step: (failed: boolean) => void,
): Promise<Denial> {
  const answered: string[] = [];
  await makeHandshakes(tasks, {
    enter,
    // Nearly all of it is waiting.
    pace: { total: 256, perGroup: { ssh: 256, rdp: 4 } },
    signal,
    onResult: (task, result) => {
      const open = wasAnswered(result);
      if (open) answered.push(`${task.id} (${task.via})`);
      step(open);
    },
  });
  return { what, body, tried: tasks.length, refused: tasks.length - answered.length, answered };
}

interface Revoked {
  readonly denials: readonly Denial[];
  readonly notes: readonly string[];
}

/** Tries a revoked profile on every instance. One that answers nobody proves nothing, and is noted instead. */
async function revoked({ body, enter }: Visit, context: Context): Promise<Revoked> {
  const { inventory, profiles, signal } = context;
  const { revoked: timeoutMs } = context.patience ?? patience;
  const tried = await together(
    context,
    inventory.instances.map(async ({ id }) => {
      const profile = await profiles.revoked(body, id);
      const attempt = await comeIn({ enter, profile, timeoutMs, once: true, signal });
      if (attempt.kind === "in") await attempt.tunnel.close();
      return { id, attempt };
    }),
  );
  return {
    denials: tried.flatMap(({ id, attempt }) => {
      if (attempt.kind !== "in" && attempt.kind !== "refused") return [];
      const answered = attempt.kind === "in" ? [id] : [];
      const what = `a revoked profile of ${body} at ${id}`;
      return [{ what, body, tried: 1, refused: 1 - answered.length, answered }];
    }),
    notes: tried.flatMap(({ id, attempt }) => {
      if (attempt.kind === "failed") return [`${id}, with a revoked profile of ${body}: ${attempt.detail}`];
      return attempt.kind === "silent"
        ? [`${id} answered nobody: a revoked profile of ${body} was not tried there`]
        : [];
    }),
  };
}
