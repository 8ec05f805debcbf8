import * as pulumi from "@pulumi/pulumi";
import { resolve } from "node:path";
import { loadFleet } from "../src/fleet/load.ts";
import { loadTenancy } from "../src/fleet/tenancy/load.ts";
import { plan as planFleet } from "../src/plan/plan.ts";
import { projectRoot } from "./lab/settings.ts";

/*
 * The program of every stack. A stack's name is `<target>-<slice>`: it says what to build. DESKBRIDGE_FLEET and
 * DESKBRIDGE_STAGE name the fleet file and the stage; by default the reference fleet at its last stage.
 */
const fleetFile = resolve(projectRoot, process.env["DESKBRIDGE_FLEET"] ?? "fleets/piemonte.yaml");
const fleet = loadFleet(fleetFile);
const plan = planFleet(fleet, process.env["DESKBRIDGE_STAGE"]);
const name = pulumi.getStack();
const slice = plan.slices.find((each) => each.stack === name);
if (slice === undefined) {
  const choices = plan.slices.map((each) => each.stack).join(", ");
  throw new Error(`the plan of fleet ${plan.fleet}, stage ${plan.stage}, has no stack "${name}"; it has: ${choices}`);
}

/** This stack's part of the inventory. Only what its target needs is loaded. */
export const inventory =
  slice.target === "lab"
    ? (await import("./lab/slice.ts")).labSlice(fleet, plan, slice, fleetFile)
    : (await import("./azure/slice.ts")).azureSlice(fleet, plan, slice, loadTenancy(fleetFile, fleet));
/** What the part was planned from. */
export const planned = { fleet: plan.fleet, stage: plan.stage };
