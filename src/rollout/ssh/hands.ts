import type { Connection } from "./connection.ts";
import { Dialer, type Dropped } from "./dialer.ts";
import { type Failure, printable, SshError } from "./failure.ts";
import { Credentials } from "./identity.ts";
import { placeOf, type Result } from "./target.ts";
import type { Done, Setup, Task } from "./wire.ts";

interface Kept {
  readonly connection: Connection;
  readonly timer: NodeJS.Timeout;
}

/** Carries out tasks, many at once; of one host one at a time. What a worker does, without its thread. */
export class Hands {
  readonly #dialer: Dialer;
  readonly #setup: Setup;
  /** By place, the one that has waited longest first. */
  readonly #kept = new Map<string, Kept>();

  constructor(setup: Setup, tell: (told: Dropped) => void) {
    this.#setup = setup;
    this.#dialer = new Dialer(new Credentials(setup.identity), setup.pacing, tell);
  }

  /** Never rejects. */
  async do({ target, commands }: Task, signal?: AbortSignal): Promise<Done> {
    const results: Result[] = [];
    const place = placeOf(target);
    let connection = this.#take(place);
    let isFresh = false;
    try {
      for (const command of commands) {
        let result: Result | undefined;
        while (result === undefined) {
          if (connection?.isOpen !== true) {
            connection = await this.#dialer.connect(target, signal);
            isFresh = true;
          }
          try {
            result = await connection.run(command, signal);
          } catch (error) {
            // tinysshd takes one command a connection, and a kept one may end just then.
            if (isFresh || signal?.aborted === true || !wasNotTaken(error)) throw error;
            connection.destroy("it takes no second command");
          }
        }
        isFresh = false;
        results.push(result);
        if (result.code !== 0) break;
      }
      return { results };
    } catch (error) {
      return { results, failure: failureOf(error, target.name) };
    } finally {
      if (connection?.isOpen === true) this.#keep(place, connection);
    }
  }

  #take(place: string): Connection | undefined {
    const kept = this.#kept.get(place);
    if (kept === undefined) return undefined;
    clearTimeout(kept.timer);
    this.#kept.delete(place);
    return kept.connection.isOpen ? kept.connection : undefined;
  }

  #keep(place: string, connection: Connection): void {
    const { lingerSeconds, lingering } = this.#setup;
    if (lingerSeconds === 0) return connection.close();
    this.#kept.set(place, { connection, timer: setTimeout(() => this.release(place), lingerSeconds * 1000) });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > lingering && oldest !== undefined) this.release(oldest);
  }

  /** Ends the connection that is kept for the place, if one is. */
  release(place: string): void {
    this.#take(place)?.close();
  }

  /** Ends all that is kept. For when nothing is under way. */
  async close(): Promise<void> {
    for (const place of this.#kept.keys()) this.release(place);
    await this.#dialer.close();
  }
}

/** Over a connection that was used before: then it is asked again over a new one. */
function wasNotTaken(error: unknown): boolean {
  if (!(error instanceof SshError)) return false;
  const { failure } = error;
  return (
    (failure.kind === "command" && failure.untaken === true) || (failure.kind === "lost" && failure.stage === "channel")
  );
}

function failureOf(error: unknown, host: string): Failure {
  if (error instanceof SshError) return error.failure;
  return { kind: "command", host, detail: printable(error instanceof Error ? error.message : String(error)) };
}
