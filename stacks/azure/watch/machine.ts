import { VirtualMachine, type VirtualMachineArgs } from "@pulumi/azure-native/compute/virtualMachine.js";
import { VirtualMachineExtension } from "@pulumi/azure-native/compute/virtualMachineExtension.js";
import { NetworkInterface } from "@pulumi/azure-native/network/networkInterface.js";
import { PrivateEndpoint } from "@pulumi/azure-native/network/privateEndpoint.js";
import * as pulumi from "@pulumi/pulumi";
import { watchVm } from "../../../src/plan/limits.ts";
import type { WatchPoint } from "../../../src/plan/watch-names.ts";
import { cloudInit } from "./cloud-init.ts";
import { zones } from "./outside.ts";
import { packScript } from "./settle.ts";
import type { WatchGround, WatchSettings } from "./settings.ts";

export interface MachineInput {
  readonly point: WatchPoint;
  readonly subnet: pulumi.Input<string>;
  /** Its own address, and that of its private endpoint to the store. */
  readonly address: string;
  readonly storeAddress: string;
  readonly securityGroup: pulumi.Input<string>;
  /** ARM id of its identity. */
  readonly identity: pulumi.Input<string>;
  readonly store: pulumi.Input<string>;
  /** Pools of balancers that lead to it. */
  readonly pools: readonly pulumi.Input<string>[];
  /** What makes it what it is (`settleScript`); secret, since receivers' addresses stand in it. */
  readonly script: pulumi.Output<string>;
}

/**
 * A machine of the watch: small, hardened, without a public address and without a way to log in. Its identity outlives
 * it, so that a machine that is made anew may do at once what the old one did.
 */
export class WatchMachine extends pulumi.ComponentResource {
  constructor(ground: WatchGround, input: MachineInput, opts: pulumi.ComponentResourceOptions) {
    const { point } = input;
    super("deskbridge:azure:WatchMachine", `watch-${point}`, {}, opts);
    const { names, region, tags, home } = ground;
    const parent = { parent: this };
    const placed = { resourceGroupName: home, location: region, tags };

    const endpoint = new PrivateEndpoint(
      `${point}-store`,
      {
        ...placed,
        privateEndpointName: names.storeEndpoint(point),
        subnet: { id: input.subnet },
        privateLinkServiceConnections: [{ name: "store", privateLinkServiceId: input.store, groupIds: ["blob"] }],
        ipConfigurations: [
          { name: "store", groupId: "blob", memberName: "blob", privateIPAddress: input.storeAddress },
        ],
      },
      parent,
    );
    const card = new NetworkInterface(
      `${point}-card`,
      {
        ...placed,
        networkInterfaceName: names.card(point),
        enableAcceleratedNetworking: true,
        enableIPForwarding: false,
        networkSecurityGroup: { id: input.securityGroup },
        ipConfigurations: [
          {
            name: "main",
            primary: true,
            privateIPAddress: input.address,
            privateIPAllocationMethod: "Static",
            privateIPAddressVersion: "IPv4",
            subnet: { id: input.subnet },
            loadBalancerBackendAddressPools: input.pools.map((id) => ({ id })),
          },
        ],
      },
      parent,
    );
    const machine = new VirtualMachine(
      `${point}-machine`,
      {
        ...machineArgs(ground, point),
        resourceGroupName: home,
        identity: { type: "UserAssigned", userAssignedIdentities: [input.identity] },
        networkProfile: { networkInterfaces: [{ id: card.id, primary: true, deleteOption: "Detach" }] },
      },
      // Azure reads it at a machine's first start only; the card's address is taken until the old machine is gone.
      { ...parent, replaceOnChanges: ["osProfile.customData"] },
    );
    new VirtualMachineExtension(
      `${point}-settle`,
      {
        ...placed,
        vmName: machine.name,
        vmExtensionName: "settle",
        publisher: "Microsoft.Azure.Extensions",
        type: "CustomScript",
        typeHandlerVersion: "2.1",
        autoUpgradeMinorVersion: true,
        protectedSettings: pulumi.secret(input.script.apply((script) => ({ script: packScript(script) }))),
      },
      // It comes after the store's endpoint, which its machine asks; the first run waits for packages and a release.
      { ...parent, dependsOn: [endpoint], customTimeouts: { create: "1h", update: "1h" }, deletedWith: machine },
    );
    this.registerOutputs({});
  }
}

const admin = "operator";

export function machineArgs(
  { names, region, tags, operators }: WatchSettings,
  point: WatchPoint,
): Omit<VirtualMachineArgs, "resourceGroupName"> {
  return {
    vmName: names.machine(point),
    location: region,
    tags,
    zones: [zones[point]],
    hardwareProfile: { vmSize: watchVm.name },
    securityProfile: {
      securityType: "TrustedLaunch",
      uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
      encryptionAtHost: true,
    },
    storageProfile: {
      // The newest when it is made; from then on Azure patches it. One of the images that it does so for
      // (Azure: automatic guest patching, supported images, July 2024).
      imageReference: { publisher: "Canonical", offer: "ubuntu-24_04-lts", sku: "server", version: "latest" },
      osDisk: {
        name: names.systemDisk(point),
        createOption: "FromImage",
        caching: "ReadWrite",
        diskSizeGB: 64,
        managedDisk: { storageAccountType: "Premium_LRS" },
        deleteOption: "Delete",
      },
    },
    osProfile: {
      computerName: `watch-${point}`,
      adminUsername: admin,
      allowExtensionOperations: true,
      customData: Buffer.from(cloudInit(point)).toString("base64"),
      linuxConfiguration: {
        disablePasswordAuthentication: true,
        ssh: { publicKeys: [{ path: `/home/${admin}/.ssh/authorized_keys`, keyData: operators.sshKey }] },
        provisionVMAgent: true,
        patchSettings: {
          patchMode: "AutomaticByPlatform",
          assessmentMode: "AutomaticByPlatform",
          automaticByPlatformSettings: { rebootSetting: "IfRequired" },
        },
      },
    },
    // Managed storage: its log is what is left of a machine that does not start.
    diagnosticsProfile: { bootDiagnostics: { enabled: true } },
  };
}
