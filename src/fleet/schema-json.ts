import { z } from "zod";
import { fleetSchema } from "./schema.ts";

/** `fleets/fleet.schema.json`: what editors check a fleet file against while it is written. Ends in a newline. */
export function renderFleetSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(fleetSchema, { io: "input" }), undefined, 2)}\n`;
}
