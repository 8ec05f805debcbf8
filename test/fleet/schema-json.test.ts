import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fleetSchema } from "../../src/fleet/schema.ts";
import { renderFleetSchema, renderTenancySchema } from "../../src/fleet/schema-json.ts";
import { standIn } from "../../src/fleet/shape.ts";

describe("fleets/fleet.schema.json", () => {
  it("is what the schema renders", () => {
    const file = new URL("../../fleets/fleet.schema.json", import.meta.url);
    assert.equal(readFileSync(file, "utf8"), renderFleetSchema());
  });

  it("refuses unknown keys, and asks only for what has no default", () => {
    const schema = JSON.parse(renderFleetSchema()) as {
      additionalProperties: boolean;
      required: string[];
      title: string;
    };
    assert.equal(schema.additionalProperties, false);
    assert.deepEqual(schema.required, ["version", "name", "stages", "bodies"]);
    assert.equal(schema.title, "Deskbridge fleet file");
  });
});

describe("fleets/tenancy.schema.json", () => {
  it("is what the schema renders", () => {
    const file = new URL("../../fleets/tenancy.schema.json", import.meta.url);
    assert.equal(readFileSync(file, "utf8"), renderTenancySchema());
  });
});

describe("the schema's examples", () => {
  it("are valid, so that one can stand wherever a wrong value stood", () => {
    const parsed = fleetSchema.safeParse(standIn(fleetSchema));
    assert.deepEqual(parsed.error?.issues ?? [], []);
  });
});
