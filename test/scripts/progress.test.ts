import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { Progress } from "../../scripts/progress.ts";

type Metadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

function step(
  event: "resourcePreEvent" | "resOutputsEvent" | "resOpFailedEvent",
  op: string,
  name: string,
): EngineEvent {
  const custom = !name.startsWith("gateway-");
  const metadata = {
    op,
    urn: `urn:pulumi:azure-hub::deskbridge::type::${name}`,
    new: { custom },
  } as unknown as Metadata;
  return { sequence: 0, timestamp: 0, [event]: { metadata } };
}

describe("the progress of an update", () => {
  const minute = 60_000;

  it("names what has been under way for longest", () => {
    const progress = new Progress("azure-hub", 0);
    progress.see(step("resourcePreEvent", "create", "group"), 0);
    progress.see(step("resOutputsEvent", "create", "group"), 2000);
    progress.see(step("resourcePreEvent", "create", "vpn-gateway"), minute);
    progress.see(step("resourcePreEvent", "create", "resolver"), 2 * minute);
    assert.equal(progress.line(5 * minute), "azure-hub: 1 done in 5 min; for 4 min at vpn-gateway and 1 more");
    progress.see(step("resOutputsEvent", "create", "vpn-gateway"), 30 * minute);
    assert.equal(progress.line(31 * minute), "azure-hub: 2 done in 31 min; for 29 min at resolver");
  });

  it("counts neither what stays, nor components, nor what failed; with nothing under way it has nothing to say", () => {
    const progress = new Progress("azure-hub", 0);
    for (const [op, name] of [
      ["same", "group"],
      ["create", "gateway-hub"],
      ["update", "resolver"],
    ] as const) {
      progress.see(step("resourcePreEvent", op, name), 0);
      progress.see(step(op === "update" ? "resOpFailedEvent" : "resOutputsEvent", op, name), 0);
    }
    assert.equal(progress.line(minute), undefined);
    progress.see(step("resourcePreEvent", "delete", "link"), minute);
    assert.equal(progress.line(2 * minute), "azure-hub: 0 done in 2 min; for 1 min at link");
  });

  it("tells the two operations of what is made anew apart", () => {
    const progress = new Progress("azure-comune", 0);
    progress.see(step("resourcePreEvent", "delete-replaced", "host"), 0);
    progress.see(step("resOutputsEvent", "delete-replaced", "host"), minute);
    progress.see(step("resourcePreEvent", "create-replacement", "host"), minute);
    assert.equal(progress.line(3 * minute), "azure-comune: 1 done in 3 min; for 2 min at host");
  });
});
