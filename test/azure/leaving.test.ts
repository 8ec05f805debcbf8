import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { endedBy, leavingOf } from "../../scripts/azure/leaving.ts";
import type { ResourceState } from "../../scripts/state.ts";

const group = "/subscriptions/1/resourceGroups/rg-torino";
const pool = `${group}/providers/Microsoft.DesktopVirtualization/hostPools/vdpool`;
const identity = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-hosts`;
const urnOf = (type: string, name: string): string => `urn:pulumi:s::deskbridge::azure-native:${type}::${name}`;

function resource(type: string, name: string, inputs: ResourceState["inputs"] & object, id = name): ResourceState {
  return { urn: urnOf(type, name), type: `azure-native:${type}`, custom: true, id, inputs };
}
const machine = (vmName: string): ResourceState =>
  resource("compute:VirtualMachine", vmName, { vmName, identity: { userAssignedIdentities: [identity] } });
const extension = (vmName: string, name: string, settings: object): ResourceState =>
  resource("compute:VirtualMachineExtension", `${vmName}-${name}`, { vmName, settings });
const agent = (vmName: string): ResourceState => extension(vmName, "agent", { properties: { hostPoolName: "vdpool" } });

const hosts = {
  resources: [machine("h-1"), extension("h-1", "join", {}), agent("h-1"), machine("h-2"), agent("h-2"), machine("h-3")],
};
const body = { resources: [resource("desktopvirtualization:HostPool", "office", {}, pool)] };

describe("who leaves a host pool, told from a stack's state", () => {
  test("all hosts of a stack that goes; one without an agent has never registered", () => {
    assert.deepEqual(leavingOf(hosts), [{ pool, machines: ["h-1", "h-2"] }]);
  });

  test("those whose machine goes or is made anew, and no other", () => {
    const step = (op: string, name: string, type = "compute:VirtualMachine") => {
      return { stack: "s", op, type: `azure-native:${type}`, name, urn: urnOf(type, name), diff: [] };
    };
    for (const op of ["delete", "replace", "create-replacement", "delete-replaced"]) {
      assert.deepEqual(leavingOf(hosts, endedBy([step(op, "h-2")])), [{ pool, machines: ["h-2"] }], op);
    }
    const others = [step("update", "h-1"), step("create", "h-4"), step("replace", "h-1-agent", "network:Subnet")];
    assert.equal(endedBy(others).size, 0);
  });

  test("whoever is registered in a host pool that goes", () => {
    assert.deepEqual(leavingOf(body), [{ pool, machines: undefined }]);
    assert.deepEqual(leavingOf(body, new Set(["another"])), []);
  });

  test("nobody of a stack that has neither", () => {
    assert.deepEqual(leavingOf({}), []);
    assert.deepEqual(leavingOf({ resources: [machine("h-1")] }), []);
  });
});
