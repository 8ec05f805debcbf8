import { type Asked, type HttpDouble, type Reply, startHttp } from "../licences/http.ts";
import { SlidingWindow } from "../licences/window.ts";
import { type WebexPerson, WebexState } from "./state.ts";

export const webexApp = { clientId: "C1", clientSecret: "s3cret/of the app", refreshToken: "refresh-1" } as const;

export interface WebexDouble extends HttpDouble {
  readonly base: URL;
  readonly tokenAddress: URL;
  readonly state: WebexState;
  /** The bearer token that it takes. */
  readonly token: string;
  readonly tokensGiven: number;
  /** Requests that the quota refused. */
  readonly overQuota: readonly string[];
  /** The refresh token that it takes; another one comes with the next token. */
  refreshToken: string;
  /** Whether a part that cannot be done is told with 206, and not with 400. */
  isPartial: boolean;
  /** The token is refused from now on. */
  expireToken(): void;
}

/** A double of Webex's API v1 and of its token endpoint, on loopback; it takes so many requests in so many milliseconds. */
export async function startWebex(limit = 300, windowMs = 60_000): Promise<WebexDouble> {
  const state = new WebexState();
  const overQuota: string[] = [];
  const window = new SlidingWindow(limit, windowMs);
  const settings = { nth: 1, given: 0, refresh: webexApp.refreshToken as string, isPartial: true };

  const answer = (asked: Asked): Reply => {
    if (asked.url.pathname === "/v1/access_token") return giveToken(asked, settings);
    if (asked.authorization !== `Bearer token-${settings.nth}`) {
      return error(401, "The request requires a valid access token set in the Authorization request header.");
    }
    if (window.take(1) > 0) {
      overQuota.push(`${asked.method} ${asked.url.pathname}`);
      return { ...error(429, "Too many requests."), headers: { "retry-after": String(Math.ceil(windowMs / 1000)) } };
    }
    return routed(state, asked, settings.isPartial);
  };

  const http = await startHttp(answer);
  return {
    ...http,
    base: new URL("/v1/", http.origin),
    tokenAddress: new URL("/v1/access_token", http.origin),
    state,
    overQuota,
    get token() {
      return `token-${settings.nth}`;
    },
    get tokensGiven() {
      return settings.given;
    },
    get refreshToken() {
      return settings.refresh;
    },
    set refreshToken(token) {
      settings.refresh = token;
    },
    get isPartial() {
      return settings.isPartial;
    },
    set isPartial(is) {
      settings.isPartial = is;
    },
    expireToken: () => void (settings.nth += 1),
  };
}

function error(status: number, message: string, errors?: readonly object[]): Reply {
  return { status, body: { message, ...(errors === undefined ? {} : { errors }), trackingId: "NA_1" } };
}

function giveToken({ body }: Asked, settings: { nth: number; given: number; refresh: string }): Reply {
  const form = body as Record<string, string>;
  const isApp = form["client_id"] === webexApp.clientId && form["client_secret"] === webexApp.clientSecret;
  if (form["grant_type"] !== "refresh_token" || !isApp || form["refresh_token"] !== settings.refresh) {
    // As a proxy on the way may: with what it was sent.
    const sent = encodeURIComponent(form["client_secret"] ?? "");
    return error(400, `Request has errors: refresh token ${form["refresh_token"]} of ${sent}`);
  }
  settings.given += 1;
  settings.refresh = `refresh-${settings.given + 1}`;
  const body_ = { access_token: `token-${settings.nth}`, expires_in: 1_209_599, refresh_token: settings.refresh };
  return { status: 200, body: { ...body_, refresh_token_expires_in: 7_776_000, token_type: "Bearer" } };
}

function routed(state: WebexState, { method, url, body }: Asked, isPartial: boolean): Reply {
  const path = url.pathname.replace("/v1/", "");
  if (method === "PATCH" && path === "licenses/users") return assign(state, body as Assignment, isPartial);
  if (method !== "GET") return error(405, "Method Not Allowed");
  if (path === "licenses")
    return { status: 200, body: { items: state.licences.map((each) => counted(state, each.id)) } };
  if (path === "people") return list(state, url);
  const [, kind, id = ""] = /^(licenses|people)\/([^/]+)$/.exec(path) ?? [];
  if (kind === "licenses") return licence(state, url, decodeURIComponent(id));
  const person = kind === "people" ? state.find(decodeURIComponent(id)) : undefined;
  if (person === undefined) return error(404, "The requested resource could not be found.");
  return { status: 200, body: { ...shown(person), licenses: state.seen(person) } };
}

function counted(state: WebexState, id: string): object {
  const found = state.licences.find((each) => each.id === id);
  const consumedUnits = state.holders(id).length;
  const counts = { consumedUnits, consumedByUsers: consumedUnits, consumedByWorkspaces: 0 };
  return { ...found, ...counts, subscriptionId: "Sub-1", siteType: "Control Hub managed site" };
}

function shown({ id, email, lastActivity, status }: WebexPerson): Record<string, unknown> {
  return {
    id,
    emails: [email],
    displayName: "Anna Rossi",
    orgId: "org-1",
    created: "2024-01-08T07:58:03.000Z",
    ...(lastActivity === undefined ? {} : { lastActivity }),
    ...(status === undefined ? {} : { status }),
    type: "person",
  };
}

/** A page of them, with a link to the next one. */
function page<Item>(
  items: readonly Item[],
  url: URL,
  key: "next" | "cursor",
  size: number,
): { items: readonly Item[]; headers: Reply["headers"] } {
  const from = Number(url.searchParams.get(key)?.replace("page-", "") ?? 0);
  if (from + size >= items.length) return { items: items.slice(from), headers: {} };
  const next = new URL(url);
  next.searchParams.set(key, `page-${from + size}`);
  const link = `<{origin}${next.pathname}${next.search}>; rel="next"`;
  return { items: items.slice(from, from + size), headers: { link } };
}

function licence(state: WebexState, url: URL, id: string): Reply {
  if (!state.licences.some((each) => each.id === id)) return error(404, "The requested resource could not be found.");
  if (url.searchParams.get("includeAssignedTo") !== "user") return { status: 200, body: counted(state, id) };
  const size = Math.min(Number(url.searchParams.get("limit") ?? 300), state.pageSize);
  const { items, headers = {} } = page(state.holders(id), url, "next", size);
  const users = items.map((person) => {
    const type = person.isExternal ? "EXTERNAL" : "INTERNAL";
    return { id: person.id, type, displayName: "Anna Rossi", email: person.email };
  });
  return { status: 200, headers, body: { ...counted(state, id), users } };
}

/** Licences are not in lists. */
function list(state: WebexState, url: URL): Reply {
  const email = url.searchParams.get("email");
  const found = [...state.people.values()].filter((person) => email === null || person.email === email);
  const size = Math.min(Number(url.searchParams.get("max") ?? 100), state.pageSize);
  const { items, headers = {} } = page(found, url, "cursor", size);
  return { status: 200, headers, body: { items: items.map(shown), notFoundIds: [] } };
}

interface Assignment {
  readonly email: string;
  readonly licenses: readonly { readonly id: string; readonly operation?: string }[];
}

function assign(state: WebexState, { email, licenses }: Assignment, isPartial: boolean): Reply {
  const person = state.find(email);
  if (person === undefined) return error(404, "The requested resource could not be found.");
  const failed = licenses.filter(({ id, operation = "add" }) => !state.change(person, id, operation));
  if (failed.length > 0 && !isPartial) {
    const description = "Could not apply the following license(s) as the user can be assigned only one of them";
    return error(400, "License conflict", [{ errorCode: 400_413, description }]);
  }
  const pending = person.pending.size === 0 ? {} : { pendingLicenses: [...person.pending] };
  const body = { orgId: "org-1", personId: person.id, email, licenses: [...person.licences], siteUrls: [], ...pending };
  return { status: failed.length === 0 ? 200 : 206, body };
}
