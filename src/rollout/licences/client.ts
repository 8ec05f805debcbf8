import { setTimeout } from "node:timers/promises";
import type { z } from "zod";
import { type VendorDetails, VendorError, type VendorFault } from "./vendor-error.ts";

/** Gives a bearer token, and keeps it as long as it is good. `refused`: the vendor did not take this one. */
export type TokenSource = (signal: AbortSignal, refused?: string) => Promise<string>;

export interface Call<Data> {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Relative to the vendor's base, or a whole address there (a next page). */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly shape: z.ZodType<Data>;
}

export interface Answer<Data> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Data;
}

/** What a vendor's refusal means, where that is more than its status says. */
export interface Meaning extends VendorDetails {
  readonly kind?: VendorFault | undefined;
  readonly message?: string | undefined;
}

export interface ClientOptions {
  /** For people. */
  readonly vendor: string;
  /** Ends with `/`. */
  readonly base: URL;
  readonly token: TokenSource;
  /** Waits for the quota before each request. */
  readonly enter?: (call: Call<unknown>, signal: AbortSignal) => Promise<void>;
  /** Looks at each answer: what the vendor says of its quota. */
  readonly heed?: (call: Call<unknown>, status: number, headers: Headers, body: unknown) => void;
  /** Reads a refusal's body, undefined where it was no JSON. */
  readonly meaning: (status: number, body: unknown, headers: Headers) => Meaning;
  readonly patience: Patience;
}

export interface Patience {
  /** One request's answer, milliseconds. */
  readonly requestMs: number;
  /** All tries of one thing together, milliseconds. */
  readonly totalMs: number;
  /** Until what was written must be shown, milliseconds. */
  readonly lagMs: number;
  /** Before the second try or look where the vendor names no time, milliseconds; doubled before each next one. */
  readonly pauseMs: number;
}

export const usualPatience: Patience = { requestMs: 30_000, totalMs: 600_000, lagMs: 60_000, pauseMs: 500 };

/** A vendor's REST interface. Only the vendor's own origin is asked. */
export class VendorClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** For what changes nothing: tried again as long as patience lasts. Throws VendorError, or the signal's reason. */
  async read<Data>(call: Call<Data>, signal: AbortSignal): Promise<Answer<Data>> {
    return persevere(() => this.once(call, signal), this.#options.patience, signal);
  }

  /** One try; a second one only where the vendor refused the token. Throws VendorError, or the signal's reason. */
  async once<Data>(call: Call<Data>, signal: AbortSignal): Promise<Answer<Data>> {
    const token = await this.#token(signal, undefined);
    const answer = await this.#try(call, token, signal);
    if (answer !== "another token") return answer;
    const again = await this.#try(call, await this.#token(signal, token), signal);
    if (again !== "another token") return again;
    throw new VendorError("refused", `${this.#name(call)}: 401: its token is not taken`, { status: 401 });
  }

  #name({ method = "GET", path }: Call<unknown>): string {
    return `${this.#options.vendor}: ${method} ${path.split("?")[0]}`;
  }

  async #token(signal: AbortSignal, refused: string | undefined): Promise<string> {
    try {
      return await this.#options.token(signal, refused);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof VendorError) throw error;
      throw new VendorError("refused", `${this.#options.vendor}: no token: ${wordsOf(error)}`);
    }
  }

  async #try<Data>(call: Call<Data>, token: string, signal: AbortSignal): Promise<Answer<Data> | "another token"> {
    const { base, enter, heed, meaning, patience } = this.#options;
    const url = new URL(call.path, base);
    if (url.origin !== base.origin) {
      throw new VendorError("refused", `${this.#name(call)}: that is not at ${base.origin}`);
    }
    // A header that cannot carry it would be refused with an error that names it.
    if (!/^[\x21-\x7e]+$/.test(token)) throw new VendorError("refused", `${this.#name(call)}: its token is no token`);
    await enter?.(call, signal);
    const timed = AbortSignal.timeout(patience.requestMs);
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method: call.method ?? "GET",
        headers: {
          accept: "application/json",
          ...(call.body === undefined ? {} : { "content-type": "application/json" }),
          ...call.headers,
          authorization: `Bearer ${token}`,
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        redirect: "manual",
        signal: AbortSignal.any([signal, timed]),
      });
      text = await response.text();
    } catch (error) {
      signal.throwIfAborted();
      const why = timed.aborted ? `no answer in ${patience.requestMs} ms` : wordsOf(error);
      throw new VendorError("passing", `${this.#name(call)}: ${why}`);
    }
    const { status, headers } = response;
    const body = jsonOf(text);
    heed?.(call, status, headers, body);
    if (status === 401) return "another token";
    if (!response.ok) {
      const meant = meaning(status, body, headers);
      const message = (meant.message ?? response.statusText).replaceAll(token, "…");
      throw refusal(this.#name(call), status, headers, { ...meant, message });
    }
    const parsed = call.shape.safeParse(body);
    if (parsed.success) return { status, headers, data: parsed.data };
    // What was written is then looked at; whoever reads asks again.
    const issue = parsed.error.issues[0];
    const where = issue?.path.join(".") ?? "";
    throw new VendorError("passing", `${this.#name(call)}: an answer of another shape: ${where} ${issue?.message}`, {
      status,
    });
  }
}

/** The error of an answer that is none of success. `what`: vendor and call, for people. */
export function refusal(what: string, status: number, headers: Headers, meant: Meaning): VendorError {
  const { kind, message, code, ...details } = meant;
  const words = [String(status), code, message].filter((each) => each !== undefined && each !== "");
  return new VendorError(kind ?? faultOf(status), `${what}: ${words.join(": ")}`, {
    status,
    code,
    retryAfterMs: retryAfterMs(headers, Date.now()),
    ...details,
  });
}

/** For what changes nothing: tried again as long as patience lasts. Throws what `work` throws, or the signal's reason. */
export async function persevere<T>(work: () => Promise<T>, patience: Patience, signal: AbortSignal): Promise<T> {
  const until = performance.now() + patience.totalMs;
  for (let nth = 1; ; nth += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || !(await pause(error, nth, until, patience, signal))) throw error;
    }
  }
}

/** A change at a vendor, and how to see whether it is made. */
export interface Change {
  /** For people, such as `graph: seat of anna@example.org`. */
  readonly what: string;
  readonly isSo: (signal: AbortSignal) => Promise<boolean>;
  readonly write: (signal: AbortSignal) => Promise<void>;
}

/**
 * Writes, and ends once the vendor shows it. After a try that failed in passing it looks before it writes again: a refused
 * write may have been made. Throws VendorError, or the signal's reason.
 */
export async function bringAbout(change: Change, patience: Patience, signal: AbortSignal): Promise<void> {
  const { what, isSo, write } = change;
  const until = performance.now() + patience.totalMs;
  for (let nth = 1; ; nth += 1) {
    try {
      await write(signal);
      break;
    } catch (error) {
      if (!isPassing(error)) throw error;
      const goesOn = await pause(error, nth, until, patience, signal);
      if (await isSo(signal)) return;
      if (!goesOn) throw error;
    }
  }
  const shown = performance.now() + patience.lagMs;
  for (let nth = 1; !(await isSo(signal)); nth += 1) {
    const ms = Math.min(patience.pauseMs * 2 ** (nth - 1), 10_000);
    if (performance.now() + ms > shown) {
      const seconds = Math.round(patience.lagMs / 1000);
      throw new VendorError("unconfirmed", `${what}: it was taken, and is not shown after ${seconds} s`);
    }
    await wait(ms, signal);
  }
}

/** Waits before the next try; false where patience does not last until then. */
async function pause(
  { details }: VendorError,
  nth: number,
  until: number,
  patience: Patience,
  signal: AbortSignal,
): Promise<boolean> {
  // Half by chance, so that those who were refused together part.
  const own = Math.min(patience.pauseMs * 2 ** (nth - 1), 30_000) * (0.5 + Math.random() / 2);
  const ms = Math.max(details.retryAfterMs ?? 0, own);
  if (performance.now() + ms > until) return false;
  await wait(ms, signal);
  return true;
}

/** Throws the signal's reason. */
async function wait(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

export function isPassing(error: unknown): error is VendorError {
  return error instanceof VendorError && error.kind === "passing";
}

/** 423: Webex's "locked, try again later". */
export function faultOf(status: number): VendorFault {
  const passes = [408, 423, 425, 429].includes(status) || (status >= 500 && status !== 501 && status !== 505);
  return passes ? "passing" : "refused";
}

/** `Retry-After` in seconds, as HTTP's date or as an ISO timestamp (Zoom); undefined where there is none to be read. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const text = headers.get("retry-after")?.trim();
  if (text === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  // Of other words, V8 would make a date of its own liking.
  const at = /^(\w{3}, \d|\d{4}-\d\d-\d\dT)/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** Undefined where it is none. */
export function jsonOf(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Of a network's error, what lies below it: `fetch failed` says nothing. */
export function wordsOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message === "" && "code" in cause ? String(cause.code) : cause.message;
}
