import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { type Cloud, publicCloud, type Service } from "./cloud.ts";
import { ArmError } from "./error.ts";
import { Gate } from "./gate.ts";
import { type ReadsLeft, readsLeft } from "./reads.ts";
import { backOffMs, isPassing, retryAfterMs } from "./retry.ts";

export interface TokenRequest {
  readonly scope: string;
  /** What Azure wants in the token: it refused the last one for lack of it (continuous access evaluation). */
  readonly claims?: string;
  readonly signal: AbortSignal;
}

/** Gives a bearer token; keeps it as long as it is good. */
export type TokenSource = (request: TokenRequest) => Promise<string>;

export interface ArmOptions {
  readonly token: TokenSource;
  readonly cloud?: Cloud;
  /** A request that is not answered within this is given up, and tried again. */
  readonly requestMs?: number;
  /** Tries of one request in all. */
  readonly attempts?: number;
  /** Where Azure asks for a longer wait than this, the request fails at once and says so. */
  readonly longestWaitMs?: number;
  /** Requests under way at once. */
  readonly parallel?: number;
}

/** A request whose answer is JSON of a known shape. Each is safe to send twice. */
export interface ArmRequest<Data> {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  /** Absolute; must be of one of the cloud's own services. */
  readonly url: URL;
  readonly service: Service;
  readonly body?: unknown;
  readonly shape: z.ZodType<Data>;
}

export interface ArmAnswer<Data> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Data;
}

const defaults = { requestMs: 30_000, attempts: 4, longestWaitMs: 30_000, parallel: 8 } as const;

/**
 * Azure's REST interface: a token on each request, a time for each answer, a bounded number of tries that wait as long
 * as Azure asks, and what Azure said is left of the reads. It has no state but that, and nothing to close.
 */
export class ArmClient {
  readonly cloud: Cloud;
  readonly #options: typeof defaults & Pick<ArmOptions, "token">;
  readonly #gate: Gate;
  readonly #reads = new Map<string, ReadsLeft>();
  /** Until when a service wants no request about a subscription, milliseconds since 1970. */
  readonly #quietUntil = new Map<string, number>();

  constructor({ cloud = publicCloud, ...options }: ArmOptions) {
    this.cloud = cloud;
    this.#options = { ...defaults, ...options } as typeof defaults & Pick<ArmOptions, "token">;
    this.#gate = new Gate(this.#options.parallel);
  }

  /** What is left of each subscription's reads, as Resource Manager last said. */
  get reads(): ReadonlyMap<string, ReadsLeft> {
    return this.#reads;
  }

  /** Resource Manager's address of a path that begins with `/`. */
  management(path: string, query: Readonly<Record<string, string>>): URL {
    const url = new URL(this.cloud.management.url + path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  /** Throws ArmError, or the signal's reason. */
  async send<Data>(request: ArmRequest<Data>, signal: AbortSignal): Promise<ArmAnswer<Data>> {
    const { attempts, longestWaitMs } = this.#options;
    let claims: string | undefined;
    let refused = false;
    for (let nth = 1; ; nth += 1) {
      await this.#quiet(request, signal);
      const tried = await this.#gate.run(() => this.#try(request, claims, signal), signal);
      if ("answer" in tried) return tried.answer;
      const { error, again } = tried;
      if (again === "with another token" && !refused) {
        refused = true;
        claims = tried.claims;
        continue;
      }
      const wait = error.retryAfterMs ?? backOffMs(nth, Math.random());
      if (again !== "later" || nth >= attempts || wait > longestWaitMs) throw error;
      await pause(wait, undefined, { signal });
    }
  }

  /** Waits while Azure wants nothing of this subscription. Throws ArmError where that is too long. */
  async #quiet<Data>(request: ArmRequest<Data>, signal: AbortSignal): Promise<void> {
    const wait = (this.#quietUntil.get(quietKey(request.url)) ?? 0) - Date.now();
    if (wait <= 0) return;
    if (wait > this.#options.longestWaitMs) {
      const message = `not asked: Azure wants no request of this subscription for ${Math.ceil(wait / 1000)} s more`;
      throw new ArmError(describe(request), { status: 429, code: "TooManyRequests", message, retryAfterMs: wait });
    }
    await pause(wait, undefined, { signal });
  }

  async #try<Data>(request: ArmRequest<Data>, claims: string | undefined, signal: AbortSignal): Promise<Tried<Data>> {
    const call = describe(request);
    const { requestMs } = this.#options;
    const timed = AbortSignal.timeout(requestMs);
    const both = AbortSignal.any([signal, timed]);
    const failed = (code: string, message: string): Tried<Data> => ({
      error: new ArmError(call, { status: 0, code, message }),
      again: "later",
    });
    let token: string;
    try {
      const wanted = { scope: request.service.scope, signal: both };
      token = await this.#options.token(claims === undefined ? wanted : { ...wanted, claims });
    } catch (error) {
      signal.throwIfAborted();
      throw new ArmError(call, { status: 0, code: "NoToken", message: (error as Error).message });
    }
    let response: Response;
    let text: string;
    try {
      response = await fetch(request.url, {
        method: request.method ?? "GET",
        headers: { authorization: `Bearer ${token}`, accept: "application/json", ...contentType(request.body) },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        redirect: "error",
        signal: both,
      });
      text = await response.text();
    } catch (error) {
      signal.throwIfAborted();
      if (timed.aborted) return failed("Timeout", `no answer in ${requestMs} ms`);
      return failed("NoAnswer", reasonOf(error as Error));
    }
    this.#remember(request, response);
    return settle(request, response, text);
  }

  #remember<Data>(request: ArmRequest<Data>, response: Response): void {
    const subscription = subscriptionOf(request.url);
    const now = Date.now();
    if (request.service === this.cloud.management) {
      const left = readsLeft(response.headers, now);
      if (left !== undefined) this.#reads.set(subscription, left);
    }
    const wait = response.status === 429 ? retryAfterMs(response.headers, now) : undefined;
    if (wait !== undefined) this.#quietUntil.set(quietKey(request.url), now + wait);
  }
}

type Tried<Data> =
  | { readonly answer: ArmAnswer<Data> }
  | { readonly error: ArmError; readonly again: "no" | "later" | "with another token"; readonly claims?: string };

function settle<Data>(request: ArmRequest<Data>, response: Response, text: string): Tried<Data> {
  const { status, headers } = response;
  const requestId = headers.get("x-ms-request-id") ?? headers.get("x-ms-correlation-request-id") ?? undefined;
  const fault = (code: string, message: string): ArmError =>
    new ArmError(describe(request), {
      status,
      code,
      message,
      requestId,
      retryAfterMs: retryAfterMs(headers, Date.now()),
    });
  let json: unknown;
  try {
    json = text === "" ? undefined : JSON.parse(text);
  } catch {
    const code = response.ok ? "InvalidJson" : "NoDetails";
    const error = fault(
      code,
      response.ok ? "the answer is no JSON" : `${response.statusText || "an error"}, no details`,
    );
    return { error, again: response.ok || isPassing(status) ? "later" : "no" };
  }
  if (!response.ok) {
    const body = errorShape.safeParse(json).data?.error;
    const error = fault(body?.code ?? "NoDetails", body?.message ?? (response.statusText || "no details"));
    if (status === 401) return { error, again: "with another token", ...claimsOf(headers) };
    return { error, again: isPassing(status) ? "later" : "no" };
  }
  const parsed = request.shape.safeParse(json);
  if (parsed.success) return { answer: { status, headers, data: parsed.data } };
  const first = parsed.error.issues[0];
  return { error: fault("UnexpectedShape", `${first?.path.join(".") ?? ""}: ${first?.message ?? ""}`), again: "no" };
}

/** Azure's errors, of every provider (`CloudError` in Microsoft's models). */
const errorShape = z.object({ error: z.object({ code: z.string(), message: z.string().nullish() }) });

function claimsOf(headers: Headers): { readonly claims?: string } {
  const encoded = /claims="([^"]+)"/.exec(headers.get("www-authenticate") ?? "")?.[1];
  return encoded === undefined ? {} : { claims: Buffer.from(encoded, "base64").toString("utf8") };
}

function contentType(body: unknown): Readonly<Record<string, string>> {
  return body === undefined ? {} : { "content-type": "application/json" };
}

/** `GET hostPools/torino-office/sessionHosts` */
function describe({ method = "GET", url }: ArmRequest<unknown>): string {
  const path = url.pathname
    .replace(/^\/subscriptions\/[^/]+/i, "")
    .replace(/^\/resourceGroups\/[^/]+/i, "")
    .replace(/^\/providers\/[^/]+\//i, "");
  return `${method} ${path.replace(/^\//, "")}`;
}

/** In small letters; empty where the address names none. */
function subscriptionOf(url: URL): string {
  return /\/subscriptions\/([^/]+)/i.exec(url.pathname)?.[1]?.toLowerCase() ?? "";
}

function quietKey(url: URL): string {
  return `${url.origin} ${subscriptionOf(url)}`;
}

/** fetch says only "fetch failed"; why is in the cause. */
function reasonOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error
    ? cause.message || ((cause as NodeJS.ErrnoException).code ?? error.message)
    : error.message;
}
