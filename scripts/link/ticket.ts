import { defineCommand } from "citty";
import { intervals, thresholds } from "../../dashboards/config.ts";
import { states } from "../../dashboards/rules/states.ts";
import { gatherEvidence } from "../../src/link/evidence.ts";
import { Prometheus } from "../../src/link/prometheus.ts";
import { subjectOf, ticketJson, ticketText } from "../../src/link/ticket.ts";
import { CommandError, jsonArg, print, printJson } from "../cli.ts";
import {
  answerMs,
  asking,
  lineArg,
  linkArgs,
  linkOf,
  nowOf,
  planned,
  prometheusArg,
  prometheusUrl,
  sitesOf,
  timeOf,
} from "./line.ts";

const dayMs = 24 * 3600 * 1000;
const mostDays = 92;

export default defineCommand({
  meta: { name: "ticket", description: "the text to send to a line's carrier, with what was measured" },
  args: {
    line: lineArg,
    since: { type: "string", valueHint: "ISO", description: "from when, ISO 8601 (default: 24 h before --until)" },
    until: { type: "string", valueHint: "ISO", description: "up to when (default: now)" },
    ...prometheusArg,
    ...linkArgs,
    ...jsonArg,
  },
  async run({ args }) {
    const { plan, timezone } = planned(args.fleet, args.stage);
    const { link } = linkOf(plan, args.line);
    const now = nowOf(args.at, timezone);
    const until = args.until === undefined ? now : timeOf("--until", args.until, timezone);
    const from = args.since === undefined ? until - dayMs : timeOf("--since", args.since, timezone);
    if (until > now) throw new CommandError(`--until "${args.until}": that is still to come`, 2);
    if (from >= until) throw new CommandError("--since must be before --until", 2);
    if (until - from > mostDays * dayMs) throw new CommandError(`at most ${mostDays} days go into one ticket`, 2);
    const others = sitesOf(plan)
      .flatMap(({ links }) => links)
      .filter((each) => each.carrier === link.carrier && each.id !== link.id);
    const evidence = await asking(() =>
      gatherEvidence(new Prometheus(prometheusUrl(args.prometheus), answerMs), {
        link,
        others: others.map(({ id }) => id),
        period: { from, until },
        timezone,
        upSeries: states.link.record,
        patience: { interval: milliseconds(intervals.quick), bridge: milliseconds(thresholds.bridge.value) },
      }),
    );
    const subject = subjectOf(plan, link, timezone);
    if (args.json) printJson(ticketJson(subject, evidence));
    else print(ticketText(subject, evidence));
  },
});

/** Of a duration in seconds or milliseconds, as the thresholds write it. */
function milliseconds(duration: `${number}s` | `${number}ms`): number {
  return Number.parseInt(duration, 10) * (duration.endsWith("ms") ? 1 : 1000);
}
