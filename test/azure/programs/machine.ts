import { VirtualMachine } from "@pulumi/azure-native/compute/virtualMachine.js";
import { VirtualMachineExtension } from "@pulumi/azure-native/compute/virtualMachineExtension.js";
import { NetworkInterface } from "@pulumi/azure-native/network/networkInterface.js";
import { Subnet } from "@pulumi/azure-native/network/subnet.js";
import { VirtualNetwork } from "@pulumi/azure-native/network/virtualNetwork.js";
import { Provider } from "@pulumi/azure-native/provider.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import { secret } from "@pulumi/pulumi";

/** A group, a network, one machine and its extension: what the double's end-to-end tests put up. */
const provider = new Provider("main", {
  subscriptionId: "11111111-1111-4111-8111-111111111111",
  tenantId: "22222222-2222-4222-8222-222222222222",
});
const location = "italynorth";
const options = { provider };
const group = new ResourceGroup("group", { resourceGroupName: "rg-double", location }, options);
const resourceGroupName = group.name;
const network = new VirtualNetwork(
  "network",
  { resourceGroupName, location, virtualNetworkName: "vnet", addressSpace: { addressPrefixes: ["10.1.0.0/16"] } },
  options,
);
const subnet = new Subnet(
  "subnet",
  { resourceGroupName, virtualNetworkName: network.name, subnetName: "hosts", addressPrefix: "10.1.0.0/24" },
  options,
);
const card = new NetworkInterface(
  "card",
  {
    resourceGroupName,
    location,
    networkInterfaceName: "vm-nic",
    ipConfigurations: [{ name: "main", privateIPAllocationMethod: "Dynamic", subnet: { id: subnet.id } }],
  },
  options,
);
const machine = new VirtualMachine(
  "machine",
  {
    resourceGroupName,
    location,
    vmName: "vm",
    hardwareProfile: { vmSize: process.env["VM_SIZE"] ?? "Standard_D8ads_v6" },
    networkProfile: { networkInterfaces: [{ id: card.id }] },
    osProfile: {
      computerName: "vm",
      adminUsername: "operator",
      adminPassword: secret("correct horse battery staple 9"),
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
  options,
);
const extension = new VirtualMachineExtension(
  "extension",
  {
    resourceGroupName,
    location,
    vmName: machine.name,
    vmExtensionName: "join",
    publisher: "Microsoft.Azure.ActiveDirectory",
    type: "AADLoginForWindows",
    typeHandlerVersion: "2.0",
    settings: { mdmId: "" },
    protectedSettings: secret({ token: "do not show this" }),
  },
  options,
);

export const vmId = machine.vmId;
export const address = card.ipConfigurations.apply((all) => all?.[0]?.privateIPAddress);
export const state = extension.provisioningState;
