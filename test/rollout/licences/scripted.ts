import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { bodyOf } from "../../doubles/arm/server.ts";

/** What comes next: an answer, none at all, or what the test thinks of. */
export interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly unanswered?: boolean;
  /** Called when it is asked for. */
  readonly before?: () => void;
}

export interface ScriptedServer {
  readonly base: URL;
  readonly asked: { readonly line: string; readonly token: string; readonly body: unknown }[];
  close(): Promise<void>;
}

/** Answers one after the other; the last one stays. */
export async function startScripted(...answers: readonly Scripted[]): Promise<ScriptedServer> {
  const asked: ScriptedServer["asked"] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const { method, url, headers } = request;
      const body = await bodyOf(request);
      asked.push({ line: `${method} ${url}`, token: headers.authorization ?? "", body });
      const next = answers[Math.min(asked.length, answers.length) - 1] ?? {};
      next.before?.();
      if (next.unanswered === true) return;
      response.writeHead(next.status ?? 200, { "content-type": "application/json", ...next.headers });
      response.end(next.body ?? '{"value":1}');
    })();
  });
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port: 0 }, resolve));
  return {
    base: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`),
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
