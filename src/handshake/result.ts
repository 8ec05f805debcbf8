/** How far a handshake had come. */
export type Stage = "connect" | "greeting" | "exchange" | "negotiation" | "tls" | "answer";

/** What came of one handshake. Times are in milliseconds. */
export type HandshakeResult =
  | { readonly kind: "ok"; readonly ms: number; readonly certificateEnds?: string }
  | { readonly kind: "refused" }
  | { readonly kind: "unreachable"; readonly code: string }
  | { readonly kind: "timeout"; readonly stage: Stage; readonly afterMs: number }
  | { readonly kind: "closed"; readonly stage: Stage }
  | { readonly kind: "wrong-host-key"; readonly got: string }
  | { readonly kind: "protocol"; readonly detail: string }
  | { readonly kind: "certificate-expired"; readonly at: string };

export type HandshakeFailure = Exclude<HandshakeResult, { kind: "ok" }>;

/** What a handshake was to meet: SSH or remote desktop. */
export type Via = "ssh" | "rdp";
const server: Readonly<Record<Via, string>> = { ssh: "SSH server", rdp: "remote desktop" };

const during: Readonly<Record<Stage, string>> = {
  connect: "as soon as it was called",
  greeting: "before it said anything",
  exchange: "in the middle of the key exchange",
  negotiation: "before it agreed on TLS",
  tls: "in the middle of the TLS handshake",
  answer: "before it answered",
};

type Words = {
  readonly [K in HandshakeFailure["kind"]]: (result: Extract<HandshakeFailure, { kind: K }>, via: Via) => string;
};

const words: Words = {
  refused: (_, via) => `connection refused: no ${server[via]} at the address`,
  unreachable: ({ code }) => unreachable[code] ?? `no way to the address (${code})`,
  timeout: ({ stage, afterMs }) =>
    stage === "connect"
      ? `no answer in ${seconds(afterMs)}`
      : `it took the connection, then fell silent ${during[stage]} (${seconds(afterMs)})`,
  closed: ({ stage }) => `it closed the connection ${during[stage]}`,
  "wrong-host-key": () => "host key is not this host's own",
  protocol: ({ detail }, via) => `what answers is not a sound ${server[via]}: ${detail}`,
  "certificate-expired": () => "its certificate has run out",
};

/** One reason in plain words, the same for all that failed alike; the particulars are in the result. */
export function reasonOf(result: HandshakeFailure, via: Via): string {
  // The map holds, under each kind, the words for that kind: what the type of an indexed call cannot say.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (words[result.kind] as (result: HandshakeFailure, via: Via) => string)(result, via);
}

const unreachable: Readonly<Record<string, string>> = {
  EHOSTUNREACH: "no such host: the last router found nobody at the address",
  ENETUNREACH: "no route to the address",
  EACCES: "a firewall on the way forbids it",
  EPERM: "a firewall on the way forbids it",
};

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

/** A socket's error in the words of a handshake's result. */
export function failureOf(error: unknown, stage: Stage): HandshakeFailure {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
  switch (code) {
    case "ECONNREFUSED":
      return { kind: "refused" };
    case "ECONNRESET":
    case "EPIPE":
      return { kind: "closed", stage };
    case "ETIMEDOUT":
      return { kind: "unreachable", code };
    default:
      if (code !== undefined && stage === "connect") return { kind: "unreachable", code };
      return { kind: "protocol", detail: error instanceof Error ? error.message : String(error) };
  }
}
