import type { LicenseAssignmentState, Presence } from "@microsoft/microsoft-graph-types";
import { SlidingWindow } from "../licences/window.ts";

/** What a reader sees from a moment on. */
interface Version {
  readonly from: number;
  readonly usageLocation: string | null;
  readonly states: readonly LicenseAssignmentState[];
}

export interface DoubleUser {
  readonly id: string;
  readonly principal: string;
  /** The last one is how it is; a reader sees it a little later. */
  readonly versions: Version[];
  /** When licences' side knows the usage location. */
  locationFrom: number;
  readonly lastSignIn: string | undefined;
  presence: Pick<Presence, "availability" | "activity"> | undefined;
  /** Writes that changed it, in order: `+sku`, `-sku`, `@IT`. */
  readonly changes: string[];
}

export interface DoubleSku {
  readonly skuId: string;
  readonly skuPartNumber: string;
  appliesTo: "User" | "Company";
  capabilityStatus: "Enabled" | "Warning" | "Suspended" | "Deleted" | "LockedOut";
  enabled: number;
  warning: number;
  suspended: number;
  /** An assignment is taken, and then fails with this. */
  fails?: "CountViolation" | "MutuallyExclusiveViolation" | "DependencyViolation" | "UniquenessViolation";
}

export interface GraphState {
  readonly users: Map<string, DoubleUser>;
  readonly skus: DoubleSku[];
  token: string;
  /** Until a reader sees a write, milliseconds. */
  readLagMs: number;
  /** Until licences' side knows a new usage location, milliseconds. */
  locationLagMs: number;
  pageSize: number;
  /** Whether there is Entra ID P1. */
  premium: boolean;
  writes: SlidingWindow;
  units: SlidingWindow;
}

export const sku = "00000000-0000-4000-8000-000000000001";
export const otherSku = "00000000-0000-4000-8000-000000000002";

/** `scale`: the quotas' windows are so many times shorter than the vendor's. */
export function emptyState(scale: number): GraphState {
  const kept = { appliesTo: "User", capabilityStatus: "Enabled", warning: 0, suspended: 0 } as const;
  return {
    users: new Map(),
    skus: [
      { ...kept, skuId: otherSku, skuPartNumber: "OTHER", enabled: 1_000 },
      { ...kept, skuId: sku, skuPartNumber: "MEETINGS", enabled: 100 },
    ],
    token: "token-1",
    readLagMs: 0,
    locationLagMs: 0,
    pageSize: 999,
    premium: true,
    writes: new SlidingWindow(3_000, 150_000 / scale),
    units: new SlidingWindow(8_000, 10_000 / scale),
  };
}

export interface UserOptions {
  readonly usageLocation?: string | null;
  readonly lastSignIn?: string;
  readonly presence?: DoubleUser["presence"];
}

export function addUser(state: GraphState, principal: string, options: UserOptions = {}): DoubleUser {
  const { usageLocation = "IT", lastSignIn, presence } = options;
  const nth = (state.users.size + 1).toString(16).padStart(12, "0");
  const user: DoubleUser = {
    id: `11111111-0000-4000-8000-${nth}`,
    principal,
    versions: [{ from: 0, usageLocation, states: [] }],
    locationFrom: usageLocation === null ? Number.POSITIVE_INFINITY : 0,
    lastSignIn,
    presence,
    changes: [],
  };
  state.users.set(principal.toLowerCase(), user);
  return user;
}

/** An assignment as it was before anybody asked. */
export function grant(user: DoubleUser, assignment: LicenseAssignmentState): void {
  const { usageLocation, states } = nowOf(user);
  const filled = { disabledPlans: [], error: "None", assignedByGroup: null, ...assignment };
  user.versions.splice(0, user.versions.length, { from: 0, usageLocation, states: [...states, filled] });
}

export function nowOf(user: DoubleUser): Version {
  return user.versions.at(-1) as Version;
}

export function shownOf(user: DoubleUser): Version {
  const now = performance.now();
  return user.versions.findLast(({ from }) => from <= now) as Version;
}

/** Readers see how it is from now on. */
export function show(user: DoubleUser): void {
  user.versions.splice(0, user.versions.length, { ...nowOf(user), from: 0 });
}

export function change(
  state: GraphState,
  user: DoubleUser,
  what: string,
  to: Partial<Pick<Version, "usageLocation" | "states">>,
): void {
  user.versions.push({ ...nowOf(user), ...to, from: performance.now() + state.readLagMs });
  user.changes.push(what);
}

export function isHeld({ states }: Pick<Version, "states">, skuId: string): boolean {
  return states.some((each) => each.skuId === skuId && (each.state === "Active" || each.state === "ActiveWithError"));
}

export function consumed(state: GraphState, skuId: string): number {
  let seats = 0;
  for (const user of state.users.values()) if (isHeld(nowOf(user), skuId)) seats += 1;
  return seats;
}
