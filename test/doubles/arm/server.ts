import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Cloud } from "../../../src/azure/cloud.ts";
import { answerBatch, BadQuestion } from "./metrics.ts";
import { armError, hostPool, sessionHost, usage, userSession, vpnHealth, wanHealth } from "./shapes.ts";
import { type ArmState, emptyState, type PoolStore } from "./state.ts";

/** How a request fails instead of being answered. */
export type Fault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** No answer ever. */
  | "hang"
  /** The connection breaks in the middle of the answer. */
  | "cut";

export interface ArmDouble {
  readonly cloud: Cloud;
  readonly state: ArmState;
  /** `GET /subscriptions/…` of each request, in order. */
  readonly requests: readonly string[];
  /** Bodies of those that had one. */
  readonly bodies: readonly unknown[];
  /** The next so many requests whose line matches fail so. */
  fail(line: RegExp, fault: Fault, times?: number): void;
  /** What `fail` asked for and did not happen yet no longer will. */
  mend(): void;
  /** A token as Entra would give it. */
  token(scope: string): string;
  /** All tokens given so far are refused from now on. */
  expireTokens(): void;
  close(): Promise<void>;
}

/** Versions that it knows; any other is refused, as Azure does. */
const apiVersions: Readonly<Record<string, readonly string[]>> = {
  "microsoft.desktopvirtualization": ["2024-04-03"],
  "microsoft.compute": ["2025-04-01"],
  "microsoft.network": ["2025-05-01"],
  "microsoft.resources": ["2025-03-01"],
};

/**
 * A double of Azure Resource Manager and of Azure Monitor's data plane, on loopback: it holds state and fails on demand.
 * `store` holds the host pools, in place of its state.
 */
export async function startArm(store?: PoolStore): Promise<ArmDouble> {
  const state = emptyState();
  const requests: string[] = [];
  const bodies: unknown[] = [];
  const faults: { line: RegExp; fault: Fault; left: number }[] = [];
  const polls = new Map<string, number>();
  let generation = 1;
  const server = createServer((request, response) => {
    void (async () => {
      const line = `${request.method} ${request.url}`;
      requests.push(line);
      const fault = faults.find((each) => each.left > 0 && each.line.test(line));
      if (fault !== undefined) {
        fault.left -= 1;
        failWith(fault.fault, response);
        return;
      }
      const body = await bodyOf(request);
      if (body !== undefined) bodies.push(body);
      const reply =
        store === undefined
          ? answer(state, polls, request, body)
          : store.during((pools) => answer({ ...state, pools }, polls, request, body));
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const text = JSON.stringify(reply.body)?.replaceAll("{origin}", origin);
      response.writeHead(reply.status, {
        "content-type": "application/json; charset=utf-8",
        "x-ms-request-id": `request-${requests.length}`,
        ...Object.fromEntries(
          Object.entries(reply.headers ?? {}).map(([name, value]) => [name, value.replaceAll("{origin}", origin)]),
        ),
      });
      response.end(text);
    })();
  });
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port: 0 }, resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cloud: Cloud = {
    management: { url: origin, scope: "https://management.azure.com/.default" },
    metrics: { url: `${origin}/{region}.metrics.monitor`, scope: "https://metrics.monitor.azure.com/.default" },
  };
  return {
    cloud,
    state,
    requests,
    bodies,
    fail: (line, fault, times = 1) => void faults.push({ line, fault, left: times }),
    mend: () => void faults.splice(0),
    token: (scope) => state.tokens[scope === cloud.metrics.scope ? "metrics" : "management"],
    expireTokens: () => {
      generation += 1;
      state.tokens = { management: `management-${generation}`, metrics: `metrics-${generation}` };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function failWith(fault: Fault, response: ServerResponse): void {
  if (fault === "hang") return;
  if (fault === "cut") {
    response.writeHead(200, { "content-length": 1000 });
    response.write('{"value":', () => response.destroy());
    return;
  }
  response.writeHead(fault.status, { "content-type": "application/json", ...fault.headers });
  response.end(fault.body ?? JSON.stringify(armError("Failing", "as it was told to")));
}

export async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? undefined : JSON.parse(text);
}

function answer(state: ArmState, polls: Map<string, number>, request: IncomingMessage, body: unknown): Reply {
  const url = new URL(request.url ?? "/", "http://localhost");
  const metrics = /^\/([^/]+)\.metrics\.monitor\/subscriptions\/[^/]+\/metrics:getBatch$/.exec(url.pathname);
  const refusal = unauthorized(state, metrics === null ? "management" : "metrics", request.headers.authorization);
  if (refusal !== undefined) return refusal;
  if (metrics !== null) return monitor(state, metrics[1] ?? "", request.method, url, body);
  const version = badVersion(url);
  if (version !== undefined) return version;
  if (request.method !== "GET") return routed(state, polls, request.method ?? "", url, body);
  const subscription = /^\/subscriptions\/([^/]+)/.exec(url.pathname)?.[1] ?? "";
  const left = readsLeft(state, subscription);
  if (left < 1) {
    const throttled = armError(
      "SubscriptionRequestsThrottled",
      "Number of requests for subscription exceeded the limit.",
    );
    const wait = state.readsPerSecond === 0 ? 17 : Math.ceil((1 - left) / state.readsPerSecond);
    return { status: 429, headers: { "retry-after": String(wait), ...readsOf(0) }, body: throttled };
  }
  state.reads.set(subscription, left - 1);
  state.readAt.set(subscription, Date.now());
  const reply = routed(state, polls, "GET", url, body);
  return { ...reply, headers: { ...readsOf(left - 1), ...reply.headers } };
}

/** A full bucket of reads (Azure Resource Manager: request limits, a principal and subscription). */
const bucket = 249;

function readsLeft(state: ArmState, subscription: string): number {
  const left = state.reads.get(subscription);
  const at = state.readAt.get(subscription);
  if (left === undefined) return bucket;
  if (at === undefined) return left;
  return Math.min(bucket, left + ((Date.now() - at) / 1000) * state.readsPerSecond);
}

/** Of this principal, and of all: 15 times as many. */
function readsOf(left: number): Readonly<Record<string, string>> {
  return {
    "x-ms-ratelimit-remaining-subscription-reads": String(Math.floor(left)),
    "x-ms-ratelimit-remaining-subscription-global-reads": String(3500 + Math.floor(left)),
  };
}

function unauthorized(
  state: ArmState,
  audience: "management" | "metrics",
  header: string | undefined,
): Reply | undefined {
  if (header === `Bearer ${state.tokens[audience]}`) return undefined;
  const code = Object.values(state.tokens).some((token) => header === `Bearer ${token}`)
    ? "InvalidAuthenticationTokenAudience"
    : "ExpiredAuthenticationToken";
  const claims = Buffer.from('{"access_token":{"nbf":{"essential":true,"value":"1"}}}').toString("base64");
  const challenge = `Bearer realm="", error="insufficient_claims", claims="${claims}"`;
  return {
    status: 401,
    headers: { "www-authenticate": challenge },
    body: armError(code, "The access token is no good."),
  };
}

function badVersion(url: URL): Reply | undefined {
  // What is at a scope is of the last provider that the path names.
  const provider = /^.*\/providers\/([^/]+)/i.exec(url.pathname)?.[1]?.toLowerCase() ?? "";
  const version = url.searchParams.get("api-version");
  const known = apiVersions[provider] ?? [];
  if (version !== null && known.includes(version)) return undefined;
  const code = version === null ? "MissingApiVersionParameter" : "NoRegisteredProviderFound";
  return { status: 400, body: armError(code, `The supported api-versions are '${known.join(", ")}'.`) };
}

function monitor(state: ArmState, region: string, method: string | undefined, url: URL, body: unknown): Reply {
  if (method !== "POST" || url.searchParams.get("api-version") !== "2024-02-01") return notFound(url);
  try {
    const { resourceids } = body as { resourceids: string[] };
    return { status: 200, body: answerBatch(state, region, url.searchParams, resourceids) };
  } catch (error) {
    if (!(error instanceof BadQuestion)) throw error;
    return { status: 400, body: armError("BadRequest", error.message) };
  }
}

function notFound(url: URL): Reply {
  return { status: 404, body: armError("ResourceNotFound", `The Resource '${url.pathname}' was not found.`) };
}

function routed(state: ArmState, polls: Map<string, number>, method: string, url: URL, body: unknown): Reply {
  const { pathname } = url;
  const page = (items: readonly unknown[]): Reply => paged(state, url, items);
  const health = /^(.+)\/(getVpnClientConnectionHealth|getP2sVpnConnectionHealth)$/.exec(pathname);
  if (health !== null) return vpn(state, polls, method, url, health[1] ?? "");
  const usages = /^\/subscriptions\/([^/]+)\/providers\/(Microsoft\.\w+)\/locations\/([^/]+)\/usages$/.exec(pathname);
  if (usages !== null) {
    const [, subscription, provider, region] = usages;
    const found = state.usages.filter(
      (each) => each.subscription === subscription && each.provider === provider && each.region === region,
    );
    return found.length === 0 ? notFound(url) : page(found.map(usage));
  }
  const tagged = /\/virtualMachines\/([^/]+)\/providers\/Microsoft\.Resources\/tags\/default$/.exec(pathname);
  if (tagged !== null) return tags(state, method, url, tagged[1] ?? "", body);
  const pools = /^(\/subscriptions\/[^/]+)\/providers\/Microsoft\.DesktopVirtualization\/hostPools$/.exec(pathname);
  if (pools !== null) {
    return page(state.pools.filter(({ id }) => id.startsWith(`${pools[1] ?? ""}/`)).map(hostPool));
  }
  const pool = state.pools.find(({ id }) => pathname.startsWith(`${id}/`));
  if (pool === undefined) return notFound(url);
  const rest = pathname.slice(pool.id.length);
  const sessionsOf = (hosts: typeof pool.hosts) =>
    hosts.flatMap((host) => host.sessions.map((session, nth) => userSession(pool, host, session, nth + 1)));
  if (rest === "/sessionHosts") return page(pool.hosts.map((host) => sessionHost(pool, host)));
  if (rest === "/userSessions") return page(sessionsOf(pool.hosts));
  const [, name, of] = /^\/sessionHosts\/([^/]+)(\/userSessions)?$/.exec(rest) ?? [];
  const host = pool.hosts.find((each) => each.name === name);
  if (host === undefined) return notFound(url);
  if (of !== undefined) return page(sessionsOf([host]));
  if (method === "DELETE") {
    if (host.sessions.length > 0 && url.searchParams.get("force") !== "true") {
      return { status: 400, body: armError("BadRequest", `Session host ${host.name} has user sessions.`) };
    }
    pool.hosts.splice(pool.hosts.indexOf(host), 1);
    return { status: 204 };
  }
  if (method === "PATCH") {
    const patch = body as { properties?: { allowNewSession?: boolean } };
    host.allowNewSession = patch.properties?.allowNewSession ?? host.allowNewSession;
  }
  return { status: 200, body: sessionHost(pool, host) };
}

/** Of a session host's machine. "Delete" takes a tag only with the value that is said (Tags - Update At Scope). */
function tags(state: ArmState, method: string, url: URL, machine: string, body: unknown): Reply {
  const host = state.pools.flatMap(({ hosts }) => hosts).find(({ name }) => name === machine);
  if (host === undefined) return notFound(url);
  host.tags ??= {};
  if (method === "PATCH") {
    const { operation, properties } = body as { operation: string; properties: { tags: Record<string, string> } };
    for (const [name, value] of Object.entries(properties.tags)) {
      if (operation === "Merge") host.tags[name] = value;
      else if (host.tags[name] === value) delete host.tags[name];
    }
  }
  return { status: 200, body: { id: url.pathname, name: "default", properties: { tags: host.tags } } };
}

function paged(state: ArmState, url: URL, items: readonly unknown[]): Reply {
  const from = Number(url.searchParams.get("$skiptoken") ?? 0);
  const value = items.slice(from, from + state.pageSize);
  const next = from + state.pageSize;
  if (next >= items.length) return { status: 200, body: { value } };
  const query = new URLSearchParams({
    "api-version": url.searchParams.get("api-version") ?? "",
    $skiptoken: String(next),
  });
  return { status: 200, body: { value, nextLink: `{origin}${url.pathname}?${query.toString()}` } };
}

/** An operation that takes its time: twice "not yet", then the result at another address. */
function vpn(state: ArmState, polls: Map<string, number>, method: string, url: URL, id: string): Reply {
  const gateway = state.gateways.find((each) => each.id === id);
  if (gateway === undefined) return notFound(url);
  const looks = method === "POST" ? 0 : (polls.get(id) ?? 0) + 1;
  polls.set(id, looks);
  if (looks >= 2) {
    return { status: 200, body: url.pathname.includes("getP2s") ? wanHealth(gateway) : vpnHealth(gateway) };
  }
  const location = `{origin}${url.pathname}?api-version=${url.searchParams.get("api-version") ?? ""}`;
  return { status: 202, headers: { location, "retry-after": "0" }, body: { status: "InProgress" } };
}
