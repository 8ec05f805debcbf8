import type { Figures, Move } from "../../../src/link/accept/figures.ts";
import { MeasureError } from "../../../src/link/accept/iperf.ts";
import type { Way } from "../../../src/link/accept/may.ts";
import type { Effort } from "../../../src/link/accept/steps.ts";
import { note } from "../../cli.ts";
import { holds } from "./child.ts";
import type { Keeper } from "./keeper.ts";
import { carriesNow, isEstablished, type LabLine } from "./lab-line.ts";
import { type Change, echoesOf, movesOf, throughputOf } from "./measure.ts";

export interface Test {
  readonly line: LabLine;
  /** The site's other lines, in order. */
  readonly others: readonly LabLine[];
  readonly way: Way;
  readonly effort: Effort;
  readonly keeper: Keeper;
  /** Whether the gateway has given its tunnel up. */
  readonly isTunnelLost: () => Promise<boolean>;
  readonly stop: AbortSignal;
}

/** Seconds that traffic is waited for: BFD sees a dead line after 0.8 s; a tunnel and BGP take longer to begin again. */
const patience = { away: 15, back: 90 } as const;

/** Measures all of a line; what it takes away goes through the keeper. Throws MeasureError, and the signal's reason. */
export async function tested(test: Test): Promise<Figures> {
  const { line, way, keeper, stop } = test;
  if (way.kind === "measured only") return { ...(await measured(test)), failover: { untested: way.why } };
  for (const each of [line, ...test.others]) {
    if (!(await isEstablished(each))) throw new MeasureError(`${each.id}: its BGP session does not stand`);
  }
  const first = (await carriesNow(line)) === line.name;
  if (first) {
    note(`${line.id}: people's traffic is moved to ${names(test.others)}`);
    await keeper.take("shut", line.id);
    const elsewhere = async (): Promise<boolean> => {
      const now = await carriesNow(line);
      return test.others.some(({ name }) => name === now);
    };
    if (!(await holds(elsewhere, patience.away, stop))) {
      throw new MeasureError(`the site's traffic does not move to ${names(test.others)}`);
    }
  }
  const figures = await measured(test);
  if (first) {
    note(`${line.id}: its traffic is given back to it`);
    await keeper.give("shut", line.id);
    if (!(await holds(async () => (await carriesNow(line)) === line.name, patience.back, stop))) {
      throw new MeasureError(`the site's traffic does not come back to ${line.id}`);
    }
  }
  return { ...figures, failover: await moved(test, first) };
}

async function measured({ line, effort, stop }: Test): Promise<Omit<Figures, "failover">> {
  note(`${line.id}: ${effort.probes} probes through its tunnel`);
  const echoes = await echoesOf(line, effort.probes, stop);
  const throughput = [];
  for (const way of ["to the hub", "from the hub"] as const) {
    note(`${line.id}: ${effort.seconds} s of TCP ${way}`);
    throughput.push(await throughputOf(line, way, effort.seconds, stop));
  }
  return { throughput, echoes };
}

function moved(test: Test, first: boolean): Promise<readonly Move[]> {
  return movesOf(test.line, first ? cutAndBack(test) : takenOverAndBack(test), test.stop);
}

/** Seconds in which a dead line's tunnel is given up: the gateway asks every 2 s, and gives up after some 10. */
const tunnelLostWithin = 40;

/** The line that carries: it is cut until its tunnel is lost too, as in a true outage, and mended. */
function cutAndBack({ line, others, keeper, isTunnelLost }: Test): readonly Change[] {
  return [
    {
      what: "it is cut",
      by: "its carrier's end down",
      to: others,
      patience: patience.away,
      back: false,
      make: said(`${line.id}: it is cut`, () => keeper.take("cut", line.id)),
      afterwards: async (stop) => {
        note(`${line.id}: the gateway gives its tunnel up`);
        if (await holds(isTunnelLost, tunnelLostWithin, stop, 250)) return;
        note(`${line.id}: it does not, in ${tunnelLostWithin} s: what follows is the end of a short outage`);
      },
    },
    {
      what: "it is mended",
      by: "its carrier's end up",
      to: [line],
      patience: patience.back,
      back: true,
      make: said(`${line.id}: it is mended`, () => keeper.give("cut", line.id)),
    },
  ];
}

/** A line in reserve: the lines before it are left without a loss, and taken again. */
function takenOverAndBack({ line, others, keeper }: Test): readonly Change[] {
  const each = async (work: (id: string) => Promise<void>): Promise<void> => {
    for (const { id } of others) await work(id);
  };
  return [
    {
      what: "it takes over",
      by: `sessions of ${names(others)} shut`,
      to: [line],
      patience: patience.away,
      back: false,
      make: said(`${line.id}: it takes over from ${names(others)}`, () => each((id) => keeper.take("shut", id))),
    },
    {
      what: "it is in reserve again",
      by: `sessions of ${names(others)} open`,
      to: others,
      patience: patience.back,
      back: true,
      make: said(`${line.id}: it is in reserve again`, () => each((id) => keeper.give("shut", id))),
    },
  ];
}

function said(text: string, work: () => Promise<void>): () => Promise<void> {
  return () => {
    note(text);
    return work();
  };
}

function names(lines: readonly LabLine[]): string {
  return lines.map(({ id }) => id).join(" and ");
}
