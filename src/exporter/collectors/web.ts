import type { Family } from "../../metrics.ts";
import type { Collector } from "../collector.ts";

/** Whether the web configuration on the disk is the one in force, since when, and when its certificate ends. */
export const webCollector: Collector = {
  name: "web",
  applies: ({ web }) => web !== undefined,
  collect: ({ web }): readonly Family[] => {
    if (web === undefined) return [];
    const { inForce, readAt, certificateEnd } = web();
    const families: readonly Family[] = [
      { name: "web_config_last_reload_successful", samples: [{ labels: {}, value: inForce ? 1 : 0 }] },
      { name: "web_config_last_reload_success_timestamp_seconds", samples: [{ labels: {}, value: readAt }] },
    ];
    if (certificateEnd === undefined) return families;
    const end: Family = {
      name: "web_certificate_expiry_timestamp_seconds",
      samples: [{ labels: {}, value: certificateEnd }],
    };
    return [...families, end];
  },
};
