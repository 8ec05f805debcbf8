import { setTimeout as wait } from "node:timers/promises";
import { defineCommand } from "citty";
import { stampOf } from "../../src/files.ts";
import { VendorError } from "../../src/rollout/licences/vendor-error.ts";
import { NewestRollout } from "../../src/rollout/watch/newest.ts";
import { changeReport } from "../../src/rollout/watch/report-file.ts";
import type { RolloutFigures } from "../../src/seats-report.ts";
import { CommandError, note } from "../cli.ts";
import { untilStopped } from "../daemon.ts";
import { inventoryOf } from "../link/built.ts";
import { ask, type Asking, askingArgs, type AskingArgs, openAsking, tellSeats } from "./asking.ts";
import { inventoryPath, reportFile, rolloutsFolder } from "./folder.ts";
import { openVendor } from "./vendor.ts";

const { at: _, ...watchArgs } = askingArgs;

/** The journal is looked at so often. */
const lookMs = 1000;
/** One answer of the vendor, with all that it has to be asked again. */
const answerMs = 120_000;

export default defineCommand({
  meta: {
    name: "watch",
    description: "a daemon: tells the exporter of seats and of the newest roll-out, in a file and without names",
  },
  args: {
    every: { type: "string", default: "5m", valueHint: "TIME", description: "ask the vendor so often: 10s to 15m" },
    ...watchArgs,
  },
  run: async ({ args }) => {
    const everyMs = everyOf(args.every);
    const stop = new AbortController();
    void untilStopped().then(() => stop.abort());
    await new Watch(args, everyMs, stop.signal).run();
  },
});

/** Throws CommandError (wrong use). */
function everyOf(text: string): number {
  const [, number, unit] = /^(\d{1,4})(s|m)$/.exec(text) ?? [];
  const ms = Number(number) * (unit === "m" ? 60_000 : 1000);
  if (ms >= 10_000 && ms <= 900_000) return ms;
  throw new CommandError(`--every "${text}": a time from 10s to 15m`, 2);
}

/** What it cannot do it tells in the report, in words without names; its log has the whole of it. */
class Watch {
  readonly #args: AskingArgs;
  readonly #everyMs: number;
  readonly #stop: AbortSignal;
  readonly #file: string;
  readonly #open = keepingVendor();
  readonly #newest: NewestRollout;
  readonly #said = new Map<string, string>();
  /** Ends the wait for the vendor's next turn. */
  #hurry = new AbortController();
  #provider: string | undefined;

  constructor(args: AskingArgs, everyMs: number, stop: AbortSignal) {
    this.#args = args;
    this.#everyMs = everyMs;
    this.#stop = stop;
    this.#file = reportFile(args.target);
    this.#newest = new NewestRollout(rolloutsFolder(args.target));
  }

  async run(): Promise<void> {
    await Promise.all([this.#askAgain(), this.#lookAgain()]);
  }

  async #askAgain(): Promise<void> {
    while (!this.#stop.aborted) {
      this.#hurry = new AbortController();
      await this.#seats();
      await wait(this.#everyMs, undefined, { signal: AbortSignal.any([this.#stop, this.#hurry.signal]) }).catch(
        () => undefined,
      );
    }
  }

  async #seats(): Promise<void> {
    const signal = AbortSignal.any([this.#stop, AbortSignal.timeout(answerMs)]);
    try {
      const asking = await this.#asking();
      this.#provider = asking.vendor.provider.name;
      await tellSeats(this.#file, asking, await ask(asking, signal, "losers"));
      this.#say("seats", undefined);
    } catch (error) {
      if (this.#stop.aborted) return;
      this.#say("seats", error);
      await this.#tell({ faults: { seats: wordsOf(error, signal, this.#provider) } });
    }
  }

  async #asking(): Promise<Asking> {
    const file = this.#args.inventory ?? inventoryPath(this.#args.target);
    const inventory = await inventoryOf(file, this.#args.target);
    return openAsking(this.#args, inventory, this.#open);
  }

  async #lookAgain(): Promise<void> {
    let told = "";
    let toldAt = -Infinity;
    let before: RolloutFigures | null = null;
    while (!this.#stop.aborted) {
      const { rollout, fault } = await this.#look(before);
      const text = JSON.stringify([rollout, fault]);
      if (text !== told || performance.now() - toldAt >= this.#everyMs) {
        const at = new Date().toISOString();
        const isTold = await this.#tell({ at, rollout, faults: { rollout: fault } });
        if (isTold) [told, toldAt] = [text, performance.now()];
      }
      // Its end is the moment at which the seats have changed.
      if (before?.state === "open" && rollout?.state !== "open") this.#hurry.abort();
      before = rollout;
      await wait(lookMs, undefined, { signal: this.#stop }).catch(() => undefined);
    }
  }

  async #look(
    before: RolloutFigures | null,
  ): Promise<{ readonly rollout: RolloutFigures | null; readonly fault: string | undefined }> {
    try {
      const rollout = await this.#newest.look();
      this.#say("rollout", undefined);
      return { rollout, fault: undefined };
    } catch (error) {
      this.#say("rollout", error);
      return { rollout: before, fault: "the plan or the journal of the newest roll-out cannot be read" };
    }
  }

  async #tell(change: Parameters<typeof changeReport>[2]): Promise<boolean> {
    try {
      await changeReport(this.#file, this.#provider, change);
      this.#say("report", undefined);
      return true;
    } catch (error) {
      this.#say("report", error);
      return false;
    }
  }

  /** To the log, when it begins, changes or ends. */
  #say(what: string, error: unknown): void {
    const words = error === undefined ? undefined : (error as Error).message;
    if (words === this.#said.get(what)) return;
    if (words === undefined) this.#said.delete(what);
    else this.#said.set(what, words);
    note(words === undefined ? `${what}: in order again` : `${what}: ${words}`);
  }
}

/** The vendor is opened anew only when something about it changed: its tokens are kept. */
function keepingVendor(): typeof openVendor {
  let kept: { readonly key: string; readonly vendor: ReturnType<typeof openVendor> } | undefined;
  return (wish) => {
    const file = wish.credentials ?? process.env["DESKBRIDGE_VC_CREDENTIALS"];
    const { fleet, inventory, quotas } = wish;
    const stamp = file === undefined ? "" : stampOf(file);
    const key = JSON.stringify([fleet.videoconference, inventory.videoconference, [...quotas], file, stamp]);
    if (kept?.key !== key) kept = { key, vendor: openVendor(wish) };
    return kept.vendor;
  };
}

/** Errors may quote the list, a path, an account: none of that goes into the report. */
function wordsOf(error: unknown, signal: AbortSignal, provider = "the vendor"): string {
  if (signal.aborted) return `${provider} takes more than ${answerMs / 1000} s to answer`;
  if (error instanceof VendorError) {
    const { status } = error.details;
    const code = status === undefined ? "" : ` (${status})`;
    return error.kind === "passing" ? `${provider} does not answer${code}` : `${provider} refuses to tell${code}`;
  }
  if (error instanceof CommandError) return "the inventory, the fleet file, its list or the credentials cannot be used";
  return "what was rolled out before cannot be read";
}
