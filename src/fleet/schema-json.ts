import { z } from "zod";
import { fleetSchema } from "./schema.ts";
import { tenancySchema } from "./tenancy.ts";

/** `fleets/fleet.schema.json`: what editors check a fleet file against while it is written. Ends in a newline. */
export function renderFleetSchema(): string {
  return render(fleetSchema);
}

/** `fleets/tenancy.schema.json`, for tenancy files. Ends in a newline. */
export function renderTenancySchema(): string {
  return render(tenancySchema);
}

function render(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: "input" }), undefined, 2)}\n`;
}
