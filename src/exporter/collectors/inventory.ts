import type { Family } from "../../metrics.ts";
import type { Collector } from "../collector.ts";
import { PartialCollectionError } from "../partial.ts";
import type { WatchedFleet } from "../watched.ts";

/** How much the inventory lists of this part of the fleet. A file that cannot be read is a failure; the last good one stays in force. */
export const inventoryCollector: Collector = {
  name: "inventory",
  collect: ({ fleet, inventoryError }) => {
    const families = fleet === undefined ? [] : count(fleet);
    if (inventoryError !== undefined) throw new PartialCollectionError(inventoryError.message, families);
    return families;
  },
};

function count(fleet: WatchedFleet): readonly Family[] {
  const bodies = fleet.inventory.bodies.map(({ id }) => id);
  const { stage } = fleet.inventory;
  const shard = String(fleet.shard.index);
  const targets = (["site", "link", "host", "desk"] as const).flatMap((kind) => {
    const found = tally(
      bodies,
      fleet[kind].map(({ labels }) => labels.body),
    );
    return [...found].map(([body, value]) => ({ labels: { body, kind, shard }, value }));
  });
  // What serves all bodies has an empty label, which Prometheus takes as absent.
  const common = (["gateway", "service"] as const).map((kind) => ({
    labels: { body: "", kind, shard },
    value: fleet[kind].length,
  }));
  const desks = tally(
    bodies,
    fleet.desk.map(({ labels }) => labels.body),
  );
  return [
    { name: "inventory_targets", samples: [...common, ...targets] },
    {
      name: "desks_remotized",
      samples: [...desks].map(([body, value]) => ({ labels: { body, stage, shard }, value })),
    },
    {
      name: "desks_target",
      samples: fleet.inventory.deskTargets.map(({ body, stage, desks }) => ({ labels: { body, stage }, value: desks })),
    },
    {
      name: "link_capacity_bytes_per_second",
      samples: fleet.inventory.links.map(({ id, body, site, instance, mbps }) => ({
        labels: { body, site, gateway: instance, link: id },
        value: (mbps * 1e6) / 8,
      })),
    },
    {
      name: "link_promised_availability_ratio",
      samples: fleet.inventory.links.flatMap(({ id, body, site, instance, availability }) =>
        availability === undefined
          ? []
          : [{ labels: { body, site, gateway: instance, link: id }, value: availability }],
      ),
    },
    {
      name: "stack_updated_timestamp_seconds",
      samples: fleet.inventory.stacks.map(({ name, updatedAt }) => ({
        labels: { stack: name },
        value: Date.parse(updatedAt) / 1000,
      })),
    },
    {
      name: "pool_info",
      samples: fleet.inventory.pools.map(({ id, body, kind, site = "" }) => ({
        labels: { body, pool: id, kind, site },
        value: 1,
      })),
    },
  ];
}

/** Every body is counted, if only to 0. */
function tally(bodies: readonly string[], found: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map(bodies.map((body) => [body, 0]));
  for (const body of found) counts.set(body, (counts.get(body) ?? 0) + 1);
  return counts;
}
