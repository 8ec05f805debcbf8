import { seatsPerHost } from "../../../src/plan/hosts.ts";
import type { PoolPlan } from "../../../src/plan/types.ts";
import { brokerTags } from "../broker-tags.ts";
import type { AzureContext } from "../context.ts";
import { desktopRegion } from "../service-regions.ts";
import { type CloudBody, cloudPools, hostPoolId, inBody } from "../known.ts";
import { windowsTimeZone } from "../time-zone.ts";

/**
 * A host with this tag is left alone by its scaling plan: `up` and `down` set it while they wait for people to finish
 * there (scripts/azure/drain.ts), and whoever works on a host sets it by hand.
 */
export const exclusionTag = "deskbridge-maintenance";

/**
 * What RDP carries: microphone and camera, for sittings by videoconference, and the clipboard; no drives and no USB, so
 * that no file of the office lands on a PC at home by itself (Microsoft Learn: supported RDP properties).
 */
const redirections = [
  "audiocapturemode:i:1",
  "camerastoredirect:s:*",
  "redirectclipboard:i:1",
  "drivestoredirect:s:",
  "usbdevicestoredirect:s:",
];
/** Hosts that are joined to Entra ID, reached from PCs that are not, with single sign-on (Microsoft Learn, same place). */
const entraProperties = ["targetisaadjoined:i:1", "enablerdsaadauth:i:1"];

export function rdpProperties(join: AzureContext["cloud"]["join"]): string {
  return `${[...redirections, ...(join === "entra" ? entraProperties : [])].join(";")};`;
}

/** Two nights a week, so that a missed one is made good (Azure Virtual Desktop: scheduled agent updates). */
const updateWindows = [
  { dayOfWeek: "Wednesday", hour: 3 },
  { dayOfWeek: "Sunday", hour: 3 },
] as const;

/** Public access is off where people come through the gateway: then the service answers at private endpoints alone. */
export function publicAccess({ plan }: Pick<AzureContext, "plan">): "Enabled" | "Disabled" {
  return plan.access.way === "gateway" ? "Disabled" : "Enabled";
}

/** A pool's host pool, application group and scaling plan. */
export function poolArgs(context: AzureContext, body: CloudBody, pool: PoolPlan) {
  const { cloud, config, names } = context;
  const timeZone = windowsTimeZone(cloud.timezone);
  const common = {
    resourceGroupName: names.bodyGroup(body),
    location: desktopRegion(context),
    tags: brokerTags(context),
  };
  const expirationTime = config.get("registrationExpires");
  const hostPoolArmPath = hostPoolId(context, body, pool);
  return {
    hostPool: {
      ...common,
      hostPoolName: names.hostPool(pool),
      friendlyName: `${body.name}, ${pool.name}`,
      ...(pool.kind === "pooled"
        ? {
            hostPoolType: "Pooled" as const,
            loadBalancerType: "BreadthFirst" as const,
            maxSessionLimit: seatsPerHost(pool.id, pool),
          }
        : {
            hostPoolType: "Personal" as const,
            loadBalancerType: "Persistent" as const,
            personalDesktopAssignmentType: "Automatic" as const,
          }),
      preferredAppGroupType: "Desktop" as const,
      validationEnvironment: false,
      startVMOnConnect: true,
      customRdpProperty: rdpProperties(cloud.join),
      publicNetworkAccess: publicAccess(context),
      agentUpdate: {
        type: "Scheduled" as const,
        useSessionHostLocalTime: false,
        maintenanceWindowTimeZone: timeZone,
        maintenanceWindows: [...updateWindows],
      },
      ...(expirationTime === undefined
        ? {}
        : { registrationInfo: { expirationTime, registrationTokenOperation: "Update" as const } }),
    },
    applicationGroup: {
      ...common,
      applicationGroupName: names.applicationGroup(pool),
      applicationGroupType: "Desktop" as const,
      friendlyName: `${body.name}, ${pool.name}`,
      hostPoolArmPath,
    },
    scalingPlan: {
      ...common,
      scalingPlanName: names.scalingPlan(pool),
      hostPoolType: pool.kind === "pooled" ? ("Pooled" as const) : ("Personal" as const),
      timeZone,
      exclusionTag,
      hostPoolReferences: [{ hostPoolArmPath, scalingPlanEnabled: true }],
    },
  };
}

export function applicationGroupId(context: AzureContext, body: CloudBody, pool: PoolPlan): string {
  const type = "Microsoft.DesktopVirtualization/applicationGroups";
  return inBody(context, body, type, context.names.applicationGroup(pool));
}

export function workspaceId(context: AzureContext, body: CloudBody): string {
  return inBody(context, body, "Microsoft.DesktopVirtualization/workspaces", context.names.workspace(body));
}

/** The one place where a body's people find all their desks. */
export function workspaceArgs(context: AzureContext, body: CloudBody) {
  const { names } = context;
  return {
    resourceGroupName: names.bodyGroup(body),
    location: desktopRegion(context),
    tags: brokerTags(context),
    workspaceName: names.workspace(body),
    friendlyName: body.name,
    applicationGroupReferences: cloudPools(body).map((pool) => applicationGroupId(context, body, pool)),
    publicNetworkAccess: publicAccess(context),
  };
}
