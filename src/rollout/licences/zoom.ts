import { z } from "zod";
import { bringAbout, type Patience, type TokenSource, usualPatience, VendorClient } from "./client.ts";
import { inMeetingBy } from "./in-meeting.ts";
import type { Holder, Provider, Seats } from "./provider.ts";
import { orNoSeats } from "./refused-seat.ts";
import { utc } from "./utc.ts";
import { VendorError } from "./vendor-error.ts";
import { Gathering } from "./zoom-gathering.ts";
import { meaningOf, ZoomQuota, zoomRates, type ZoomRates } from "./zoom-quota.ts";

export interface ZoomOptions {
  readonly token: TokenSource;
  /** By the account's plan; Pro's unless it is given. */
  readonly rates?: ZoomRates;
  /** Ends with `/`. */
  readonly base?: URL;
  readonly patience?: Patience;
  /** Who hosts a meeting that begins within so long keeps the seat, milliseconds; not looked at unless it is given. */
  readonly upcomingMs?: number;
  /** So many who wait for a seat at once go in one request; five unless it is given. */
  readonly bulkFrom?: number;
}

const basic = 1;
const licensed = 2;

const usage = z.object({
  plan_base: z.object({ hosts: z.number(), usage: z.number(), pending: z.number().optional() }).optional(),
});

const user = z.object({
  /** One who has not accepted the invitation may have none. */
  id: z.string().min(1).optional(),
  email: z.string(),
  type: z.number().int(),
  status: z.string().optional(),
  last_login_time: z.string().optional(),
});

const users = z.object({ next_page_token: z.string().optional(), users: z.array(user) });

const meetings = z.object({
  next_page_token: z.string().optional(),
  meetings: z.array(z.object({ start_time: z.string().optional() })),
});

/**
 * Zoom, API v2. A seat is the user type "Licensed". Accounts are e-mail addresses. Scopes of the app:
 * `billing:read:plan_usage:admin`, `user:read:list_users:admin`, `user:read:user:admin`, `user:update:user:admin`,
 * `user:write:feature:admin`, `meeting:read:list_meetings:admin`.
 */
export class Zoom implements Provider {
  readonly name = "zoom";
  readonly #client: VendorClient;
  readonly #gathering: Gathering;
  readonly #patience: Patience;
  readonly #upcomingMs: number;

  constructor({ token, rates = zoomRates.pro, base, patience = usualPatience, upcomingMs, bulkFrom }: ZoomOptions) {
    const quota = new ZoomQuota(rates, patience.totalMs);
    this.#client = new VendorClient({
      vendor: this.name,
      base: base ?? new URL("https://api.zoom.us/v2/"),
      token,
      enter: (call, signal) => quota.enter(call, signal),
      heed: (call, status, headers) => quota.heed(call, status, headers),
      meaning: meaningOf,
      patience,
    });
    this.#gathering = new Gathering({ client: this.#client, from: bulkFrom ?? 5, everyMs: rates.bulkMs, waitMs: 3000 });
    this.#patience = patience;
    this.#upcomingMs = upcomingMs ?? 0;
  }

  /** Those of the base plan. Who is invited as licensed has taken one already. */
  async seats(signal: AbortSignal): Promise<Seats> {
    const { data } = await this.#client.read({ path: "accounts/me/plans/usage", shape: usage }, signal);
    if (data.plan_base === undefined) {
      throw new VendorError("refused", "zoom: the account has no base plan: seats of other plans are not counted");
    }
    const { hosts, usage: used, pending = 0 } = data.plan_base;
    return { total: hosts, used: used + pending };
  }

  async holders(signal: AbortSignal): Promise<readonly Holder[]> {
    const found = new Map<string, Holder>();
    const read = (query: string) => this.#client.read({ path: `users?status=active&${query}`, shape: users }, signal);
    for await (const page of pages(read)) {
      for (const { email, type, last_login_time } of page.users) {
        const account = email.toLowerCase();
        if (type === licensed) found.set(account, { account, lastUsed: utc(last_login_time) });
      }
    }
    return [...found.values()];
  }

  async holds(account: string, signal: AbortSignal): Promise<boolean> {
    return (await this.#user(account, signal)).type === licensed;
  }

  assign(account: string, signal: AbortSignal): Promise<void> {
    return this.#become(account, licensed, signal);
  }

  reclaim(account: string, signal: AbortSignal): Promise<void> {
    return this.#become(account, basic, signal);
  }

  /** Who takes part in another's meeting needs no seat: those are looked at that host one. */
  inMeeting(accounts: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>> {
    const isIn = async (account: string): Promise<boolean> => {
      const path = `${pathOf(account)}/meetings?type=live&page_size=300`;
      const { data } = await this.#client.read({ path, shape: meetings }, signal);
      return data.meetings.length > 0;
    };
    return inMeetingBy(accounts, isIn, signal);
  }

  async #user(account: string, signal: AbortSignal): Promise<z.infer<typeof user>> {
    return (await this.#client.read({ path: pathOf(account), shape: user }, signal)).data;
  }

  async #become(account: string, type: typeof basic | typeof licensed, signal: AbortSignal): Promise<void> {
    const what = `zoom: seat of ${account}`;
    const place = this.#gathering.join(type);
    try {
      const found = await this.#user(account, signal);
      if (isOf(found, type, what)) return;
      if (type === basic) await this.#protect(account, what, signal);
      const write = async (signal: AbortSignal): Promise<void> => {
        // Only the first try: Zoom wants ten seconds between requests for many.
        if (found.id !== undefined && (await place.write(found.id, signal))) return;
        await this.#client.once({ method: "PATCH", path: pathOf(account), body: { type }, shape: z.unknown() }, signal);
      };
      const isSo = async (signal: AbortSignal) => isOf(await this.#user(account, signal), type, what);
      await bringAbout({ what, isSo, write }, this.#patience, signal);
    } catch (error) {
      throw type === licensed ? await orNoSeats(error, () => this.seats(signal)) : error;
    } finally {
      place.leave();
    }
  }

  /** Throws VendorError where a meeting of this host is near. */
  async #protect(account: string, what: string, signal: AbortSignal): Promise<void> {
    if (this.#upcomingMs === 0) return;
    const now = Date.now();
    const read = (query: string) =>
      this.#client.read({ path: `${pathOf(account)}/meetings?type=upcoming&${query}`, shape: meetings }, signal);
    for await (const page of pages(read)) {
      const near = page.meetings
        .map(({ start_time }) => utc(start_time))
        .find((at) => at !== undefined && Date.parse(at) < now + this.#upcomingMs);
      if (near !== undefined) throw new VendorError("refused", `${what}: kept: hosts a meeting at ${near}`);
    }
  }
}

/** Throws VendorError for one whom Zoom would not change: it answers 204 and does nothing. */
function isOf({ type: found, status }: z.infer<typeof user>, type: number, what: string): boolean {
  const isSo = (found === licensed) === (type === licensed);
  if (!isSo && status === "pending") {
    throw new VendorError("refused", `${what}: not changed: has not accepted Zoom's invitation yet (status "pending")`);
  }
  return isSo;
}

function pathOf(account: string): string {
  return `users/${encodeURIComponent(account)}`;
}

/** Throws VendorError, also for a page that comes a second time. */
async function* pages<Page extends { readonly next_page_token?: string | undefined }>(
  read: (query: string) => Promise<{ readonly data: Page }>,
): AsyncGenerator<Page> {
  const seen = new Set<string>();
  for (let token = ""; ;) {
    const { data } = await read(
      token === "" ? "page_size=300" : `page_size=300&next_page_token=${encodeURIComponent(token)}`,
    );
    yield data;
    token = data.next_page_token ?? "";
    if (token === "") return;
    if (seen.has(token)) throw new VendorError("passing", "zoom: a list that comes to no end");
    seen.add(token);
  }
}
