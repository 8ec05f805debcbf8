import type { Fleet } from "../fleet/schema.ts";
import { formatAddress, formatRange, parseRange, type Range, sizeOf } from "./addresses.ts";
import { PlanError } from "./error.ts";
import { virtualWan } from "./limits.ts";
import type { CloudPlan, GatewayPlan } from "./types.ts";

/**
 * The cloud's own networks, in the lower half of the transit range (the upper half is the sites'): the hub's /24, the
 * outside vantage point's /24, a /23 for each Virtual WAN hub, and from 4,096 addresses on a /25 a body for its private
 * endpoints. A place hangs on a body's ordinal alone, so nothing moves when another body joins.
 */
const smallestTransitPrefix = 18;
const endpointsAt = 4096;
const endpointsPrefix = 25;
const virtualHubPrefix = 23;

export function planCloud(fleet: Fleet, gateways: readonly GatewayPlan[]): CloudPlan | undefined {
  const { azure } = fleet;
  if (azure === undefined) return undefined;
  const transit = transitOf(fleet);
  const part = (offset: number, prefix: number): string => formatRange({ first: transit.first + offset, prefix });
  return {
    region: azure.region,
    timezone: fleet.timezone,
    join: azure.join,
    image: azure.image,
    subscriptions: azure.subscriptions,
    hub: {
      subscription: azure.subscriptions[0] ?? "",
      range: part(0, 24),
      subnets: { gateway: part(0, 26), resolver: part(64, 28), watch: part(80, 28), endpoints: part(128, 25) },
      // A subnet's first four addresses belong to the cloud.
      resolver: formatAddress(transit.first + 64 + 4),
      outside: part(256, 24),
      virtualHubs: virtualHubs(gateways).map((offset) => part(offset, virtualHubPrefix)),
    },
  };
}

/** Where each Virtual WAN hub's network begins in the transit range: up to the bodies' endpoints. */
function virtualHubs(gateways: readonly GatewayPlan[]): readonly number[] {
  const size = sizeOf({ first: 0, prefix: virtualHubPrefix });
  const offsets = gateways.filter(({ sku }) => sku === virtualWan.name).map((_, index) => size * (index + 1));
  const most = endpointsAt / size - 1;
  if (offsets.length <= most) return offsets;
  throw new PlanError(
    `${offsets.length} ${virtualWan.name} hubs are needed, and their networks have room for ${most} of them ` +
      `(${(most * virtualWan.peoplePerHub).toLocaleString("en-US")} people at once); split the fleet`,
  );
}

/** The network of a body's private endpoints. */
export function endpointsOf(fleet: Fleet, ordinal: number): string | undefined {
  if (fleet.azure === undefined) return undefined;
  const size = sizeOf({ first: 0, prefix: endpointsPrefix });
  return formatRange({ first: transitOf(fleet).first + endpointsAt + ordinal * size, prefix: endpointsPrefix });
}

function transitOf(fleet: Fleet): Range {
  const transit = parseRange(fleet.network.transit);
  if (transit.prefix <= smallestTransitPrefix) return transit;
  throw new PlanError(
    `network.transit ${fleet.network.transit} is too small for the cloud's own networks beside the sites'; ` +
      `give it a /${smallestTransitPrefix} or larger`,
  );
}
