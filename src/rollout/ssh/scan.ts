import ssh2 from "ssh2";
import { printable } from "./failure.ts";
import { algorithmsOf, type HostKey, keyOf, keyTypes } from "./host-key.ts";
import { offer, openTcp } from "./handshake.ts";
import type { Endpoint } from "./target.ts";

/**
 * The keys that a host shows, one connection a type, each dropped before the login. Only keys that it has proved to hold by
 * signing the exchange are given; none of them is trusted by that. Throws SshError where nobody answers; a host that has
 * none of a type is no error. `seconds` is for each connection, and again for its key exchange.
 */
export async function scan(host: Omit<Endpoint, "user" | "known">, seconds: number): Promise<readonly HostKey[]> {
  const keys: HostKey[] = [];
  for (const type of keyTypes) {
    const socket = await openTcp({ ...host, user: "", known: { trusted: [], revoked: [], authorities: [] } }, seconds);
    const key = await new Promise<HostKey | undefined>((resolve, reject) => {
      const client = new ssh2.Client();
      let shown: HostKey | undefined;
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        socket.destroy();
        settle();
      };
      const timer = setTimeout(
        () => end(() => reject(new ScanError(host.name, `silent for ${seconds} s`))),
        seconds * 1000,
      );
      client.on("error", (error: Error) => {
        const hasNone = /no matching host key/i.test(error.message);
        end(() => (hasNone ? resolve(undefined) : reject(new ScanError(host.name, printable(error.message)))));
      });
      client.on("close", () => end(() => reject(new ScanError(host.name, "it closed the connection"))));
      client.once("handshake", () => end(() => resolve(shown)));
      client.connect({
        sock: socket,
        username: "scan",
        readyTimeout: 0,
        hostVerifier: (sent: Buffer) => {
          shown = keyOf(sent);
          return true;
        },
        algorithms: { ...offer(), serverHostKey: algorithmsOf([{ type }]) },
      });
    });
    if (key !== undefined) keys.push(key);
  }
  return keys;
}

/** Whoever answers shows no key. */
export class ScanError extends Error {
  override readonly name = "ScanError";
  constructor(host: string, what: string) {
    super(`${host}: no key could be taken: ${what}`);
  }
}
