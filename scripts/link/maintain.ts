import { join } from "node:path";
import { type ArgsDef, defineCommand } from "citty";
import { states } from "../../dashboards/rules/states.ts";
import { Alertmanager } from "../../src/link/alertmanager.ts";
import { openWindow } from "../../src/link/maintenance.ts";
import { Prometheus } from "../../src/link/prometheus.ts";
import { type Moving, openedText, windowJson, windowText } from "../../src/link/window-text.ts";
import type { Plan, Target } from "../../src/plan/types.ts";
import { type Decision, silenceOf, type Window, windowsOf } from "../../src/link/window.ts";
import { siteBirdDaemon } from "../../stacks/lab/config/bird.ts";
import { daemonFolder } from "../../stacks/lab/kinds/daemon.ts";
import { labSettings } from "../../stacks/lab/settings.ts";
import { lineInterface, topology } from "../../stacks/lab/topology.ts";
import { CommandError, jsonArg, note, print, printJson, targetArg } from "../cli.ts";
import { builtLink, inventoryArg, inventoryOf } from "./built.ts";
import {
  alertmanagerArg,
  alertmanagerUrl,
  answerMs,
  asking,
  linkArgs,
  linkOf,
  nowOf,
  planned,
  prometheusArg,
  prometheusUrl,
  timeOf,
} from "./line.ts";

const choices = {
  line: {
    type: "positional",
    required: false,
    valueHint: "LINK",
    description: "the line, such as regione/giunta/fibre",
  },
  from: { type: "string", valueHint: "ISO", description: "when the work begins, ISO 8601 (default: now)" },
  until: { type: "string", valueHint: "ISO", description: "when it is over at the latest" },
  why: { type: "string", valueHint: "TEXT", description: "what is done, for whoever reads it at night" },
  by: { type: "string", valueHint: "NAME", default: "deskbridge", description: "who opens the window" },
  force: {
    type: "string",
    valueHint: "REASON",
    description: "longer than 24 h, or although what is left is too narrow; never for a site's last line",
  },
  "dry-run": { type: "boolean", default: false, description: "say what would be done, and do nothing" },
  list: { type: "boolean", default: false, description: "the windows that are not over" },
  end: { type: "boolean", default: false, description: "end the line's windows now" },
} as const satisfies ArgsDef;

export default defineCommand({
  meta: {
    name: "maintain",
    description: "a maintenance window: what work on a line causes tells nobody, until its end",
  },
  args: {
    ...choices,
    ...alertmanagerArg,
    ...prometheusArg,
    ...inventoryArg,
    ...targetArg,
    ...linkArgs,
    ...jsonArg,
  },
  async run({ args }) {
    const alertmanager = new Alertmanager(alertmanagerUrl(args.alertmanager), answerMs);
    const show = { json: args.json };
    if (args.list) return list(alertmanager, planned(args.fleet, args.stage).timezone, show);
    if (args.line === undefined) throw new CommandError("name the line, or ask for --list", 2);
    if (args.end) {
      linkOf(planned(args.fleet, args.stage).plan, args.line);
      return end(alertmanager, args.line, show);
    }
    if (args.until === undefined) throw new CommandError("--until ISO: a window needs an end", 2);
    if ((args.why ?? "").trim() === "") throw new CommandError("--why TEXT: say what is done", 2);
    const inventory = await inventoryOf(args.inventory, args.target);
    const { plan, timezone } = planned(args.fleet, args.stage ?? inventory.stage);
    const now = nowOf(args.at, timezone);
    const built = builtLink(inventory, args.line);
    const forced = args.force === undefined ? "" : ` (forced: ${args.force})`;
    const window: Window = {
      link: built.id,
      from: args.from === undefined ? now : timeOf("--from", args.from, timezone),
      until: timeOf("--until", args.until, timezone),
      why: `${args.why}${forced}`,
      by: args.by,
    };
    const decision = await asking(() =>
      openWindow(alertmanager, new Prometheus(prometheusUrl(args.prometheus), answerMs), {
        window,
        forced: args.force !== undefined,
        dryRun: args["dry-run"],
        site: linkOf(plan, built.id).site,
        inventory,
        upSeries: states.link.record,
        now,
      }),
    );
    if (decision.kind === "refused") throw new CommandError(refusal(decision));
    if (args.json) {
      printJson({ window: windowJson(window), silence: silenceOf(window), dryRun: args["dry-run"], ...decision });
    } else
      print(
        openedText(window, decision, {
          timezone,
          moving: movingOf(plan, inventory.target, built.id),
          dryRun: args["dry-run"],
        }),
      );
  },
});

/** The operator's part: routers are not touched by a command that mutes pages. */
function movingOf(plan: Plan, target: Target, id: string): Moving {
  if (target === "azure") {
    return {
      away: "At the site's router, shut the line's BGP session, and see that traffic has moved.",
      back: "Open the session again.",
    };
  }
  const lab = labSettings(process.env);
  const { site, link } = linkOf(plan, id);
  const { name } = siteBirdDaemon(topology(plan, lab.prefix), site);
  const router = `birdc -s ${join(daemonFolder(lab, name), "control")}`;
  return {
    away: `Move its traffic without a loss: ${router} disable ${lineInterface(link)} (else it moves within 0.8 s of the cut).`,
    back: `${router} enable ${lineInterface(link)}`,
  };
}

function refusal({ reasons, canForce }: Extract<Decision, { kind: "refused" }>): string {
  const way = canForce ? "\nto do it all the same, say on whose word: --force REASON" : "";
  return `${reasons.map((reason) => `no window: ${reason}`).join("\n")}${way}`;
}

async function list(alertmanager: Alertmanager, timezone: string, { json }: { json: boolean }): Promise<void> {
  const windows = windowsOf(await asking(() => alertmanager.silences()));
  if (json) printJson(windows.map((window) => ({ ...windowJson(window), id: window.id, state: window.state })));
  else
    print(
      windows.length === 0
        ? "no window is open or to come"
        : windows.map((each) => windowText(each, timezone)).join("\n"),
    );
}

async function end(alertmanager: Alertmanager, link: string, { json }: { json: boolean }): Promise<void> {
  const own = windowsOf(await asking(() => alertmanager.silences())).filter((window) => window.link === link);
  for (const { id } of own) await asking(() => alertmanager.end(id));
  if (json) printJson({ link, ended: own.map(({ id }) => id) });
  else print(`${link}: ${own.length === 0 ? "no window to end" : `${own.length} ended; from now on it pages again`}`);
  if (own.length > 0) note("if it is down or loses probes still, its pages come within seconds");
}
