import type { Duplex } from "node:stream";
import type { Client } from "ssh2";
import { errorOf, type Failure, printable, SshError } from "./failure.ts";
import { wasLetGo } from "./handshake.ts";
import type { Endpoint } from "./target.ts";

/** A gateway's connection; `lost` settles when it has ended. */
export interface Passage {
  readonly client: Client;
  destroy(): void;
  readonly ended: Promise<void>;
}

/**
 * The way to desks through one SSH host: one connection, made when the first desk wants it and shared by all, made anew by
 * the first that comes after it has ended. Its own host key and login are checked as a desk's are.
 */
export class Gateway {
  readonly endpoint: Endpoint;
  readonly #open: () => Promise<Passage>;
  #passage: Promise<Passage> | undefined;

  constructor(endpoint: Endpoint, open: () => Promise<Passage>) {
    this.endpoint = endpoint;
    this.#open = open;
  }

  /**
   * A stream to the desk. `seconds` are for the gateway's connection to the desk alone; its own has its own deadlines.
   * Throws SshError: the gateway's own, or of the desk that it cannot reach.
   */
  async streamTo(desk: Endpoint, seconds: number, signal?: AbortSignal): Promise<Duplex> {
    return await this.#forward(await this.#shared(signal), desk, seconds, signal);
  }

  #shared(signal?: AbortSignal): Promise<Passage> {
    if (this.#passage === undefined) {
      const passage = this.#open();
      this.#passage = passage;
      const forget = (): void => {
        if (this.#passage === passage) this.#passage = undefined;
      };
      passage.then(({ ended }) => ended).then(forget, forget);
    }
    return orLetGo(this.#passage, this.endpoint.name, signal);
  }

  #forward(passage: Passage, desk: Endpoint, seconds: number, signal?: AbortSignal): Promise<Duplex> {
    const { name, address, port } = desk;
    const through = this.endpoint.name;
    return new Promise((resolve, reject) => {
      const settle = (end: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", letGo);
        isSettled = true;
        end();
      };
      let isSettled = false;
      // The gateway may live and its way to the desk may not: its own keep-alive tells which.
      const timer = setTimeout(() => {
        const failure = {
          kind: "deadline",
          host: name,
          stage: "connect",
          seconds,
          detail: `through ${through}`,
        } as const;
        settle(() => reject(errorOf(failure)));
      }, seconds * 1000);
      const letGo = (): void => settle(() => reject(errorOf(wasLetGo(name, "connect"))));
      signal?.addEventListener("abort", letGo, { once: true });
      const opened = (error: Error | undefined, stream: Duplex): void => {
        if (isSettled) {
          // Nobody waits for it any more.
          if (error === undefined) stream.destroy();
          return;
        }
        if (error === undefined) return settle(() => resolve(stream));
        settle(() => reject(errorOf(this.#failureOf(error, desk))));
      };
      try {
        passage.client.forwardOut("127.0.0.1", 0, address, port, opened);
      } catch (error) {
        settle(() => reject(errorOf(this.#failureOf(error, desk))));
      }
    });
  }

  /** Only an answer of the gateway's has a reason; ssh2 says all other ends of its connection without. */
  #failureOf(error: unknown, desk: Endpoint): Failure {
    const through = this.endpoint.name;
    const detail = printable(error instanceof Error ? error.message : String(error));
    if (error instanceof Error && "reason" in error && typeof error.reason === "number") {
      return { kind: "unreachable", host: desk.name, detail: `${through} cannot connect to it: ${detail}` };
    }
    return { kind: "lost", host: through, stage: "connect", detail: `the gateway's connection ended: ${detail}` };
  }

  /** Ends it, and with it all that goes through it. */
  async close(): Promise<void> {
    const passage = await this.#passage?.catch((error: unknown) => {
      if (!(error instanceof SshError)) throw error;
    });
    passage?.destroy();
  }
}

/** What others share goes on where one of them lets go. */
async function orLetGo<T>(shared: Promise<T>, host: string, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await shared;
  const { promise, reject } = Promise.withResolvers<never>();
  const letGo = (): void => reject(errorOf(wasLetGo(host, "connect")));
  if (signal.aborted) letGo();
  signal.addEventListener("abort", letGo, { once: true });
  try {
    return await Promise.race([shared, promise]);
  } finally {
    signal.removeEventListener("abort", letGo);
  }
}
