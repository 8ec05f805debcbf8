import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { randomFrom } from "../../random.ts";
import { answer, graphError, type Question, type Reply, unitsOf } from "./answers.ts";
import { emptyState, type GraphState } from "./state.ts";

/** How a request, or a part of a batch, fails instead of being answered. */
export type Fault =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** A string is sent as it is. */
      readonly body?: unknown;
      /** It was done nevertheless. */
      readonly applied?: boolean;
    }
  /** No answer ever. Of a batch's part: none in the batch's answer. */
  | "unanswered"
  /** The connection breaks in the middle of the answer. Not for a batch's part. */
  | "cut";

export interface GraphDouble {
  /** With the version. */
  readonly base: URL;
  readonly state: GraphState;
  /** `POST /$batch` and `GET /users/anna@example.org` of each request and each part of a batch, in order, decoded. */
  readonly lines: readonly string[];
  /** How many parts each batch had. */
  readonly batches: readonly number[];
  /** The next so many whose line matches fail so. */
  fail(line: RegExp, fault: Fault, times?: number): void;
  /** Asked for each line: how it fails, if it does. */
  mishap: (line: string) => Fault | undefined;
  close(): Promise<void>;
}

export interface DoubleOptions {
  /** The quotas' windows are so many times shorter than the vendor's. */
  readonly scale?: number;
  readonly seed?: number;
}

/** A double of Microsoft Graph v1.0 on loopback, as far as licences and presences go. */
export async function startGraph({ scale = 1, seed = 1 }: DoubleOptions = {}): Promise<GraphDouble> {
  const state = emptyState(scale);
  const random = randomFrom(seed);
  const lines: string[] = [];
  const batches: number[] = [];
  const faults: { line: RegExp; fault: Fault; left: number }[] = [];

  const failing = (line: string): Fault | undefined => {
    const due = faults.find((each) => each.left > 0 && each.line.test(line));
    if (due === undefined) return double.mishap(line);
    due.left -= 1;
    return due.fault;
  };

  const ask = (question: Question): Reply | "unanswered" | "cut" => {
    const line = `${question.method} ${decodeURIComponent(question.url.pathname)}`;
    lines.push(line);
    const fault = failing(line);
    if (fault === undefined) return metered(state, question);
    if (fault === "unanswered" || fault === "cut") return fault;
    if (fault.applied === true) answer(state, question);
    const { status, headers, body = graphError(status, "Failing", "as it was told to").body } = fault;
    return { status, ...(headers === undefined ? {} : { headers }), body };
  };

  const batch = (body: unknown): Reply => {
    const { requests } = body as { requests: readonly Part[] };
    batches.push(requests.length);
    if (requests.length === 0 || requests.length > 20 || new Set(requests.map(({ id }) => id)).size < requests.length) {
      return graphError(400, "BadRequest", "Invalid batch payload format.");
    }
    const responses = requests.flatMap((part) => {
      const headers = new Headers(part.headers);
      if (part.body !== undefined && headers.get("content-type") === null) {
        return [{ id: part.id, ...graphError(400, "BadRequest", "Content-Type is missing.") }];
      }
      const url = new URL(part.url, "http://graph");
      const reply = ask({ method: part.method, url, headers, body: part.body });
      return typeof reply === "string" ? [] : [{ id: part.id, ...reply }];
    });
    return { status: 200, body: { responses: shuffled(responses, random) } };
  };

  const server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      const url = new URL((request.url ?? "").replace(/^\/v1\.0/, ""), "http://graph");
      const question: Question = {
        method: request.method ?? "",
        url,
        headers: new Headers(request.headers as Record<string, string>),
        body,
      };
      if (url.pathname !== "/$batch") {
        send(isKnown(state, request) ? ask(question) : unauthorized, base, response);
        return;
      }
      const line = `${question.method} /$batch`;
      lines.push(line);
      const fault = failing(line);
      if (!isKnown(state, request)) send(unauthorized, base, response);
      else if (fault === undefined) send(batch(body), base, response);
      else {
        if (typeof fault !== "string" && fault.applied === true) batch(body);
        send(typeof fault === "string" ? fault : { body: {}, ...fault }, base, response);
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port: 0 }, resolve));
  const base = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1.0/`);
  const double: GraphDouble = {
    base,
    state,
    lines,
    batches,
    fail: (line, fault, times = 1) => void faults.push({ line, fault, left: times }),
    mishap: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return double;
}

interface Part {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const unauthorized = graphError(401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.");

function isKnown({ token }: GraphState, { headers }: IncomingMessage): boolean {
  return headers.authorization === `Bearer ${token}`;
}

/** Answers within the quotas, and says of them what the vendor says. */
function metered(state: GraphState, question: Question): Reply {
  const units = unitsOf(question);
  const isWrite = question.method !== "GET" && units > 0;
  const wait = (isWrite ? state.writes.take(1) : 0) || state.units.take(units);
  if (wait > 0) {
    const reply = graphError(429, "TooManyRequests", "Too many requests.");
    const scope = `Tenant_Application/${isWrite ? "Write" : "Read"}/app/tenant`;
    const headers = { "Retry-After": String(Math.ceil(wait / 1000)), "x-ms-throttle-scope": scope };
    return { ...reply, headers };
  }
  const reply = answer(state, question);
  const used = state.units.used > 0.8 ? { "x-ms-throttle-limit-percentage": state.units.used.toFixed(2) } : {};
  return { ...reply, headers: { "x-ms-resource-unit": String(units), ...used, ...reply.headers } };
}

function send(reply: Reply | "unanswered" | "cut", base: URL, response: ServerResponse): void {
  if (reply === "unanswered") return;
  if (reply === "cut") {
    response.writeHead(200, { "content-length": 1000 });
    response.write('{"value":', () => response.destroy());
    return;
  }
  const { status, headers, body } = reply;
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body)?.replaceAll("{base}", base.href));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? undefined : JSON.parse(text);
}

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}
