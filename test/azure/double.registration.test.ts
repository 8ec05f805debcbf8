import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { merge, type Properties, text } from "../doubles/azure-native/values.ts";
import { but, inDesktops, inGroup, parts, World } from "./double-world.ts";

const extension = "compute:VirtualMachineExtension";
const machineId = `${inGroup}/providers/Microsoft.Compute/virtualMachines/host-0001`;
const agentId = `${machineId}/extensions/agent`;
const days = 86_400;
const failed =
  /Code="VMExtensionProvisioningError" Message="VM has reported a failure .* failed to register VM host-0001: /;

/** A host pool that gives a token for two weeks, and a machine. */
function place(t: TestContext): { readonly world: World; readonly token: string } {
  const world = new World(t);
  world.estate("group", "vnet", "nsg", "natAddress", "nat", "subnet", "card", "machine");
  const expirationTime = new Date(Date.now() + 14 * days * 1000).toISOString();
  world.make("desktopvirtualization:HostPool", but("pool", { registrationInfo: { expirationTime } }));
  return { world, token: tokenOf(world) };
}

function tokenOf(world: World): string {
  const args = { resourceGroupName: "rg", hostPoolName: "pool" };
  return text(
    world.provider.invoke("azure-native:desktopvirtualization:listHostPoolRegistrationTokens", args),
    "value.token",
  );
}

function agent(token: string, change: Properties = {}): Properties {
  const settings = { configurationFunction: "Configuration.ps1\\AddSessionHost", properties: { hostPoolName: "pool" } };
  const handler = { vmExtensionName: "agent", publisher: "Microsoft.Powershell", type: "DSC", settings };
  const secret = { Items: { RegistrationInfoToken: token } };
  return merge(merge(parts.extension.inputs, { ...handler, protectedSettings: null }), {
    protectedSettings: secret,
    ...change,
  });
}

const names = (world: World) => world.control.sessionHosts().map(({ name }) => name);

describe("a host registers in its host pool", () => {
  it("with the token that the pool gives, and stays registered when its machine is gone", (t) => {
    const { world, token } = place(t);
    world.make(extension, agent(token));
    assert.deepEqual(names(world), ["host-0001"]);
    world.delete("compute:VirtualMachine", machineId);
    assert.deepEqual(names(world), ["host-0001"]);
  });

  it("not with another token, none, or one that has run out: Azure takes the extension, and it fails", (t) => {
    const { world, token } = place(t);
    const refused = (given: string, reason: RegExp) => {
      assert.throws(() => world.make(extension, agent(given)), { name: "PartialError", message: failed });
      assert.throws(() => world.update(extension, agentId, agent(given)), { name: "PartialError", message: reason });
      assert.equal(world.control.find(agentId)?.provisioning, "Failed");
      world.delete(extension, agentId);
      assert.deepEqual(names(world), []);
    };
    refused("none", /INVALID_REGISTRATION_TOKEN/);
    refused("", /have no RegistrationInfoToken/);
    world.control.later(15 * days);
    assert.equal(tokenOf(world), "");
    refused(token, /INVALID_REGISTRATION_TOKEN/);
  });

  it("once: what changes later runs again only where settings do, and finds it registered", (t) => {
    const { world, token } = place(t);
    world.make(extension, agent(token));
    world.control.later(15 * days);
    world.update(extension, agentId, agent(token, { tags: { a: "b" } }));
    world.update(extension, agentId, agent("another"));
    assert.throws(() => world.update(extension, agentId, agent("")), /have no RegistrationInfoToken/);
  });

  it("under a name that is still there only once that is taken out", (t) => {
    const { world, token } = place(t);
    world.make(extension, agent(token));
    world.delete("compute:VirtualMachine", machineId);
    world.make("compute:VirtualMachine", parts.machine.inputs);
    assert.throws(() => world.make(extension, agent(token)), /NAME_ALREADY_REGISTERED/);
  });
});

describe("a host pool", () => {
  it("is not deleted while hosts are registered in it, whether their machines are there or not", (t) => {
    const { world } = place(t);
    const pool = `${inDesktops}/hostPools/pool`;
    world.control.registerHost(pool, "by-hand");
    const refusal = /could not be deleted because it still has SessionHosts associated with it/;
    assert.throws(() => world.delete("desktopvirtualization:HostPool", pool), refusal);
    world.delete("resources:ResourceGroup", inGroup);
    assert.deepEqual(names(world), []);
  });
});
