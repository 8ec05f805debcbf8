import { type Asked, type HttpDouble, type Reply, startHttp } from "../licences/http.ts";
import { SlidingWindow } from "../licences/window.ts";
import { ZoomState, type ZoomUser } from "./state.ts";

export const zoomApp = { accountId: "account-1", clientId: "client-1", clientSecret: "s3cret/of the app" } as const;

export interface ZoomQuotas {
  readonly light: number;
  readonly medium: number;
  readonly heavy: number;
  /** Of these three, milliseconds: Zoom's is a second. */
  readonly windowMs: number;
  /** One request for many users in so many milliseconds: Zoom's is ten seconds. */
  readonly bulkMs: number;
}

type Label = "light" | "medium" | "heavy";

export interface ZoomDouble extends HttpDouble {
  readonly base: URL;
  readonly tokenAddress: URL;
  readonly state: ZoomState;
  /** The bearer token that it takes. */
  readonly token: string;
  /** How many tokens it gave. */
  readonly tokensGiven: number;
  /** Requests that a quota refused. */
  readonly overQuota: readonly string[];
  /** Left of the day's quota of a label. */
  readonly daily: Map<Label, number>;
  /** Whether Zoom tells when the day's quota begins anew. */
  tellsMidnight: boolean;
  /** The token is refused from now on. */
  expireToken(): void;
}

const business: ZoomQuotas = { light: 80, medium: 60, heavy: 40, windowMs: 1000, bulkMs: 10_000 };

/** A double of Zoom's API v2 and of its token endpoint, on loopback. */
export async function startZoom(hosts: number, quotas: ZoomQuotas = business): Promise<ZoomDouble> {
  const state = new ZoomState(hosts);
  const overQuota: string[] = [];
  const daily = new Map<Label, number>();
  const windows = {
    light: new SlidingWindow(quotas.light, quotas.windowMs),
    medium: new SlidingWindow(quotas.medium, quotas.windowMs),
    heavy: new SlidingWindow(quotas.heavy, quotas.windowMs),
    bulk: new SlidingWindow(1, quotas.bulkMs),
  };
  const tokens = { nth: 1, given: 0 };
  const told = { midnight: false };

  const answer = (asked: Asked): Reply => {
    const { method, url } = asked;
    if (url.pathname === "/oauth/token") return giveToken(asked, tokens);
    if (asked.authorization !== `Bearer token-${tokens.nth}`) {
      return error(401, 124, "Access token is expired.");
    }
    const isBulk = method === "POST" && url.pathname === "/v2/users/features";
    const label = labelOf(method, url.pathname);
    const category = { "x-ratelimit-category": `${label[0]?.toUpperCase()}${label.slice(1)}` };
    const ofTheDay = daily.get(label);
    if (ofTheDay === 0) {
      const midnight = `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;
      return {
        ...error(429, 429, "You have reached the maximum daily rate limit for this API."),
        headers: {
          ...category,
          "x-ratelimit-type": "Daily-limit",
          "x-ratelimit-remaining": "0",
          ...(told.midnight ? { "retry-after": midnight } : {}),
        },
      };
    }
    if (ofTheDay !== undefined) daily.set(label, ofTheDay - 1);
    const window = windows[label];
    if (window.take(1) > 0 || (isBulk && windows.bulk.take(1) > 0)) {
      overQuota.push(`${method} ${url.pathname}`);
      const words = "You have reached the maximum per-second rate limit for this API. Try again later.";
      return { ...error(429, 429, words), headers: { ...category, "x-ratelimit-type": "QPS" } };
    }
    const limits = { "x-ratelimit-limit": String(window.limit), "x-ratelimit-remaining": String(window.left) };
    const reply = routed(state, asked);
    return { ...reply, headers: { ...category, "x-ratelimit-type": "QPS", ...limits } };
  };

  const http = await startHttp(answer);
  return {
    ...http,
    base: new URL("/v2/", http.origin),
    tokenAddress: new URL("/oauth/token", http.origin),
    state,
    overQuota,
    daily,
    get token() {
      return `token-${tokens.nth}`;
    },
    get tokensGiven() {
      return tokens.given;
    },
    get tellsMidnight() {
      return told.midnight;
    },
    set tellsMidnight(tells) {
      told.midnight = tells;
    },
    expireToken: () => void (tokens.nth += 1),
  };
}

function error(status: number, code: number, message: string): Reply {
  return { status, body: { code, message } };
}

function giveToken({ body, authorization }: Asked, tokens: { nth: number; given: number }): Reply {
  const form = body as Record<string, string>;
  const basic = Buffer.from(`${zoomApp.clientId}:${zoomApp.clientSecret}`).toString("base64");
  if (authorization !== `Basic ${basic}`) {
    // As a proxy on the way may: with what it was sent.
    return { status: 401, body: { reason: `Invalid client ${authorization}`, error: "invalid_client" } };
  }
  if (form["grant_type"] !== "account_credentials" || form["account_id"] !== zoomApp.accountId) {
    return { status: 400, body: { reason: "unsupported grant type", error: "unsupported_grant_type" } };
  }
  tokens.given += 1;
  const scope = "user:update:user:admin";
  return { status: 200, body: { access_token: `token-${tokens.nth}`, token_type: "bearer", expires_in: 3599, scope } };
}

/** As Zoom's reference labels them. */
function labelOf(method: string, path: string): Label {
  if (path.endsWith("/plans/usage")) return "heavy";
  return /^\/v2\/users\/[^/]+$/.test(path) && method !== "POST" ? "light" : "medium";
}

function routed(state: ZoomState, { method, url, body }: Asked): Reply {
  const path = url.pathname.replace("/v2/", "");
  if (method === "GET" && path === "accounts/me/plans/usage") return plan(state);
  if (method === "GET" && path === "users") return list(state, url);
  if (method === "POST" && path === "users/features") return bulk(state, body as Bulk);
  const [, key = "", of] = /^users\/([^/]+)(\/meetings)?$/.exec(path) ?? [];
  const user = state.find(decodeURIComponent(key));
  if (user === undefined) return error(404, 1001, `User does not exist: ${decodeURIComponent(key)}.`);
  if (method === "GET") return of === undefined ? one(state, user) : meetings(user, url);
  if (method !== "PATCH" || of !== undefined) return error(404, 404, "No such endpoint.");
  const done = state.become(user, (body as { type: number }).type);
  return done ? { status: 204 } : error(400, 300, "Your account has reached its limit of Licensed users.");
}

function plan(state: ZoomState): Reply {
  const base = { hosts: state.hosts, type: "yearly", usage: state.count("active"), pending: state.count("pending") };
  return { status: 200, body: { plan_base: base } };
}

function shown(user: ZoomUser, type: number): Record<string, unknown> {
  const { email, status, lastLogin } = user;
  return {
    ...(status === "pending" ? {} : { id: user.id }),
    email,
    type,
    status,
    first_name: "Anna",
    last_name: "Rossi",
    dept: "Office",
    timezone: "Europe/Rome",
    created_at: "2024-01-08T07:58:03Z",
    ...(lastLogin === undefined ? {} : { last_login_time: lastLogin, last_client_version: "6.2.0" }),
  };
}

function one(state: ZoomState, user: ZoomUser): Reply {
  return { status: 200, body: shown(user, state.seen(user)) };
}

function list(state: ZoomState, url: URL): Reply {
  const size = Math.min(Number(url.searchParams.get("page_size") ?? 30), state.pageSize);
  const from = Number(url.searchParams.get("next_page_token")?.replace("page-", "") ?? 0);
  const found = [...state.users.values()].filter(
    ({ status }) => status === (url.searchParams.get("status") ?? "active"),
  );
  const next = from + size < found.length ? `page-${from + size}` : "";
  const users = found.slice(from, from + size).map((user) => shown(user, user.type));
  return {
    status: 200,
    body: { next_page_token: next, page_size: size, total_records: found.length, users },
  };
}

function meetings({ isLive, upcoming }: ZoomUser, url: URL): Reply {
  const begins = url.searchParams.get("type") === "live" ? (isLive ? [new Date().toISOString()] : []) : upcoming;
  const found = begins.map((start_time, nth) => ({
    id: nth + 1,
    topic: "Standing",
    type: 2,
    start_time,
    duration: 30,
  }));
  return { status: 200, body: { next_page_token: "", page_size: 300, total_records: found.length, meetings: found } };
}

interface Bulk {
  readonly feature_type: string;
  readonly feature_value: string;
  readonly users: readonly { readonly id: string }[];
}

function bulk(state: ZoomState, { feature_type, feature_value, users }: Bulk): Reply {
  if (feature_type !== "user_type" || users.length > 30) return error(400, 300, "Invalid request.");
  const done: string[] = [];
  const failed = new Map<string, string[]>();
  for (const { id } of users) {
    const reason = become(state, id, Number(feature_value));
    if (reason === undefined) done.push(id);
    else failed.set(reason, [...(failed.get(reason) ?? []), id]);
  }
  const fail_details = [...failed].map(([reason, user_ids]) => ({ reason, user_ids }));
  return { status: 200, body: { fail_details, success_user_ids: done } };
}

/** Why it was not done; undefined where it was. */
function become(state: ZoomState, id: string, type: number): string | undefined {
  const user = state.find(id);
  if (user === undefined) return "Users not found";
  if (user.type === type) return "No need to update";
  if (type === 1 && user.hasEvents) return "Have upcoming events";
  return state.become(user, type) ? undefined : "Not enough seats";
}
