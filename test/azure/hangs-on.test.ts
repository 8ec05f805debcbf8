import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hangsOn } from "../../scripts/azure/hangs-on.ts";
import type { ResourceState } from "../../scripts/state.ts";

const group = "/subscriptions/00000001-0000-0000-0000-000000000001/resourceGroups/rg";
const resource = (urn: string, id: string, inputs: ResourceState["inputs"] & object = {}): ResourceState => ({
  urn,
  type: "azure-native:resources:any",
  custom: true,
  id,
  inputs,
});
const provider = resource("provider", "0e4c");
const rg = resource("rg", group);
const card = resource("card", `${group}/providers/Microsoft.Network/networkInterfaces/host-nic`);
const machine = resource("machine", `${group}/providers/Microsoft.Compute/virtualMachines/host`);
const neighbour = resource("neighbour", `${machine.id}2`);
const component: ResourceState = { urn: "component", type: "deskbridge:azure:HostNetwork", custom: false };
const before = [component, provider, rg, card, machine, neighbour];

describe("what a resource hangs on, by Azure's ids", () => {
  test("an extension hangs on its machine by the machine's name", () => {
    const inputs = { resourceGroupName: "rg", vmName: "host", vmExtensionName: "join", type: "host2" };
    assert.deepEqual(hangsOn(resource("join", `${machine.id}/extensions/join`, inputs), before), {
      dependencies: ["rg", "machine"],
      propertyDependencies: { resourceGroupName: ["rg"], vmName: ["machine"] },
    });
  });

  test("an association hangs on its machine by the machine's id, in whatever letters", () => {
    const inputs = { resourceUri: machine.id?.toUpperCase(), associationName: "hosts" };
    const id = `${machine.id?.toUpperCase()}/providers/Microsoft.Insights/dataCollectionRuleAssociations/hosts`;
    assert.deepEqual(hangsOn(resource("figures", id, inputs), before), {
      dependencies: ["rg", "machine"],
      propertyDependencies: { resourceUri: ["rg", "machine"] },
    });
  });

  test("a machine hangs on the card that it names, however deep", () => {
    const inputs = { vmName: "host", networkProfile: { networkInterfaces: [{ id: card.id, primary: true }] } };
    assert.deepEqual(hangsOn({ ...machine, inputs }, [provider, rg, card]), {
      dependencies: ["rg", "card"],
      propertyDependencies: { networkProfile: ["rg", "card"] },
    });
  });

  test("nothing hangs on what is condemned, or on what it does not name", () => {
    assert.deepEqual(hangsOn({ ...rg, inputs: { resourceGroupName: "rg" } }, before.slice(0, 2)), {});
    const condemned = { ...machine, delete: true };
    assert.deepEqual(hangsOn(resource("join", `${machine.id}/extensions/join`, { vmName: "host" }), [condemned]), {});
  });
});
