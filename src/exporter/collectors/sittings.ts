import type { Family } from "../../metrics.ts";
import { decodeSittingsReport, type SittingsReport, sittingStates } from "../../sittings-report.ts";
import type { Collector } from "../collector.ts";
import { reportText } from "../report-file.ts";

/** Sittings to come, as `deskbridge sitting check` left them in a file. Where there is none, nothing; those that are over go. */
export const sittingsCollector: Collector = {
  name: "sittings",
  applies: ({ sittingsReport }) => sittingsReport !== undefined,
  collect: async ({ sittingsReport, now }) => {
    const text = sittingsReport === undefined ? undefined : await reportText(sittingsReport);
    if (text === undefined) return [];
    return familiesOf(decodeSittingsReport(text).sittings.filter(({ end }) => Date.parse(end) > now()));
  },
};

function familiesOf(sittings: SittingsReport["sittings"]): readonly Family[] {
  const each = (value: (sitting: SittingsReport["sittings"][number]) => number) =>
    sittings.map((sitting) => ({ labels: { sitting: sitting.id }, value: value(sitting) }));
  return [
    { name: "sitting_start_timestamp_seconds", samples: each(({ start }) => Date.parse(start) / 1000) },
    { name: "sitting_end_timestamp_seconds", samples: each(({ end }) => Date.parse(end) / 1000) },
    { name: "sitting_checked_timestamp_seconds", samples: each(({ checked }) => Date.parse(checked) / 1000) },
    {
      name: "sitting_state",
      samples: sittings.flatMap((sitting) =>
        sittingStates.map((state) => ({
          labels: { sitting: sitting.id, state },
          value: sitting.state === state ? 1 : 0,
        })),
      ),
    },
    { name: "sitting_checks_failed", samples: each(({ failed }) => failed) },
  ];
}
