import * as pulumi from "@pulumi/pulumi";
import { VirtualMachine } from "@pulumi/azure-native/compute/virtualMachine.js";
import { VirtualMachineExtension } from "@pulumi/azure-native/compute/virtualMachineExtension.js";
import { HostPool } from "@pulumi/azure-native/desktopvirtualization/hostPool.js";
import { listHostPoolRegistrationTokensOutput } from "@pulumi/azure-native/desktopvirtualization/listHostPoolRegistrationTokens.js";
import { ScalingPlan } from "@pulumi/azure-native/desktopvirtualization/scalingPlan.js";
import { Secret } from "@pulumi/azure-native/keyvault/secret.js";
import { Vault } from "@pulumi/azure-native/keyvault/vault.js";
import { LocalNetworkGateway } from "@pulumi/azure-native/network/localNetworkGateway.js";
import { NetworkInterface } from "@pulumi/azure-native/network/networkInterface.js";
import { NetworkSecurityGroup } from "@pulumi/azure-native/network/networkSecurityGroup.js";
import { PublicIPAddress } from "@pulumi/azure-native/network/publicIPAddress.js";
import { Subnet } from "@pulumi/azure-native/network/subnet.js";
import { VirtualNetwork } from "@pulumi/azure-native/network/virtualNetwork.js";
import { VirtualNetworkGateway } from "@pulumi/azure-native/network/virtualNetworkGateway.js";
import { VirtualNetworkGatewayConnection } from "@pulumi/azure-native/network/virtualNetworkGatewayConnection.js";
import { Provider } from "@pulumi/azure-native/provider.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import { StorageAccount } from "@pulumi/azure-native/storage/storageAccount.js";

/** A small way in and one desk, as every rule of the policy pack wants them. */
const tenantId = "00000000-0000-0000-0000-00000000000a";
const provider = new Provider("main", { subscriptionId: "00000000-0000-0000-0000-000000000001", tenantId });
const own = { provider };
const tags = { fleet: "small", slice: "azure-hub", "managed-by": "deskbridge" };
const location = "westeurope";
const group = new ResourceGroup("group", { resourceGroupName: "rg-small", location, tags }, own);
const common = { resourceGroupName: group.name, location, tags };

const network = new VirtualNetwork(
  "network",
  { ...common, virtualNetworkName: "vnet-small", addressSpace: { addressPrefixes: ["10.0.0.0/16"] } },
  own,
);
const inNetwork = { resourceGroupName: group.name, virtualNetworkName: network.name };
const ways = new Subnet("ways", { ...inNetwork, subnetName: "GatewaySubnet", addressPrefix: "10.0.0.0/27" }, own);
const security = new NetworkSecurityGroup(
  "security",
  {
    ...common,
    networkSecurityGroupName: "nsg-small",
    securityRules: [
      {
        name: "people-to-desks",
        direction: "Inbound",
        access: "Allow",
        priority: 100,
        protocol: "*",
        sourceAddressPrefix: "172.16.0.0/16",
        sourcePortRange: "*",
        destinationAddressPrefix: "10.0.1.0/24",
        destinationPortRanges: ["22", "3389", "3390"],
      },
    ],
  },
  own,
);
const desks = new Subnet(
  "desks",
  {
    ...inNetwork,
    subnetName: "snet-desks",
    addressPrefix: "10.0.1.0/24",
    networkSecurityGroup: { id: security.id },
  },
  { ...own, dependsOn: [ways] },
);

const addresses = ["a", "b", "people"].map(
  (name) =>
    new PublicIPAddress(
      `address-${name}`,
      {
        ...common,
        publicIpAddressName: `pip-small-${name}`,
        sku: { name: "Standard" },
        publicIPAllocationMethod: "Static",
        zones: ["1", "2", "3"],
      },
      own,
    ),
);
const gateway = new VirtualNetworkGateway(
  "gateway",
  {
    ...common,
    virtualNetworkGatewayName: "vgw-small",
    gatewayType: "Vpn",
    vpnType: "RouteBased",
    vpnGatewayGeneration: "Generation2",
    sku: { name: "VpnGw2AZ", tier: "VpnGw2AZ" },
    activeActive: true,
    enableBgp: true,
    bgpSettings: { asn: 65515 },
    ipConfigurations: addresses.map((address, index) => ({
      name: `ip-${index}`,
      publicIPAddress: { id: address.id },
      subnet: { id: ways.id },
    })),
    vpnClientConfiguration: {
      vpnClientAddressPool: { addressPrefixes: ["172.16.0.0/16"] },
      vpnClientProtocols: ["OpenVPN"],
      vpnAuthenticationTypes: ["Certificate"],
      vpnClientRootCertificates: [{ name: "root", publicCertData: "MIIC" }],
    },
  },
  { ...own, protect: true, customTimeouts: { create: "2h", update: "2h", delete: "2h" } },
);
const site = new LocalNetworkGateway(
  "site",
  {
    ...common,
    localNetworkGatewayName: "lgw-small",
    gatewayIpAddress: "203.0.113.7",
    localNetworkAddressSpace: { addressPrefixes: ["10.9.0.0/24"] },
  },
  own,
);
const key = pulumi.secret("a.key.of.the.test");
new VirtualNetworkGatewayConnection(
  "line",
  {
    ...common,
    virtualNetworkGatewayConnectionName: "cn-small",
    connectionType: "IPsec",
    connectionProtocol: "IKEv2",
    virtualNetworkGateway1: { id: gateway.id },
    localNetworkGateway2: { id: site.id },
    sharedKey: key,
    ipsecPolicies: [
      {
        ikeEncryption: "GCMAES256",
        ikeIntegrity: "SHA384",
        dhGroup: "ECP384",
        ipsecEncryption: "GCMAES256",
        ipsecIntegrity: "GCMAES256",
        pfsGroup: "ECP384",
        saLifeTimeSeconds: 27_000,
        saDataSizeKilobytes: 102_400_000,
      },
    ],
  },
  own,
);

const vault = new Vault(
  "vault",
  {
    ...common,
    vaultName: "kv-small-1",
    properties: {
      tenantId,
      sku: { family: "A", name: "standard" },
      enableRbacAuthorization: true,
      enablePurgeProtection: true,
      publicNetworkAccess: "disabled",
    },
  },
  own,
);
new Secret(
  "key",
  { resourceGroupName: group.name, tags, vaultName: vault.name, secretName: "line", properties: { value: key } },
  own,
);
new StorageAccount(
  "profiles",
  {
    ...common,
    accountName: "stsmallprofiles",
    kind: "FileStorage",
    sku: { name: "Premium_ZRS" },
    publicNetworkAccess: "Disabled",
    allowBlobPublicAccess: false,
    minimumTlsVersion: "TLS1_2",
  },
  own,
);

const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
const pool = new HostPool(
  "pool",
  {
    ...common,
    tags: { ...tags, way: "gateway" },
    hostPoolName: "vdpool-small",
    hostPoolType: "Pooled",
    loadBalancerType: "BreadthFirst",
    preferredAppGroupType: "Desktop",
    maxSessionLimit: 16,
    publicNetworkAccess: "Disabled",
    registrationInfo: { expirationTime: tomorrow, registrationTokenOperation: "Update" },
  },
  { ...own, ignoreChanges: ["registrationInfo"] },
);
const tokens = listHostPoolRegistrationTokensOutput({ hostPoolName: pool.name, resourceGroupName: group.name }, own);
new ScalingPlan(
  "scaling",
  {
    ...common,
    scalingPlanName: "vdscaling-small",
    timeZone: "W. Europe Standard Time",
    exclusionTag: "maintenance",
    hostPoolReferences: [{ hostPoolArmPath: pool.id, scalingPlanEnabled: true }],
  },
  own,
);
const card = new NetworkInterface(
  "card",
  {
    ...common,
    networkInterfaceName: "small-u-00001-nic",
    ipConfigurations: [{ name: "ip", subnet: { id: desks.id }, privateIPAllocationMethod: "Dynamic" }],
  },
  own,
);
const host = new VirtualMachine(
  "host",
  {
    ...common,
    vmName: "small-u-00001",
    hardwareProfile: { vmSize: "Standard_D8as_v5" },
    networkProfile: { networkInterfaces: [{ id: card.id, primary: true }] },
    osProfile: {
      computerName: "small-u-00001",
      adminUsername: "desk",
      adminPassword: pulumi.secret("A-pass-word-0f-the-test"),
      windowsConfiguration: { enableAutomaticUpdates: false },
    },
    securityProfile: {
      encryptionAtHost: true,
      securityType: "TrustedLaunch",
      uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
    },
    storageProfile: {
      imageReference: {
        publisher: "MicrosoftWindowsDesktop",
        offer: "windows-11",
        sku: "win11-24h2-avd",
        version: "26100.4061.250511",
      },
      osDisk: { createOption: "FromImage", managedDisk: { storageAccountType: "Premium_LRS" } },
    },
  },
  own,
);
new VirtualMachineExtension(
  "agent",
  {
    ...common,
    vmName: host.name,
    vmExtensionName: "agent",
    publisher: "Microsoft.Powershell",
    type: "DSC",
    typeHandlerVersion: "2.83",
    settings: {
      configurationFunction: "Configuration.ps1\\AddSessionHost",
      properties: { hostPoolName: pool.name, credential: { Password: "PrivateSettingsRef:RegistrationInfoToken" } },
    },
    protectedSettings: {
      Items: { RegistrationInfoToken: pulumi.secret(tokens.apply(({ value }) => value?.[0]?.token ?? "")) },
    },
  },
  own,
);
