import { connect, type Socket } from "node:net";
import type { HandshakeFailure, Stage } from "../../handshake/result.ts";
import { type Limits, missed, type Outcome, outcomeOf, unprobed } from "../outcome.ts";

export interface Endpoint {
  readonly address: string;
  readonly port?: number;
}

export interface Conversation {
  readonly socket: Socket;
  /** What is waited for from now on. */
  readonly stage: (stage: Stage) => void;
  readonly answered: () => void;
  readonly failed: (why: HandshakeFailure) => void;
  readonly unprobed: (why: string) => void;
}

/**
 * One TCP connection for one probe: `talk` begins once it stands. It ends by an answer, a failure, the time-out or the
 * signal, and always by a reset, which leaves nothing in TIME_WAIT here and nothing half-open there.
 */
export function converse(
  { address, port }: Endpoint,
  { timeoutMs, signal }: Limits,
  talk: (conversation: Conversation) => void,
): Promise<Outcome> {
  if (port === undefined) return Promise.resolve(unprobed("its port is not known"));
  return new Promise((resolve) => {
    const startedAt = performance.now();
    let stage: Stage = "connect";
    let done = false;
    const socket = connect(port, address);
    const finish = (outcome: Outcome): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
      // One that is not connected yet would first wait for its connection to reset it.
      if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
      resolve(outcome);
    };
    const cancel = (): void => finish(unprobed("given up"));
    // Once more round the loop: an answer that waited while this process stood still is read first.
    const timer = setTimeout(
      () => setImmediate(() => finish(missed({ kind: "timeout", stage, afterMs: timeoutMs }))),
      timeoutMs,
    );
    signal.addEventListener("abort", cancel, { once: true });
    socket.on("error", (error) => finish(outcomeOf(error, stage)));
    socket.on("close", () => finish(missed({ kind: "closed", stage })));
    socket.once("connect", () =>
      talk({
        socket,
        stage: (next) => {
          stage = next;
        },
        answered: () => finish({ kind: "answered", rtt: (performance.now() - startedAt) / 1000 }),
        failed: (why) => finish(missed(why)),
        unprobed: (why) => finish(unprobed(why)),
      }),
    );
  });
}
