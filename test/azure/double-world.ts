import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { Control } from "../doubles/azure-native/control.ts";
import { Provider } from "../doubles/azure-native/provider.ts";
import { State } from "../doubles/azure-native/state.ts";
import { merge, type Properties } from "../doubles/azure-native/values.ts";

export const subscriptionId = "11111111-1111-4111-8111-111111111111";
const group = "rg";
const location = "italynorth";
export const inGroup = `/subscriptions/${subscriptionId}/resourceGroups/${group}`;
export const inNetwork = `${inGroup}/providers/Microsoft.Network`;
export const inDesktops = `${inGroup}/providers/Microsoft.DesktopVirtualization`;

/** The double in this process: its provider before an empty Azure, and a hand on that Azure. */
export class World {
  readonly folder: string;
  readonly state: State;
  readonly control: Control;
  readonly provider: Provider;

  constructor(t: TestContext) {
    this.folder = mkdtempSync(join(tmpdir(), "azure-double-"));
    this.state = new State(this.folder);
    this.control = new Control(this.folder);
    this.provider = this.again();
    t.after(() => {
      this.control.close();
      this.state.close();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** A provider as a new run of the engine has it. */
  again(): Provider {
    const clientId = "33333333-3333-4333-8333-333333333333";
    return new Provider(this.state, { subscriptionId, tenantId: subscriptionId, clientId, location: undefined });
  }

  /** Check and create, as the engine does. `token` without "azure-native:". */
  make(token: string, inputs: Properties, timeout = 0): { readonly id: string; readonly properties: Properties } {
    const { inputs: checked, failures } = this.provider.check(urn(token), {}, inputs, "seed");
    assert.deepEqual(failures, []);
    return this.provider.create(urn(token), checked, timeout);
  }

  update(token: string, id: string, inputs: Properties): Properties {
    return this.provider.update(id, urn(token), this.provider.check(urn(token), {}, inputs, "").inputs, 0);
  }

  delete(token: string, id: string): void {
    this.provider.delete(id, urn(token), 0);
  }

  /** Makes the estate's parts of these names, in order; gives their ids. */
  estate(...names: readonly (keyof typeof parts)[]): readonly string[] {
    return names.map((name) => this.make(parts[name].token, parts[name].inputs).id);
  }
}

export function urn(token: string): string {
  return `urn:pulumi:test::double::azure-native:${token}::thing`;
}

const own = { resourceGroupName: group, location };
const subnetId = `${inNetwork}/virtualNetworks/vnet/subnets/hosts`;
const gatewaySubnet = `${inNetwork}/virtualNetworks/vnet/subnets/GatewaySubnet`;
const principal = "44444444-4444-4444-8444-444444444444";

function part(token: string, inputs: Properties, shared: Properties = own): { token: string; inputs: Properties } {
  return { token, inputs: { ...shared, ...inputs } };
}

/** Azure has neither the desktops' service nor Grafana where the rest stands. */
function partElsewhere(token: string, inputs: Properties): ReturnType<typeof part> {
  return part(token, inputs, { ...own, location: "northeurope" });
}

function publicAddress(name: string): { token: string; inputs: Properties } {
  const sku = { name: "Standard", tier: "Regional" };
  const zones = ["1", "2", "3"];
  return part("network:PublicIPAddress", { publicIpAddressName: name, sku, publicIPAllocationMethod: "Static", zones });
}

/** One of each type, all of which the double takes in this order. */
export const parts = {
  group: part("resources:ResourceGroup", { ...own }),
  vnet: part("network:VirtualNetwork", {
    virtualNetworkName: "vnet",
    addressSpace: { addressPrefixes: ["10.1.0.0/16"] },
  }),
  nsg: part("network:NetworkSecurityGroup", {
    networkSecurityGroupName: "nsg",
    securityRules: [
      { name: "a", priority: 100, direction: "Inbound", access: "Deny", protocol: "*" },
      { name: "b", priority: 100, direction: "Outbound", access: "Allow", protocol: "*" },
    ],
  }),
  natAddress: publicAddress("nat-ip"),
  nat: part("network:NatGateway", {
    natGatewayName: "nat",
    sku: { name: "Standard" },
    publicIpAddresses: [{ id: `${inNetwork}/publicIPAddresses/nat-ip` }],
  }),
  subnet: part(
    "network:Subnet",
    {
      virtualNetworkName: "vnet",
      subnetName: "hosts",
      addressPrefix: "10.1.0.0/24",
      networkSecurityGroup: { id: `${inNetwork}/networkSecurityGroups/nsg` },
      natGateway: { id: `${inNetwork}/natGateways/nat` },
    },
    { resourceGroupName: group },
  ),
  gatewaySubnet: part(
    "network:Subnet",
    { virtualNetworkName: "vnet", subnetName: "GatewaySubnet", addressPrefix: "10.1.1.0/27" },
    { resourceGroupName: group },
  ),
  resolverSubnet: part(
    "network:Subnet",
    {
      virtualNetworkName: "vnet",
      subnetName: "resolver",
      addressPrefix: "10.1.2.0/28",
      delegations: [{ name: "dns", serviceName: "Microsoft.Network/dnsResolvers" }],
    },
    { resourceGroupName: group },
  ),
  addressA: publicAddress("gw-a"),
  addressB: publicAddress("gw-b"),
  addressC: publicAddress("gw-c"),
  gateway: part("network:VirtualNetworkGateway", {
    virtualNetworkGatewayName: "gw",
    gatewayType: "Vpn",
    vpnType: "RouteBased",
    vpnGatewayGeneration: "Generation2",
    activeActive: true,
    enableBgp: true,
    sku: { name: "VpnGw4AZ", tier: "VpnGw4AZ" },
    ipConfigurations: ["gw-a", "gw-b", "gw-c"].map((name) => ({
      name,
      subnet: { id: gatewaySubnet },
      publicIPAddress: { id: `${inNetwork}/publicIPAddresses/${name}` },
    })),
    bgpSettings: { asn: 65010 },
    vpnClientConfiguration: {
      vpnClientAddressPool: { addressPrefixes: ["172.16.0.0/20"] },
      vpnClientProtocols: ["OpenVPN"],
      vpnAuthenticationTypes: ["AAD"],
      aadTenant: "https://login.microsoftonline.com/t",
      aadAudience: "a",
      aadIssuer: "https://sts.windows.net/t/",
    },
  }),
  site: part("network:LocalNetworkGateway", {
    localNetworkGatewayName: "site",
    gatewayIpAddress: "192.0.2.1",
    bgpSettings: { asn: 65020, bgpPeeringAddress: "10.9.0.1" },
  }),
  line: part("network:VirtualNetworkGatewayConnection", {
    virtualNetworkGatewayConnectionName: "line",
    connectionType: "IPsec",
    connectionProtocol: "IKEv2",
    enableBgp: true,
    sharedKey: "a_key_nobody_reads",
    virtualNetworkGateway1: { id: `${inNetwork}/virtualNetworkGateways/gw` },
    localNetworkGateway2: { id: `${inNetwork}/localNetworkGateways/site` },
  }),
  zone: part("privatedns:PrivateZone", { privateZoneName: "privatelink.example.net", location: "global" }),
  zoneLink: part("privatedns:VirtualNetworkLink", {
    privateZoneName: "privatelink.example.net",
    virtualNetworkLinkName: "hub",
    location: "global",
    registrationEnabled: false,
    virtualNetwork: { id: `${inNetwork}/virtualNetworks/vnet` },
  }),
  resolver: part("dnsresolver:DnsResolver", {
    dnsResolverName: "resolver",
    virtualNetwork: { id: `${inNetwork}/virtualNetworks/vnet` },
  }),
  inbound: part("dnsresolver:InboundEndpoint", {
    dnsResolverName: "resolver",
    inboundEndpointName: "in",
    ipConfigurations: [{ subnet: { id: `${inNetwork}/virtualNetworks/vnet/subnets/resolver` } }],
  }),
  vault: part("keyvault:Vault", {
    vaultName: "deskbridge-kv",
    properties: {
      sku: { family: "A", name: "standard" },
      tenantId: principal,
      enablePurgeProtection: true,
      softDeleteRetentionInDays: 90,
      accessPolicies: [{ tenantId: principal, objectId: principal, permissions: { secrets: ["get", "delete"] } }],
    },
  }),
  secret: part(
    "keyvault:Secret",
    { vaultName: "deskbridge-kv", secretName: "psk", properties: { value: "a_key_nobody_reads" } },
    { resourceGroupName: group },
  ),
  storage: part("storage:StorageAccount", {
    accountName: "deskbridgeprofiles",
    kind: "FileStorage",
    sku: { name: "Premium_ZRS" },
  }),
  files: part(
    "storage:FileServiceProperties",
    { accountName: "deskbridgeprofiles", fileServicesName: "default" },
    { resourceGroupName: group },
  ),
  share: part(
    "storage:FileShare",
    { accountName: "deskbridgeprofiles", shareName: "profiles", shareQuota: 1024 },
    { resourceGroupName: group },
  ),
  endpoint: part("network:PrivateEndpoint", {
    privateEndpointName: "files",
    subnet: { id: subnetId },
    privateLinkServiceConnections: [
      {
        name: "files",
        groupIds: ["file"],
        privateLinkServiceId: `${inGroup}/providers/Microsoft.Storage/storageAccounts/deskbridgeprofiles`,
      },
    ],
  }),
  card: part("network:NetworkInterface", {
    networkInterfaceName: "host-nic",
    ipConfigurations: [{ name: "main", subnet: { id: subnetId } }],
  }),
  machine: part("compute:VirtualMachine", {
    vmName: "host-0001",
    hardwareProfile: { vmSize: "Standard_D8ads_v5" },
    networkProfile: { networkInterfaces: [{ id: `${inNetwork}/networkInterfaces/host-nic` }] },
    osProfile: { computerName: "host-0001", adminUsername: "operator", adminPassword: "a word nobody reads" },
    storageProfile: {
      imageReference: { id: "/subscriptions/x/images/y" },
      osDisk: { name: "host-0001-os", createOption: "FromImage", deleteOption: "Delete" },
    },
  }),
  extension: part("compute:VirtualMachineExtension", {
    vmName: "host-0001",
    vmExtensionName: "join",
    publisher: "Microsoft.Azure.ActiveDirectory",
    type: "AADLoginForWindows",
    typeHandlerVersion: "2.0",
    protectedSettings: { token: "a token nobody reads" },
  }),
  pool: partElsewhere("desktopvirtualization:HostPool", {
    hostPoolName: "pool",
    hostPoolType: "Pooled",
    loadBalancerType: "BreadthFirst",
    preferredAppGroupType: "Desktop",
    maxSessionLimit: 16,
  }),
  desktop: partElsewhere("desktopvirtualization:ApplicationGroup", {
    applicationGroupName: "desktop",
    applicationGroupType: "Desktop",
    hostPoolArmPath: `${inDesktops}/hostPools/pool`,
  }),
  workspace: partElsewhere("desktopvirtualization:Workspace", {
    workspaceName: "desks",
    applicationGroupReferences: [`${inDesktops}/applicationGroups/desktop`],
  }),
  scaling: partElsewhere("desktopvirtualization:ScalingPlan", {
    scalingPlanName: "scaling",
    hostPoolType: "Pooled",
    timeZone: "W. Europe Standard Time",
    hostPoolReferences: [{ hostPoolArmPath: `${inDesktops}/hostPools/pool`, scalingPlanEnabled: true }],
  }),
  schedule: part(
    "desktopvirtualization:ScalingPlanPooledSchedule",
    {
      scalingPlanName: "scaling",
      scalingPlanScheduleName: "weekdays",
      daysOfWeek: ["Monday", "Tuesday"],
      rampUpStartTime: { hour: 7, minute: 0 },
      peakStartTime: { hour: 8, minute: 0 },
      rampDownStartTime: { hour: 18, minute: 0 },
      offPeakStartTime: { hour: 20, minute: 0 },
    },
    { resourceGroupName: group },
  ),
  identity: part("managedidentity:UserAssignedIdentity", { resourceName: "watcher" }),
  role: part(
    "authorization:RoleAssignment",
    {
      scope: `${inDesktops}/applicationGroups/desktop`,
      roleAssignmentName: "55555555-5555-4555-8555-555555555555",
      principalId: principal,
      principalType: "Group",
      roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/r`,
    },
    {},
  ),
  logs: part("operationalinsights:Workspace", {
    workspaceName: "logs",
    sku: { name: "PerGB2018" },
    retentionInDays: 30,
  }),
  diagnostics: part(
    "monitor:DiagnosticSetting",
    {
      name: "to-logs",
      resourceUri: `${inNetwork}/virtualNetworkGateways/gw`,
      workspaceId: `${inGroup}/providers/Microsoft.OperationalInsights/workspaces/logs`,
    },
    {},
  ),
  rule: part("monitor:DataCollectionRule", {
    dataCollectionRuleName: "dcr",
    destinations: {
      logAnalytics: [
        { name: "logs", workspaceResourceId: `${inGroup}/providers/Microsoft.OperationalInsights/workspaces/logs` },
      ],
    },
    dataFlows: [{ streams: ["Microsoft-Perf"], destinations: ["logs"] }],
  }),
  association: part(
    "monitor:DataCollectionRuleAssociation",
    {
      associationName: "dcr",
      resourceUri: `${inGroup}/providers/Microsoft.Compute/virtualMachines/host-0001`,
      dataCollectionRuleId: `${inGroup}/providers/Microsoft.Insights/dataCollectionRules/dcr`,
    },
    {},
  ),
  metrics: part("monitor:AzureMonitorWorkspace", { azureMonitorWorkspaceName: "metrics" }),
  rules: part("alertsmanagement:PrometheusRuleGroup", {
    ruleGroupName: "links",
    scopes: [`${inGroup}/providers/Microsoft.Monitor/accounts/metrics`],
    rules: [{ alert: "LinkDown", expression: "link_up == 0" }],
  }),
  grafana: partElsewhere("dashboard:Grafana", {
    workspaceName: "deskbridge",
    sku: { name: "Standard" },
    identity: { type: "SystemAssigned" },
    properties: { zoneRedundancy: "Enabled" },
  }),
  spoke: part("network:VirtualNetwork", {
    virtualNetworkName: "spoke",
    addressSpace: { addressPrefixes: ["10.2.0.0/16"] },
  }),
  toSpoke: part(
    "network:VirtualNetworkPeering",
    {
      virtualNetworkName: "vnet",
      virtualNetworkPeeringName: "to-spoke",
      allowGatewayTransit: true,
      remoteVirtualNetwork: { id: `${inNetwork}/virtualNetworks/spoke` },
    },
    { resourceGroupName: group },
  ),
  toHub: part(
    "network:VirtualNetworkPeering",
    {
      virtualNetworkName: "spoke",
      virtualNetworkPeeringName: "to-hub",
      useRemoteGateways: true,
      remoteVirtualNetwork: { id: `${inNetwork}/virtualNetworks/vnet` },
    },
    { resourceGroupName: group },
  ),
} satisfies Record<string, { token: string; inputs: Properties }>;

/** A part's inputs with something laid over them. */
export function but(name: keyof typeof parts, patch: Properties): Properties {
  return merge(parts[name].inputs, patch);
}

/** The error as azure-native prints it, with this code (or words) in it. */
export function refusal(code: string): RegExp {
  return new RegExp(`^ArmError: Status=\\d{3} Code=".*${code}`);
}

/** IP configurations of a gateway with these public addresses. */
export function configurations(...addresses: readonly string[]): readonly Properties[] {
  return addresses.map((name) => ({
    name,
    subnet: { id: `${inNetwork}/virtualNetworks/vnet/subnets/GatewaySubnet` },
    publicIPAddress: { id: `${inNetwork}/publicIPAddresses/${name}` },
  }));
}
