import { createSocket } from "node:dgram";
import { type Limits, missed, type Outcome, outcomeOf, unprobed } from "../outcome.ts";
import type { Endpoint } from "./converse.ts";

/** One UDP packet and the wait for the answer that `isAnswer` knows; whatever else comes is passed over. */
export function exchange(
  { address, port }: Endpoint,
  { timeoutMs, signal }: Limits,
  packet: Uint8Array,
  isAnswer: (message: Buffer) => boolean,
): Promise<Outcome> {
  if (port === undefined) return Promise.resolve(unprobed("its port is not known"));
  return new Promise((resolve) => {
    const startedAt = performance.now();
    let done = false;
    const socket = createSocket("udp4");
    const finish = (outcome: Outcome): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
      socket.close();
      resolve(outcome);
    };
    const cancel = (): void => finish(unprobed("given up"));
    // Once more round the loop: an answer that waited while this process stood still is read first.
    const timer = setTimeout(
      () => setImmediate(() => finish(missed({ kind: "timeout", stage: "connect", afterMs: timeoutMs }))),
      timeoutMs,
    );
    signal.addEventListener("abort", cancel, { once: true });
    const failed = (error: Error): void => finish(outcomeOf(error, "connect"));
    socket.on("error", failed);
    socket.on("message", (message) => {
      if (isAnswer(message)) finish({ kind: "answered", rtt: (performance.now() - startedAt) / 1000 });
    });
    // Connected, so that the kernel tells of refusals and takes answers from nobody else.
    socket.connect(port, address, (error?: Error) => {
      if (done) return;
      if (error !== undefined && error !== null) return failed(error);
      socket.send(packet, (unsent) => {
        if (unsent !== null) failed(unsent);
      });
    });
  });
}
