import type { Family } from "../../metrics.ts";
import type { TargetRecord } from "../../report.ts";
import type { Collector } from "../collector.ts";
import type { ReportStore } from "../store.ts";
import { vantageOf, type WatchedFleet } from "../watched.ts";

/** Hosts as the prober saw them, and the desks on them. Each has a 0 or a 1, always. */
export const hostsCollector: Collector = {
  name: "hosts",
  collect: ({ fleet, store }) => (fleet === undefined ? [] : families(fleet, store)),
};

function up(record: TargetRecord | undefined): 0 | 1 {
  return record?.up ?? 0;
}

function families(fleet: WatchedFleet, store: ReportStore): readonly Family[] {
  const hosts = fleet.host.map(({ id, labels }) => ({ labels, record: store.record(vantageOf.host, "host", id) }));
  return [
    { name: "host_up", samples: hosts.map(({ labels, record }) => ({ labels, value: up(record) })) },
    {
      name: "host_rtt_seconds",
      samples: hosts.flatMap(({ labels, record }) =>
        record === undefined || record.rtt === null ? [] : [{ labels, value: record.rtt }],
      ),
    },
    {
      name: "host_transitions_total",
      samples: hosts.map(({ labels, record }) => ({ labels, value: record?.transitions ?? 0 })),
    },
    {
      name: "desk_up",
      samples: fleet.desk.map(({ host, labels }) => ({
        labels,
        value: up(store.record(vantageOf.host, "host", host)),
      })),
    },
  ];
}
