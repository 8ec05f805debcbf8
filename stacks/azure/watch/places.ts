import { formatAddress, parseRange } from "../../../src/plan/addresses.ts";
import type { HubNetworkPlan } from "../../../src/plan/types.ts";

/** Addresses of the watch in the cloud. A subnet's first four belong to the cloud. */
export interface WatchPlaces {
  /** In the hub's watch subnet: the machine, and the private endpoints behind which the exporter outside and the store answer. */
  readonly hub: string;
  readonly linkEndpoint: string;
  readonly hubStore: string;
  /** Outside: its subnet (all of it), the machine, the balancer before it, whom the private link comes from, the store. */
  readonly outside: string;
  readonly outsideMachine: string;
  readonly balancer: string;
  readonly linkSource: string;
  readonly outsideStore: string;
}

/** Where the exporters and Prometheus answer. Only the exporter outside answers anybody but its own machine. */
export const ports = { exporter: 9720, prometheus: 9090, alertmanager: 9093 } as const;

export function watchPlaces(hub: Pick<HubNetworkPlan, "subnets" | "outside">): WatchPlaces {
  const inHub = (nth: number): string => formatAddress(parseRange(hub.subnets.watch).first + nth);
  const outside = (nth: number): string => formatAddress(parseRange(hub.outside).first + nth);
  return {
    hub: inHub(4),
    linkEndpoint: inHub(5),
    hubStore: inHub(6),
    outside: hub.outside,
    outsideMachine: outside(4),
    balancer: outside(5),
    linkSource: outside(6),
    outsideStore: outside(7),
  };
}
