import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import type { Pacing } from "./target.ts";

/**
 * Destroys a connection whose peer has been silent over `misses` questions in a row, with an error of level `client-timeout`
 * on the client. Any bytes at all are an answer: tinysshd says to ssh2's question that it does not know it, which ssh2
 * itself does not count.
 */
export function watchSilence(client: Client, stream: Duplex, { seconds, misses }: Pacing["keepAlive"]): void {
  let hasSpoken = true;
  let silent = 0;
  const heard = (): void => {
    hasSpoken = true;
  };
  const timer = setInterval(() => {
    silent = hasSpoken ? 0 : silent + 1;
    hasSpoken = false;
    if (silent < misses) return;
    clearInterval(timer);
    client.emit("error", Object.assign(new Error("it answers no more (keep-alive)"), { level: "client-timeout" }));
    stream.destroy();
  }, seconds * 1000);
  stream.on("data", heard);
  const end = (): void => clearInterval(timer);
  client.once("close", end);
  stream.once("close", end);
}
