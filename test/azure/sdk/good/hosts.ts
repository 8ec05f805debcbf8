import type { Resource } from "../check.ts";
import { id, placed } from "./ids.ts";

const group = "regione-hosts";
const machine = id(group, "Microsoft.Compute/virtualMachines/re-p1-00001");

/** A session host and what is installed on it. */
export const hosts: readonly Resource[] = [
  {
    type: "azure-native:compute:VirtualMachine",
    inputs: {
      ...placed(group),
      vmName: "re-p1-00001",
      zones: ["1"],
      licenseType: "Windows_Client",
      hardwareProfile: { vmSize: "Standard_D8s_v5" },
      identity: {
        type: "SystemAssigned, UserAssigned",
        userAssignedIdentities: [id(group, "Microsoft.ManagedIdentity/userAssignedIdentities/hosts")],
      },
      securityProfile: {
        securityType: "TrustedLaunch",
        encryptionAtHost: true,
        uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
      },
      storageProfile: {
        imageReference: {
          publisher: "microsoftwindowsdesktop",
          offer: "windows-11",
          sku: "win11-24h2-avd",
          version: "26100.4349.250607",
        },
        osDisk: {
          name: "re-p1-00001-os",
          createOption: "FromImage",
          deleteOption: "Delete",
          caching: "ReadOnly",
          diskSizeGB: 128,
          osType: "Windows",
          managedDisk: { storageAccountType: "Premium_LRS" },
        },
      },
      osProfile: {
        computerName: "re-p1-00001",
        adminUsername: "deskbridge",
        adminPassword: "kept in Key Vault",
        allowExtensionOperations: true,
        windowsConfiguration: {
          enableAutomaticUpdates: false,
          provisionVMAgent: true,
          timeZone: "W. Europe Standard Time",
          patchSettings: { patchMode: "Manual", assessmentMode: "ImageDefault" },
        },
      },
      networkProfile: {
        networkInterfaces: [
          { id: id(group, "Microsoft.Network/networkInterfaces/re-p1-00001"), primary: true, deleteOption: "Delete" },
        ],
      },
      diagnosticsProfile: { bootDiagnostics: { enabled: true } },
    },
  },
  {
    type: "azure-native:compute:VirtualMachineExtension",
    inputs: {
      ...placed(group),
      vmName: "re-p1-00001",
      vmExtensionName: "agent",
      publisher: "Microsoft.Powershell",
      type: "DSC",
      typeHandlerVersion: "2.73",
      autoUpgradeMinorVersion: true,
      enableAutomaticUpgrade: false,
      suppressFailures: false,
      provisionAfterExtensions: ["join"],
      settings: { configurationFunction: "Configuration.ps1\\AddSessionHost", properties: { hostPoolName: "pooled" } },
      protectedSettings: { properties: { registrationInfoToken: "kept secret" } },
    },
  },
  {
    type: "azure-native:monitor:DataCollectionRuleAssociation",
    inputs: {
      resourceUri: machine,
      associationName: "desks",
      dataCollectionRuleId: id("hub-watch", "Microsoft.Insights/dataCollectionRules/desks"),
      description: "Counters and events of the session hosts",
    },
  },
];
