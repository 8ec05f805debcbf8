import type { Known } from "./known-hosts.ts";

/** Where a connection goes. Plain data, so that it passes to a worker. */
export interface Endpoint {
  /** For people: errors begin with it. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly known: Known;
}

export interface Target extends Endpoint {
  /** Whose rules commands are quoted by. */
  readonly shell: "posix" | "powershell";
  /** The SSH host through which alone it is reached. */
  readonly via?: Endpoint;
}

/** Seconds, each from where the one before has ended. */
export interface Deadlines {
  /** TCP; through a gateway until it has connected to the desk. */
  readonly connect: number;
  /** Banner, key exchange and login. */
  readonly handshake: number;
  /** From asking for a channel until the server has taken the command. */
  readonly channel: number;
  /** From there until the command has ended, where it does not say otherwise itself. */
  readonly command: number;
}

export interface Pacing {
  readonly deadlines: Deadlines;
  /** A connection is asked every so many seconds whether it lives, and is lost after so many questions without an answer. */
  readonly keepAlive: { readonly seconds: number; readonly misses: number };
  /** Connections closed before the banner (sshd's MaxStartups) are tried so many times in all. */
  readonly tries: number;
  /** Before the second try at most so many seconds, doubled before each next one; how many exactly is left to chance. */
  readonly pauseSeconds: number;
}

export const usualPacing: Pacing = {
  deadlines: { connect: 10, handshake: 20, channel: 10, command: 300 },
  keepAlive: { seconds: 15, misses: 3 },
  tries: 5,
  pauseSeconds: 0.5,
};

/** One thing to be run. Data, so that it passes to a worker. */
export interface Command {
  /** Program and arguments: never a line for a shell. */
  readonly argv: readonly string[];
  readonly stdin?: string | Uint8Array;
  /** Seconds, instead of the pacing's. */
  readonly deadline?: number;
  /** Of each stream so much is kept, 1 MiB where nothing is said; the rest is read and dropped. */
  readonly maxOutputBytes?: number;
}

export interface Result {
  /** Null where a signal ended it. */
  readonly code: number | null;
  /** `SIGTERM` */
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** A part of the output was dropped. */
  readonly truncated: boolean;
}

/** Connections of one way to one account are the same. */
export function placeOf({ user, address, port, via }: Target): string {
  return [via, { user, address, port }].map((each) => each && `${each.user}@${each.address}:${each.port}`).join(" ");
}
