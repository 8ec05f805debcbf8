import type { Family, LabelsOf, Sample } from "../../metrics.ts";
import type { TargetRecord } from "../../report.ts";
import type { Collector } from "../collector.ts";
import { neverProbed, type ReportStore } from "../store.ts";
import { vantageOf, type WatchedFleet } from "../watched.ts";

/** What desks are for, as the prober saw it. Each service has a 0 or a 1, always. */
export const servicesCollector: Collector = {
  name: "services",
  collect: ({ fleet, store }) => (fleet === undefined ? [] : families(fleet, store)),
};

type Samples = readonly Sample<LabelsOf<"service_up">>[];

function families(fleet: WatchedFleet, store: ReportStore): readonly Family[] {
  const services = fleet.service.map(({ id, labels }) => ({
    labels,
    record: store.record(vantageOf.service, "service", id),
  }));
  const all = (value: (record: TargetRecord | undefined) => number): Samples =>
    services.map(({ labels, record }) => ({ labels, value: value(record) }));
  const known = (value: (record: TargetRecord) => number | null | undefined): Samples =>
    services.flatMap(({ labels, record }) => {
      const found = record === undefined ? undefined : value(record);
      return found === undefined || found === null ? [] : [{ labels, value: found }];
    });
  return [
    { name: "service_up", samples: all((record) => record?.up ?? 0) },
    { name: "service_unprobed", samples: all((record) => (neverProbed(record) ? 1 : 0)) },
    { name: "service_http_status", samples: known(({ status }) => status) },
    { name: "service_rtt_seconds", samples: known(({ rtt }) => rtt) },
    { name: "service_certificate_expiry_timestamp_seconds", samples: known(({ certificateEnds }) => certificateEnds) },
  ];
}
