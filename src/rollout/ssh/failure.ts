/**
 * How far things had come. `connect`: TCP, or the gateway's channel to the desk. `handshake`: banner, key exchange and
 * login. `channel`: until the server has taken the command. `queue`: nothing was begun.
 */
export type Stage = "queue" | "connect" | "banner" | "handshake" | "channel" | "command";

/**
 * Why a desk's steps did not come about: plain data, so that it passes between threads. `host` is who failed: the gateway's
 * name where it was the gateway. What a server said stands there in printable characters; no secret does.
 */
export type Failure =
  /** Nobody is there, or what answers is no sound SSH server. */
  | { readonly kind: "unreachable"; readonly host: string; readonly detail: string }
  /** It is who it should be, and does not let us in. `offers`: the methods that it would take. */
  | {
      readonly kind: "refused";
      readonly host: string;
      readonly user: string;
      readonly tried: readonly string[];
      readonly offers: readonly string[];
      readonly detail?: string;
    }
  /** A security event, above all where it is `changed`. Fingerprints are `SHA256:…`; `got` is absent where no key came. */
  | {
      readonly kind: "hostKey";
      readonly host: string;
      readonly fault: "changed" | "unknown" | "revoked";
      readonly expected: readonly string[];
      readonly got?: string;
      readonly detail?: string;
    }
  | {
      readonly kind: "deadline";
      readonly host: string;
      readonly stage: "connect" | "handshake" | "channel" | "command";
      readonly seconds: number;
      readonly detail?: string;
    }
  /** The connection ended before its work; from stage `channel` on the command may have been begun. */
  | { readonly kind: "lost"; readonly host: string; readonly stage: Stage; readonly detail: string }
  /** The server does not take the command (`untaken`: nothing was begun), or what it says has no end. */
  | { readonly kind: "command"; readonly host: string; readonly detail: string; readonly untaken?: true };

type Of<K extends Failure["kind"]> = Extract<Failure, { kind: K }>;

const during: Readonly<Record<Stage, string>> = {
  queue: "before anything was begun",
  connect: "before it was connected",
  banner: "before it said who it is",
  handshake: "before the login was through",
  channel: "before the command was taken",
  command: "while the command ran",
};

const takes: Readonly<Record<Of<"deadline">["stage"], string>> = {
  connect: "does not take the connection",
  handshake: "took the connection, and did not let us in",
  channel: "let us in, and did not take the command",
  command: "took the command, which did not end",
};

const words: { readonly [K in Failure["kind"]]: (failure: Of<K>) => string } = {
  unreachable: ({ detail }) => `cannot be reached: ${detail}`,
  refused: ({ user, tried, offers, detail }) =>
    `refuses ${user}: tried ${tried.join(", ") || "nothing"}` +
    (offers.length === 0 ? "" : `; it takes ${offers.join(", ")}`) +
    (detail === undefined ? "" : `; ${detail}`),
  hostKey: ({ fault, expected, got, detail }) =>
    `${keyFaults[fault]}${got === undefined ? "" : `: got ${got}`}` +
    (expected.length === 0 ? "" : `, expected ${expected.join(" or ")}`) +
    (detail === undefined ? "" : `; ${detail}`),
  deadline: ({ stage, seconds, detail }) =>
    `${takes[stage]} in ${seconds} s${detail === undefined ? "" : ` (${detail})`}`,
  lost: ({ stage, detail }) => `was lost ${during[stage]}: ${detail}`,
  command: ({ detail }) => detail,
};

const keyFaults: Readonly<Record<Of<"hostKey">["fault"], string>> = {
  changed: "its host key has CHANGED",
  unknown: "its host key is not known",
  revoked: "its host key is REVOKED",
};

/** One line for people, beginning with the host. */
export function wordsOf(failure: Failure): string {
  // The map holds, under each kind, the words for that kind: what the type of an indexed call cannot say.
  return `${failure.host}: ${(words[failure.kind] as (failure: Failure) => string)(failure)}`;
}

/** Whether nobody answered, so that it says nothing of what was to be done (StepError's `unreachable`). */
export function isOutOfReach(failure: Failure): boolean {
  const { kind } = failure;
  if (kind === "unreachable") return true;
  return (kind === "deadline" || kind === "lost") && early.has(failure.stage);
}

const early: ReadonlySet<Stage> = new Set(["connect", "banner", "handshake"]);

/** A failure that is thrown. It carries no `cause`: what lies below may quote a key. */
export class SshError<F extends Failure = Failure> extends Error {
  override readonly name: string = "SshError";
  readonly failure: F;
  constructor(failure: F) {
    super(wordsOf(failure));
    this.failure = failure;
  }
}

export class UnreachableError extends SshError<Of<"unreachable">> {
  override readonly name = "UnreachableError";
}
export class RefusedError extends SshError<Of<"refused">> {
  override readonly name = "RefusedError";
}
/** A security event: someone else answers at the desk's address, or the desk was made anew and nobody said so. */
export class ChangedHostKeyError extends SshError<Of<"hostKey">> {
  override readonly name = "ChangedHostKeyError";
}
export class UnknownHostKeyError extends SshError<Of<"hostKey">> {
  override readonly name = "UnknownHostKeyError";
}
export class RevokedHostKeyError extends SshError<Of<"hostKey">> {
  override readonly name = "RevokedHostKeyError";
}
export class DeadlineError extends SshError<Of<"deadline">> {
  override readonly name = "DeadlineError";
}
export class LostError extends SshError<Of<"lost">> {
  override readonly name = "LostError";
}
export class CommandError extends SshError<Of<"command">> {
  override readonly name = "CommandError";
}

const makers: { readonly [K in Failure["kind"]]: (failure: Of<K>) => SshError } = {
  unreachable: (failure) => new UnreachableError(failure),
  refused: (failure) => new RefusedError(failure),
  hostKey: (failure) => {
    if (failure.fault === "changed") return new ChangedHostKeyError(failure);
    return failure.fault === "revoked" ? new RevokedHostKeyError(failure) : new UnknownHostKeyError(failure);
  },
  deadline: (failure) => new DeadlineError(failure),
  lost: (failure) => new LostError(failure),
  command: (failure) => new CommandError(failure),
};

/** The error of a failure's own class. */
export function errorOf(failure: Failure): SshError {
  return (makers[failure.kind] as (failure: Failure) => SshError)(failure);
}

/** What a server said, as one printable line of at most 200 characters. */
export function printable(text: string): string {
  const line = text.replace(/[^\x20-\x7e]+/g, " ").trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
