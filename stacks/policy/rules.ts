import type { Rule } from "./rule.ts";
import { noBasicSku } from "./rules/basic.ts";
import { brokerPrivate, scalingPlanExclusion, scalingPlanFits } from "./rules/broker.ts";
import { brokerLimits, hostsPerPool, resourceGroupInstances, stackSize, vmsPerSubscription } from "./rules/counts.ts";
import { noForwardedRemoteDesktop } from "./rules/forwarding.ts";
import { gatewayProtected, gatewayTimeouts } from "./rules/gateway-life.ts";
import { gatewayNoSstp, gatewayPushedRoutes, gatewayRevocationCeiling } from "./rules/gateway-people.ts";
import {
  connectionEncryption,
  connectionKey,
  connectionSelectors,
  gatewayOnePerNetwork,
  gatewayTunnels,
  localGatewayPrefixes,
} from "./rules/gateway-sites.ts";
import { gatewaySubnetBare, gatewaySubnetSize } from "./rules/gateway-subnet.ts";
import { gatewayActiveActive, gatewayAddressZones, gatewayZoneRedundant } from "./rules/gateway-zones.ts";
import { encryptionAtHost, extensionHandlers, hostSize, trustedLaunch } from "./rules/machines.ts";
import { computerNames, resourceNames } from "./rules/names.ts";
import { partsOneWay } from "./rules/one-way.ts";
import { noPublicRemoteDesktop, nothingOpenToInternet } from "./rules/open-ports.ts";
import { noPublicAddressOnDesk } from "./rules/public-address.ts";
import { noSecretInSettings, secretsNotInClear } from "./rules/secrets.ts";
import { storagePrivate, storageTransport, vaultKept, vaultPrivate } from "./rules/stores.ts";
import { requiredTags } from "./rules/tags.ts";

/** Every rule of the pack, in the order of docs/policy.md. */
export const rules: readonly Rule[] = [
  noPublicRemoteDesktop,
  noForwardedRemoteDesktop,
  nothingOpenToInternet,
  noPublicAddressOnDesk,
  brokerPrivate,
  storagePrivate,
  storageTransport,
  vaultPrivate,
  vaultKept,
  secretsNotInClear,
  noSecretInSettings,
  trustedLaunch,
  encryptionAtHost,
  gatewayZoneRedundant,
  gatewayAddressZones,
  gatewayActiveActive,
  noBasicSku,
  gatewayRevocationCeiling,
  gatewayNoSstp,
  gatewayPushedRoutes,
  gatewayTunnels,
  gatewayOnePerNetwork,
  localGatewayPrefixes,
  connectionSelectors,
  connectionKey,
  connectionEncryption,
  gatewayProtected,
  gatewayTimeouts,
  gatewaySubnetSize,
  gatewaySubnetBare,
  partsOneWay,
  extensionHandlers,
  scalingPlanFits,
  scalingPlanExclusion,
  resourceNames,
  computerNames,
  requiredTags,
  resourceGroupInstances,
  hostsPerPool,
  brokerLimits,
  vmsPerSubscription,
  hostSize,
  stackSize,
];
