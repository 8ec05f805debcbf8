import { Worker } from "node:worker_threads";

/** What the worker is asked, and what it says. */
export interface Question {
  readonly id: number;
  readonly password: string;
  /** bcrypt. */
  readonly hash: string;
}

export interface Answer {
  readonly id: number;
  readonly matches: boolean;
}

/** More than wait already: nobody gets an answer within a scrape's time. At cost 10 this is about 5 s of work. */
const maxWaiting = 64;

/** Too many passwords are being checked already. */
export class BusyError extends Error {
  override readonly name = "BusyError";
}

interface Waiting {
  readonly resolve: (matches: boolean) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Checks passwords in a thread of their own, one after another: a bcrypt hash takes 70 ms (cost 10) to seconds, and this
 * thread has scrapes to answer. The thread is started when it is first needed.
 */
export class Passwords {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;

  /** Rejects with BusyError where too many wait. */
  matches(password: string, hash: string): Promise<boolean> {
    if (this.#waiting.size >= maxWaiting) return Promise.reject(new BusyError("too many passwords to check"));
    const worker = (this.#worker ??= this.#start());
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const question: Question = { id, password, hash };
      worker.postMessage(question);
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL("./worker.ts", import.meta.url));
    worker.unref();
    worker.on("message", ({ id, matches }: Answer) => {
      this.#waiting.get(id)?.resolve(matches);
      this.#waiting.delete(id);
    });
    const end = (error: Error): void => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    };
    worker.once("error", end);
    worker.once("exit", () => end(new Error("the thread that checks passwords ended")));
    return worker;
  }
}
