import { z } from "zod";
import type { Meaning } from "../client.ts";
import { VendorError } from "../vendor-error.ts";

const count = z.number().nullish();

export const skusShape = z.object({
  value: z.array(
    z.object({
      skuId: z.string(),
      skuPartNumber: z.string(),
      appliesTo: z.string().nullish(),
      capabilityStatus: z.string().nullish(),
      consumedUnits: z.number(),
      prepaidUnits: z.object({ enabled: z.number(), warning: count }),
    }),
  ),
});
export type Sku = z.infer<typeof skusShape>["value"][number];

const assignmentState = z.object({
  skuId: z.string().nullish(),
  state: z.string().nullish(),
  error: z.string().nullish(),
  assignedByGroup: z.string().nullish(),
  lastUpdatedDateTime: z.string().nullish(),
});
type AssignmentState = z.infer<typeof assignmentState>;

export const userShape = z.object({
  id: z.string(),
  usageLocation: z.string().nullish(),
  licenseAssignmentStates: z.array(assignmentState),
});
export type User = z.infer<typeof userShape>;
export const userSelect = "id,usageLocation,licenseAssignmentStates";

export const idShape = z.object({ id: z.string() });

const signIns = z.object({
  lastSignInDateTime: z.string().nullish(),
  lastNonInteractiveSignInDateTime: z.string().nullish(),
  lastSuccessfulSignInDateTime: z.string().nullish(),
});

export const usersShape = z.object({
  value: z.array(
    z.object({
      userPrincipalName: z.string(),
      licenseAssignmentStates: z.array(assignmentState),
      signInActivity: signIns.nullish(),
    }),
  ),
  "@odata.nextLink": z.string().nullish(),
});

export const presencesShape = z.object({
  value: z.array(z.object({ id: z.string(), availability: z.string().nullish(), activity: z.string().nullish() })),
});

/** `warning`: the subscription has ended and may still be used for its days of grace. */
export function totalOf({ capabilityStatus, prepaidUnits }: Sku): number {
  const isGood = ["Enabled", "Warning", undefined, null].includes(capabilityStatus);
  return isGood ? prepaidUnits.enabled + (prepaidUnits.warning ?? 0) : 0;
}

type Licensed = Pick<User, "licenseAssignmentStates">;

/** What gives the user the seat: nothing, an assignment of its own, a group's, or both. */
export function seatsOf({ licenseAssignmentStates }: Licensed, skuId: string): readonly AssignmentState[] {
  return licenseAssignmentStates.filter(
    (each) => each.skuId === skuId && (each.state === "Active" || each.state === "ActiveWithError"),
  );
}

export function isGroups({ assignedByGroup }: AssignmentState): boolean {
  return (assignedByGroup ?? "") !== "";
}

/** Of the user's own assignment that has failed. */
export function failureOf({ licenseAssignmentStates }: Licensed, skuId: string): AssignmentState | undefined {
  return licenseAssignmentStates.find((each) => each.skuId === skuId && each.state === "Error" && !isGroups(each));
}

/** The latest of the sign-ins, ISO 8601 in UTC. */
export function lastUsedOf(activity: z.infer<typeof signIns> | null | undefined): string | undefined {
  const times = Object.values(activity ?? {}).map((each) => Date.parse(each ?? ""));
  const latest = Math.max(...times.filter((each) => !Number.isNaN(each)));
  return Number.isFinite(latest) ? new Date(latest).toISOString() : undefined;
}

/** People may set "busy" and "do not disturb" by hand, which then hides a meeting: who does so is not taken for free. */
const free: Readonly<Record<"availability" | "activity", readonly string[]>> = {
  availability: ["Available", "AvailableIdle", "Away", "BeRightBack", "Offline"],
  activity: ["Available", "Away", "BeRightBack", "Inactive", "Offline", "OffWork", "OutOfOffice"],
};

export function isFree({ availability, activity }: z.infer<typeof presencesShape>["value"][number]): boolean {
  return free.availability.includes(availability ?? "") && free.activity.includes(activity ?? "");
}

const errorBody = z.object({ error: z.object({ code: z.string().optional(), message: z.string().optional() }) });

/** What no code tells, but the words. */
const words = {
  noSeats: /available licenses|CountViolation/i,
  location: /invalid usage location/i,
  nothingToRemove: /does not have a corresponding license/i,
} as const;

export function graphMeaning(status: number, body: unknown): Meaning {
  const { code, message } = errorBody.safeParse(body).data?.error ?? {};
  if (status === 409 && code === "Directory_ConcurrencyViolation") return { code, message, kind: "passing" };
  if (status === 400 && words.noSeats.test(`${code} ${message}`)) return { code, message, kind: "noSeats" };
  return { code, message };
}

/** Also for a while after the location was set: the licences' side hears of it later. */
export function isInvalidLocation(error: unknown): error is VendorError {
  return error instanceof VendorError && error.details.status === 400 && words.location.test(error.message);
}

/** A seat was to be taken from an account that has none any more. */
export function isNothingToRemove(error: unknown): boolean {
  return error instanceof VendorError && error.details.status === 400 && words.nothingToRemove.test(error.message);
}
