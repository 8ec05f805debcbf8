import { type Context, stepper, type Visit } from "./context.ts";
import { type Denial, wasAnswered } from "./findings.ts";
import { makeHandshakes } from "./handshaker.ts";
import { denialTasks, type Task } from "./tasks.ts";
import { comeIn } from "./tunnel.ts";

/** What answers at all does so within a tenth of this. */
const denialMs = 2000;
/** A profile that is welcome is in within a second; a refusal is silence, so this is waited for in full. */
const revokedMs = 4000;

/** Before anybody is in: no desk answers a home that has no tunnel, and no instance lets a revoked profile in. */
export async function denialsOutside(context: Context): Promise<readonly Denial[]> {
  const tasks = denialTasks(context.everyPool, context.denials, denialMs);
  const step = stepper(context, "denials without a way in", context.visits.length * tasks.length);
  const found = await Promise.all(
    context.visits.map(async (visit) => {
      const what = `desks without the gateway, from the home of ${visit.body}`;
      return [await shut(what, visit, tasks, context, step), ...(await revoked(visit, context))];
    }),
  );
  return found.flat();
}

/** Once inside: no desk of another body answers. Only for the visits whose people came in. */
export async function denialsInside(context: Context, inside: readonly Visit[]): Promise<readonly Denial[]> {
  const bodies = [...new Set(context.everyPool.map(({ pool }) => pool.body))];
  const pairs = inside.flatMap((visit) =>
    bodies
      .filter((other) => other !== visit.body)
      .map((other) => {
        const pools = context.everyPool.filter(({ pool }) => pool.body === other);
        return { visit, other, tasks: denialTasks(pools, context.denials, denialMs) };
      }),
  );
  const count = pairs.reduce((sum, { tasks }) => sum + tasks.length, 0);
  const step = stepper(context, "denials of other bodies' desks", count);
  return Promise.all(
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

/** Tries a revoked profile on every instance. One that answers nobody proves nothing, and is noted instead. */
async function revoked({ body, enter }: Visit, context: Context): Promise<readonly Denial[]> {
  const { inventory, profiles, notes, signal } = context;
  const tried = await Promise.all(
    inventory.instances.map(async ({ id }) => {
      const profile = await profiles.revoked(body, id);
      const attempt = await comeIn({ enter, profile, timeoutMs: revokedMs, once: true, signal });
      if (attempt.kind === "in") await attempt.tunnel.close();
      return { id, attempt };
    }),
  );
  return tried.flatMap(({ id, attempt }) => {
    if (attempt.kind === "silent")
      notes.push(`${id} answered nobody: a revoked profile of ${body} was not tried there`);
    if (attempt.kind === "failed") notes.push(`${id}, with a revoked profile of ${body}: ${attempt.detail}`);
    if (attempt.kind !== "in" && attempt.kind !== "refused") return [];
    const through = attempt.kind === "in" ? [id] : [];
    return [
      { what: `a revoked profile of ${body} at ${id}`, body, tried: 1, refused: 1 - through.length, answered: through },
    ];
  });
}
