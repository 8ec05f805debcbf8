import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { SecureContextOptions, TLSSocket } from "node:tls";

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
  /**
   * The answer goes on for as long as its client stays (events): the client may take longer than `clientMs` in all, not
   * to take anything at all; and it is broken off when the server closes.
   */
  readonly lasts?: true;
}

export type Handler = (request: IncomingMessage, url: URL) => Reply | Promise<Reply>;

/** What connections are made with. */
export interface TlsSettings {
  /** Certificate, key, versions and ciphers. */
  readonly context: SecureContextOptions;
  /** Whether clients are asked for a certificate; the same for as long as the server runs. */
  readonly asksClients: boolean;
  /** Looks at what a client showed, after the handshake. */
  readonly admits: (socket: TLSSocket) => boolean;
}

/** How much a client may take of us. */
export interface Bounds {
  /** For its handshake, for its request, and again for taking the answer; then it is hung up on. */
  readonly clientMs: number;
  /** Open at once. Prometheus keeps one connection a job; browsers a few. */
  readonly connections: number;
  /** Of these, from one address. */
  readonly connectionsOfOneAddress: number;
  /** A request's first line and headers. */
  readonly headerBytes: number;
  /** Answers that their clients have not taken yet; what would go beyond is answered 503. */
  readonly heldBytes: number;
}

const usualBounds: Bounds = {
  clientMs: 10_000,
  connections: 100,
  connectionsOfOneAddress: 100,
  headerBytes: 16_384,
  // Nine times the 30 MB that 100,000 hosts take.
  heldBytes: 268_435_456,
};

export interface HttpSettings {
  /** Without it, plain HTTP. */
  readonly tls?: TlsSettings | undefined;
  /** Where "refused", a request with a body is answered 413 and hung up on, unread. */
  readonly bodies?: "taken" | "refused";
  readonly bounds?: Partial<Bounds>;
}

export interface Serving {
  readonly port: number;
  /** New connections are made with these; those there are get their next answer as their last. TLS servers only. */
  renewTls(tls: TlsSettings): void;
  /** Answers what is under way, takes nothing new, and resolves when all connections are closed. */
  close(): Promise<void>;
}

/** The address is taken, or not this machine's. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/** Node's own default looks for clients that are over their time every 30 s only. */
const checksATime = 10;
/** Nobody sends the next request before the answer; one more is let be, since two events may cross. */
const requestsAtOnce = 2;
/** On closing, answers under way have this long. */
const closeMs = 2000;

/** Serves until closed. Slow and greedy clients are bounded; a handler that throws answers 500 and is noted. */
export async function serveHttp(
  listen: Listen,
  handler: Handler,
  note: (text: string) => void,
  settings: HttpSettings = {},
): Promise<Serving> {
  const bounds = { ...usualBounds, ...settings.bounds };
  const { server, renewTls, isOld } = serverOf(bounds, settings.tls);
  const lasting = new Set<ServerResponse>();
  const take = answering({ handler, note, bounds, refusesBodies: settings.bodies === "refused", isOld, lasting });
  server.on("request", take);
  // Else Node would ask for a body that is then refused.
  if (settings.bodies === "refused") server.on("checkContinue", take);
  server.maxConnections = bounds.connections;
  boundAddresses(server, bounds.connectionsOfOneAddress);
  await start(server, listen);
  return {
    port: (server.address() as AddressInfo).port,
    renewTls,
    close: () =>
      new Promise((resolve) => {
        const force = setTimeout(() => server.closeAllConnections(), closeMs);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        for (const response of lasting) response.destroy();
        server.closeIdleConnections();
      }),
  };
}

export function textReply(status: number, text: string): Reply {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body: `${text}\n` };
}

type HttpServer = Server | TlsServer;

interface Made {
  readonly server: HttpServer;
  readonly renewTls: (tls: TlsSettings) => void;
  /** Whether the connection was made before the last renewal. */
  readonly isOld: (socket: Socket) => boolean;
}

function serverOf({ clientMs, headerBytes }: Bounds, tls: TlsSettings | undefined): Made {
  const options: ServerOptions = {
    requestTimeout: clientMs,
    headersTimeout: clientMs,
    connectionsCheckingInterval: clientMs / checksATime,
    keepAliveTimeout: 30_000,
    maxHeaderSize: headerBytes,
  };
  if (tls === undefined) {
    return { server: createServer(options), renewTls: () => undefined, isOld: () => false };
  }
  let current = tls;
  let generation = 0;
  const generations = new WeakMap<Socket, number>();
  // `rejectUnauthorized` cannot be changed later; `admits` can, and says the same.
  const own = { requestCert: tls.asksClients, rejectUnauthorized: false, handshakeTimeout: clientMs };
  const server = createTlsServer({ ...options, ...tls.context, ...own });
  server.prependListener("secureConnection", (socket) => {
    if (current.admits(socket)) generations.set(socket, generation);
    else socket.destroy();
  });
  const renewTls = (renewed: TlsSettings): void => {
    server.setSecureContext(renewed.context);
    current = renewed;
    generation += 1;
    // A handshake that was under way may still end by the old ones.
    setTimeout(() => (generation += 1), clientMs).unref();
  };
  return { server, renewTls, isOld: (socket) => generations.get(socket) !== generation };
}

/** Node bounds all connections, not those of one address. */
function boundAddresses(server: HttpServer, most: number): void {
  const open = new Map<string, number>();
  server.on("connection", (socket: Socket) => {
    const address = socket.remoteAddress;
    if (address === undefined) return;
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once("close", () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
    if (count > most) socket.destroy();
  });
}

interface Answering {
  readonly handler: Handler;
  readonly note: (text: string) => void;
  readonly bounds: Bounds;
  readonly refusesBodies: boolean;
  readonly isOld: (socket: Socket) => boolean;
  /** Answers under way that end with the server alone. */
  readonly lasting: Set<ServerResponse>;
}

function answering(how: Answering): (request: IncomingMessage, response: ServerResponse) => void {
  const underWay = new WeakMap<Socket, number>();
  let heldBytes = 0;
  const write = async (
    request: IncomingMessage,
    response: ServerResponse,
    { status, headers, body, lasts }: Reply,
  ): Promise<void> => {
    // Of one that is made piece by piece, no more is held than the socket takes.
    const whole = typeof body === "string" ? Buffer.from(body) : undefined;
    const held = whole?.length ?? 0;
    if (heldBytes + held > how.bounds.heldBytes && heldBytes > 0) {
      response.writeHead(503, { "content-length": 0, connection: "close" }).end();
      unread(body);
      return;
    }
    heldBytes += held;
    bound(response, how, lasts === true);
    response.once("close", () => (heldBytes -= held));
    const last = how.isOld(request.socket) ? { connection: "close" } : {};
    const length = whole === undefined ? {} : { "content-length": whole.length };
    response.writeHead(status, { ...headers, ...last, ...length });
    if (request.method === "HEAD") {
      response.end();
      unread(body);
    } else if (typeof body === "string") response.end(whole);
    else await stream(body, request, response, how.note);
  };
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const reply = await replyTo(request, how);
    if (response.destroyed) unread(reply.body);
    else await write(request, response, reply);
  };
  return (request, response) => {
    const { socket } = request;
    const count = (underWay.get(socket) ?? 0) + 1;
    underWay.set(socket, count);
    response.once("close", () => underWay.set(socket, (underWay.get(socket) ?? 1) - 1));
    if (count > requestsAtOnce) socket.destroy();
    if (socket.destroyed) return;
    void respond(request, response);
  };
}

/** Ends an answer that its client does not take. */
function bound(response: ServerResponse, { bounds, lasting }: Answering, lasts: boolean): void {
  if (lasts) {
    lasting.add(response);
    response.setTimeout(bounds.clientMs, () => response.destroy());
    response.once("close", () => lasting.delete(response));
    return;
  }
  const giveUp = setTimeout(() => response.destroy(), bounds.clientMs);
  response.once("close", () => clearTimeout(giveUp));
}

/** Ends the stream of an answer that nobody will have; a generator that was never asked holds nothing. */
function unread(body: Reply["body"]): void {
  if (body instanceof Readable) body.destroy();
}

async function stream(
  pieces: AsyncIterable<Uint8Array>,
  { method, url }: IncomingMessage,
  response: ServerResponse,
  note: (text: string) => void,
): Promise<void> {
  try {
    await pipeline(pieces, response);
  } catch (error) {
    // A client that hangs up, or is hung up on, is no news: such errors have a code.
    if ((error as NodeJS.ErrnoException).code === undefined) {
      note(`${method} ${url}: broken off: ${error instanceof Error ? error.message : String(error)}`);
    }
    response.destroy();
  }
}

async function replyTo(request: IncomingMessage, { handler, note, refusesBodies }: Answering): Promise<Reply> {
  if (refusesBodies && hasBody(request)) return closing(textReply(413, "no request here has a body"));
  const url = URL.parse(request.url ?? "/", "http://localhost");
  if (url === null) return textReply(400, "the address cannot be read");
  try {
    return await handler(request, url);
  } catch (error) {
    note(`${request.method} ${request.url}: ${error instanceof Error ? error.message : String(error)}`);
    return textReply(500, "internal error");
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

function closing(reply: Reply): Reply {
  return { ...reply, headers: { ...reply.headers, connection: "close" } };
}

function start(server: HttpServer, { host, port }: Listen): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why =
        error.code === "EADDRINUSE" ? "is in use by another program" : `cannot be listened on (${error.message})`;
      reject(new ListenError(`${host}:${port} ${why}; choose another address with --listen HOST:PORT`));
    });
    server.listen({ host, port }, resolve);
  });
}
