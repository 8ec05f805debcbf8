import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { loadFleet } from "../../src/fleet/load.ts";
import { Evidence, type Problems, type questions } from "./evidence/evidence.ts";
import { Growth } from "./evidence/growth.ts";
import { policyProblems } from "./evidence/policy.ts";
import { type Cloud, cloudOf, type RecordedSlice, recordedSlices } from "./evidence/record.ts";
import type { Declared } from "./mocks.ts";

/** The questions that the whole fleet is asked would find what is wrong: each fault is put in by hand, and told. */
const cloud: Cloud = cloudOf(loadFleet(fileURLToPath(new URL("../../fleets/small.yaml", import.meta.url))));
const slices: RecordedSlice[] = [];
before(async () => {
  for await (const recorded of recordedSlices(cloud)) slices.push(recorded);
});

type Edit = (resource: Declared) => Declared | undefined;

/** The slices with what is declared edited; undefined takes it away. */
function edited(edit: Edit): readonly RecordedSlice[] {
  return slices.map(({ slice, recording }) => {
    const resources = recording.resources.flatMap((each) => edit(each) ?? []);
    return { slice, recording: { ...recording, resources } };
  });
}

/** Edits the resources of that logical name. */
function at(name: string, edit: Edit): readonly RecordedSlice[] {
  return edited((each) => (each.name === name ? edit(each) : each));
}

function found(all: readonly RecordedSlice[]): Problems {
  const evidence = new Evidence(cloud.tenancy);
  for (const each of all) evidence.add(each);
  return evidence.problems();
}

const faults: Readonly<
  Record<
    string,
    { readonly all: () => readonly RecordedSlice[]; readonly in: (typeof questions)[number]; says: RegExp }
  >
> = {
  "one resource less than the plan counts": {
    all: () => at("network-nat", () => undefined),
    in: "counts",
    says: /^azure-hub: the plan counts 54 resources, 53 are declared$/,
  },
  "a resource that another provider gets": {
    all: () => at("hub-network", (each) => ({ ...each, id: each.id.replace("Microsoft.Network", "Microsoft.Other") })),
    in: "counts",
    says: /^azure-hub: the plan counts main: \d+ \+ \d+ writes, main: \d+ \+ \d+ are declared$/,
  },
  "a name with a character that an id writes otherwise": {
    all: () => at("hub-network", (each) => ({ ...each, inputs: { ...each.inputs, virtualNetworkName: "vnet hub" } })),
    in: "ids",
    says: /armIdOf tells .*\/vnet hub, the double .*\/vnet%20hub/,
  },
  "a number where Azure wants a text": {
    all: () => at("hub-network", (each) => ({ ...each, inputs: { ...each.inputs, location: 5 } })),
    in: "sdk",
    says: /^azure-hub: hub-network: location: /,
  },
  "a line's key that is not said to be secret": {
    all: () => at("link-comune--municipio--fibre", (each) => ({ ...each, secrets: [] })),
    in: "secrets",
    says: /sharedKey holds key_of_… in clear$/,
  },
  "a secret inside base64": {
    all: () =>
      at("hub-machine", (each) => ({
        ...each,
        inputs: { ...each.inputs, userData: Buffer.from("password: a-secret-of-mine").toString("base64") },
      })),
    in: "secrets",
    says: /userData holds a-secret-of-… in clear$/,
  },
  "a security group that nobody makes": {
    all: () => at("network-hosts-rules", () => undefined),
    in: "references",
    says: /networkSecurityGroup\.id names .*, which no slice declares$/,
  },
  "a part of a balancer that it has not": {
    all: () => at("outside-balancer", (each) => ({ ...each, inputs: { ...each.inputs, backendAddressPools: [] } })),
    in: "references",
    says: /backendAddressPools\/main, which no slice declares$/,
  },
  "somebody else's subscription": {
    all: () =>
      edited((each) => ({
        ...each,
        inputs: JSON.parse(
          JSON.stringify(each.inputs).replaceAll("/00000001-", "/0000000f-"),
        ) as object as Declared["inputs"],
      })),
    in: "references",
    says: /names the subscription 0000000f-.*, which the tenancy file does not$/,
  },
  "a resource that does not wait for what it names": {
    all: () => at("network-nat", (each) => ({ ...each, dependsOn: [] })),
    in: "references",
    says: /network-nat: publicIpAddresses\[0\]\.id names network-nat-address\S* and does not wait for it$/,
  },
  "a slice that comes too early": {
    all: () => slices.map((each) => ({ ...each, slice: { ...each.slice, after: [] } })),
    in: "references",
    says: /of azure-hub, which azure-comune does not come after$/,
  },
  "one id twice": {
    all: () => [...slices, ...slices.slice(0, 1)],
    in: "references",
    says: /is declared by azure-hub: .* and by azure-hub: /,
  },
  "two hosts at one address": {
    all: () => {
      const card = slices.flatMap(({ recording }) => recording.resources).find(({ name }) => name.endsWith("1-card"));
      return edited((each) =>
        each.name.endsWith("2-card") && card !== undefined ? { ...each, inputs: card.inputs } : each,
      );
    },
    in: "addresses",
    says: /^10\.\S+ is given to .*1-card and to .*2-card$/,
  },
  "an address that Azure keeps": {
    all: () =>
      edited((each) => ({
        ...each,
        inputs: JSON.parse(
          JSON.stringify(each.inputs).replace(/("privateIPAddress":"10(?:\.\d+){2})\.4"/, '$1.3"'),
        ) as Declared["inputs"],
      })),
    in: "addresses",
    says: /\.3, which is not free in 10\./,
  },
  "two networks that share addresses": {
    all: () =>
      at("outside-network", (each) => ({
        ...each,
        inputs: { ...each.inputs, addressSpace: { addressPrefixes: [cloud.plan.cloud?.hub.range] } },
      })),
    in: "addresses",
    says: /outside-network has \S+, and azure-hub: hub-network|azure-hub: hub-network has/,
  },
};

describe("the questions", () => {
  it("find nothing where nothing is wrong", () => {
    assert.deepEqual(Object.values(found(slices)).flat(), []);
  });

  for (const [name, { all, in: question, says }] of Object.entries(faults)) {
    it(`find ${name}`, () => {
      const told = found(all())[question];
      assert.ok(
        told.some((each) => says.test(each)),
        told.slice(0, 5).join("\n") || "nothing was told",
      );
    });
  }

  it("find what growth changes, and what it takes away", () => {
    const growth = new Growth();
    for (const each of slices) growth.remember(each);
    const grown = edited((each) => {
      if (each.name === "network-comune") return undefined;
      if (each.name !== "hub-network") return each;
      return { ...each, inputs: { ...each.inputs, dhcpOptions: { dnsServers: ["10.0.0.1"] } } };
    });
    for (const each of grown) growth.compare(each);
    const [changed = "", gone = "", ...more] = growth.problems();
    assert.match(changed, /::hub-network: dhcpOptions \{.*\} → \{"dnsServers":\["10\.0\.0\.1"\]\}$/);
    assert.match(gone, /::network-comune is gone$/);
    assert.deepEqual(more, []);
  });

  it("find what the policy pack refuses: a workspace that people could reach past the gateway", async () => {
    const open = at("workspace-feed", (each) => ({
      ...each,
      inputs: { ...each.inputs, publicNetworkAccess: "Enabled" },
    }));
    const told = await Promise.all(open.map(({ recording }) => policyProblems(recording)));
    assert.match(told.flat()[0] ?? "", /^broker-private: .*\nworkspace-feed: publicNetworkAccess is "Enabled"/);
  });
});
