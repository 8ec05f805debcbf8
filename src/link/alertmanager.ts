import { z } from "zod";
import { ask, type Service } from "./http.ts";

const matcher = z.object({
  name: z.string(),
  value: z.string(),
  isRegex: z.boolean(),
  isEqual: z.boolean().default(true),
});

const silence = z.object({
  matchers: z.array(matcher),
  /** ISO 8601. */
  startsAt: z.string(),
  endsAt: z.string(),
  createdBy: z.string(),
  comment: z.string(),
});

const kept = silence.extend({ id: z.string(), status: z.object({ state: z.enum(["active", "pending", "expired"]) }) });

/** What Alertmanager is asked to keep quiet, and until when. */
export type Silence = z.output<typeof silence>;
export type KeptSilence = z.output<typeof kept>;

/** Silences of an Alertmanager (its API, version 2). Each throws WatchError where it cannot be asked. */
export class Alertmanager {
  readonly #service: Service;

  constructor(url: string, timeoutMs: number) {
    this.#service = { name: "Alertmanager", url, timeoutMs };
  }

  /** Those that are over too, for as long as Alertmanager remembers them. */
  async silences(): Promise<readonly KeptSilence[]> {
    return ask(this.#service, { path: "/api/v2/silences" }, z.array(kept));
  }

  /** Gives its id. */
  async add(json: Silence): Promise<string> {
    const shape = z.object({ silenceID: z.string() });
    return (await ask(this.#service, { path: "/api/v2/silences", json }, shape)).silenceID;
  }

  /** Ends it; one that had not begun yet never does. */
  async end(id: string): Promise<void> {
    const path = `/api/v2/silence/${encodeURIComponent(id)}`;
    await ask(this.#service, { path, method: "DELETE" }, z.undefined());
  }
}
