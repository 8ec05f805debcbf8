import { exporter } from "../world.ts";

export interface Event {
  readonly name: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- each event has data of its own
  readonly data: any;
  readonly bytes: number;
}

export interface Following {
  /** The next event, or the next of a name; undefined when the stream ended. */
  next(name?: string): Promise<Event | undefined>;
  /** Leaves. */
  leave(): Promise<void>;
}

/** Follows the wallboard as its page does. */
export async function follow(headers: Readonly<Record<string, string>> = {}): Promise<Following> {
  const leaving = new AbortController();
  const response = await fetch(`http://127.0.0.1:${exporter?.port}/events`, { headers, signal: leaving.signal });
  if (response.body === null || response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  const next = async (name?: string): Promise<Event | undefined> => {
    for (;;) {
      const end = rest.indexOf("\n\n");
      if (end >= 0) {
        const text = rest.slice(0, end);
        rest = rest.slice(end + 2);
        const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(text) ?? [];
        if (name === undefined || name === event) {
          return { name: event, data: JSON.parse(data), bytes: Buffer.byteLength(text) };
        }
      } else {
        const { value, done } = await reader.read().catch(() => ({ value: undefined, done: true }));
        if (done) return undefined;
        rest += value ?? "";
      }
    }
  };
  return {
    next,
    leave: async () => {
      leaving.abort();
      await reader.cancel().catch(() => undefined);
    },
  };
}
