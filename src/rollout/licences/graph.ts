import type { z } from "zod";
import {
  bringAbout,
  type Patience,
  persevere,
  refusal,
  retryAfterMs,
  type TokenSource,
  usualPatience,
  VendorClient,
} from "./client.ts";
import { batchAnswer, Batcher, type BatcherOptions, type SubRequest } from "./graph/batch.ts";
import { type GraphQuota, QuotaKeeper, quotaOf } from "./graph/quota.ts";
import {
  failureOf,
  graphMeaning,
  idShape,
  isFree,
  isGroups,
  isInvalidLocation,
  isNothingToRemove,
  lastUsedOf,
  presencesShape,
  seatsOf,
  type Sku,
  skusShape,
  totalOf,
  type User,
  userSelect,
  userShape,
  usersShape,
} from "./graph/shapes.ts";
import type { Holder, Provider, Seats } from "./provider.ts";
import { VendorError } from "./vendor-error.ts";

export interface GraphOptions {
  readonly token: TokenSource;
  /** The licence's part number, such as `ENTERPRISEPACK`. */
  readonly sku: string;
  /** Two letters of ISO 3166, for those who have none: without one the vendor gives no licence. */
  readonly usageLocation: string;
  /** With the version, and a `/` at the end. The public cloud's where it is not said. */
  readonly base?: URL;
  /** That of a tenant of more than 500 users where it is not said. */
  readonly quota?: GraphQuota;
  readonly patience?: Patience;
}

const usual = { base: new URL("https://graph.microsoft.com/v1.0/"), users: 501 };

/** Resource units of a list of users, and of one of licences. */
const cost = { users: 2, skus: 3 };

/** Ids a request (https://learn.microsoft.com/graph/api/cloudcommunications-getpresencesbyuserid, 2026-11-28). */
const presencesAtOnce = 650;

/**
 * A licence of Microsoft 365, by Microsoft Graph v1.0. An account is a user's principal name. The app needs
 * `LicenseAssignment.ReadWrite.All`, `User.ReadWrite.All` (for the usage location), `Presence.Read.All`, and for the last
 * use `AuditLog.Read.All` with Entra ID P1.
 */
export class GraphProvider implements Provider {
  readonly name = "graph";
  readonly #sku: string;
  readonly #usageLocation: string;
  readonly #patience: Patience;
  readonly #quota: QuotaKeeper;
  readonly #client: VendorClient;
  readonly #reads: Batcher;
  readonly #writes: Batcher;
  #asked: Promise<string> | undefined;

  /** Throws RangeError for a quota that holds no batch. */
  constructor(options: GraphOptions) {
    const { token, sku, usageLocation, base = usual.base, patience = usualPatience } = options;
    this.#sku = sku;
    this.#usageLocation = usageLocation;
    this.#patience = patience;
    this.#quota = new QuotaKeeper(options.quota ?? quotaOf(usual.users), patience.totalMs);
    this.#client = new VendorClient({
      vendor: this.name,
      base,
      token,
      patience,
      meaning: graphMeaning,
      enter: async ({ path }, signal) => {
        const units = costOf(path);
        if (units !== undefined) await this.#quota.read(units, signal);
      },
      heed: ({ path }, status, headers) => {
        const ms = status === 429 || status === 503 ? retryAfterMs(headers, Date.now()) : undefined;
        this.#quota.heed(headers, ms, costOf(path));
      },
    });
    const send: BatcherOptions["send"] = async (body, signal) => {
      const call = { method: "POST", path: "$batch", body, shape: batchAnswer } as const;
      return (await this.#client.once(call, signal)).data;
    };
    this.#reads = new Batcher({ enter: (count, signal) => this.#quota.read(count, signal), send });
    this.#writes = new Batcher({ enter: (count, signal) => this.#quota.write(count, signal), send });
  }

  async seats(signal: AbortSignal): Promise<Seats> {
    const sku = await this.#readSku(signal);
    return { total: totalOf(sku), used: sku.consumedUnits };
  }

  async holders(signal: AbortSignal): Promise<readonly Holder[]> {
    const skuId = await this.#skuId(signal);
    try {
      return await this.#list(skuId, ",signInActivity", signal);
    } catch (error) {
      // Without Entra ID P1, or the permission for it, the vendor refuses the whole question.
      if (!(error instanceof VendorError && error.details.status === 403)) throw error;
      return this.#list(skuId, "", signal);
    }
  }

  async holds(account: string, signal: AbortSignal): Promise<boolean> {
    const skuId = await this.#skuId(signal);
    return seatsOf(await this.#user(account, signal), skuId).length > 0;
  }

  async assign(account: string, signal: AbortSignal): Promise<void> {
    const skuId = await this.#skuId(signal);
    const before = await this.#user(account, signal);
    if (seatsOf(before, skuId).length > 0) return;
    const url = urlOf(account);
    if ((before.usageLocation ?? "") === "") {
      const patch = { method: "PATCH", url, body: { usageLocation: this.#usageLocation } } as const;
      await persevere(() => this.#once(this.#writes, patch, signal), this.#patience, signal);
    }
    const failedBefore = failureOf(before, skuId)?.lastUpdatedDateTime;
    const locationKnown = performance.now() + this.#patience.lagMs;
    const change = {
      what: `${this.name}: seat of ${account}`,
      isSo: async (signal: AbortSignal) => {
        const user = await this.#user(account, signal);
        if (seatsOf(user, skuId).length > 0) return true;
        const failure = failureOf(user, skuId);
        if (failure === undefined || failure.lastUpdatedDateTime === failedBefore) return false;
        const code = failure.error ?? "Other";
        const kind = code === "CountViolation" ? "noSeats" : "refused";
        throw new VendorError(kind, `${this.name}: seat of ${account}: ${code}`, { code });
      },
      write: async (signal: AbortSignal) => {
        const body = { addLicenses: [{ skuId, disabledPlans: [] }], removeLicenses: [] };
        try {
          await this.#once(this.#writes, { method: "POST", url: `${url}/assignLicense`, body }, signal);
        } catch (error) {
          if (!isInvalidLocation(error) || performance.now() > locationKnown) throw error;
          throw new VendorError("passing", error.message, error.details);
        }
      },
    };
    await bringAbout(change, this.#patience, signal);
  }

  /** An inherited seat is refused: it goes with the group. */
  async reclaim(account: string, signal: AbortSignal): Promise<void> {
    const skuId = await this.#skuId(signal);
    const seats = seatsOf(await this.#user(account, signal), skuId);
    if (seats.length === 0) return;
    if (seats.some(isGroups)) {
      throw new VendorError("refused", `${this.name}: seat of ${account}: it comes with a group's licence`);
    }
    const change = {
      what: `${this.name}: seat taken from ${account}`,
      isSo: async (signal: AbortSignal) => seatsOf(await this.#user(account, signal), skuId).length === 0,
      write: async (signal: AbortSignal) => {
        const body = { addLicenses: [], removeLicenses: [skuId] };
        try {
          await this.#once(this.#writes, { method: "POST", url: `${urlOf(account)}/assignLicense`, body }, signal);
        } catch (error) {
          if (!isNothingToRemove(error)) throw error;
        }
      },
    };
    await bringAbout(change, this.#patience, signal);
  }

  /** Whoever has no presence that says the contrary is in a meeting, also where the vendor refuses the question. */
  async inMeeting(accounts: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>> {
    const ids = await Promise.all(
      accounts.map((account) => this.#readOne(`${urlOf(account)}?$select=id`, idShape, signal).catch(nobody)),
    );
    signal.throwIfAborted();
    const known = ids.filter((each) => each !== undefined).map(({ id }) => id);
    const free = new Set<string>();
    for (let from = 0; from < known.length; from += presencesAtOnce) {
      const body = { ids: known.slice(from, from + presencesAtOnce) };
      const path = "communications/getPresencesByUserId";
      const answer = await this.#client
        .read({ method: "POST", path, body, shape: presencesShape }, signal)
        .catch(nobody);
      signal.throwIfAborted();
      for (const presence of answer?.data.value ?? []) if (isFree(presence)) free.add(presence.id);
    }
    return new Set(accounts.filter((_, nth) => !free.has(ids[nth]?.id ?? "")));
  }

  async #readSku(signal: AbortSignal): Promise<Sku> {
    const { data } = await this.#client.read({ path: "subscribedSkus", shape: skusShape }, signal);
    const ours = data.value.filter(({ appliesTo }) => appliesTo === "User");
    const sku = ours.find(({ skuPartNumber }) => skuPartNumber === this.#sku);
    if (sku !== undefined) return sku;
    const names = ours.map(({ skuPartNumber }) => skuPartNumber).join(", ");
    throw new VendorError("refused", `${this.name}: no licence ${this.#sku} for users; there are: ${names || "none"}`);
  }

  /** Asked once, by whoever comes first. */
  async #skuId(signal: AbortSignal): Promise<string> {
    for (;;) {
      const asked = (this.#asked ??= this.#readSku(signal).then(({ skuId }) => skuId));
      try {
        return await asked;
      } catch (error) {
        if (this.#asked === asked) this.#asked = undefined;
        signal.throwIfAborted();
        // Else the one who asked has left.
        if (error instanceof VendorError) throw error;
      }
    }
  }

  async #list(skuId: string, more: string, signal: AbortSignal): Promise<readonly Holder[]> {
    const filter = encodeURIComponent(`assignedLicenses/any(each:each/skuId eq ${skuId})`);
    const select = `userPrincipalName,licenseAssignmentStates${more}`;
    const holders = new Map<string, Holder>();
    const seen = new Set<string>();
    let path: string | undefined = `users?$filter=${filter}&$select=${select}&$count=true&$top=500`;
    while (path !== undefined) {
      if (seen.has(path)) throw new VendorError("refused", `${this.name}: GET users: its pages go round in circles`);
      seen.add(path);
      // The filter needs both, on every page (advanced queries).
      const headers = { ConsistencyLevel: "eventual" };
      const { data }: { data: z.infer<typeof usersShape> } = await this.#client.read(
        { path, headers, shape: usersShape },
        signal,
      );
      for (const user of data.value) {
        const seats = seatsOf(user, skuId);
        if (seats.length === 0) continue;
        const account = user.userPrincipalName.toLowerCase();
        const lastUsed = lastUsedOf(user.signInActivity);
        holders.set(account, { account, lastUsed, isInherited: seats.some(isGroups) });
      }
      path = data["@odata.nextLink"] ?? undefined;
    }
    return [...holders.values()];
  }

  #user(account: string, signal: AbortSignal): Promise<User> {
    return this.#readOne(`${urlOf(account)}?$select=${userSelect}`, userShape, signal);
  }

  #readOne<Data>(url: string, shape: z.ZodType<Data>, signal: AbortSignal): Promise<Data> {
    const read = async (): Promise<Data> => {
      const parsed = shape.safeParse(await this.#once(this.#reads, { method: "GET", url }, signal));
      if (parsed.success) return parsed.data;
      const issue = parsed.error.issues[0];
      const where = issue?.path.join(".") ?? "";
      const what = `an answer of another shape: ${where} ${issue?.message}`;
      throw new VendorError("passing", `${this.name}: GET ${url.split("?")[0]}: ${what}`);
    };
    return persevere(read, this.#patience, signal);
  }

  /** One try, as a part of a batch. Gives the answer's body. */
  async #once(batcher: Batcher, request: SubRequest, signal: AbortSignal): Promise<unknown> {
    const { status, headers, body } = await batcher.ask(request, signal);
    const error =
      status >= 200 && status < 300
        ? undefined
        : refusal(`${this.name}: ${request.method} ${request.url.split("?")[0]}`, status, headers, {
            ...(status === 404 ? { kind: "unknown" } : {}),
            ...graphMeaning(status, body),
          });
    this.#quota.heed(headers, error?.details.retryAfterMs, 1);
    if (error !== undefined) throw error;
    return body;
  }
}

function urlOf(account: string): string {
  return `/users/${encodeURIComponent(account)}`;
}

/** Resource units; undefined for what has none of its own: a batch, whose parts have them, and presences. */
function costOf(path: string): number | undefined {
  if (path === "subscribedSkus") return cost.skus;
  return /(^|\/)users\?/.test(path) ? cost.users : undefined;
}

/** Nobody can tell. */
function nobody(error: unknown): undefined {
  if (!(error instanceof VendorError)) throw error;
}
