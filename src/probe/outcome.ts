import { failureOf, type HandshakeFailure, type Stage } from "../handshake/result.ts";

/**
 * What came of one probe. `missed` speaks against the target. `unprobed` says nothing about it: the prober itself could
 * not ask (no file left to open, no key for that gateway), so its verdict stands.
 */
export type Outcome =
  | {
      readonly kind: "answered";
      /** Seconds. */
      readonly rtt: number;
      /** When the certificate that it showed runs out, ISO 8601. */
      readonly certificateEnds?: string;
      /** HTTP's status. */
      readonly status?: number;
    }
  | {
      readonly kind: "missed";
      readonly why: HandshakeFailure;
      /** HTTP's status, where one came. */
      readonly status?: number;
    }
  | {
      readonly kind: "unprobed";
      readonly why: string;
      /** Nobody could ask it, and nothing is amiss here. */
      readonly byNature?: true;
    };

export interface Limits {
  readonly timeoutMs: number;
  /** Ends the probe early; what it then gives is of no interest. */
  readonly signal: AbortSignal;
}

/** One way of probing: asks once, leaves nothing behind, never throws. */
export type Method<Subject> = (subject: Subject, limits: Limits) => Promise<Outcome>;

/** Errors of this machine, before anything was sent: they tell nothing about the target. */
const ownFaults: Readonly<Record<string, string>> = {
  EMFILE: "this process has no file left to open",
  ENFILE: "this machine has no file left to open",
  EADDRNOTAVAIL: "no local port is free",
  EADDRINUSE: "no local port is free",
  ENOBUFS: "the kernel has no buffer left",
  ENOMEM: "the kernel has no memory left",
  EACCES: "this machine forbids it",
  EPERM: "this machine forbids it",
  EAI_AGAIN: "the resolver does not answer",
};

export function unprobed(why: string): Outcome {
  return { kind: "unprobed", why };
}

export function missed(why: HandshakeFailure, status?: number): Outcome {
  return "code" in why && why.code in ownFaults
    ? unprobed(`${ownFaults[why.code]} (${why.code})`)
    : { kind: "missed", why, ...(status === undefined ? {} : { status }) };
}

/** What a socket's error means. */
export function outcomeOf(error: unknown, stage: Stage): Outcome {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code in ownFaults ? missed({ kind: "unreachable", code }) : missed(failureOf(error, stage));
}
