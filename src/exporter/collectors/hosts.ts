import type { Collector } from "../collector.ts";

/** Hosts as the prober saw them, and the desks on them. */
export const hostsCollector: Collector = {
  name: "hosts",
  collect: ({ hosts }) => hosts?.families() ?? [],
};
