import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly method: string;
  readonly url: URL;
  /** JSON, or a form's fields. */
  readonly body: unknown;
  readonly authorization: string | undefined;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** How a request fails. `applied`: what it asked for is done nevertheless. */
export type Fault = {
  readonly applied?: boolean;
} & (
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** The connection breaks in the middle of the answer. */
  | { readonly cut: true }
);

export interface Exchange {
  readonly asked: Asked;
  readonly reply: Reply;
}

export interface HttpDouble {
  readonly origin: string;
  /** `GET /v2/users?…` of each request, in order. */
  readonly requests: readonly string[];
  /** What was answered, without faults. */
  readonly exchanges: readonly Exchange[];
  /** The next so many requests whose line matches fail so. */
  fail(line: RegExp, fault: Fault, times?: number): void;
  close(): Promise<void>;
}

/** A vendor's server on loopback; `{origin}` in what it answers is its address. */
export async function startHttp(answer: (asked: Asked) => Reply): Promise<HttpDouble> {
  const requests: string[] = [];
  const exchanges: Exchange[] = [];
  const faults: { readonly line: RegExp; readonly fault: Fault; left: number }[] = [];
  let origin = "";
  const server = createServer((request, response) => {
    void (async () => {
      const line = `${request.method} ${request.url}`;
      requests.push(line);
      const asked: Asked = {
        method: request.method ?? "",
        url: new URL(request.url ?? "/", origin),
        body: await bodyOf(request),
        authorization: request.headers.authorization,
      };
      const found = faults.find((each) => each.left > 0 && each.line.test(line));
      if (found !== undefined) {
        found.left -= 1;
        if (found.fault.applied === true) answer(asked);
        failWith(found.fault, response);
        return;
      }
      const reply = answer(asked);
      exchanges.push({ asked, reply });
      const at = (text: string): string => text.replaceAll("{origin}", origin);
      const headers = Object.entries(reply.headers ?? {}).map(([name, value]) => [name, at(value)]);
      response.writeHead(reply.status, {
        ...(reply.body === undefined ? {} : { "content-type": "application/json;charset=UTF-8" }),
        ...Object.fromEntries(headers),
      });
      response.end(reply.body === undefined ? undefined : at(JSON.stringify(reply.body)));
    })();
  });
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port: 0 }, resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    requests,
    exchanges,
    fail: (line, fault, times = 1) => void faults.push({ line, fault, left: times }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function failWith(fault: Fault, response: ServerResponse): void {
  if ("cut" in fault) {
    response.writeHead(200, { "content-length": 1000 });
    response.write("{", () => response.destroy());
    return;
  }
  response.writeHead(fault.status, { "content-type": "application/json", ...fault.headers });
  response.end(fault.body);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  if (text === "") return undefined;
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
  return isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text);
}
