import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, type IncomingMessage, request as httpRequest } from "node:http";
import { connect, type Socket } from "node:net";
import { Readable } from "node:stream";
import { afterEach, test } from "node:test";
import { connect as connectTls } from "node:tls";
import {
  type Handler,
  type HttpSettings,
  type Reply,
  serveHttp,
  type Serving,
  textReply,
  type TlsSettings,
} from "../src/http-server.ts";
import { testAuthority } from "./exporter/web/authority.ts";
import { until } from "./watch/until.ts";

let serving: Serving | undefined;
let notes: string[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await serving?.close();
  serving = undefined;
  notes = [];
});

/** Soon over, for tests that wait for it. */
const quick = { clientMs: 300 };

async function serve(handler: Handler, settings: HttpSettings = {}): Promise<void> {
  serving = await serveHttp({ host: "127.0.0.1", port: 0 }, handler, (text) => notes.push(text), settings);
}

const hello: Handler = () => textReply(200, "hello");

/** A connection, what came over it, and its end. */
function dial(): { readonly socket: Socket; readonly told: () => string; readonly end: Promise<unknown> } {
  const socket = connect(serving?.port ?? 0, "127.0.0.1");
  sockets.push(socket);
  let told = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => (told += chunk));
  socket.on("error", () => undefined);
  // Not `once`, which an error would end.
  const end = new Promise((resolve) => socket.on("close", resolve));
  return { socket, told: () => told, end };
}

async function answers(): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${serving?.port}/`);
  return (await response.text()) === "hello\n";
}

test("a client that sends nothing, and one that sends its request drop by drop, are hung up on", async () => {
  await serve(hello, { bounds: quick });
  const silent = dial();
  const slow = dial();
  slow.socket.write("GET / HTTP/1.1\r\n");
  const drip = setInterval(() => slow.socket.write("x-a: b\r\n"), 20).unref();
  await Promise.all([silent.end, slow.end]);
  clearInterval(drip);
  assert.match(slow.told(), /^HTTP\/1\.1 408 /);
  assert.ok(await answers());
});

test("a client that never reads its answer is hung up on", async () => {
  const body = "x".repeat(20_000_000);
  await serve(() => textReply(200, body), { bounds: quick });
  const { socket, end } = dial();
  socket.pause();
  socket.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  await once(socket, "connect");
  // A paused socket does not see its end: writing to it does.
  const poke = setInterval(() => socket.write("\r\n"), 20).unref();
  await end;
  clearInterval(poke);
});

/** An answer that goes on, what feeds it, and its end. */
function lasting(): { readonly reply: Reply; readonly pieces: Readable; readonly over: Promise<unknown> } {
  const pieces = new Readable({ read: () => undefined });
  // Not `once`, which an error would end.
  const over = new Promise((resolve) => pieces.on("close", resolve));
  return { pieces, over, reply: { status: 200, headers: {}, body: pieces, lasts: true } };
}

test("an answer that lasts may take longer than others, not stand still, and ends with the server", async (t) => {
  const { reply, pieces, over } = lasting();
  const stuck = lasting();
  await serve((_, url) => (url.pathname === "/stuck" ? stuck.reply : reply), { bounds: quick });
  const feed = setInterval(() => pieces.push("tick\n"), quick.clientMs / 6).unref();
  const client = dial();
  client.socket.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  const still = dial();
  still.socket.pause();
  still.socket.write("GET /stuck HTTP/1.1\r\nhost: a\r\n\r\n");
  stuck.pieces.push(Buffer.alloc(20_000_000, "x"));
  await stuck.over;
  // Four times what others may take.
  await until("ticks", () => (client.told().split("tick").length > 24 ? true : undefined));
  // Without these nobody forces it to end when its time is over.
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await Promise.all([serving?.close(), over, client.end]);
  clearInterval(feed);
  assert.deepEqual(notes, []);
});

test("the stream of an answer that nobody takes is ended", async () => {
  const made: Readable[] = [];
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  await serve(async (_, url) => {
    const { reply, pieces } = lasting();
    made.push(pieces);
    asked.resolve();
    if (url.pathname === "/gone") await answered.promise;
    return reply;
  });
  const gone = dial();
  gone.socket.write("GET /gone HTTP/1.1\r\nhost: a\r\n\r\n");
  await asked.promise;
  gone.socket.destroy();
  await gone.end;
  const head = await fetch(`http://127.0.0.1:${serving?.port}/`, { method: "HEAD" });
  assert.equal(head.status, 200);
  answered.resolve();
  await until("their ends", () => (made.length === 2 && made.every(({ destroyed }) => destroyed) ? true : undefined));
});

test("an answer that is made piece by piece ends with its client, and with what cannot be made", async () => {
  const pieces = Promise.withResolvers<string>();
  const seen = Promise.withResolvers<void>();
  async function* endless(): AsyncIterable<Buffer> {
    try {
      for (;;) yield Buffer.alloc(50_000, "x");
    } finally {
      pieces.resolve("ended");
    }
  }
  async function* broken(): AsyncIterable<Buffer> {
    yield Buffer.from("half");
    await seen.promise;
    throw new Error("no more of it");
  }
  const body = (url: URL) => (url.pathname === "/endless" ? endless() : broken());
  await serve((_, url) => ({ status: 200, headers: {}, body: body(url) }));
  const { socket } = dial();
  socket.write("GET /endless HTTP/1.1\r\nhost: a\r\n\r\n");
  await once(socket, "data");
  socket.destroy();
  assert.equal(await pieces.promise, "ended");
  const half = dial();
  half.socket.once("data", () => seen.resolve());
  half.socket.write("GET /broken HTTP/1.1\r\nhost: a\r\n\r\n");
  await half.end;
  assert.match(half.told(), /\r\nhalf\r\n$/, "no last chunk, which would say that this is all");
  assert.deepEqual(notes, ["GET /broken: broken off: no more of it"]);
});

test("answers that nobody takes hold so much memory and no more; who reads gets the others' room", async () => {
  const body = "x".repeat(8_000_000);
  await serve(() => textReply(200, body), { bounds: { heldBytes: 10_000_000 } });
  const greedy = dial();
  greedy.socket.pause();
  greedy.socket.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  const get = async (): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${serving?.port}/`);
    await response.arrayBuffer();
    return response.status;
  };
  // The first answer is being held once a second one finds no room.
  await until("no room", async () => ((await get()) === 503 ? true : undefined));
  greedy.socket.destroy();
  await until("room", async () => ((await get()) === 200 ? true : undefined));
});

test("many requests on one connection at once are not answered", async () => {
  let asked = 0;
  let go = (): void => undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  await serve(async () => {
    asked += 1;
    await gate;
    return textReply(200, "hello");
  });
  const { socket, end } = dial();
  socket.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n".repeat(1000));
  await end;
  go();
  assert.equal(asked, 2);
  assert.ok(await answers());
});

test("a connection that is kept serves one request after another", async () => {
  await serve(hello);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set<number | undefined>();
  for (let index = 0; index < 50; index++) {
    const request = httpRequest({ port: serving?.port, host: "127.0.0.1", agent }).end();
    const [response] = (await once(request, "response")) as [IncomingMessage];
    ports.add(request.socket?.localPort);
    response.resume();
    await once(response, "end");
  }
  agent.destroy();
  assert.equal(ports.size, 1);
});

test("headers that are too long are refused", async () => {
  await serve(hello, { bounds: { headerBytes: 2000 } });
  const { socket, told, end } = dial();
  socket.write(`GET / HTTP/1.1\r\nhost: a\r\nx-a: ${"x".repeat(3000)}\r\n\r\n`);
  await end;
  assert.match(told(), /^HTTP\/1\.1 431 /);
});

test("where there are no bodies, a request with one is answered 413 and not read", async () => {
  let asked = 0;
  await serve(
    () => {
      asked += 1;
      return textReply(200, "hello");
    },
    { bodies: "refused" },
  );
  for (const header of [
    "content-length: 1000000000",
    "transfer-encoding: chunked",
    "content-length: 5\r\nexpect: 100-continue",
  ]) {
    const { socket, told, end } = dial();
    socket.write(`POST / HTTP/1.1\r\nhost: a\r\n${header}\r\n\r\n`);
    await end;
    assert.match(told(), /^HTTP\/1\.1 413 /, header);
    assert.match(told(), /connection: close/i, header);
  }
  assert.equal(asked, 0);
});

test("one address has so many connections, all have so many", async () => {
  await serve(hello, { bounds: { connections: 4, connectionsOfOneAddress: 2 } });
  const from = (localAddress: string) => {
    const socket = connect({ port: serving?.port ?? 0, host: "127.0.0.1", localAddress });
    sockets.push(socket);
    socket.on("error", () => undefined).resume();
    return socket;
  };
  const asks = async (socket: Socket): Promise<string> => {
    socket.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    return Promise.race([once(socket, "data").then(() => "answered"), once(socket, "close").then(() => "closed")]);
  };
  const first = [from("127.0.0.1"), from("127.0.0.1")];
  assert.deepEqual(await Promise.all(first.map(asks)), ["answered", "answered"]);
  assert.equal(await asks(from("127.0.0.1")), "closed");
  const second = [from("127.0.0.2"), from("127.0.0.2")];
  assert.deepEqual(await Promise.all(second.map(asks)), ["answered", "answered"]);
  assert.equal(await asks(from("127.0.0.3")), "closed");
  first[0]?.destroy();
  await until("its place", async () => ((await asks(from("127.0.0.1"))) === "answered" ? true : undefined));
});

test("an address that is none is the client's mistake, not ours", async () => {
  await serve(hello);
  const { socket, told } = dial();
  socket.write("GET // HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  await once(socket, "close");
  assert.match(told(), /^HTTP\/1\.1 400 /);
  assert.deepEqual(notes, []);
});

test("over TLS too: who begins no handshake, or says nothing after it, is hung up on", async () => {
  const { cert, key } = await (await testAuthority("test")).sign("server");
  const tls: TlsSettings = { context: { cert, key }, asksClients: false, admits: () => true };
  await serve(hello, { bounds: quick, tls });
  const silent = dial();
  const idle = connectTls({ port: serving?.port ?? 0, host: "127.0.0.1", rejectUnauthorized: false });
  sockets.push(idle);
  const shaken = once(idle, "secureConnect");
  const idleEnd = new Promise((resolve) =>
    idle
      .on("error", () => undefined)
      .resume()
      .once("close", resolve),
  );
  await shaken;
  await Promise.all([silent.end, idleEnd]);
});
