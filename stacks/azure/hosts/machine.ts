import { imageVersion } from "../../../src/plan/image.ts";
import type { HostPlan, PoolPlan, VmSize } from "../../../src/plan/types.ts";
import type { AzureContext } from "../context.ts";
import { bodySubnetId, type CloudBody, hostIdentityId, profilesAccount } from "../known.ts";
import { resourceId } from "../ids.ts";
import { windowsTimeZone } from "../time-zone.ts";

/** What all hosts of one network share, computed once for up to 160 of them. */
export interface HostsShape {
  readonly context: AzureContext;
  readonly body: CloudBody;
  readonly pool: PoolPlan;
  readonly network: number;
  readonly resourceGroupName: string;
  readonly subscriptionId: string;
  readonly vm: VmSize;
  readonly image: AzureContext["tenancy"]["images"][string];
  readonly subnetId: string;
  readonly identityId: string;
  readonly timeZone: string;
  /** Base64, for pooled hosts. */
  readonly userData: string | undefined;
}

export function hostsShape(context: AzureContext, body: CloudBody, pool: PoolPlan, network: number): HostsShape {
  const { cloud, names, tenancy } = context;
  const image = tenancy.images[cloud.image];
  if (image === undefined) {
    throw new Error(
      `the tenancy file has no image "${cloud.image}" under images:, which the fleet file names; it has ` +
        (Object.keys(tenancy.images).join(", ") || "none"),
    );
  }
  if (pool.vm === undefined) throw new Error(`pool ${pool.id} has no hosts in the cloud`);
  return {
    context,
    body,
    pool,
    network,
    resourceGroupName: names.hostsGroup(pool, network),
    subscriptionId: context.subscription(body.subscription),
    vm: pool.vm,
    image,
    subnetId: bodySubnetId(context, body, names.hostsSubnet(pool, network)),
    identityId: hostIdentityId(context, body),
    timeZone: windowsTimeZone(cloud.timezone),
    userData: pool.kind === "pooled" ? profileSettings(context, body, pool) : undefined,
  };
}

/**
 * Where people of a pooled pool keep their profile. What is the same on every host is the image's: FSLogix itself,
 * Kerberos tickets from Entra ID (CloudKerberosTicketRetrievalEnabled), the Shortpath listener, a graphics card's
 * driver. What differs by pool, the share's path, comes with the machine as user data: base64 of
 * `{"fslogix":{"profiles":{…}}}`, whose values the image's start-up task writes below HKLM\SOFTWARE\FSLogix\Profiles.
 * The agent's extension has no parameter for it, and a script extension would be a seventh resource a host, run once and
 * never again; user data is read at each start, and a path is no secret. So a moved share needs no new image and no new
 * host.
 */
export function profileSettings(context: AzureContext, body: CloudBody, pool: PoolPlan): string {
  const account = profilesAccount(context, body, pool);
  const profiles = {
    Enabled: 1,
    VHDLocations: [`\\\\${account}.file.core.windows.net\\${context.names.profilesShare}`],
    VolumeType: "VHDX",
    // A profile that an earlier sign-in left on the host would hide the one on the share.
    DeleteLocalProfileWhenVHDShouldApply: 1,
    FlipFlopProfileDirectoryName: 1,
  };
  return Buffer.from(JSON.stringify({ fslogix: { profiles } })).toString("base64");
}

export function networkCardArgs(shape: HostsShape, host: HostPlan) {
  const { cloud, names, tags } = shape.context;
  return {
    resourceGroupName: shape.resourceGroupName,
    location: cloud.region,
    tags,
    networkInterfaceName: names.networkCard(host.name),
    enableAcceleratedNetworking: true,
    enableIPForwarding: false,
    ipConfigurations: [
      {
        name: "main",
        primary: true,
        privateIPAllocationMethod: "Static" as const,
        privateIPAddress: host.address,
        subnet: { id: shape.subnetId },
      },
    ],
  };
}

/** A region's zones. */
const zones = ["1", "2", "3"] as const;

/** Neighbours stand in different zones, so that the loss of one takes a third of each pool. */
export function zoneOf(ordinal: number): string {
  return zones[ordinal % zones.length] ?? zones[0];
}

const administrator = "deskbridge";

/** All of a machine but its password, which is a secret. */
export function machineArgs(shape: HostsShape, host: HostPlan) {
  const { context, pool, resourceGroupName } = shape;
  const { cloud, names, tags } = context;
  const pooled = pool.kind === "pooled";
  return {
    resourceGroupName,
    location: cloud.region,
    tags,
    vmName: host.name,
    zones: [zoneOf(host.ordinal)],
    // Entra ID knows a host by the identity that it is assigned; Azure Monitor by the body's.
    identity: { type: "SystemAssigned, UserAssigned" as const, userAssignedIdentities: [shape.identityId] },
    licenseType: "Windows_Client",
    hardwareProfile: { vmSize: shape.vm.name },
    networkProfile: {
      networkInterfaces: [
        {
          id: resourceId(
            shape.subscriptionId,
            resourceGroupName,
            "Microsoft.Network/networkInterfaces",
            names.networkCard(host.name),
          ),
          primary: true,
          deleteOption: "Detach" as const,
        },
      ],
    },
    osProfile: {
      computerName: host.name,
      adminUsername: administrator,
      allowExtensionOperations: true,
      windowsConfiguration: {
        provisionVMAgent: true,
        timeZone: shape.timeZone,
        // Pooled hosts are renewed with the image; a personal desk is kept for years and updates itself.
        enableAutomaticUpdates: !pooled,
        patchSettings: { patchMode: pooled ? ("Manual" as const) : ("AutomaticByOS" as const) },
      },
    },
    storageProfile: {
      imageReference: { id: `${shape.image.id}/versions/${imageVersion(shape.image, pool, host.ordinal)}` },
      osDisk: {
        name: names.systemDisk(host.name),
        createOption: "FromImage" as const,
        caching: "ReadWrite" as const,
        deleteOption: "Delete" as const,
        managedDisk: { storageAccountType: "Premium_LRS" as const },
      },
    },
    securityProfile: {
      securityType: "TrustedLaunch" as const,
      uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
      encryptionAtHost: true,
    },
    diagnosticsProfile: { bootDiagnostics: { enabled: true } },
    ...(shape.userData === undefined ? {} : { userData: shape.userData }),
  };
}
