import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import type { Pace } from "./fping.ts";
import { decodeServerReset, encodeClientReset, frame, sessionBytes, unframe } from "./wire/openvpn.ts";
import type { Target } from "./targets.ts";

export interface KnockerOptions {
  readonly pace: Pace;
  /** A gateway answered (`rtt` in seconds) or did not (undefined); `at` in seconds since 1970. */
  readonly onResult: (id: string, at: number, rtt: number | undefined) => void;
}

/**
 * Knocks at gateways' public ports as a person's client does, each once an interval, spread over it. `retarget` starts
 * (new gateways are added, missing ones leave, the others go on undisturbed); `stop` ends at once.
 */
export class Knocker {
  readonly #options: KnockerOptions;
  readonly #rounds = new Map<string, { readonly key: string; readonly stop: () => void }>();

  constructor(options: KnockerOptions) {
    this.#options = options;
  }

  retarget(targets: readonly Target[]): void {
    const keys = new Map(targets.map((target) => [target.id, `${target.protocol} ${target.address} ${target.port}`]));
    for (const [id, { key, stop }] of this.#rounds) {
      if (keys.get(id) === key) continue;
      stop();
      this.#rounds.delete(id);
    }
    for (const [position, target] of targets.entries()) {
      if (this.#rounds.has(target.id)) continue;
      const offset = (position / targets.length) * this.#options.pace.intervalMs;
      this.#rounds.set(target.id, { key: keys.get(target.id) ?? "", stop: this.#start(target, offset) });
    }
  }

  async stop(): Promise<void> {
    for (const { stop } of this.#rounds.values()) stop();
    this.#rounds.clear();
  }

  #start(target: Target, offsetMs: number): () => void {
    const { pace, onResult } = this.#options;
    const open = new Set<AbortController>();
    const round = async (): Promise<void> => {
      const abort = new AbortController();
      open.add(abort);
      const rtt = await knock(target, pace.timeoutMs, abort.signal);
      open.delete(abort);
      if (!abort.signal.aborted) onResult(target.id, Date.now() / 1000, rtt);
    };
    let every: NodeJS.Timeout | undefined;
    const first = setTimeout(() => {
      every = setInterval(() => void round(), pace.intervalMs);
      void round();
    }, offsetMs);
    return () => {
      clearTimeout(first);
      clearInterval(every);
      for (const abort of open) abort.abort();
    };
  }
}

/** One knock: seconds until the gateway's own answer to it, undefined when refused, unreachable, or silent for too long. */
export function knock(target: Target, timeoutMs: number, signal?: AbortSignal): Promise<number | undefined> {
  const session = randomBytes(sessionBytes);
  const expected = session.toString("hex");
  const packet = encodeClientReset(session);
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let done = false;
    const finish = (answered: boolean): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancel);
      close();
      resolve(answered ? (performance.now() - startedAt) / 1000 : undefined);
    };
    const cancel = (): void => finish(false);
    // Timers run before sockets are read: an answer that waited while this process stood still is read first.
    const timer = setTimeout(() => setImmediate(() => finish(false)), timeoutMs);
    signal?.addEventListener("abort", cancel, { once: true });
    const close = (target.protocol === "tcp" ? knockTcp : knockUdp)(target, packet, expected, finish);
  });
}

type Transport = (target: Target, packet: Buffer, expected: string, finish: (answered: boolean) => void) => () => void;

const knockUdp: Transport = (target, packet, expected, finish) => {
  const socket = createSocket("udp4");
  socket.on("message", (message) => {
    if (decodeServerReset(message) === expected) finish(true);
  });
  socket.on("error", () => finish(false));
  socket.connect(target.port ?? 0, target.address, () => socket.send(packet));
  return () => socket.close();
};

const knockTcp: Transport = (target, packet, expected, finish) => {
  const socket = connect(target.port ?? 0, target.address);
  let received: Buffer = Buffer.alloc(0);
  socket.on("connect", () => socket.write(frame(packet)));
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    const answer = unframe(received);
    if (answer !== undefined) finish(decodeServerReset(answer) === expected);
  });
  socket.on("error", () => finish(false));
  socket.on("close", () => finish(false));
  // A reset leaves nothing in TIME_WAIT, however often it knocks.
  return () => socket.resetAndDestroy();
};
