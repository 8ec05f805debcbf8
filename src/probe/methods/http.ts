import { request } from "node:http";
import { connect, isIP, type Socket } from "node:net";
import { connect as startTls, type SecureContext, type TLSSocket } from "node:tls";
import type { Stage } from "../../handshake/result.ts";
import { endpointOf } from "../../inventory.ts";
import { type Limits, type Method, missed, type Outcome, outcomeOf, unprobed } from "../outcome.ts";
import { TrustError, trusted } from "./trust.ts";

export interface HttpTarget {
  /** `http:` or `https:`. */
  readonly url: string;
  /** Where to connect, if not where the URL's host is. */
  readonly address?: string | undefined;
  /** Who may have signed its certificate: those of this PEM file, else whom this machine trusts. */
  readonly ca?: string | undefined;
}

/** Answers from here on are the server's own failures. */
const serverError = 500;
const mostHeaderBytes = 16_384;

/**
 * Whether a web server answers: one GET on a connection of its own, redirects not followed, the body not read. Any
 * status below 500 is an answer: who asks for a log-on is well. With https the certificate must be the name's own, from
 * whom is trusted, and in force; nothing is asked before that is so.
 */
export const http: Method<HttpTarget> = async (target, limits) => {
  if (!URL.canParse(target.url)) return unprobed(`${target.url} is no URL`);
  const url = new URL(target.url);
  if (url.protocol === "http:") return get(target, url, undefined, limits);
  if (url.protocol !== "https:") return unprobed(`${target.url} is neither http nor https`);
  try {
    return await get(target, url, await trusted(target.ca), limits);
  } catch (error) {
    if (error instanceof TrustError) return unprobed(error.message);
    throw error;
  }
};

/** `context`: whom to trust, where it is https. */
function get(
  target: HttpTarget,
  url: URL,
  context: SecureContext | undefined,
  { timeoutMs, signal }: Limits,
): Promise<Outcome> {
  if (signal.aborted) return Promise.resolve(unprobed("given up"));
  return new Promise((resolve) => {
    const startedAt = performance.now();
    let stage: Stage = "connect";
    let done = false;
    const { host: name, port } = endpointOf(target.url);
    const at = target.address ?? name;
    let isResolved = isIP(at) !== 0;
    const socket = connect(port, at);
    const finish = (outcome: Outcome): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
      if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
      resolve(outcome);
    };
    const cancel = (): void => finish(unprobed("given up"));
    // Once more round the loop: an answer that waited while this process stood still is read first.
    const late = (): void =>
      finish(
        isResolved
          ? missed({ kind: "timeout", stage, afterMs: timeoutMs })
          : unprobed(`the resolver does not answer for ${at}`),
      );
    const timer = setTimeout(() => setImmediate(late), timeoutMs);
    signal.addEventListener("abort", cancel, { once: true });
    const failed = (error: Error): void => finish(outcomeOf(error, stage));
    const closed = (): void => finish(missed({ kind: "closed", stage }));
    socket.on("error", failed).on("close", closed);
    socket.on("lookup", () => {
      isResolved = true;
    });
    const ask = (over: Socket, certificateEnds?: string): void => {
      stage = "answer";
      const asked = request(
        {
          // The host as the URL has it, though the connection is ours and the agent knows nothing of it.
          headers: { host: url.host, "user-agent": "deskbridge", connection: "close" },
          path: `${url.pathname}${url.search}`,
          createConnection: () => over,
          maxHeaderSize: mostHeaderBytes,
        },
        ({ statusCode: status = 0 }) => {
          const rtt = (performance.now() - startedAt) / 1000;
          if (status >= serverError)
            return finish(missed({ kind: "protocol", detail: `it answers ${status}` }, status));
          return finish({
            kind: "answered",
            rtt,
            status,
            ...(certificateEnds === undefined ? {} : { certificateEnds }),
          });
        },
      );
      asked.on("error", failed).end();
    };
    socket.once("connect", () => {
      if (context === undefined) return ask(socket);
      stage = "tls";
      // It is judged below, so that an expired certificate's date is known.
      const options = { socket, secureContext: context, rejectUnauthorized: false };
      const tls = startTls({ ...options, ...(isIP(name) === 0 ? { servername: name } : { host: name }) });
      tls.on("error", failed).on("close", closed);
      tls.once("secureConnect", () => {
        const judged = judge(tls);
        if (typeof judged === "string") ask(tls, judged);
        else finish(judged);
      });
    });
  });
}

/** When the certificate runs out, or what is wrong with it. */
function judge(tls: TLSSocket): string | Outcome {
  const end = new Date(tls.getPeerCertificate().valid_to);
  if (Number.isNaN(end.getTime())) return missed({ kind: "protocol", detail: "it showed no certificate" });
  // The types promise an Error; Node gives its code.
  const code = String(tls.authorizationError);
  if (code === "CERT_HAS_EXPIRED") return missed({ kind: "certificate-expired", at: end.toISOString() });
  if (!tls.authorized) return missed({ kind: "protocol", detail: `its certificate is not trusted: ${code}` });
  return end.toISOString();
}
