import { setTimeout as wait } from "node:timers/promises";
import type { Duplex } from "node:stream";
import { Connection } from "./connection.ts";
import { errorOf, SshError } from "./failure.ts";
import { Gateway, type Passage } from "./gateway.ts";
import { handshake, openTcp, unknownKey, wasLetGo } from "./handshake.ts";
import type { Credentials } from "./identity.ts";
import type { Endpoint, Pacing, Target } from "./target.ts";

/** A connection was closed before its banner, and is tried again. */
export interface Dropped {
  readonly kind: "dropped";
  readonly host: string;
  /** The try that was dropped, from 1. */
  readonly nth: number;
  readonly of: number;
  readonly pauseSeconds: number;
}

/** Makes connections, through a gateway where the target names one. */
export class Dialer {
  readonly #credentials: Credentials;
  readonly #pacing: Pacing;
  readonly #tell: (told: Dropped) => void;
  readonly #gateways = new Map<string, Gateway>();

  constructor(credentials: Credentials, pacing: Pacing, tell: (told: Dropped) => void) {
    this.#credentials = credentials;
    this.#pacing = pacing;
    this.#tell = tell;
  }

  /** Throws SshError. */
  async connect(target: Target, signal?: AbortSignal): Promise<Connection> {
    const { via } = target;
    const { connect } = this.#pacing.deadlines;
    const gateway = via && this.#gateway(via);
    const { client, stream } = await this.#login(
      target,
      () => (gateway === undefined ? openTcp(target, connect, signal) : gateway.streamTo(target, connect, signal)),
      signal,
    );
    return new Connection(target, client, stream, this.#pacing.deadlines);
  }

  #gateway(via: Endpoint): Gateway {
    const key = `${via.user}@${via.address}:${via.port}`;
    const known = this.#gateways.get(key);
    if (known !== undefined) return known;
    const gateway = new Gateway(via, () => this.#passage(via));
    this.#gateways.set(key, gateway);
    return gateway;
  }

  async #passage(via: Endpoint): Promise<Passage> {
    const open = (): Promise<Duplex> => openTcp(via, this.#pacing.deadlines.connect);
    const { client, stream } = await this.#login(via, open);
    const ended = new Promise<void>((resolve) => {
      client.on("error", ({ level }) => {
        if (level !== "agent") resolve();
      });
      client.on("close", () => resolve());
    });
    void ended.then(() => stream.destroy());
    return { client, ended, destroy: () => stream.destroy() };
  }

  /** sshd drops connections at random before their banner when too many log in at once: those are tried again. */
  async #login(endpoint: Endpoint, open: () => Promise<Duplex>, signal?: AbortSignal): ReturnType<typeof once> {
    const { tries, pauseSeconds } = this.#pacing;
    // Nothing could be checked: whoever it is, is not even asked.
    const unknown = unknownKey(endpoint);
    if (unknown !== undefined) throw errorOf(unknown);
    for (let nth = 1; ; nth += 1) {
      try {
        return await once(endpoint, open, this.#credentials, this.#pacing, signal);
      } catch (error) {
        const isDropped =
          error instanceof SshError && error.failure.kind === "lost" && error.failure.stage === "banner";
        if (!isDropped || signal?.aborted === true) throw error;
        if (nth >= tries) throw tries > 1 ? errorOf({ ...error.failure, detail: `${tries} times` } as never) : error;
        // Half by chance, so that those who were dropped together do not come back together.
        const pause = pauseSeconds * 2 ** (nth - 1) * (0.5 + Math.random() / 2);
        this.#tell({ kind: "dropped", host: endpoint.name, nth, of: tries, pauseSeconds: pause });
        await wait(pause * 1000, undefined, signal && { signal }).catch(() => {
          throw errorOf(wasLetGo(endpoint.name, "banner"));
        });
      }
    }
  }

  /** Ends the gateways' connections. */
  async close(): Promise<void> {
    await Promise.all([...this.#gateways.values()].map((gateway) => gateway.close()));
  }
}

async function once(
  endpoint: Endpoint,
  open: () => Promise<Duplex>,
  credentials: Credentials,
  pacing: Pacing,
  signal: AbortSignal | undefined,
): Promise<{ readonly client: Awaited<ReturnType<typeof handshake>>; readonly stream: Duplex }> {
  const stream = await open();
  return { client: await handshake(stream, endpoint, credentials, pacing, signal), stream };
}
