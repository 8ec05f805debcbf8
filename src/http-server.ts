import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";

/** Where to listen: an address of this machine or namespace, and a port (0: any free one). */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Whole, or piece by piece as it is made; a piece that cannot be made breaks the answer off. */
  readonly body: string | AsyncIterable<Uint8Array>;
}

export type Handler = (request: IncomingMessage, url: URL) => Reply | Promise<Reply>;

export interface Serving {
  readonly port: number;
  /** Answers what is under way, takes nothing new, and resolves when all connections are closed. */
  close(): Promise<void>;
}

/** The address is taken, or not this machine's. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/** A client has this long for its request, and again for taking the answer; then it is hung up on. */
const clientMs = 10_000;
/** Prometheus keeps one connection a job; browsers a few. */
const maxConnections = 100;
/** On closing, answers under way have this long. */
const closeMs = 2000;

/** Serves until closed. Slow and greedy clients are bounded; a handler that throws answers 500 and is noted. */
export async function serveHttp(listen: Listen, handler: Handler, note: (text: string) => void): Promise<Serving> {
  const server = createServer(
    { requestTimeout: clientMs, headersTimeout: clientMs, keepAliveTimeout: 30_000 },
    (request, response) => {
      void answer(handler, request, response, note);
    },
  );
  server.maxConnections = maxConnections;
  await start(server, listen);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        const force = setTimeout(() => server.closeAllConnections(), closeMs);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

export function textReply(status: number, text: string): Reply {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body: `${text}\n` };
}

async function answer(
  handler: Handler,
  request: IncomingMessage,
  response: ServerResponse,
  note: (text: string) => void,
): Promise<void> {
  let reply: Reply;
  try {
    reply = await handler(request, new URL(request.url ?? "/", "http://localhost"));
  } catch (error) {
    note(`${request.method} ${request.url}: ${error instanceof Error ? error.message : String(error)}`);
    reply = textReply(500, "internal error");
  }
  const giveUp = setTimeout(() => response.destroy(), clientMs);
  response.once("close", () => clearTimeout(giveUp));
  const whole = typeof reply.body === "string" ? Buffer.from(reply.body) : undefined;
  const length = whole === undefined ? {} : { "content-length": whole.length };
  response.writeHead(reply.status, { ...reply.headers, ...length });
  if (whole !== undefined || request.method === "HEAD") {
    response.end(request.method === "HEAD" ? undefined : whole);
    return;
  }
  try {
    await pipeline(reply.body, response);
  } catch (error) {
    // A client that hangs up, or is hung up on, is no news.
    if (!response.destroyed) note(`${request.method} ${request.url}: ${String(error)}`);
    response.destroy();
  }
}

function start(server: Server, { host, port }: Listen): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why =
        error.code === "EADDRINUSE" ? "is in use by another program" : `cannot be listened on (${error.message})`;
      reject(new ListenError(`${host}:${port} ${why}; choose another address with --listen HOST:PORT`));
    });
    server.listen({ host, port }, resolve);
  });
}
