import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { demandsFor, type DemandSettings } from "../../../src/link/accept/demands.ts";
import { MeasureError } from "../../../src/link/accept/iperf.ts";
import { isAccepted, judge } from "../../../src/link/accept/judge.ts";
import { mayTest, type Way } from "../../../src/link/accept/may.ts";
import type { Acceptance } from "../../../src/link/accept/report.ts";
import { demandsText, type Effort, stepsText } from "../../../src/link/accept/steps.ts";
import { isoOf } from "../../../src/link/period.ts";
import { standingOf, type StandingSettings } from "../../../src/link/standing.ts";
import type { Standing, Window } from "../../../src/link/window.ts";
import { states } from "../../../dashboards/rules/states.ts";
import type { Inventory } from "../../../src/inventory.ts";
import type { Plan } from "../../../src/plan/types.ts";
import { LockError, withLock } from "../../../src/lock.ts";
import { exists } from "../../../stacks/lab/kinds/namespace.ts";
import { LabCommandError } from "../../../stacks/lab/run.ts";
import type { LabSettings } from "../../../stacks/lab/settings.ts";
import { topology } from "../../../stacks/lab/topology.ts";
import { CommandError, note } from "../../cli.ts";
import { requireLabMachine } from "../../machine.ts";
import { onPath } from "../../setup/machine.ts";
import { asking, linkOf, sitesOf } from "../line.ts";
import { digestsOf, toolsOf } from "./about.ts";
import { giveBack, Keeper, leftBehind } from "./keeper.ts";
import { type LabLine, labLine } from "./lab-line.ts";
import { tested } from "./run.ts";
import { interruptible } from "./stop.ts";
import { becomesQuiet, ended, endedLeft, isTunnelLost, opened, type Watch, windowFor } from "./window.ts";

export interface Asked {
  readonly plan: Plan;
  readonly timezone: string;
  readonly fleetFile: string;
  readonly lab: LabSettings;
  readonly inventory: Inventory;
  readonly link: string;
  readonly effort: Effort;
  readonly demand: Omit<DemandSettings, "mbps">;
  readonly failover: boolean;
  readonly force: string | undefined;
  readonly by: string;
  readonly watch: Watch;
}

export interface Would {
  readonly link: string;
  readonly dryRun: true;
  readonly steps: readonly string[];
  readonly demands: readonly string[];
}

/** How long a line may take to be up again, and its pages to end, before the window ends all the same, seconds. */
const quietSeconds = 60;
/** What TCP had through strongSwan in user space on two idle cores. */
const labTunnelMbps = 290;
/** Of a test, beside its measurements: moving traffic there and back at its slowest, and being quiet again. */
const windowSlack = 360;

/** What a test would do; throws CommandError where it would be refused. */
export async function dryRun(asked: Asked): Promise<Would> {
  requireLine(asked);
  const left = leftBehind(keptFile(asked));
  if (left !== undefined) note(`a test of ${left.link} was killed: what it took away would be put back first`);
  const { way, standing } = await mayOrFail(asked);
  if (standing.lines.length > 1) await opened(asked.watch, windowOf(asked), { ...settingsOf(asked), dryRun: true });
  const { link } = asked;
  const demands = demandsText(demandsFor({ ...asked.demand, mbps: mbpsOf(asked) }));
  return { link, dryRun: true, steps: stepsText(link, way, asked.effort), demands };
}

/** Tests a line; only one at a time in a lab. Ctrl-C puts all back. Throws CommandError. */
export async function acceptance(asked: Asked): Promise<Acceptance> {
  requireLine(asked);
  mkdirSync(asked.lab.root, { recursive: true });
  const lock = join(asked.lab.root, "accept.lock");
  try {
    return await interruptible((stop) => withLock(lock, () => testAll(asked, stop), 0));
  } catch (error) {
    if (error instanceof MeasureError || error instanceof LabCommandError) {
      throw new CommandError(`${asked.link}: ${error.message}`, 1, { cause: error });
    }
    if (!(error instanceof LockError)) throw error;
    throw new CommandError(`another test of a line is running (process ${error.pid}): one at a time`, 1, {
      cause: error,
    });
  }
}

async function testAll(asked: Asked, stop: AbortSignal): Promise<Acceptance> {
  const { link, plan, watch } = asked;
  await mendLeft(asked);
  const { way, standing } = await mayOrFail(asked);
  const lineOf = (id: string): LabLine => labLine(plan, asked.lab, id);
  const keeper = new Keeper(keptFile(asked), { link, site: standing.site }, lineOf);
  const others = way.kind === "whole" ? way.others.map(lineOf) : [];
  const lost = (): Promise<boolean> => isTunnelLost(watch, link);
  const test = { line: lineOf(link), others, way, effort: asked.effort, keeper, isTunnelLost: lost, stop };
  const from = Date.now();
  if (standing.lines.length === 1) {
    note(`${link}: no window is opened for a site's only line: what burns is heard`);
    return acceptanceOf(asked, way, standing, { from, figures: await tested(test), despite: [] });
  }
  const window = windowOf(asked);
  const despite = await opened(watch, window, { ...settingsOf(asked), dryRun: false });
  try {
    note(`${link}: a window is open until ${isoOf(window.until)} at the latest`);
    await keeper.begin();
    return await acceptanceOf(asked, way, standing, { from, figures: await tested(test), despite });
  } finally {
    await keeper.giveAll();
    await endWindow(watch, window);
    await keeper.end();
  }
}

/** Once the line is quiet; what cannot be asked hides no other failure, and the window ends by itself. */
async function endWindow(watch: Watch, window: Window): Promise<void> {
  const { link, until } = window;
  try {
    note(`${link}: all is put back; is it up and quiet again?`);
    const burning = await becomesQuiet(watch, link, quietSeconds);
    if (burning === undefined) note(`${link}: it is not, after ${quietSeconds} s; its alerts are heard from now on`);
    else if (burning.length > 0) note(`${link}: ${burning.join(", ")} burns still, and is heard from now on`);
    await ended(watch, window);
    note(`${link}: the window is ended`);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    note(`${link}: its window stays until ${isoOf(until)}: ${error.message}`);
  }
}

interface Outcome {
  readonly from: number;
  readonly figures: Parameters<typeof judge>[0];
  readonly despite: readonly string[];
}

async function acceptanceOf(
  asked: Asked,
  way: Way,
  { site, people }: Omit<Standing, "windows">,
  { from, figures, despite }: Outcome,
): Promise<Acceptance> {
  const { plan, link, by, timezone, demand } = asked;
  const { carrier, mbps } = linkOf(plan, link).link;
  const findings = judge(figures, demandsFor({ ...demand, mbps }));
  return {
    link,
    site,
    carrier,
    mbps,
    by,
    from,
    until: Date.now(),
    timezone,
    place: "the lab's own line on this machine, held to the contract's width; it says nothing of the carrier's",
    findings,
    accepted: isAccepted(findings),
    notes: [
      ...(mbps * demand.share > labTunnelMbps
        ? [
            `A tunnel of the lab carries ${labTunnelMbps} Mb/s on two idle cores: a wider line fails here by that alone.`,
          ]
        : []),
      ...despite.map((reason) => `Despite: ${reason} (${asked.force ?? ""}).`),
      ...(way.kind === "measured only" && people > 0
        ? [`What up to ${people} people at ${site} sent meanwhile is not in the throughput, and made it less.`]
        : []),
    ],
    fleet: plan.fleet,
    stage: plan.stage,
    digests: digestsOf(asked.fleetFile, plan),
    tools: await toolsOf(new AbortController().signal),
  };
}

/** A test that was killed left lines taken, a window open, or both. */
async function mendLeft(asked: Asked): Promise<void> {
  const { plan, lab, link, watch } = asked;
  const left = leftBehind(keptFile(asked));
  if (left !== undefined) {
    const known = new Set(sitesOf(plan).flatMap(({ links }) => links.map(({ id }) => id)));
    await giveBack(keptFile(asked), left, (id) => (known.has(id) ? labLine(plan, lab, id) : undefined));
    note(`a test of ${left.link} was killed: what it took away is put back; is it up again?`);
    for (const id of new Set([left.link, link])) await becomesQuiet(watch, id, quietSeconds);
  }
  const windows = await endedLeft(watch, left === undefined ? [link] : [left.link, link]);
  if (windows > 0) note(`a test before was killed: ${windows} of its windows ended`);
}

async function mayOrFail(asked: Asked): Promise<{ readonly way: Way; readonly standing: Omit<Standing, "windows"> }> {
  const { prometheus } = asked.watch;
  const standing = await asking(() => standingOf(prometheus, settingsOf(asked)));
  const may = mayTest(asked.link, standing, asked.failover);
  if (may.kind === "may") return { way: may.way, standing };
  throw new CommandError(may.reasons.map((reason) => `no test: ${reason}`).join("\n"));
}

function settingsOf({ plan, link, inventory, force }: Asked): StandingSettings & { readonly forced: boolean } {
  const { site } = linkOf(plan, link);
  return { site, inventory, upSeries: states.link.record, now: Date.now(), forced: force !== undefined };
}

function windowOf({ link, by, effort, force }: Asked): Window {
  return windowFor(link, by, Math.ceil(2 * effort.seconds + effort.probes / 100) + windowSlack, force);
}

function requireLine({ lab, plan }: Asked): void {
  requireLabMachine(lab);
  for (const tool of ["iperf3", "fping"]) {
    if (onPath(tool) === undefined) throw new CommandError(`${tool} is not installed; run: npm run setup`);
  }
  if (exists(topology(plan, lab.prefix).internet)) return;
  throw new CommandError("the lab is not up; run: npx deskbridge up --target lab");
}

function mbpsOf({ plan, link }: Asked): number {
  return linkOf(plan, link).link.mbps;
}

function keptFile({ lab }: Asked): string {
  return join(lab.root, "accept.json");
}
