import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { givenAlready, isPassing } from "../../scripts/azure/failures.ts";
import type { FailedStep } from "../../scripts/stack-up.ts";

const exists = 'Status=409 Code="RoleAssignmentExists" Message="The role assignment already exists."';
const failed = (name: string, words: string, change: Partial<FailedStep["resource"]> = {}): FailedStep => ({
  type: "creating",
  resource: {
    type: "azure-native:authorization:RoleAssignment",
    urn: `urn:pulumi:azure-hub::deskbridge::azure-native:authorization:RoleAssignment::${name}`,
    custom: true,
    id: "",
    parent: "",
    provider: "",
    inputs: {},
    outputs: {},
    ...change,
  },
  words,
});

describe("a role that somebody has given already", () => {
  test("is what Azure says so of; one that failed for another reason beside it is not", () => {
    const steps = [failed("power-main", exists), failed("power-second", 'Status=403 Code="AuthorizationFailed"')];
    assert.deepEqual(givenAlready(steps), ["power-main"]);
  });

  test("is a role that was to be made, and nothing else", () => {
    assert.deepEqual(givenAlready([{ ...failed("power-main", exists), type: "deleting" }]), []);
    assert.deepEqual(givenAlready([failed("a", exists, { type: "azure-native:keyvault:Secret" })]), []);
  });
});

test("a gateway of a Virtual WAN that is being changed is waited for", () => {
  assert.ok(isPassing('Status=409 Code="UpdateGatewayInProgress" Message="There is already another operation"'));
  assert.ok(!isPassing(exists));
});
