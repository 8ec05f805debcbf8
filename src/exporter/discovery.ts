import { type TargetKind, targetKinds } from "../report.ts";
import type { WatchedFleet } from "./watched.ts";

/** One group of Prometheus's HTTP service discovery. */
export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * What the inventory lists, for other exporters to look at too: one group a target, with the labels of its metrics and
 * its `kind`. Hosts, sites and lines are bare addresses, gateways `address:port`, services their URL.
 */
export function targetGroups(fleet: WatchedFleet, kinds: readonly TargetKind[] = targetKinds): readonly TargetGroup[] {
  const { links, sites, hosts, instances, services } = fleet.inventory;
  const addresses: Readonly<Record<TargetKind, readonly string[]>> = {
    link: links.map(({ address }) => address),
    site: sites.map(({ router }) => router),
    host: hosts.map(({ address }) => address),
    service: services.map(({ url }) => url),
    gateway: instances.map(({ address, port }) => `${address}:${port}`),
  };
  return kinds.flatMap((kind) =>
    fleet[kind].map(({ labels }, index) => {
      const { vantage: _, ...place } = labels;
      return { targets: [addresses[kind][index] ?? ""], labels: { kind, ...place } };
    }),
  );
}
