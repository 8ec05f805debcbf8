import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Properties } from "../doubles/azure-native/values.ts";
import { but, configurations, parts, refusal, urn, World } from "./double-world.ts";

type Part = keyof typeof parts;
const all = Object.keys(parts) as Part[];

const changes: readonly [string, Part, Properties, string][] = [
  ["another region", "nsg", { location: "westeurope" }, "InvalidResourceLocation"],
  ["a smaller gateway", "gateway", { sku: { name: "VpnGw3AZ", tier: "VpnGw3AZ" } }, "SkuResizeNotSupported"],
  [
    "a gateway's generation",
    "gateway",
    { vpnGatewayGeneration: "Generation1" },
    "VirtualNetworkGatewayGenerationCannotBeChanged",
  ],
  [
    "a gateway's addresses",
    "gateway",
    { ipConfigurations: configurations("gw-a", "gw-c", "gw-b") },
    "PublicIpAddressCannotBeChanged",
  ],
  ["a public address's zones", "addressA", { zones: ["1"] }, "ResourceAvailabilityZonesCannotBeModified"],
  ["a machine's image", "machine", { storageProfile: { imageReference: { id: "other" } } }, "PropertyChangeNotAllowed"],
  ["a machine's password", "machine", { osProfile: { adminPassword: "another" } }, "PropertyChangeNotAllowed"],
  ["a pool's kind", "pool", { hostPoolType: "Personal" }, "BadRequest"],
  ["Grafana's zones", "grafana", { properties: { zoneRedundancy: "Disabled" } }, "BadRequest"],
  ["a subnet in use", "subnet", { addressPrefix: "10.1.0.0/25" }, "InUseSubnetCannotBeUpdated"],
  [
    "an address space under its subnets",
    "vnet",
    { addressSpace: { addressPrefixes: ["10.1.0.0/24"] } },
    "InUsePrefixCannotBeDeleted",
  ],
  ["a role assignment's role", "role", { roleDefinitionId: "other" }, "RoleAssignmentUpdateNotPermitted"],
  ["a vault's protection", "vault", { properties: { enablePurgeProtection: null } }, "BadRequest"],
  ["the transit of a gateway in use", "toSpoke", { allowGatewayTransit: false }, "GatewayTransitInUse"],
];

describe("Azure refuses to change", () => {
  for (const [what, name, patch, code] of changes) {
    it(`${what} (${code})`, (t) => {
      const world = new World(t);
      const ids = world.estate(...all);
      const id = ids[all.indexOf(name)] ?? "";
      assert.throws(() => world.update(parts[name].token, id, but(name, patch)), refusal(code));
      world.update(parts[name].token, id, parts[name].inputs);
    });
  }

  it("a machine's password, though an update has left it out", (t) => {
    const world = new World(t);
    const id = world.estate(...all)[all.indexOf("machine")] ?? "";
    const { token } = parts.machine;
    world.update(token, id, but("machine", { osProfile: { adminPassword: null } }));
    const other = but("machine", { osProfile: { adminPassword: "another" } });
    assert.throws(() => world.update(token, id, other), refusal("PropertyChangeNotAllowed"));
  });

  it("and takes a bigger gateway", (t) => {
    const world = new World(t);
    const ids = world.estate(...all);
    const inputs = but("gateway", { sku: { name: "VpnGw5AZ", tier: "VpnGw5AZ" } });
    world.update(parts.gateway.token, ids[all.indexOf("gateway")] ?? "", inputs);
  });
});

const deletes: readonly [Part, string][] = [
  ["vnet", "InUseSubnetCannotBeDeleted"],
  ["nsg", "InUseNetworkSecurityGroupCannotBeDeleted"],
  ["nat", "InUseNatGatewayCannotBeDeleted"],
  ["natAddress", "PublicIPAddressCannotBeDeleted"],
  ["subnet", "InUseSubnetCannotBeDeleted"],
  ["gatewaySubnet", "InUseSubnetCannotBeDeleted"],
  ["addressA", "PublicIPAddressCannotBeDeleted"],
  ["gateway", "VirtualNetworkGatewayCannotBeDeletedWithConnections"],
  ["site", "LocalNetworkGatewayCannotBeDeletedWithConnections"],
  ["zone", "CannotDeleteResource"],
  ["resolver", "CannotDeleteResource"],
  ["card", "NicInUse"],
  ["pool", "Conflict"],
  ["desktop", "Conflict"],
  ["rule", "AssociatedResourcesExist"],
];

describe("Azure refuses to delete what is in use:", () => {
  for (const [name, code] of deletes) {
    it(`${name} (${code})`, (t) => {
      const world = new World(t);
      const ids = world.estate(...all);
      assert.throws(() => world.delete(parts[name].token, ids[all.indexOf(name)] ?? ""), refusal(code));
      assert.equal(world.control.find(ids[all.indexOf(name)] ?? "")?.provisioning, "Succeeded");
    });
  }

  it("a gateway that a spoke goes through", (t) => {
    const world = new World(t);
    const ids = world.estate(...all);
    world.delete(parts.line.token, ids[all.indexOf("line")] ?? "");
    const gateway = ids[all.indexOf("gateway")] ?? "";
    assert.throws(
      () => world.delete(parts.gateway.token, gateway),
      refusal("GatewayCannotBeDeletedWhileUsedByPeering"),
    );
    world.delete(parts.toHub.token, ids[all.indexOf("toHub")] ?? "");
    world.delete(parts.gateway.token, gateway);
  });

  it("a group whose network another group's machine uses", (t) => {
    const world = new World(t);
    const [group = ""] = world.estate("group", "vnet", "nsg", "natAddress", "nat", "subnet");
    world.make("resources:ResourceGroup", but("group", { resourceGroupName: "rg2" }));
    world.make("network:NetworkInterface", but("card", { resourceGroupName: "rg2" }));
    assert.throws(() => world.delete("resources:ResourceGroup", group), refusal("ResourceGroupDeletionBlocked"));
  });
});

describe("Azure refuses to delete a vault's secret", () => {
  const officer = "/providers/Microsoft.Authorization/roleDefinitions/b86a8fe4-44ce-4948-aee5-eccb2c155cd7";
  const ways: [string, Properties, isGiven: boolean, mayGo: boolean][] = [
    ["from the public network, which the vault is closed to", { publicNetworkAccess: "Disabled" }, true, false],
    ["from an address that the vault's rules do not name", { networkAcls: { defaultAction: "Deny" } }, true, false],
    ["without a role at the vault, where roles decide", { enableRbacAuthorization: true }, false, false],
    ["without an access policy that says so", { accessPolicies: [] }, false, false],
    ["but not with the role", { enableRbacAuthorization: true }, true, true],
    ["but not with the policy", {}, false, true],
  ];
  for (const [what, properties, isGiven, mayGo] of ways) {
    it(what, (t) => {
      const world = new World(t);
      world.estate("group");
      const { id: scope } = world.make("keyvault:Vault", but("vault", { properties }));
      const [secret = ""] = world.estate("secret");
      if (isGiven) world.make("authorization:RoleAssignment", but("role", { scope, roleDefinitionId: officer }));
      const remove = (): void => world.delete(parts.secret.token, secret);
      if (mayGo) remove();
      else assert.throws(remove, refusal("Forbidden"));
      assert.equal(world.control.find(secret) === undefined, mayGo);
    });
  }

  it("but its secrets go with it, and are there again when it is recovered", (t) => {
    const world = new World(t);
    const [, vault = "", secret = ""] = world.estate("group", "vault", "secret");
    const before = world.control.find(secret);
    world.delete(parts.vault.token, vault);
    assert.equal(world.control.find(secret), undefined);
    world.make(parts.vault.token, but("vault", { properties: { createMode: "recover" } }));
    assert.deepEqual(world.control.find(secret), before);
    assert.throws(() => world.make(parts.secret.token, parts.secret.inputs), /cannot create already existing resource/);
  });
});

describe("azure-native itself refuses", () => {
  it("what its schema requires", (t) => {
    const world = new World(t);
    const { failures } = world.provider.check(
      urn("desktopvirtualization:HostPool"),
      {},
      { resourceGroupName: "rg" },
      "",
    );
    assert.deepEqual(failures, [
      "missing required property 'hostPoolType'",
      "missing required property 'loadBalancerType'",
      "missing required property 'preferredAppGroupType'",
    ]);
  });

  it("a type that it does not know", (t) => {
    const world = new World(t);
    assert.throws(
      () => world.provider.check(urn("network:Bridge"), {}, {}, ""),
      /Resource type azure-native:network:Bridge/,
    );
  });
});
