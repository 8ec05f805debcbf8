import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { settledOf, type Unsettled, unsettledOf } from "../../scripts/azure/unsettled.ts";
import type { PendingOperation, ResourceState, StackState } from "../../scripts/state.ts";
import type { FailedStep } from "../../scripts/stack-up.ts";

const subscription = "00000001-0000-0000-0000-000000000001";
const group = `/subscriptions/${subscription}/resourceGroups/rg`;
const stack = "urn:pulumi:azure-hub::deskbridge::pulumi:pulumi:Stack::deskbridge-azure-hub";
const providerUrn = "urn:pulumi:azure-hub::deskbridge::pulumi:providers:azure-native::main";
const provider: ResourceState = {
  urn: providerUrn,
  type: "pulumi:providers:azure-native",
  custom: true,
  id: "p1",
  inputs: { subscriptionId: subscription },
};
const tags = { fleet: "small", slice: "azure-hub", "managed-by": "deskbridge" };
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:abc" };

function network(change: Partial<ResourceState> = {}): ResourceState {
  return {
    urn: "urn:pulumi:azure-hub::deskbridge::azure-native:network:VirtualNetwork::network",
    type: "azure-native:network:VirtualNetwork",
    custom: true,
    provider: `${providerUrn}::p1`,
    inputs: { resourceGroupName: "rg", virtualNetworkName: "vnet", tags, subnets: [] },
    ...change,
  };
}
const id = `${group}/providers/Microsoft.Network/virtualNetworks/vnet`;

function pending(type: string, resource: ResourceState): PendingOperation {
  return { type, resource };
}

function opened(state: StackState, failed: readonly FailedStep[] = []): Unsettled {
  const unsettled = unsettledOf(state, failed);
  assert.ok(unsettled);
  return unsettled;
}

/** What a refresh leaves, where Azure has all that was placed, and answers `answer` for the network. */
function refreshed({ state }: Unsettled, answer: Partial<ResourceState>): StackState {
  return {
    ...state,
    resources: (state.resources ?? []).map((each) => (each.type === network().type ? { ...each, ...answer } : each)),
  };
}

describe("what a run that was killed leaves", () => {
  test("nothing is open in a state that is whole", () => {
    assert.equal(unsettledOf({ resources: [provider, network({ id })] }, []), undefined);
    assert.equal(unsettledOf({}, []), undefined);
  });

  test("what was being made is placed under Azure's id, and stays pending until it has been looked at", () => {
    const { state, looked } = opened({
      resources: [provider],
      pending_operations: [pending("creating", network({ protect: true }))],
    });
    const { initErrors, ...placed } = state.resources?.at(-1) ?? network();
    assert.deepEqual(placed, network({ id, protect: true, outputs: network().inputs ?? {} }));
    assert.equal(initErrors?.length, 1, "an update without a look makes it");
    assert.deepEqual(looked, [network().urn]);
    assert.equal(state.pending_operations?.length, 1);
  });

  test("what is not to be deleted with the stack is not, either, where it was found after a failure", () => {
    const { type, urn, provider: of = "", inputs } = network();
    const kept = { type, urn, custom: true, id: "", parent: "", provider: of, inputs, retainOnDelete: true };
    const step = { type: "creating", resource: kept, words: "" } as unknown as FailedStep;
    assert.equal(opened({ resources: [provider] }, [step]).state.resources?.at(-1)?.retainOnDelete, true);
  });

  test("a run that is killed while it looks is taken up again", () => {
    const first = opened({ resources: [provider], pending_operations: [pending("creating", network())] });
    const second = opened(first.state);
    assert.deepEqual(second, first);
  });

  test("where the look failed, it is looked at again, though the engine forgets what was pending", () => {
    const first = opened({ resources: [provider], pending_operations: [pending("creating", network())] });
    const { pending_operations: _forgotten, ...left } = first.state;
    const second = opened(left);
    assert.deepEqual([second.looked, second.state.resources], [first.looked, first.state.resources]);
    const { state, adopted } = settledOf(refreshed(second, { outputs: { tags } }), second);
    assert.deepEqual(adopted, first.looked);
    assert.equal(unsettledOf(state, []), undefined, "once it was seen, nothing is open");
  });

  test("components, providers and the stack are made by the program again", () => {
    const open = ["pulumi:pulumi:Stack", "pulumi:providers:azure-native", "deskbridge:azure:HubNetwork"].map((type) =>
      pending("creating", { urn: stack.replace("pulumi:pulumi:Stack", type), type, custom: false }),
    );
    const { state, looked } = opened({ resources: [provider], pending_operations: open });
    assert.deepEqual([state.resources, state.pending_operations, looked], [[provider], [], []]);
  });

  test("settings that are there with what they belong to are set again: that Azure has them proves nothing", () => {
    const inputs = { resourceGroupName: "rg", accountName: "st", fileServicesName: "default" };
    const type = "azure-native:storage:FileServiceProperties";
    const settings = network({ urn: network().urn.replace(network().type, type), type, inputs });
    const { state, looked } = opened({ resources: [provider], pending_operations: [pending("creating", settings)] });
    assert.deepEqual([state.resources, state.pending_operations, looked], [[provider], [], []]);
  });

  test("what was being changed or deleted is looked at; what was read or imported is not there yet", () => {
    for (const [type, expected] of [
      ["updating", [network().urn]],
      ["deleting", [network().urn]],
      ["importing", []],
      ["reading", []],
    ] as const) {
      const resources = type === "importing" || type === "reading" ? [provider] : [provider, network({ id })];
      const { state, looked } = opened({ resources, pending_operations: [pending(type, network())] });
      assert.deepEqual(looked, expected, type);
      assert.deepEqual(state.resources, resources, type);
    }
  });

  test("what is made anew takes the place of what went, before what hangs on it", () => {
    const gone = network({ id, pendingReplacement: true });
    const hanging = { ...network({ urn: `${network().urn}-hanging`, pendingReplacement: true }), id: `${id}/x` };
    const { state } = opened({
      resources: [provider, gone, hanging],
      pending_operations: [pending("creating", network())],
    });
    assert.deepEqual(
      state.resources?.map(({ urn, pendingReplacement }) => [urn, pendingReplacement]),
      [
        [provider.urn, undefined],
        [gone.urn, undefined],
        [hanging.urn, true],
      ],
    );
  });

  test("an id that the stack holds under another name is never held twice", () => {
    for (const other of [
      network({ id: id.toUpperCase(), urn: `${network().urn}-old` }),
      network({ id, delete: true }),
      network({ id: `${id}-old` }),
    ]) {
      const before = { resources: [provider, other], pending_operations: [pending("creating", network())] };
      assert.deepEqual(opened(before).state.resources, before.resources);
    }
  });
});

describe("what was found of it", () => {
  const open = () => opened({ resources: [provider], pending_operations: [pending("creating", network())] });

  test("it stands as it was asked for; what Azure adds of its own is no difference", () => {
    const answer = { inputs: { ...network().inputs, enableDdosProtection: false }, outputs: { tags } };
    const { state, adopted } = settledOf(refreshed(open(), answer), open());
    assert.deepEqual(adopted, [network().urn]);
    assert.deepEqual(state, { resources: [provider, { ...network({ id }), outputs: { tags } }] });
  });

  test("what is otherwise than was asked for is seen by the next update", () => {
    const answer = { inputs: { ...network().inputs, subnets: [{ name: "by hand" }] }, outputs: { tags } };
    const { state } = settledOf(refreshed(open(), answer), open());
    assert.deepEqual(state.resources?.at(-1)?.inputs?.["subnets"], [{ name: "by hand" }]);
  });

  test("secrets, which Azure does not tell, are as they were", () => {
    const withKey = network({ inputs: { ...network().inputs, key: secret, list: [{ key: secret, size: 1 }] } });
    const before = opened({ resources: [provider], pending_operations: [pending("creating", withKey)] });
    const answer = { inputs: { ...network().inputs, list: [{ size: 2 }] }, outputs: { tags } };
    const { state } = settledOf(refreshed(before, answer), before);
    assert.deepEqual(state.resources?.at(-1)?.inputs, {
      ...withKey.inputs,
      list: [{ key: secret, size: 2 }],
    });
  });

  test("what Azure has not finished is told again by the next update", () => {
    for (const [provisioningState, expected] of [
      ["Succeeded", undefined],
      ["Updating", ["when it was looked at its state was Updating"]],
      ["Failed", ["when it was looked at its state was Failed"]],
    ] as const) {
      const { state } = settledOf(refreshed(open(), { outputs: { tags, provisioningState } }), open());
      assert.deepEqual(state.resources?.at(-1)?.initErrors, expected);
    }
  });

  test("so is what it has not finished changing", () => {
    const changing = [pending("updating", network())];
    const before = opened({ resources: [provider, network({ id })], pending_operations: changing });
    const { state } = settledOf(refreshed(before, { outputs: { provisioningState: "Updating" } }), before);
    assert.deepEqual(state.resources?.at(-1)?.initErrors, ["when it was looked at its state was Updating"]);
  });

  test("what Azure does not have is made by the next update", () => {
    const { state, adopted } = settledOf({ ...open().state, resources: [provider] }, open());
    assert.deepEqual([state, adopted], [{ resources: [provider] }, []]);
  });

  test("what bears other tags is somebody else's, and is left alone", () => {
    for (const others of [undefined, { owner: "somebody" }, { ...tags, slice: "azure-comune" }]) {
      const outputs = others === undefined ? {} : { tags: others };
      const { state, adopted, foreign } = settledOf(refreshed(open(), { outputs }), open());
      assert.deepEqual([state, adopted, foreign], [{ resources: [provider] }, [], [id]]);
    }
  });
});

describe("a create that failed, as the engine's events tell it", () => {
  /** From an event log of the engine 3.259.0. */
  const masked = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    ciphertext: "[secret]",
  };
  const failed = {
    type: "creating",
    resource: {
      ...network(),
      parent: stack,
      inputs: {
        ...network().inputs,
        key: "[secret]",
        inner: { value: masked },
        list: ["[secret]", "plain"],
      },
    },
  } as unknown as FailedStep;

  test("its masked secrets are secrets while it is looked at, and are set by the next update", () => {
    const before = opened({ resources: [provider] }, [failed]);
    const placed = before.state.resources?.at(-1);
    const { ciphertext: _, ...rest } = masked;
    assert.deepEqual(placed?.outputs?.["key"], { ...rest, plaintext: '"[secret]"' }, "which the engine takes");
    // The engine marks what a provider answers where a secret stood; of a list, all.
    const answer = { inputs: { ...network().inputs, key: secret, inner: secret, list: secret }, outputs: { tags } };
    assert.deepEqual(placed?.outputs?.["inner"], { value: placed?.outputs?.["key"] });
    const { state } = settledOf(refreshed(before, answer), before);
    assert.deepEqual(state.resources?.at(-1)?.inputs, { ...network().inputs, inner: {}, list: ["plain"] });
    assert.doesNotMatch(JSON.stringify(before.state.pending_operations), /secret/);
  });

  test("it hangs on what its ids name; on what the one before it did, where it is made anew", () => {
    const above: ResourceState = { ...provider, urn: `${stack}-group`, type: "azure-native:resources:Any", id: group };
    const first = opened({ resources: [provider, above] }, [failed]).state.resources?.at(-1);
    assert.deepEqual(first?.propertyDependencies, { resourceGroupName: [above.urn] });
    const hung = { dependencies: [provider.urn], propertyDependencies: { tags: [provider.urn] } };
    const gone = network({ id, pendingReplacement: true, ...hung });
    const anew = opened({ resources: [provider, gone, { ...above, id: `${group}/x` }] }, [failed]).state.resources?.[1];
    assert.deepEqual([anew?.pendingReplacement, anew?.propertyDependencies], [undefined, hung.propertyDependencies]);
    assert.deepEqual(anew?.dependencies, hung.dependencies);
  });
});

describe("an extension that is set up with secrets", () => {
  const type = "azure-native:compute:VirtualMachineExtension";
  const agentId = `${group}/providers/Microsoft.Compute/virtualMachines/host/extensions/agent`;
  const agent = (change: Partial<ResourceState> = {}): ResourceState => ({
    ...network({ urn: network().urn.replace(network().type, type), type, id: agentId }),
    inputs: {
      resourceGroupName: "rg",
      vmName: "host",
      vmExtensionName: "agent",
      protectedSettings: { Items: { RegistrationInfoToken: secret } },
    },
    ...change,
  });
  const settled = (resource: ResourceState, provisioningState: string) => {
    const half = { ...resource, initErrors: ["operation timed out"] };
    const unsettled = opened({ resources: [provider, half] });
    assert.deepEqual(unsettled.looked, [resource.urn]);
    // A refresh that can read it forgets its error.
    const found = { ...resource, outputs: { provisioningState } };
    return settledOf({ resources: [provider, found] }, unsettled).state.resources?.at(-1);
  };

  test("where it failed it is made anew: an update would send the secrets of before", () => {
    assert.equal(settled(agent(), "Failed")?.taint, true);
    assert.equal(settled(agent(), "Creating")?.taint, true);
  });

  test("where it came to its end after all it stays", () => {
    const { taint, initErrors } = settled(agent(), "Succeeded") ?? {};
    assert.deepEqual([taint, initErrors], [undefined, undefined]);
  });

  test("keeps its own type, which Azure's type of the resource hides", () => {
    const asked = agent({ inputs: { ...agent().inputs, type: "DSC" } });
    const open = () => opened({ resources: [provider], pending_operations: [pending("creating", asked)] });
    const found = (open().state.resources ?? []).map((each) =>
      each.type === type
        ? { ...each, inputs: { ...each.inputs, type: "Microsoft.Compute/virtualMachines/extensions" } }
        : each,
    );
    const { state } = settledOf({ ...open().state, resources: found }, open());
    assert.deepEqual(state.resources?.at(-1)?.inputs, asked.inputs);
  });

  test("is looked at once", () => {
    const initErrors = ["operation timed out"];
    assert.equal(unsettledOf({ resources: [provider, agent({ initErrors, taint: true })] }, []), undefined);
    assert.equal(unsettledOf({ resources: [provider, agent({ initErrors, delete: true })] }, []), undefined);
    assert.equal(unsettledOf({ resources: [provider, network({ id, initErrors })] }, []), undefined);
  });

  test("is made anew also where its secrets were masked when it was found", () => {
    const inputs = { ...agent().inputs, protectedSettings: { Items: { RegistrationInfoToken: "[secret]" } } };
    const failed = { type: "creating", resource: { ...agent(), inputs } } as unknown as FailedStep;
    const unsettled = opened({ resources: [provider] }, [failed]);
    const found = (unsettled.state.resources ?? []).map((each) =>
      each.type === type ? { ...each, outputs: { provisioningState: "Failed" } } : each,
    );
    const [, made] = settledOf({ ...unsettled.state, resources: found }, unsettled).state.resources ?? [];
    assert.deepEqual([made?.taint, made?.inputs?.["protectedSettings"]], [true, { Items: {} }]);
  });
});
