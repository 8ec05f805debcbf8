import { z } from "zod";
import {
  type Answer,
  bringAbout,
  type Patience,
  retryAfterMs,
  type TokenSource,
  usualPatience,
  VendorClient,
} from "./client.ts";
import { inMeetingBy } from "./in-meeting.ts";
import type { Rate } from "./pace.ts";
import type { Holder, Provider, Seats } from "./provider.ts";
import { Quota } from "./quota.ts";
import { orNoSeats } from "./refused-seat.ts";
import { utc } from "./utc.ts";
import { VendorError } from "./vendor-error.ts";
import { meaningOf, nextPage } from "./webex-words.ts";

export interface WebexOptions {
  readonly token: TokenSource;
  /** The licence's id, or its name where the organisation has one of that name, such as "Meeting - Webex Meeting Center". */
  readonly licence: string;
  /** Webex publishes none: 300 requests a minute unless it is given. */
  readonly rate?: Rate;
  /** Ends with `/`. */
  readonly base?: URL;
  readonly patience?: Patience;
}

const usualRate: Rate = { units: 300, perMs: 60_000, burst: 50 };

const licences = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), totalUnits: z.number(), consumedUnits: z.number() })),
});

const assigned = z.object({ users: z.array(z.object({ email: z.string() })).optional() });

const person = z.object({
  id: z.string(),
  emails: z.array(z.string()),
  licenses: z.array(z.string()).optional(),
  lastActivity: z.string().optional(),
  status: z.string().optional(),
});

const people = z.object({ items: z.array(person) });

/** What `PATCH /licenses/users` answers with: all licences that the person has then. */
const given = z.object({ licenses: z.array(z.string()).optional(), pendingLicenses: z.array(z.string()).optional() });

type Licence = z.infer<typeof licences>["items"][number];

/** Of these alone it is certain that the person is in no meeting: "DoNotDisturb" hides one. */
const notInMeeting: ReadonlySet<string | undefined> = new Set(["active", "inactive", "OutOfOffice", "pending"]);

/**
 * Webex, API v1. A seat is a unit of one licence. Accounts are e-mail addresses. Scopes: `spark-admin:licenses_read`,
 * `spark-admin:people_read`, `spark-admin:people_write`.
 */
export class Webex implements Provider {
  readonly name = "webex";
  readonly #client: VendorClient;
  readonly #licence: string;
  readonly #patience: Patience;
  #licenceId: string | undefined;
  /** Of people, by account. */
  readonly #ids = new Map<string, string>();

  constructor({ token, licence, rate = usualRate, base, patience = usualPatience }: WebexOptions) {
    const quota = new Quota("webex", rate, patience.totalMs);
    this.#client = new VendorClient({
      vendor: this.name,
      base: base ?? new URL("https://webexapis.com/v1/"),
      token,
      enter: (_, signal) => quota.take(signal),
      heed: (_, status, headers) => {
        const ms = status === 429 ? retryAfterMs(headers, Date.now()) : undefined;
        if (ms !== undefined) quota.close(ms);
      },
      meaning: meaningOf,
      patience,
    });
    this.#licence = licence;
    this.#patience = patience;
  }

  async seats(signal: AbortSignal): Promise<Seats> {
    const { totalUnits, consumedUnits } = await this.#bought(signal);
    return { total: totalUnits, used: consumedUnits };
  }

  /** Used last: any activity in Webex that it tells of. */
  async holders(signal: AbortSignal): Promise<readonly Holder[]> {
    const id = await this.#idOf(signal);
    const accounts = new Set<string>();
    const path = `licenses/${encodeURIComponent(id)}?includeAssignedTo=user&limit=300`;
    for await (const { users = [] } of this.#pages(path, assigned, signal)) {
      for (const { email } of users) accounts.add(email.toLowerCase());
    }
    const active = await this.#lastActivity(signal);
    return [...accounts].map((account) => ({ account, lastUsed: active.get(account) }));
  }

  async holds(account: string, signal: AbortSignal): Promise<boolean> {
    return this.#has(account, await this.#idOf(signal), signal);
  }

  assign(account: string, signal: AbortSignal): Promise<void> {
    return this.#change(account, "add", signal);
  }

  reclaim(account: string, signal: AbortSignal): Promise<void> {
    return this.#change(account, "remove", signal);
  }

  inMeeting(accounts: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>> {
    const isIn = async (account: string) => !notInMeeting.has((await this.#person(account, signal)).status);
    return inMeetingBy(accounts, isIn, signal);
  }

  async #idOf(signal: AbortSignal): Promise<string> {
    this.#licenceId ??= (await this.#bought(signal)).id;
    return this.#licenceId;
  }

  /** Asked each time, since units change. Throws VendorError where it is not one licence. */
  async #bought(signal: AbortSignal): Promise<Licence> {
    const { data } = await this.#client.read({ path: "licenses", shape: licences }, signal);
    const [found, another] = data.items.filter(({ id, name }) => id === this.#licence || name === this.#licence);
    if (found !== undefined && another === undefined) return found;
    const why = found === undefined ? "the organisation has none" : "the organisation has several: give its id";
    throw new VendorError("refused", `webex: licence "${this.#licence}": ${why}`);
  }

  async #person(account: string, signal: AbortSignal): Promise<z.infer<typeof person>> {
    const path = `people?email=${encodeURIComponent(account)}`;
    const { data } = await this.#client.read({ path, shape: people }, signal);
    const found = data.items.find(({ emails }) => emails.some((email) => email.toLowerCase() === account));
    if (found === undefined) throw new VendorError("unknown", `webex: no person ${account}`);
    this.#ids.set(account, found.id);
    return found;
  }

  /** Licences are told of one person, not in lists. */
  async #has(account: string, licence: string, signal: AbortSignal): Promise<boolean> {
    const id = this.#ids.get(account) ?? (await this.#person(account, signal)).id;
    try {
      const { data } = await this.#client.read({ path: `people/${encodeURIComponent(id)}`, shape: person }, signal);
      return (data.licenses ?? []).includes(licence);
    } catch (error) {
      // Whoever was made anew has another id.
      this.#ids.delete(account);
      throw error;
    }
  }

  async #change(account: string, operation: "add" | "remove", signal: AbortSignal): Promise<void> {
    const what = `webex: seat of ${account}`;
    const wanted = operation === "add";
    const id = await this.#idOf(signal);
    const isSo = async (signal: AbortSignal) => (await this.#has(account, id, signal)) === wanted;
    if (await isSo(signal)) return;
    const write = async (signal: AbortSignal): Promise<void> => {
      const body = { email: account, licenses: [{ id, operation }] };
      const call = { method: "PATCH", path: "licenses/users", body, shape: given } as const;
      checkGiven(await this.#client.once(call, signal), id, wanted, what);
    };
    try {
      await bringAbout({ what, isSo, write }, this.#patience, signal);
    } catch (error) {
      throw wanted ? await orNoSeats(error, () => this.seats(signal)) : error;
    }
  }

  /** By account; empty where the app may not list people. */
  async #lastActivity(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    try {
      for await (const { items } of this.#pages("people?max=100", people, signal)) {
        for (const { emails, lastActivity } of items) {
          const at = utc(lastActivity);
          if (at !== undefined) for (const email of emails) found.set(email.toLowerCase(), at);
        }
      }
    } catch (error) {
      if (!(error instanceof VendorError && error.details.status === 403)) throw error;
    }
    return found;
  }

  /** Throws VendorError, also for a page that comes a second time. */
  async *#pages<Page>(path: string, shape: z.ZodType<Page>, signal: AbortSignal): AsyncGenerator<Page> {
    const seen = new Set<string>();
    for (let at: string | undefined = path; at !== undefined;) {
      if (seen.has(at)) throw new VendorError("passing", "webex: a list that comes to no end");
      seen.add(at);
      const { data, headers }: Answer<Page> = await this.#client.read({ path: at, shape }, signal);
      yield data;
      at = nextPage(headers);
    }
  }
}

/** With 206, and not only then, it may have done a part: what the person has is compared with what was asked for. */
function checkGiven({ status, data }: Answer<z.infer<typeof given>>, id: string, wanted: boolean, what: string): void {
  const { licenses = [], pendingLicenses = [] } = data;
  if (licenses.includes(id) === wanted) return;
  const why = pendingLicenses.includes(id)
    ? "it waits for the person to accept Webex's invitation"
    : `${status}, and the licence was not ${wanted ? "given" : "taken"}`;
  throw new VendorError("refused", `${what}: not changed: ${why}`, { status });
}
