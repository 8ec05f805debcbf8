import { later } from "../analyzer.ts";
import { type Cases, declared } from "./case.ts";

type Props = Readonly<Record<string, unknown>>;
const machine = (props: Props, name = "vm") => declared("compute:VirtualMachine", name, props);
const launch = { securityType: "TrustedLaunch", uefiSettings: { secureBootEnabled: true, vTpmEnabled: true } };
const windows = (computerName: unknown): Props => ({ osProfile: { computerName, windowsConfiguration: {} } });
const size = (vmSize: string): Props => ({ hardwareProfile: { vmSize } });
const named = (type: string, property: string, value: string) => declared(type, "it", { [property]: value });
const handler = { publisher: "Microsoft.Azure.ActiveDirectory", type: "AADLoginForWindows" };
const extension = (name: string, props: Props = {}) =>
  declared("compute:VirtualMachineExtension", name, { vmName: "vm", ...handler, ...props });
const onMade = (name: string, machineName: string) =>
  declared(
    "compute:VirtualMachineExtension",
    name,
    { vmName: later, ...handler },
    { dependencies: { vmName: [machineName] } },
  );
const network = "letters, digits, underscores, periods and hyphens, from a letter or digit to one or an underscore";

export const machines: Readonly<Record<string, Cases>> = {
  "trusted-launch": {
    good: {
      "all of it": [machine({ securityProfile: launch })],
      confidential: [machine({ securityProfile: { ...launch, securityType: "ConfidentialVM" } })],
      "not known yet": [machine({ securityProfile: later })],
    },
    bad: {
      "nothing of it": [
        [machine({})],
        'vm: securityProfile.securityType is not set. Allowed: "TrustedLaunch" or "ConfidentialVM"',
        "vm: securityProfile.uefiSettings.secureBootEnabled is not set. Allowed: true",
        "vm: securityProfile.uefiSettings.vTpmEnabled is not set. Allowed: true",
      ],
      "no secure boot": [
        [machine({ securityProfile: { ...launch, uefiSettings: { secureBootEnabled: false, vTpmEnabled: true } } })],
        "vm: securityProfile.uefiSettings.secureBootEnabled is false. Allowed: true",
      ],
      "a scale set": [
        [
          declared("compute:VirtualMachineScaleSet", "set", {
            virtualMachineProfile: { securityProfile: { ...launch, securityType: "Standard" } },
          }),
        ],
        'set: virtualMachineProfile.securityProfile.securityType is "Standard". ' +
          'Allowed: "TrustedLaunch" or "ConfidentialVM"',
      ],
    },
  },
  "encryption-at-host": {
    good: { on: [machine({ securityProfile: { encryptionAtHost: true } })] },
    bad: {
      "not said": [[machine({})], "vm: securityProfile.encryptionAtHost is not set. Allowed: true"],
      off: [
        [machine({ securityProfile: { encryptionAtHost: false } })],
        "vm: securityProfile.encryptionAtHost is false. Allowed: true",
      ],
    },
  },
  "extension-handlers": {
    good: {
      "one of each": [extension("join"), extension("agent", { type: "DSC" })],
      "the same on another machine": [extension("join"), extension("join-2", { vmName: "vm-2" })],
      "the same name in another group": [extension("join"), extension("join-2", { resourceGroupName: "other" })],
      "machines that are not named yet": [
        machine({}),
        machine({}, "vm-2"),
        onMade("join", "vm"),
        onMade("join-2", "vm-2"),
      ],
      "a publisher not known yet": [extension("join"), extension("later", { publisher: later })],
    },
    bad: {
      "two of a handler": [
        [extension("join"), extension("again", { type: "aadLoginForWindows" })],
        'again: type is "Microsoft.Azure.ActiveDirectory.aadLoginForWindows", which join is on the same machine. ' +
          "Allowed: one extension of a handler",
      ],
      "on a machine that is not made yet": [
        [machine({}), onMade("join", "vm"), onMade("again", "vm")],
        'again: type is "Microsoft.Azure.ActiveDirectory.AADLoginForWindows", which join is on the same machine. ' +
          "Allowed: one extension of a handler",
      ],
    },
  },
  "host-size": {
    good: {
      "8 cores": [machine(size("Standard_D8as_v5"))],
      "32 cores": [machine(size("Standard_E32ds_v5"))],
      "8 of 64 cores switched on": [machine(size("Standard_E64-8s_v5"))],
      "a size not known yet": [machine(size(later))],
    },
    bad: {
      "48 cores": [
        [machine(size("Standard_D48as_v5"))],
        'vm: hardwareProfile.vmSize is "Standard_D48as_v5" (48 cores). Allowed: at most 32 cores',
      ],
      "a scale set of 36 with a graphics card": [
        [declared("compute:VirtualMachineScaleSet", "set", { sku: { name: "Standard_NV36ads_A10_v5" } })],
        'set: sku.name is "Standard_NV36ads_A10_v5" (36 cores). Allowed: at most 32 cores',
      ],
    },
  },
  "computer-names": {
    good: {
      "15 characters": [machine(windows("regione-d-00001"))],
      "a long one on Linux": [machine({ vmName: "the-exporter-of-the-fleet", osProfile: { linuxConfiguration: {} } })],
      "a machine from a disk that is there": [machine({ vmName: "a-machine-of-another-time" })],
    },
    bad: {
      "16 characters": [
        [machine(windows("regione-d-000001"))],
        'vm: osProfile.computerName is "regione-d-000001" (16 characters). Allowed: at most 15 characters on Windows',
      ],
      "the machine's own name where none is said": [
        [machine({ vmName: "regione-uffici-001", osProfile: {} })],
        'vm: vmName is "regione-uffici-001" (18 characters). Allowed: at most 15 characters on Windows',
      ],
      "digits alone": [
        [machine(windows("00001"))],
        'vm: osProfile.computerName is "00001". Allowed: letters, digits and hyphens inside, not digits alone',
      ],
      "a hyphen at the end": [
        [machine(windows("regione-"))],
        'vm: osProfile.computerName is "regione-". Allowed: letters, digits and hyphens inside, not digits alone',
      ],
    },
  },
  "resource-names": {
    good: {
      "the longest of each": [
        named("storage:StorageAccount", "accountName", "a".repeat(24)),
        named("keyvault:Vault", "vaultName", `k${"v".repeat(23)}`),
        named("desktopvirtualization:HostPool", "hostPoolName", "p".repeat(64)),
        named("network:VirtualNetwork", "virtualNetworkName", "n".repeat(64)),
        named("resources:ResourceGroup", "resourceGroupName", "g".repeat(90)),
      ],
      "a name that is not known yet": [named("storage:StorageAccount", "accountName", later)],
      "a group in the country's letters": [named("resources:ResourceGroup", "resourceGroupName", "rg-città(1)")],
    },
    bad: {
      "an account in capitals": [
        [named("storage:StorageAccount", "accountName", "Profiles")],
        'it: accountName is "Profiles" (8 characters). Allowed: 3 to 24 characters: lower-case letters and digits',
      ],
      "an account of 25": [
        [named("storage:StorageAccount", "accountName", "a".repeat(25))],
        `it: accountName is "${"a".repeat(25)}" (25 characters). Allowed: 3 to 24 characters: lower-case letters and digits`,
      ],
      "a vault with two hyphens": [
        [named("keyvault:Vault", "vaultName", "kv--hub")],
        'it: vaultName is "kv--hub" (7 characters). ' +
          "Allowed: 3 to 24 characters: letters, digits and single hyphens, from a letter to a letter or digit",
      ],
      "a pool of 2": [
        [named("desktopvirtualization:HostPool", "hostPoolName", "ab")],
        'it: hostPoolName is "ab" (2 characters). Allowed: 3 to 64 characters: letters, digits, spaces and @ . - _',
      ],
      "a network that ends in a hyphen": [
        [named("network:VirtualNetwork", "virtualNetworkName", "vnet-")],
        `it: virtualNetworkName is "vnet-" (5 characters). Allowed: 2 to 64 characters: ${network}`,
      ],
      "a group of 91": [
        [named("resources:ResourceGroup", "resourceGroupName", "g".repeat(91))],
        `it: resourceGroupName is "${"g".repeat(91)}" (91 characters). Allowed: 1 to 90 characters: ` +
          "letters, digits, underscores, hyphens, periods and parentheses, not ending in a period",
      ],
      "a group that ends in a period": [
        [named("resources:ResourceGroup", "resourceGroupName", "rg.")],
        'it: resourceGroupName is "rg." (3 characters). Allowed: 1 to 90 characters: ' +
          "letters, digits, underscores, hyphens, periods and parentheses, not ending in a period",
      ],
    },
  },
};
