import type { GatewayState, HostState, PoolState, SessionState, UsageState } from "./state.ts";

/**
 * Azure's answers, property by property as in the examples that Microsoft publishes with its API
 * (Azure/azure-rest-api-specs: desktopvirtualization 2024-04-03 SessionHost_List, UserSession_List,
 * HostPool_ListByResourceGroup; compute Usage_List; network VirtualNetworkGatewayGetVpnclientConnectionHealth).
 * `shapes.test.ts` holds them against Microsoft's own models.
 */

const objectId = "7877fb31-4bde-49fd-9df3-c046e0ec5325";
const moment = "2021-01-14T02:09:37.623Z";
const systemData = {
  createdBy: "user1",
  createdByType: "User",
  createdAt: "2020-01-01T17:18:19.123Z",
  lastModifiedBy: "user2",
  lastModifiedByType: "User",
  lastModifiedAt: "2020-01-02T17:18:19.123Z",
};

const nameOf = (id: string): string => id.slice(id.lastIndexOf("/") + 1);

export function hostPool(pool: PoolState) {
  return {
    name: nameOf(pool.id),
    id: pool.id,
    type: "Microsoft.DesktopVirtualization/hostPools",
    location: pool.region,
    tags: { key1: "value1" },
    systemData,
    properties: {
      objectId,
      friendlyName: "friendly",
      description: "des1",
      hostPoolType: pool.type,
      personalDesktopAssignmentType: "Automatic",
      maxSessionLimit: pool.sessionsPerHost,
      loadBalancerType: pool.type === "Personal" ? "Persistent" : "BreadthFirst",
      vmTemplate: "{json:json}",
      preferredAppGroupType: "Desktop",
      startVMOnConnect: false,
      cloudPcResource: false,
      publicNetworkAccess: "Disabled",
      agentUpdate: {
        type: "Scheduled",
        useSessionHostLocalTime: false,
        maintenanceWindowTimeZone: "W. Europe Standard Time",
        maintenanceWindows: [{ hour: 7, dayOfWeek: "Sunday" }],
      },
    },
  };
}

export function sessionHost(pool: PoolState, host: HostState) {
  return {
    name: `${nameOf(pool.id)}/${host.name}`,
    id: `${pool.id}/sessionHosts/${host.name}`,
    type: "Microsoft.DesktopVirtualization/hostPools/sessionhosts",
    systemData,
    properties: {
      objectId,
      lastHeartBeat: moment,
      sessions: host.sessions.length,
      agentVersion: "1.0.0.1391",
      allowNewSession: host.allowNewSession,
      assignedUser: "user1@example.org",
      status: host.status,
      statusTimestamp: moment,
      osVersion: "10.0.17763",
      sxSStackVersion: "rdp-sxs190816002",
      updateState: "Succeeded",
      lastUpdateTime: moment,
      updateErrorMessage: "",
      virtualMachineId: "29491b54-c033-4dec-b09a-18bf0ebafaef",
      friendlyName: "friendly",
      resourceId: `${pool.id.split("/providers/")[0]}/providers/Microsoft.Compute/virtualMachines/${host.name}`,
      sessionHostHealthCheckResults: [
        {
          healthCheckName: "DomainJoinedCheck",
          healthCheckResult: "HealthCheckSucceeded",
          additionalFailureDetails: {
            message: "SessionHost healthy: is joined to domain",
            errorCode: 0,
            lastHealthCheckDateTime: moment,
          },
        },
      ],
    },
  };
}

export function userSession(pool: PoolState, host: HostState, session: SessionState, nth: number) {
  return {
    name: `${nameOf(pool.id)}/${host.name}/${nth}`,
    id: `${pool.id}/sessionHosts/${host.name}/userSessions/${nth}`,
    type: "Microsoft.DesktopVirtualization/hostPools/sessionHosts/userSessions",
    systemData,
    properties: {
      objectId,
      userPrincipalName: session.person,
      applicationType: "Desktop",
      sessionState: session.state,
      activeDirectoryUserName: "CORP\\user1",
      createTime: moment,
    },
  };
}

export function usage({ name, label, used, limit }: UsageState) {
  return { unit: "Count", currentValue: used, limit, name: { value: name, localizedValue: label } };
}

export function vpnHealth({ connections }: GatewayState) {
  return {
    value: connections.map(({ person, address }, nth) => ({
      vpnConnectionId: `OVPN_${nth}`,
      vpnConnectionDuration: 900,
      vpnConnectionTime: "2019-05-02T22:26:22",
      publicIpAddress: "198.51.100.2:45522",
      privateIpAddress: address,
      vpnUserName: person,
      maxBandwidth: 240000000,
      egressPacketsTransferred: 557,
      egressBytesTransferred: 33420,
      ingressPacketsTransferred: 557,
      ingressBytesTransferred: 33420,
      maxPacketsPerSecond: 4,
    })),
  };
}

/** Virtual WAN's gateway for people, with its health. */
export function wanHealth({ id, region, connections }: GatewayState) {
  return {
    name: nameOf(id),
    id,
    type: "Microsoft.Network/p2sVpnGateways",
    location: region,
    etag: 'w/"00000000-0000-0000-0000-000000000000"',
    properties: {
      provisioningState: "Succeeded",
      vpnGatewayScaleUnit: 1,
      vpnClientConnectionHealth: {
        totalIngressBytesTransferred: 3284,
        totalEgressBytesTransferred: 11,
        vpnClientConnectionsCount: connections.length,
        allocatedIpAddresses: connections.map(({ address }) => address),
      },
    },
  };
}

export function armError(code: string, message: string) {
  return { error: { code, message } };
}
