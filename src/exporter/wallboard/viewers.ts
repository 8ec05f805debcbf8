import { Readable } from "node:stream";

export interface ViewerBounds {
  /** At once. The exporter has 100 connections, of which Prometheus and those who look things up need some. */
  readonly most: number;
  /** What one has not taken yet, beyond what it got first; then it is dropped, and comes again for the whole. */
  readonly heldBytes: number;
  /** Then it has to come again, so that who may no longer come in does not stay for ever. */
  readonly stayMs: number;
}

export const usualViewers: ViewerBounds = { most: 40, heldBytes: 262_144, stayMs: 900_000 };

interface Viewer {
  readonly stream: Readable;
  /** Bytes that it may not have taken yet. */
  readonly mostHeld: number;
}

/** Who follows the wallboard, each by a stream of server-sent events. Bounded in number, and in what is held for each. */
export class Viewers {
  readonly #bounds: ViewerBounds;
  readonly #viewers = new Set<Viewer>();

  constructor(bounds: ViewerBounds = usualViewers) {
    this.#bounds = bounds;
  }

  get count(): number {
    return this.#viewers.size;
  }

  get isFull(): boolean {
    return this.#viewers.size >= this.#bounds.most;
  }

  /** One more, which gets `first` at once. Ends when the viewer goes, is dropped, or has stayed for its time. */
  admit(first: string): Readable {
    const stream = new Readable({ read: () => undefined });
    const leaves = setTimeout(() => {
      this.#viewers.delete(viewer);
      stream.push(null);
    }, this.#bounds.stayMs).unref();
    const viewer: Viewer = { stream, mostHeld: Buffer.byteLength(first) + this.#bounds.heldBytes };
    this.#viewers.add(viewer);
    stream.once("close", () => {
      clearTimeout(leaves);
      this.#viewers.delete(viewer);
    });
    stream.push(first);
    return stream;
  }

  send(text: string): void {
    for (const { stream, mostHeld } of this.#viewers) {
      if (stream.readableLength > mostHeld) stream.destroy();
      else stream.push(text);
    }
  }
}

/** As server-sent events are written; JSON has no line breaks of its own. */
export function eventText(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
