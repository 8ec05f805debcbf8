import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import type { ArgsDef } from "citty";
import { LockError, withLock } from "../../src/lock.ts";
import { type End, rollOut, type Told as Event } from "../../src/rollout/engine.ts";
import { JournalError, JournalReadError } from "../../src/rollout/journal/errors.ts";
import { type Journal, openJournal } from "../../src/rollout/journal/journal.ts";
import { orderOf } from "../../src/rollout/order.ts";
import { listRollouts, type Rollout, stateOf, type Told } from "../../src/rollout/rollouts.ts";
import { digestOf, type SavedPlan } from "../../src/rollout/saved-plan.ts";
import { statusJson, statusText, waveText } from "../../src/rollout/text.ts";
import packageJson from "../../package.json" with { type: "json" };
import { CommandError, note, print, printJson } from "../cli.ts";
import { look } from "./named.ts";
import { stoppable } from "./stops.ts";
import type { World } from "./world.ts";

/** One roll-out of a target at a time: its people would be given seats twice over. Throws CommandError. */
export async function alone<Found>(folder: string, work: () => Promise<Found>): Promise<Found> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await withLock(join(folder, "lock"), work, 0);
  } catch (error) {
    if (!(error instanceof LockError)) throw error;
    throw new CommandError(
      `another roll-out is at work (process ${error.pid}): wait for its end, or see rollout status`,
    );
  }
}

export const anewArg = {
  anew: {
    type: "boolean",
    default: false,
    description: "although the last one is not complete: it is left as it is, and what is so is found out anew",
  },
} as const satisfies ArgsDef;

/** Whether the last roll-out is left as it is. Throws CommandError where it has not come to its end, and is not to be left. */
export async function leaves(folder: string, anew: boolean): Promise<boolean> {
  const last = (await listRollouts(folder)).at(-1);
  if (last === undefined) return false;
  const { name, standing } = await look(last);
  const state = stateOf(standing);
  if (state === "complete") return false;
  if (anew) return true;
  throw new CommandError(`${name} is not complete (${state}): rollout resume goes on with it, --anew leaves it`);
}

/** Carries a plan out, or goes on with it, and reports. Throws CommandError. */
export async function carryOut(world: World, rollout: Rollout, plan: SavedPlan, json: boolean): Promise<void> {
  const journal = await opened(rollout, world);
  const began = performance.now();
  let end: End;
  try {
    if (journal.cut !== undefined) {
      note(`the last line of the journal was torn off by a crash; what was there is kept in ${journal.cut.kept}`);
    }
    const told = (): Told => ({ ...rollout, plan, standing: journal.standing });
    end = await stoppable((stops) =>
      rollOut(journal, orderOf(plan, world.means), begunBy(plan), stops, progress(told)),
    );
  } catch (error) {
    if (error instanceof JournalError) throw new CommandError(error.message, 1, { cause: error });
    throw error;
  } finally {
    await journal.close();
  }
  await report(rollout, end, (performance.now() - began) / 1000, json);
}

async function opened({ journalFile }: Rollout, { vendor }: World): Promise<Journal> {
  try {
    return await openJournal(journalFile, { secrets: vendor.secrets });
  } catch (error) {
    if (error instanceof JournalError || error instanceof JournalReadError || error instanceof LockError) {
      throw new CommandError(error.message, 1, { cause: error });
    }
    throw error;
  }
}

function begunBy(plan: SavedPlan): Parameters<typeof rollOut>[2] {
  return {
    run: randomUUID(),
    plan: digestOf(plan),
    who: userInfo().username,
    command: `rollout ${process.argv[3] ?? ""}`,
    host: hostname(),
    pid: process.pid,
    version: packageJson.version,
  };
}

/** One line as a wave begins and one as it ends, and one a step that went wrong; on a terminal also how far it is. */
function progress(told: () => Told): (event: Event) => void {
  const terminal = process.stderr.isTTY;
  const clear = terminal ? "\r\u001b[K" : "";
  let wave = 0;
  let shown = 0;
  const ended = (): void => {
    if (wave > 0) note(`${clear}${waveText(told(), wave).trim()}`);
    wave = 0;
  };
  return (event) => {
    switch (event.kind) {
      case "wave":
        ended();
        ({ wave } = event);
        note(
          `${clear}wave ${event.wave} of ${event.of}: ${event.subjects} ${event.subjects === 1 ? "person" : "people"}`,
        );
        return;
      case "step":
        if (event.why !== undefined)
          note(`${clear}${event.step.subject}: ${event.step.name} ${event.result}: ${event.why}`);
        else if (terminal && performance.now() - shown > 200) {
          shown = performance.now();
          process.stderr.write(`${clear}${waveText(told(), wave).trim()}`);
        }
        return;
      case "gate":
      case "end":
        return ended();
      default:
        return event satisfies never;
    }
  };
}

const exitCodes: Readonly<Record<End["how"], 0 | 1 | 130>> = { complete: 0, failed: 1, drained: 130, aborted: 130 };

async function report(rollout: Rollout, end: End, seconds: number, json: boolean): Promise<void> {
  const told = await look(rollout);
  if (json) printJson(statusJson(told));
  else print(`${statusText(told)}\n  in ${seconds.toFixed(1)} s; journal: ${rollout.journalFile}`);
  const wrong = [...told.standing.steps.values()].some(({ state }) => state !== "done" && state !== "unchanged");
  process.exitCode = exitCodes[end.how] || (wrong ? 1 : 0);
  if (end.how !== "complete") note("rollout resume goes on where this stopped");
}
