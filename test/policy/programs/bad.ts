import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment.js";
import { VirtualMachine } from "@pulumi/azure-native/compute/virtualMachine.js";
import { VirtualMachineExtension } from "@pulumi/azure-native/compute/virtualMachineExtension.js";
import { HostPool } from "@pulumi/azure-native/desktopvirtualization/hostPool.js";
import { ScalingPlan } from "@pulumi/azure-native/desktopvirtualization/scalingPlan.js";
import { Vault } from "@pulumi/azure-native/keyvault/vault.js";
import { LoadBalancer } from "@pulumi/azure-native/network/loadBalancer.js";
import { LocalNetworkGateway } from "@pulumi/azure-native/network/localNetworkGateway.js";
import { NetworkInterface } from "@pulumi/azure-native/network/networkInterface.js";
import { NetworkSecurityGroup } from "@pulumi/azure-native/network/networkSecurityGroup.js";
import { PublicIPAddress } from "@pulumi/azure-native/network/publicIPAddress.js";
import { Subnet } from "@pulumi/azure-native/network/subnet.js";
import { VirtualNetwork } from "@pulumi/azure-native/network/virtualNetwork.js";
import { VirtualNetworkGateway } from "@pulumi/azure-native/network/virtualNetworkGateway.js";
import { VirtualNetworkGatewayConnection } from "@pulumi/azure-native/network/virtualNetworkGatewayConnection.js";
import { Provider } from "@pulumi/azure-native/provider.js";
import { StorageAccount } from "@pulumi/azure-native/storage/storageAccount.js";

/** At least one fault for every rule of the policy pack; nothing that a preview needs Azure for. */
const subscriptionId = "00000000-0000-0000-0000-000000000001";
const tenantId = "00000000-0000-0000-0000-00000000000a";
const own = { provider: new Provider("main", { subscriptionId, tenantId }) };
const resourceGroupName = "rg-small";
const common = { resourceGroupName, location: "westeurope" };
const idOf = (type: string, name: string): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}/providers/${type}/${name}`;
const some = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const prefix = (index: number): string => `10.${index >> 8}.${index & 255}.0/24`;

const network = new VirtualNetwork(
  "network",
  {
    ...common,
    virtualNetworkName: "vnet-",
    addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
    subnets: [{ name: "desks", addressPrefix: "10.0.1.0/24" }],
  },
  own,
);
const ways = new Subnet(
  "ways",
  {
    resourceGroupName,
    virtualNetworkName: network.name,
    subnetName: "GatewaySubnet",
    addressPrefix: "10.0.0.0/29",
    networkSecurityGroup: { id: idOf("Microsoft.Network/networkSecurityGroups", "nsg") },
  },
  own,
);
const inbound = { direction: "Inbound", access: "Allow", protocol: "Tcp", sourcePortRange: "*" };
const anywhere = { sourceAddressPrefix: "*", destinationAddressPrefix: "*" };
new NetworkSecurityGroup(
  "security",
  {
    ...common,
    networkSecurityGroupName: "nsg",
    securityRules: [
      { ...inbound, ...anywhere, name: "rdp", priority: 100, destinationPortRange: "3000-4000" },
      { ...inbound, ...anywhere, name: "web", priority: 110, destinationPortRange: "443" },
    ],
  },
  own,
);
const address = new PublicIPAddress("address", { ...common, publicIpAddressName: "pip", zones: ["1"] }, own);
new LoadBalancer(
  "balancer",
  {
    ...common,
    loadBalancerName: "lb",
    sku: { name: "Standard" },
    frontendIPConfigurations: [{ name: "out", publicIPAddress: { id: address.id } }],
    inboundNatRules: [{ name: "ssh", protocol: "Tcp", frontendPort: 50_022, backendPort: 22 }],
  },
  own,
);

const gateway = (name: string): VirtualNetworkGateway =>
  new VirtualNetworkGateway(
    name,
    {
      ...common,
      virtualNetworkGatewayName: name,
      gatewayType: "Vpn",
      sku: { name: name === "first" ? "VpnGw3" : "VpnGw3AZ", tier: "VpnGw3" },
      ipConfigurations: [{ name: "ip", publicIPAddress: { id: address.id }, subnet: { id: ways.id } }],
      customRoutes: { addressPrefixes: some(1_001, prefix) },
      vpnClientConfiguration: {
        vpnClientProtocols: ["SSTP"],
        vpnClientRevokedCertificates: some(301, (index) => ({ name: `c${index}`, thumbprint: `${index}` })),
      },
    },
    own,
  );
gateway("first");
const second = gateway("second");
new LocalNetworkGateway(
  "site",
  {
    ...common,
    localNetworkGatewayName: "site",
    localNetworkAddressSpace: { addressPrefixes: some(1_001, prefix) },
  },
  own,
);
for (let index = 0; index < 31; index += 1) {
  new VirtualNetworkGatewayConnection(
    `line-${index}`,
    {
      ...common,
      virtualNetworkGatewayConnectionName: `line-${index}`,
      connectionType: "IPsec",
      connectionProtocol: index === 0 ? "IKEv1" : "IKEv2",
      virtualNetworkGateway1: { id: second.id },
      sharedKey: "open-sesame",
      trafficSelectorPolicies:
        index === 0 ? some(101, () => ({ localAddressRanges: [prefix(0)], remoteAddressRanges: [prefix(1)] })) : [],
    },
    own,
  );
}

new StorageAccount(
  "profiles",
  { ...common, accountName: "profiles", kind: "StorageV2", sku: { name: "Standard_LRS" } },
  own,
);
new Vault(
  "vault",
  { ...common, vaultName: "kv-small-1", properties: { tenantId, sku: { family: "A", name: "standard" } } },
  own,
);

const pool = new HostPool(
  "pool",
  {
    ...common,
    tags: { way: "gateway" },
    hostPoolName: "vdpool",
    hostPoolType: "Pooled",
    loadBalancerType: "BreadthFirst",
    preferredAppGroupType: "Desktop",
  },
  own,
);
new ScalingPlan(
  "scaling",
  {
    ...common,
    location: "italynorth",
    scalingPlanName: "vdscaling",
    timeZone: "W. Europe Standard Time",
    hostPoolReferences: [{ hostPoolArmPath: pool.id }],
  },
  own,
);
for (let index = 0; index < 201; index += 1) {
  new RoleAssignment(
    `role-${index}`,
    {
      principalId: tenantId,
      roleDefinitionId: "role",
      scope: idOf("Microsoft.DesktopVirtualization/applicationGroups", "vdag"),
    },
    own,
  );
}
new NetworkInterface(
  "card",
  {
    ...common,
    networkInterfaceName: "card",
    ipConfigurations: [{ name: "ip", subnet: { id: ways.id }, publicIPAddress: { id: address.id } }],
  },
  own,
);
new VirtualMachine(
  "host",
  {
    ...common,
    vmName: "host",
    hardwareProfile: { vmSize: "Standard_D48as_v5" },
    osProfile: { computerName: "a-desk-of-the-fleet", adminUsername: "desk" },
  },
  own,
);
for (const vmExtensionName of ["agent", "agent-again"]) {
  new VirtualMachineExtension(
    vmExtensionName,
    {
      ...common,
      vmName: "host",
      vmExtensionName,
      publisher: "Microsoft.Powershell",
      type: "DSC",
      settings: { properties: { hostPoolName: "vdpool", registrationToken: "sesame" } },
    },
    own,
  );
}
