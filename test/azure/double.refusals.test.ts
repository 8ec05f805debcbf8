import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Properties, text } from "../doubles/azure-native/values.ts";
import {
  but,
  configurations,
  inDesktops,
  inGroup,
  inNetwork,
  parts,
  refusal,
  subscriptionId,
  World,
} from "./double-world.ts";

type Part = keyof typeof parts;
const all = Object.keys(parts) as Part[];

/** The estate up to a part, then that part with `patch` over it: Azure answers `code`. */
const creates: readonly [string, Part, Properties, string][] = [
  ["a name that its type does not allow", "vnet", { virtualNetworkName: "-vnet" }, "InvalidResourceName"],
  ["a storage account in capitals", "storage", { accountName: "DeskBridge" }, "InvalidResourceName"],
  ["a vault of 25 characters", "vault", { vaultName: "a234567890123456789012345" }, "InvalidResourceName"],
  ["a role assignment that is no GUID", "role", { roleAssignmentName: "reader" }, "InvalidResourceName"],
  ["a group that is not there", "vnet", { resourceGroupName: "elsewhere" }, "ResourceGroupNotFound"],
  ["a parent that is not there", "subnet", { virtualNetworkName: "elsewhere" }, "ParentResourceNotFound"],
  [
    "a reference to what is not there",
    "subnet",
    { networkSecurityGroup: { id: `${inNetwork}/networkSecurityGroups/other` } },
    "InvalidResourceReference",
  ],
  [
    "an application group without its pool",
    "desktop",
    { hostPoolArmPath: `${inDesktops}/hostPools/other` },
    "ResourceNotFound",
  ],
  [
    "an address space that is none",
    "vnet",
    { addressSpace: { addressPrefixes: ["10.1.0.0/40"] } },
    "InvalidCIDRNotation",
  ],
  ["host bits in a prefix", "vnet", { addressSpace: { addressPrefixes: ["10.1.0.1/16"] } }, "InvalidCIDRNotation"],
  ["a subnet outside its network", "subnet", { addressPrefix: "10.9.0.0/24" }, "NetcfgSubnetRangeOutsideVnet"],
  ["a subnet over another", "gatewaySubnet", { addressPrefix: "10.1.0.0/27" }, "NetcfgSubnetRangesOverlap"],
  ["two rules of one priority", "nsg", { securityRules: [rule("a"), rule("b")] }, "SecurityRuleConflict"],
  ["a rule above 4096", "nsg", { securityRules: [{ ...rule("a"), priority: 5000 }] }, "SecurityRuleInvalidPriority"],
  ["a Basic public address", "addressA", { sku: { name: "Basic" } }, "IPv4BasicSkuPublicIpCountLimitReached"],
  ["a public address without SKU", "addressA", { sku: null }, "IPv4BasicSkuPublicIpCountLimitReached"],
  [
    "a dynamic Standard address",
    "addressA",
    { publicIPAllocationMethod: "Dynamic" },
    "StandardSkuPublicIPAddressMustBeStatic",
  ],
  ["a static address outside the subnet", "card", card("10.1.7.7"), "PrivateIPAddressNotInSubnet"],
  ["a reserved address", "card", card("10.1.0.3"), "PrivateIPAddressInReservedRange"],
  ["the last address of a subnet", "card", card("10.1.0.255"), "PrivateIPAddressInReservedRange"],
  ["an address that the private endpoint has", "card", card("10.1.0.4"), "PrivateIPAddressIsAllocated"],
  ["a card in another region than its network", "card", { location: "westeurope" }, "InvalidResourceReference"],
  ["a gateway outside GatewaySubnet", "gateway", gatewayIn("hosts"), "GatewaySubnetNameInvalid"],
  ["a non-AZ gateway", "gateway", { sku: { name: "VpnGw4", tier: "VpnGw4" } }, "NonAzSkusNotAllowedForVPNGateway"],
  ["VpnGw4AZ of generation 1", "gateway", { vpnGatewayGeneration: "Generation1" }, "VpnGatewayGenerationSkuMismatch"],
  [
    "active-active with clients on two addresses",
    "gateway",
    { ipConfigurations: configurations("gw-a", "gw-b") },
    "ActiveActiveP2SGatewayMustHaveExactlyThreeIpConfigurations",
  ],
  [
    "active-active without clients on three addresses",
    "gateway",
    { vpnClientConfiguration: null },
    "ActiveActiveGatewayMustHaveExactlyTwoIpConfigurations",
  ],
  ["active-standby on three", "gateway", { activeActive: false }, "ActiveStandbyGatewayMustHaveOneIpConfiguration"],
  [
    "an address that the NAT gateway has",
    "gateway",
    { ipConfigurations: configurations("gw-a", "gw-b", "nat-ip") },
    "PublicIPAddressInUse",
  ],
  [
    "21 root certificates",
    "gateway",
    clients({ vpnClientRootCertificates: many(21) }),
    "RootCertificateCountLimitReached",
  ],
  [
    "301 revoked certificates",
    "gateway",
    clients({ vpnClientRevokedCertificates: many(301) }),
    "RevokedCertificateCountLimitReached",
  ],
  ["clients without addresses", "gateway", clients({ vpnClientAddressPool: null }), "VpnClientAddressPoolNotSpecified"],
  [
    "clients' addresses inside the network",
    "gateway",
    clients({ vpnClientAddressPool: { addressPrefixes: ["10.1.128.0/20"] } }),
    "VpnClientAddressPoolOverlapsWithVirtualNetwork",
  ],
  [
    "Entra ID over IKEv2",
    "gateway",
    clients({ vpnClientProtocols: ["IkeV2"] }),
    "VpnClientAadAuthenticationNeedsOpenVpn",
  ],
  ["a site with Azure's own ASN", "site", { bgpSettings: { asn: 65515 } }, "ReservedAsn"],
  ["a site without address", "site", { gatewayIpAddress: null }, "LocalNetworkGatewayAddressInvalid"],
  ["a line without key", "line", { sharedKey: null }, "ConnectionSharedKeyMissing"],
  ["a key with a hyphen", "line", { sharedKey: "two-words" }, "ConnectionSharedKeyInvalid"],
  ["a key of 129 characters", "line", { sharedKey: "k".repeat(129) }, "ConnectionSharedKeyInvalid"],
  ["half an IPsec policy", "line", { ipsecPolicies: [{ dhGroup: "ECP384" }] }, "InvalidRequestFormat"],
  ["an unknown protocol", "line", { connectionProtocol: "IKEv3" }, "InvalidParameter"],
  ["a zone of one label", "zone", { privateZoneName: "net" }, "InvalidResourceName"],
  ["an inbound endpoint in a plain subnet", "inbound", inbound("hosts"), "SubnetNotDelegated"],
  ["a vault that gives purge protection up", "vault", { properties: { enablePurgeProtection: false } }, "BadRequest"],
  ["a premium share under 100 GiB", "share", { shareQuota: 50 }, "InvalidHeaderValue"],
  ["FileStorage on a standard disk", "storage", { sku: { name: "Standard_LRS" } }, "InvalidSkuForKind"],
  [
    "an endpoint to a part that is not there",
    "endpoint",
    { privateLinkServiceConnections: [link("queues")] },
    "BadRequest",
  ],
  [
    "a computer name of 16 characters",
    "machine",
    { osProfile: { computerName: "a234567890123456" } },
    "InvalidParameter",
  ],
  ["a machine without a password", "machine", { osProfile: { adminPassword: null } }, "InvalidParameter"],
  ["a computer name of digits", "machine", { osProfile: { computerName: "123" } }, "InvalidParameter"],
  ["a personal pool that balances", "pool", { hostPoolType: "Personal" }, "BadRequest"],
  ["a pool with a bad limit", "pool", { maxSessionLimit: 0 }, "BadRequest"],
  ["a token for 28 days", "pool", { registrationInfo: { expirationTime: inDays(28) } }, "BadRequest"],
  ["a plan in another region", "scaling", { location: "westeurope" }, "BadRequest"],
  ["a plan for personal pools on a pooled one", "scaling", { hostPoolType: "Personal" }, "BadRequest"],
  ["a pool in a region without them", "pool", { location: "italynorth" }, "LocationNotAvailableForResourceType"],
  ["Grafana in a region without it", "grafana", { location: "italynorth" }, "LocationNotAvailableForResourceType"],
  ["Grafana over zones that it has not", "grafana", { location: "swedencentral" }, "ZoneRedundancyNotSupported"],
  ["a schedule at 25:00", "schedule", { peakStartTime: { hour: 25, minute: 0 } }, "BadRequest"],
  ["a principal that is no GUID", "role", { principalId: "everyone" }, "InvalidPrincipalId"],
  ["logs for a week", "logs", { retentionInDays: 7 }, "InvalidParameter"],
  ["a diagnostic setting without a sink", "diagnostics", { workspaceId: null }, "BadRequest"],
  ["a data flow to nowhere", "rule", { dataFlows: [{ destinations: ["other"] }] }, "InvalidPayload"],
  ["a rule without expression", "rules", { rules: [{ alert: "LinkDown" }] }, "BadRequest"],
  [
    "networks that overlap",
    "toSpoke",
    { remoteVirtualNetwork: { id: `${inNetwork}/virtualNetworks/vnet` } },
    "VnetCannotBePeeredWithItself",
  ],
];

describe("Azure refuses to make", () => {
  for (const [what, name, patch, code] of creates) {
    it(`${what} (${code})`, (t) => {
      const world = new World(t);
      world.estate(...all.slice(0, all.indexOf(name)));
      const count = world.control.resources().length;
      assert.throws(() => world.make(parts[name].token, but(name, patch)), refusal(code));
      assert.equal(world.control.resources().length, count, "something was left");
    });
  }

  it("what exists, in azure-native's own words", (t) => {
    const world = new World(t);
    world.estate("group", "vnet");
    const again = (): unknown => world.make("network:VirtualNetwork", but("vnet", { virtualNetworkName: "VNET" }));
    assert.throws(again, { message: `cannot create already existing resource '${inNetwork}/virtualNetworks/VNET'` });
  });

  it("a second of what may be there once", (t) => {
    const world = new World(t);
    world.estate(...all);
    const seconds: [Part, Properties, string][] = [
      ["gateway", { virtualNetworkGatewayName: "gw2" }, "VirtualNetworkGatewayCountLimitReached"],
      ["line", { virtualNetworkGatewayConnectionName: "line2" }, "ConnectionAlreadyExistsBetweenGateways"],
      ["zoneLink", { virtualNetworkLinkName: "hub2" }, "BadRequest"],
      ["resolver", { dnsResolverName: "resolver2" }, "VirtualNetworkAlreadyLinkedToResolver"],
      ["storage", { resourceGroupName: "rg2" }, "StorageAccountAlreadyTaken"],
      ["vault", { resourceGroupName: "rg2" }, "VaultAlreadyExists"],
      ["machine", { vmName: "host-0002" }, "NicInUse"],
      ["extension", { vmExtensionName: "join2" }, "Multiple VMExtensions per handler not supported"],
      ["desktop", { applicationGroupName: "desktop2" }, "BadRequest"],
      ["workspace", { workspaceName: "desks2" }, "BadRequest"],
      ["scaling", { scalingPlanName: "scaling2" }, "BadRequest"],
      ["schedule", { scalingPlanScheduleName: "again" }, "BadRequest"],
      ["role", { roleAssignmentName: "77777777-7777-4777-8777-777777777777" }, "RoleAssignmentExists"],
      ["diagnostics", { name: "again" }, "Conflict"],
      ["toSpoke", { virtualNetworkPeeringName: "again" }, "RemotePeeringAlreadyExists"],
    ];
    world.make("resources:ResourceGroup", but("group", { resourceGroupName: "rg2" }));
    for (const [name, patch, code] of seconds) {
      assert.throws(() => world.make(parts[name].token, but(name, patch)), refusal(code), name);
    }
  });

  it("an 801st of one type in a group, but any number of machines", (t) => {
    const world = new World(t);
    world.estate("group");
    const make = (index: number): unknown =>
      world.make("network:RouteTable", {
        resourceGroupName: "rg",
        location: "italynorth",
        routeTableName: `r${index}`,
      });
    for (let index = 0; index < 800; index += 1) make(index);
    assert.throws(() => make(800), refusal("ResourceGroupResourceTypeCountExceeded"));
  });

  it("a 201st role assignment on a desktop object", (t) => {
    const world = new World(t);
    world.estate("group", "pool", "desktop");
    const assign = (index: number): unknown => {
      const guid = `${String(index).padStart(8, "0")}-0000-4000-8000-000000000000`;
      return world.make("authorization:RoleAssignment", but("role", { roleAssignmentName: guid, principalId: guid }));
    };
    for (let index = 0; index < 200; index += 1) assign(index);
    assert.throws(() => assign(200), refusal("RoleAssignmentLimitExceeded"));
  });

  it("machines beyond the quota of their family, or of the region", (t) => {
    const world = new World(t);
    world.estate(...all.slice(0, all.indexOf("machine")));
    world.control.quota(subscriptionId, "italynorth", "standardDADSv5Family", 16);
    for (const name of ["a", "b", "c"]) {
      world.make("network:NetworkInterface", but("card", { networkInterfaceName: name }));
    }
    const machine = (name: string, vmSize: string): { id: string } =>
      world.make(
        "compute:VirtualMachine",
        but("machine", {
          vmName: name,
          hardwareProfile: { vmSize },
          networkProfile: { networkInterfaces: [{ id: `${inNetwork}/networkInterfaces/${name}` }] },
          osProfile: { computerName: name },
          storageProfile: { osDisk: { name } },
        }),
      );
    const first = machine("a", "Standard_D8ads_v5");
    machine("b", "Standard_D8ads_v5");
    assert.throws(
      () => machine("c", "Standard_D8ads_v5"),
      /Current Limit: 16, Current Usage: 16, Additional Required: 8/,
    );
    world.delete("compute:VirtualMachine", first.id);
    machine("c", "Standard_D8ads_v5");
    world.control.quota(subscriptionId, "italynorth", "cores", 20);
    assert.throws(() => machine("a", "Standard_D8s_v5"), /Total Regional Cores/);
  });

  it("a machine on the disk that another left behind", (t) => {
    const world = new World(t);
    world.estate(...all.slice(0, all.indexOf("machine")));
    const inputs = but("machine", { storageProfile: { osDisk: { deleteOption: "Detach" } } });
    const { id } = world.make("compute:VirtualMachine", inputs);
    world.delete("compute:VirtualMachine", id);
    assert.equal(world.control.orphans().length, 1);
    assert.throws(() => world.make("compute:VirtualMachine", inputs), refusal("ConflictingUserInput"));
  });

  it("a service's principal that is called a user", (t) => {
    const world = new World(t);
    world.estate("group", "pool", "desktop", "identity");
    const identity = world.control.find(
      `${inGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/watcher`,
    );
    const principalId = text(identity?.outputs, "principalId");
    const assign = (principalType: string): unknown =>
      world.make("authorization:RoleAssignment", but("role", { principalId, principalType }));
    assert.throws(() => assign("User"), refusal("UnmatchedPrincipalType"));
    assign("ServicePrincipal");
  });

  it("a peering through a gateway that is not there", (t) => {
    const world = new World(t);
    world.estate("group", "vnet", "spoke", "toSpoke");
    assert.throws(() => world.make(parts.toHub.token, parts.toHub.inputs), refusal("RemoteVnetHasNoGateways"));
  });

  it("a second link of a network to a zone of one name, wherever that zone is", (t) => {
    const world = new World(t);
    world.estate("group", "vnet", "zone", "zoneLink");
    const [dns, other] = ["rg-dns", "privatelink.example.org"];
    world.make("resources:ResourceGroup", but("group", { resourceGroupName: dns }));
    const link = (patch: Properties): unknown =>
      world.make("privatedns:VirtualNetworkLink", but("zoneLink", { resourceGroupName: dns, ...patch }));
    world.make("privatedns:PrivateZone", but("zone", { resourceGroupName: dns }));
    assert.throws(
      () => link({}),
      /"A virtual network cannot be linked to multiple zones with overlapping namespaces\. You tried/,
    );
    world.make("privatedns:PrivateZone", but("zone", { resourceGroupName: dns, privateZoneName: other }));
    link({ privateZoneName: other });
  });

  it("a second private endpoint of the tenant to where clients begin", (t) => {
    const world = new World(t);
    world.estate(...all.slice(0, all.indexOf("endpoint")), "pool", "desktop", "workspace");
    const endpoint = (name: string, part: string): unknown => {
      const to = { name, groupIds: [part], privateLinkServiceId: `${inDesktops}/workspaces/desks` };
      const inputs = { privateEndpointName: name, privateLinkServiceConnections: [to] };
      return world.make("network:PrivateEndpoint", but("endpoint", inputs));
    };
    endpoint("feed", "feed");
    endpoint("global", "global");
    assert.throws(() => endpoint("again", "global"), /a private endpoint to the sub-resource global/);
  });

  it("a vault under the name of a deleted one, unless it recovers it", (t) => {
    const world = new World(t);
    const [, id = ""] = world.estate("group", "vault");
    world.delete("keyvault:Vault", id);
    assert.throws(() => world.make("keyvault:Vault", parts.vault.inputs), refusal("ConflictError"));
    world.control.purgeVaults();
    assert.throws(() => world.make("keyvault:Vault", parts.vault.inputs), refusal("ConflictError"));
    world.make("keyvault:Vault", but("vault", { properties: { createMode: "recover" } }));
  });
});

function rule(name: string): Properties {
  return { name, priority: 100, direction: "Inbound", access: "Deny", protocol: "*" };
}

function card(privateIPAddress: string): Properties {
  const subnet = { id: `${inNetwork}/virtualNetworks/vnet/subnets/hosts` };
  return { ipConfigurations: [{ name: "main", subnet, privateIPAllocationMethod: "Static", privateIPAddress }] };
}

function gatewayIn(subnet: string): Properties {
  const id = `${inNetwork}/virtualNetworks/vnet/subnets/${subnet}`;
  return { ipConfigurations: configurations("gw-a", "gw-b", "gw-c").map((one) => ({ ...one, subnet: { id } })) };
}

function clients(patch: Properties): Properties {
  return { vpnClientConfiguration: patch };
}

function many(count: number): readonly Properties[] {
  return Array.from({ length: count }, (_, index) => ({ name: `certificate-${index}`, thumbprint: String(index) }));
}

function inbound(subnet: string): Properties {
  return { ipConfigurations: [{ subnet: { id: `${inNetwork}/virtualNetworks/vnet/subnets/${subnet}` } }] };
}

function link(groupId: string): Properties {
  const privateLinkServiceId = `${inGroup}/providers/Microsoft.Storage/storageAccounts/deskbridgeprofiles`;
  return { name: "link", groupIds: [groupId], privateLinkServiceId };
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}
