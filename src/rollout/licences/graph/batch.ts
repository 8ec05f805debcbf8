import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { VendorError } from "../vendor-error.ts";

export interface SubRequest {
  readonly method: "GET" | "POST" | "PATCH";
  /** Below the version, with a `/` at the front. */
  readonly url: string;
  readonly body?: unknown;
}

export interface SubAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** The body of `POST /$batch`. */
export interface BatchBody {
  readonly requests: readonly (SubRequest & { readonly id: string; readonly headers?: Record<string, string> })[];
}

export const batchAnswer = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.number(),
      headers: z.record(z.string(), z.string()).nullish(),
      // None with 204.
      body: z.unknown().optional(),
    }),
  ),
});

/** As many as the vendor takes (https://learn.microsoft.com/graph/json-batching, 2026-11-28). */
export const largestBatch = 20;

interface Member {
  readonly request: SubRequest;
  readonly signal: AbortSignal;
  readonly answered: PromiseWithResolvers<SubAnswer>;
  leave: () => void;
}

export interface BatcherOptions {
  /** Waits for the quota of so many. */
  readonly enter: (count: number, signal: AbortSignal) => Promise<void>;
  readonly send: (body: BatchBody, signal: AbortSignal) => Promise<z.infer<typeof batchAnswer>>;
}

/** What waits at the same time travels together. Each has its own answer, and whoever leaves does not stop the others. */
export class Batcher {
  readonly #options: BatcherOptions;
  readonly #waiting: Member[] = [];
  #runs = false;

  constructor(options: BatcherOptions) {
    this.#options = options;
  }

  /** Throws VendorError where the batch was not answered, or not this part of it, and the signal's reason. */
  async ask(request: SubRequest, signal: AbortSignal): Promise<SubAnswer> {
    signal.throwIfAborted();
    const member: Member = {
      request,
      signal,
      answered: Promise.withResolvers<SubAnswer>(),
      leave: () => void this.#waiting.splice(this.#waiting.indexOf(member), 1),
    };
    const leave = (): void => {
      member.answered.reject(signal.reason);
      member.leave();
    };
    signal.addEventListener("abort", leave, { once: true });
    this.#waiting.push(member);
    if (!this.#runs) void this.#run();
    try {
      return await member.answered.promise;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  async #run(): Promise<void> {
    this.#runs = true;
    // Whoever comes in the same turn of the event loop is taken along.
    await setImmediate();
    while (this.#waiting.length > 0) {
      const members = this.#waiting.splice(0, largestBatch);
      const deserted = desertedBy(members);
      try {
        await this.#options.enter(members.length, deserted);
        void this.#travel(members, deserted);
      } catch (error) {
        for (const { answered } of members) answered.reject(error);
      }
    }
    this.#runs = false;
  }

  async #travel(all: readonly Member[], deserted: AbortSignal): Promise<void> {
    const members = all.filter(({ signal }) => !signal.aborted);
    const requests = members.map(({ request }, nth) => ({
      id: String(nth + 1),
      ...request,
      ...(request.body === undefined ? {} : { headers: { "Content-Type": "application/json" } }),
    }));
    try {
      const { responses } = await this.#options.send({ requests }, deserted);
      const byId = new Map(responses.map((each) => [each.id, each]));
      for (const [nth, { answered, request }] of members.entries()) {
        const answer = byId.get(String(nth + 1));
        if (answer === undefined) {
          const what = `${request.method} ${request.url.split("?")[0]}`;
          answered.reject(new VendorError("passing", `graph: ${what}: no answer in its batch`));
        } else {
          const { status, headers, body } = answer;
          answered.resolve({ status, headers: headersOf(headers ?? {}), body });
        }
      }
    } catch (error) {
      for (const { answered } of members) answered.reject(error);
    }
  }
}

/** Aborts once all have left. */
function desertedBy(members: readonly Member[]): AbortSignal {
  const deserted = new AbortController();
  let left = members.length;
  for (const member of members) {
    member.leave = () => {
      left -= 1;
      if (left === 0) deserted.abort(member.signal.reason);
    };
  }
  return deserted.signal;
}

/** Names and values of the vendor's that no header can have are left out. */
function headersOf(record: Readonly<Record<string, string>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(record)) {
    if (/^[\w-]+$/.test(name) && /^[\t\x20-\x7e]*$/.test(value)) headers.set(name, value);
  }
  return headers;
}
