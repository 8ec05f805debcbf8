import type {
  AssignedLicense,
  LicenseAssignmentState,
  NullableOption,
  Presence,
  SubscribedSku,
  User,
} from "@microsoft/microsoft-graph-types";
import { change, consumed, type DoubleSku, type DoubleUser, type GraphState, isHeld, nowOf, shownOf } from "./state.ts";

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Question {
  readonly method: string;
  /** Below the version, with its query. */
  readonly url: URL;
  readonly headers: Headers;
  readonly body: unknown;
}

export function graphError(status: number, code: string, message: string): Reply {
  return { status, body: { error: { code, message, innerError: { "request-id": "0" } } } };
}

const bad = (message: string): Reply => graphError(400, "Request_BadRequest", message);

/** What the vendor's types know, and no more, as the vendor has it. */
const known = {
  user: ["id", "userPrincipalName", "usageLocation", "licenseAssignmentStates", "signInActivity"],
  license: ["skuId", "disabledPlans"],
} as const satisfies { user: readonly (keyof User)[]; license: readonly (keyof AssignedLicense)[] };

function isKnown(of: keyof typeof known, names: readonly string[]): boolean {
  const all: readonly string[] = known[of];
  return names.every((name) => all.includes(name));
}

export function answer(state: GraphState, { method, url, headers, body }: Question): Reply {
  const path = decodeURIComponent(url.pathname);
  if (!isKnown("user", url.searchParams.get("$select")?.split(",") ?? [])) return bad("Could not find a property.");
  const [, name, action] = /^\/users\/([^/]+)(\/assignLicense)?$/.exec(path) ?? [];
  if (name !== undefined) {
    const user = state.users.get(name.toLowerCase()) ?? [...state.users.values()].find(({ id }) => id === name);
    if (user === undefined) {
      return graphError(404, "Request_ResourceNotFound", `Resource '${name}' does not exist.`);
    }
    if (method === "POST" && action !== undefined) return assignLicense(state, user, body);
    if (method === "PATCH" && action === undefined) return patch(state, user, body);
    if (method === "GET" && action === undefined) return { status: 200, body: select(state, user, url) };
  }
  if (method === "GET" && path === "/subscribedSkus") {
    return { status: 200, body: { value: state.skus.map((each) => skuOf(state, each)) } };
  }
  if (method === "GET" && path === "/users") return list(state, url, headers);
  if (method === "POST" && path === "/communications/getPresencesByUserId") return presences(state, body);
  return graphError(400, "BadRequest", `Resource not found for the segment '${path}'.`);
}

/** Resource units of a request. */
export function unitsOf({ method, url }: Pick<Question, "method" | "url">): number {
  if (url.pathname.startsWith("/communications")) return 0;
  if (method !== "GET") return 1;
  if (url.pathname === "/subscribedSkus") return 3;
  return Math.max(1, (url.pathname === "/users" ? 2 : 1) - (url.searchParams.has("$select") ? 1 : 0));
}

function skuOf(state: GraphState, each: DoubleSku): SubscribedSku {
  const { skuId, skuPartNumber, appliesTo, capabilityStatus, enabled, warning, suspended } = each;
  return {
    id: `tenant_${skuId}`,
    accountName: "example",
    skuId,
    skuPartNumber,
    appliesTo,
    capabilityStatus,
    consumedUnits: consumed(state, skuId),
    prepaidUnits: { enabled, warning, suspended, lockedOut: 0 },
    servicePlans: [],
    subscriptionIds: [],
  };
}

function select(state: GraphState, user: DoubleUser, url: URL): User {
  const { usageLocation, states } = shownOf(user);
  const full = {
    id: user.id,
    userPrincipalName: user.principal,
    usageLocation,
    licenseAssignmentStates: [...states],
    ...(state.premium && user.lastSignIn !== undefined
      ? { signInActivity: { lastSignInDateTime: user.lastSignIn, lastSignInRequestId: "0" } }
      : {}),
  } satisfies User;
  const names = (url.searchParams.get("$select") ?? "id,userPrincipalName").split(",");
  return Object.fromEntries(Object.entries(full).filter(([name]) => names.includes(name)));
}

function patch(state: GraphState, user: DoubleUser, body: unknown): Reply {
  const { usageLocation } = body as Pick<User, "usageLocation">;
  if (
    !isKnown("user", Object.keys(body as object)) ||
    typeof usageLocation !== "string" ||
    !/^[A-Z]{2}$/.test(usageLocation)
  )
    return bad("Invalid value for property.");
  change(state, user, `@${usageLocation}`, { usageLocation });
  user.locationFrom = Math.min(user.locationFrom, performance.now() + state.locationLagMs);
  return { status: 204 };
}

function assignLicense(state: GraphState, user: DoubleUser, body: unknown): Reply {
  const { addLicenses, removeLicenses } = body as {
    addLicenses?: NullableOption<AssignedLicense[]>;
    removeLicenses?: NullableOption<string[]>;
  };
  if (!Array.isArray(addLicenses) || !Array.isArray(removeLicenses)) return bad("Both collections are required.");
  if (!addLicenses.every((each) => isKnown("license", Object.keys(each)))) return bad("Invalid property.");
  for (const skuId of removeLicenses) {
    const { states } = nowOf(user);
    const own = states.find((each) => each.skuId === skuId && each.assignedByGroup === null);
    if (own === undefined) {
      const inherited = states.some((each) => each.skuId === skuId);
      return bad(
        inherited
          ? "User license is inherited from a group membership and it cannot be removed directly from the user."
          : "User does not have a corresponding license.",
      );
    }
    change(state, user, `-${skuId}`, { states: states.filter((each) => each !== own) });
  }
  for (const { skuId } of addLicenses) {
    const refusal = give(state, user, skuId ?? "");
    if (refusal !== undefined) return refusal;
  }
  return { status: 200, body: { id: user.id, userPrincipalName: user.principal } satisfies User };
}

function give(state: GraphState, user: DoubleUser, skuId: string): Reply | undefined {
  const sku = state.skus.find((each) => each.skuId === skuId);
  if (sku === undefined || sku.appliesTo !== "User") {
    return bad(`License ${skuId} does not correspond to a valid company License.`);
  }
  if (performance.now() < user.locationFrom) {
    return bad("License assignment cannot be done for user with invalid usage location.");
  }
  const { states } = nowOf(user);
  if (states.some((each) => each.skuId === skuId && each.assignedByGroup === null && each.state === "Active")) {
    return undefined;
  }
  if (!isHeld({ states }, skuId) && consumed(state, skuId) >= sku.enabled + sku.warning) {
    return bad(`Subscription with SKU ${skuId} does not have any available licenses.`);
  }
  const given: LicenseAssignmentState = {
    skuId,
    disabledPlans: [],
    assignedByGroup: null,
    state: sku.fails === undefined ? "Active" : "Error",
    error: sku.fails ?? "None",
    lastUpdatedDateTime: new Date().toISOString(),
  };
  const others = states.filter((each) => !(each.skuId === skuId && each.assignedByGroup === null));
  change(state, user, `+${skuId}`, { states: [...others, given] });
  return undefined;
}

/** The index that filters on licences is asked with both of the advanced parameters, on every page. */
function list(state: GraphState, url: URL, headers: Headers): Reply {
  const filter = /^assignedLicenses\/any\((\w+):\1\/skuId eq ([0-9a-f-]{36})\)$/.exec(
    url.searchParams.get("$filter") ?? "",
  );
  const advanced = headers.get("consistencylevel") === "eventual" && url.searchParams.get("$count") === "true";
  if (filter === null || !advanced) return graphError(400, "Request_UnsupportedQuery", "Unsupported Query.");
  const activity = (url.searchParams.get("$select") ?? "").split(",").includes("signInActivity");
  if (activity && !state.premium) {
    const code = "Authentication_RequestFromNonPremiumTenantOrB2CTenant";
    return graphError(403, code, "Neither tenant is B2C or tenant doesn't have premium license");
  }
  const top = Math.min(Number(url.searchParams.get("$top") ?? 100), activity ? 500 : 999, state.pageSize);
  const from = Number(url.searchParams.get("$skiptoken") ?? 0);
  const all = [...state.users.values()].filter((user) => isHeld(shownOf(user), filter[2] ?? ""));
  const value = all.slice(from, from + top).map((user) => select(state, user, url));
  const more = from + top < all.length;
  const next = new URL(url);
  next.searchParams.set("$skiptoken", String(from + top));
  return {
    status: 200,
    body: {
      "@odata.context": "{base}$metadata#users",
      "@odata.count": all.length,
      ...(more ? { "@odata.nextLink": `{base}users?${next.searchParams.toString()}` } : {}),
      value,
    },
  };
}

function presences(state: GraphState, body: unknown): Reply {
  const { ids } = body as { ids: string[] };
  if (ids.length > 650) return graphError(400, "BadRequest", "Too many ids.");
  const value: Presence[] = [...state.users.values()].flatMap(({ id, presence }) =>
    presence !== undefined && ids.includes(id) ? [{ id, ...presence }] : [],
  );
  return { status: 200, body: { value } };
}
