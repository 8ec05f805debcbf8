import type { Seats } from "./provider.ts";
import { VendorError } from "./vendor-error.ts";

/**
 * What the refusal of a seat means. No vendor says for certain by which words it refuses the seat after the last; so where
 * it refuses and none is free, it is for want of seats, with the vendor's words kept.
 */
export async function orNoSeats(error: unknown, seats: () => Promise<Seats>): Promise<unknown> {
  if (!(error instanceof VendorError) || error.kind !== "refused") return error;
  if (![206, 400, 409, 422].includes(error.details.status ?? 0)) return error;
  try {
    const { total, used } = await seats();
    if (used < total) return error;
  } catch {
    return error;
  }
  return new VendorError("noSeats", `${error.message} (no seat is free)`, error.details);
}
