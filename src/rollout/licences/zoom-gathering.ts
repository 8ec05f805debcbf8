import { z } from "zod";
import { isPassing, type VendorClient } from "./client.ts";
import { untilAborted } from "./until-aborted.ts";
import { VendorError, type VendorFault } from "./vendor-error.ts";

/** Zoom takes at most so many users in one request. */
const mostUsers = 30;

export interface GatheringOptions {
  readonly client: VendorClient;
  /** Fewer than so many are written one by one. */
  readonly from: number;
  /** Between two requests, milliseconds. */
  readonly everyMs: number;
  /** Whoever is ready waits so long for the others, milliseconds. */
  readonly waitMs: number;
}

/** One user's place in a request for many. */
export interface Place {
  /**
   * Ready to be written. False where it must be written alone. Throws VendorError with what Zoom said of this user, and the
   * signal's reason.
   */
  write(id: string, signal: AbortSignal): Promise<boolean>;
  /** Has no need of it. */
  leave(): void;
}

/**
 * Gathers those who want the same type at the same time, up to 30, for one request (`POST /users/features`). One such
 * request goes in ten seconds: whoever is gathered meanwhile is written alone, which is quicker than to wait.
 */
export class Gathering {
  readonly #options: GatheringOptions;
  readonly #open = new Map<number, Group>();
  #next = 0;
  /** Zoom may refuse this request altogether, as for want of a scope. */
  #isTaken = true;

  constructor(options: GatheringOptions) {
    this.#options = options;
  }

  join(type: number): Place {
    let group = this.#open.get(type);
    if (group === undefined) {
      const opened: Group = { places: 0, left: 0, ready: [], isClosed: false, isGone: false };
      group = opened;
      this.#open.set(type, opened);
      setImmediate(() => this.#close(type, opened));
    }
    const joined = group;
    joined.places += 1;
    if (joined.places === mostUsers) this.#close(type, joined);
    let isIn = true;
    return {
      write: async (id, signal) => {
        if (!isIn || joined.isGone) return false;
        isIn = false;
        const { promise, resolve, reject } = Promise.withResolvers<boolean>();
        joined.ready.push({ id, signal, resolve, reject });
        joined.timer ??= setTimeout(() => this.#go(type, joined), this.#options.waitMs);
        this.#goIfWhole(type, joined);
        return untilAborted(promise, signal);
      },
      leave: () => {
        if (!isIn) return;
        isIn = false;
        joined.left += 1;
        this.#goIfWhole(type, joined);
      },
    };
  }

  #close(type: number, group: Group): void {
    if (this.#open.get(type) === group) this.#open.delete(type);
    group.isClosed = true;
    this.#goIfWhole(type, group);
  }

  /** All are ready or have left. */
  #goIfWhole(type: number, group: Group): void {
    if (group.isClosed && group.ready.length + group.left === group.places) this.#go(type, group);
  }

  #go(type: number, group: Group): void {
    if (group.isGone) return;
    group.isGone = true;
    clearTimeout(group.timer);
    const ready = group.ready.filter(({ signal }) => !signal.aborted);
    const { from, everyMs } = this.#options;
    if (!this.#isTaken || ready.length < from || performance.now() < this.#next) {
      for (const { resolve } of ready) resolve(false);
      return;
    }
    this.#next = performance.now() + everyMs;
    void this.#send(type, ready);
  }

  async #send(type: number, ready: readonly Ready[]): Promise<void> {
    try {
      const body = { feature_type: "user_type", feature_value: String(type), users: ready.map(({ id }) => ({ id })) };
      // Nobody's own signal ends it for the others; the client's patience does.
      const signal = new AbortController().signal;
      const call = { method: "POST", path: "users/features", body, shape: answer } as const;
      const { data } = await this.#options.client.once(call, signal);
      this.#next = performance.now() + this.#options.everyMs;
      for (const { id, resolve, reject } of ready) {
        const error = faultOf(id, data);
        if (error === undefined) resolve(true);
        else reject(error);
      }
    } catch (error) {
      this.#next = performance.now() + this.#options.everyMs;
      this.#isTaken = isPassing(error);
      for (const { resolve, reject } of ready) {
        if (this.#isTaken) reject(error);
        else resolve(false);
      }
    }
  }
}

interface Group {
  places: number;
  left: number;
  readonly ready: Ready[];
  isClosed: boolean;
  isGone: boolean;
  timer?: NodeJS.Timeout;
}

interface Ready {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly resolve: (isWritten: boolean) => void;
  readonly reject: (error: unknown) => void;
}

const answer = z.object({
  success_user_ids: z.array(z.string()).default([]),
  fail_details: z.array(z.object({ user_ids: z.array(z.string()), reason: z.string() })).default([]),
});

const kinds: readonly (readonly [RegExp, VendorFault | undefined])[] = [
  [/no need to update/i, undefined],
  [/not enough seats/i, "noSeats"],
  [/users? not found/i, "unknown"],
];

/** Undefined where it was done, or needed not be. */
function faultOf(id: string, { success_user_ids, fail_details }: z.infer<typeof answer>): VendorError | undefined {
  const reason = fail_details.find(({ user_ids }) => user_ids.includes(id))?.reason;
  if (reason === undefined) {
    if (success_user_ids.includes(id)) return undefined;
    return new VendorError("passing", "zoom: POST users/features: it says nothing of one who was named");
  }
  const known = kinds.find(([words]) => words.test(reason));
  if (known !== undefined && known[1] === undefined) return undefined;
  return new VendorError(known?.[1] ?? "refused", `zoom: POST users/features: ${reason}`);
}
