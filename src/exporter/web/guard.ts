import { type Handler, type Reply, textReply } from "../../http-server.ts";
import type { Gate } from "./gate.ts";
import { Bucket } from "./rate.ts";
import type { WebSettings } from "./settings.ts";

/**
 * Puts a handler behind the web configuration in force. As in the toolkit: every path is behind it, `/-/healthy` too;
 * the rate limit counts before anyone is asked who they are; its headers are on every answer.
 */
export function guarded(handler: Handler, settingsNow: () => WebSettings, gate: Gate): Handler {
  let bucket: Bucket | undefined;
  const reply = async (settings: WebSettings, ...[request, url]: Parameters<Handler>): Promise<Reply> => {
    if (bucket?.rate !== settings.rate) bucket = settings.rate && new Bucket(settings.rate, performance.now());
    if (bucket?.take(performance.now()) === false) return later(429, "too many requests");
    const verdict = await gate.verdict(settings, request.headers.authorization);
    if (verdict === "in") return handler(request, url);
    return verdict === "busy" ? later(503, "too many passwords are being checked") : refusal(settings);
  };
  return async (request, url) => {
    const settings = settingsNow();
    const answer = await reply(settings, request, url);
    return { ...answer, headers: { ...answer.headers, ...settings.headers } };
  };
}

function later(status: number, text: string): Reply {
  const reply = textReply(status, text);
  return { ...reply, headers: { ...reply.headers, "retry-after": "1" } };
}

function refusal({ users, tokens }: WebSettings): Reply {
  const schemes = [
    ...(users.size > 0 ? ['Basic realm="deskbridge", charset="UTF-8"'] : []),
    ...(tokens.length > 0 ? ['Bearer realm="deskbridge"'] : []),
  ];
  const reply = textReply(401, "unauthorized");
  return { ...reply, headers: { ...reply.headers, "www-authenticate": schemes.join(", ") } };
}
