import { setTimeout as pause } from "node:timers/promises";
import { states } from "../../../dashboards/rules/states.ts";
import type { Alertmanager } from "../../../src/link/alertmanager.ts";
import { openWindow } from "../../../src/link/maintenance.ts";
import type { Prometheus } from "../../../src/link/prometheus.ts";
import type { StandingSettings } from "../../../src/link/standing.ts";
import { commentOf, lineAlerts, type Window, windowsOf } from "../../../src/link/window.ts";
import { select, selector } from "../../../src/metrics.ts";
import { CommandError } from "../../cli.ts";
import { asking } from "../line.ts";

/** Begins the reason of each window that a test opens. */
const reason = "test of the line (deskbridge link accept)";

/** A window for the time of a test; it ends by itself where the test cannot end it. */
export function windowFor(link: string, by: string, seconds: number, force: string | undefined): Window {
  const from = Math.floor(Date.now() / 1000) * 1000;
  const forced = force === undefined ? "" : ` (forced: ${force})`;
  return { link, from, until: from + seconds * 1000, why: `${reason}${forced}`, by };
}

export interface Watch {
  readonly alertmanager: Alertmanager;
  readonly prometheus: Prometheus;
}

/** Opens it; gives what it was opened despite. Throws CommandError where it is refused. */
export async function opened(
  { alertmanager, prometheus }: Watch,
  window: Window,
  { dryRun, ...settings }: StandingSettings & { readonly forced: boolean; readonly dryRun: boolean },
): Promise<readonly string[]> {
  const decision = await asking(() => openWindow(alertmanager, prometheus, { window, dryRun, ...settings }));
  if (decision.kind === "may") return decision.despite;
  if (decision.kind === "there already") throw new CommandError(`${window.link} has this window already`);
  const way = decision.canForce ? "\nto do it all the same, say on whose word: --force REASON" : "";
  throw new CommandError(`${decision.reasons.map((each) => `no test: ${each}`).join("\n")}${way}`);
}

export async function ended({ alertmanager }: Watch, window: Window): Promise<void> {
  await asking(async () => {
    for (const each of windowsOf(await alertmanager.silences())) {
      if (each.asked === commentOf(window)) await alertmanager.end(each.id);
    }
  });
}

/** Ends what a test that was killed left open at these lines; gives how many. */
export async function endedLeft({ alertmanager }: Watch, links: readonly string[]): Promise<number> {
  return asking(async () => {
    const left = windowsOf(await alertmanager.silences()).filter(
      ({ link, why }) => links.includes(link) && why.startsWith(reason),
    );
    for (const { id } of left) await alertmanager.end(id);
    return left.length;
  });
}

/** These end within seconds of the mending; the others look at minutes that are past, and are no pages. */
const quick: readonly string[] = ["LinkDown", "LinkDownOneVantage"];

/** What burns of the line's own alerts; undefined while the watch does not see it up. */
async function burning({ prometheus }: Watch, link: string): Promise<readonly string[] | undefined> {
  const at = Date.now();
  const up = await prometheus.at(`max(${selector(states.link.record, { link })})`, at);
  if (up[0]?.value !== 1) return undefined;
  const alerts = { alertname: { matches: lineAlerts.join("|") }, alertstate: "firing", link };
  return (await prometheus.at(selector("ALERTS", alerts), at)).map(({ labels }) => labels["alertname"] ?? "");
}

/** Whether the gateway says that the line's tunnel is gone. */
export async function isTunnelLost({ prometheus }: Watch, link: string): Promise<boolean> {
  const told = await asking(() => prometheus.at(`max(${select("link_state", { link, layer: "sa" })})`, Date.now()));
  return told[0]?.value === 0;
}

/**
 * Waits until the line is up and nothing of it would page; looked at twice, since what Prometheus tells Alertmanager takes
 * a moment. Gives what burns on, such as that the line came and went often of late; undefined where it is not up in time.
 */
export async function becomesQuiet(
  watch: Watch,
  link: string,
  seconds: number,
): Promise<readonly string[] | undefined> {
  const end = performance.now() + seconds * 1000;
  for (let quiet = false; ; await pause(500)) {
    const found = await asking(() => burning(watch, link));
    const isQuiet = found !== undefined && !found.some((name) => quick.includes(name));
    if (isQuiet && quiet) return found;
    quiet = isQuiet;
    if (performance.now() > end) return undefined;
  }
}
