import { commands } from "../../../src/link/accept/commands.ts";
import { Heartbeat, parseEchoes } from "../../../src/link/accept/echoes.ts";
import type { Echoes, Move, Throughput } from "../../../src/link/accept/figures.ts";
import { MeasureError, parseIperf } from "../../../src/link/accept/iperf.ts";
import { probeEveryMs, warmSeconds, wayEveryMs } from "../../../src/link/accept/steps.ts";
import { beside, holds, ran } from "./child.ts";
import { carriesNow, type LabLine, within } from "./lab-line.ts";

/** iperf3's own; in the gateway's namespace nothing else listens there. */
const iperfPort = 5201;
/** More than a measurement takes, seconds: a server that nobody comes to does not stay. */
const slack = 20;

/** TCP over the line's tunnel. Throws MeasureError. */
export async function throughputOf(
  line: LabLine,
  way: Throughput["way"],
  seconds: number,
  stop: AbortSignal,
): Promise<Throughput> {
  const life = `${seconds + warmSeconds + slack}`;
  const bounded = (argv: readonly string[]): readonly string[] => ["timeout", life, ...argv];
  let listens = false;
  const hear = (text: string): void => {
    if (text.startsWith("Server listening")) listens = true;
  };
  const server = bounded(within(line.gateway, commands.server(line.gatewayInner, iperfPort)));
  const { siteInner: from, gatewayInner: to } = line;
  const client = bounded(within(line.site, commands.client({ from, to, port: iperfPort, seconds, way })));
  const { stdout } = await beside(server, hear, stop, async (stop) => {
    if (!(await holds(() => listens, 10, stop))) throw new MeasureError("iperf3's server does not begin");
    return ran(client, stop);
  });
  return { way, ...parseIperf(stdout) };
}

/** Probes through the line's tunnel. Throws MeasureError. */
export async function echoesOf(line: LabLine, probes: number, stop: AbortSignal): Promise<Echoes> {
  const argv = within(line.site, commands.echoes(line.siteInner, line.gatewayInner, probes));
  const { stdout, stderr } = await ran(argv, stop);
  return { everyMs: probeEveryMs, roundTrips: parseEchoes(`${stderr}\n${stdout}`, probes) };
}

/** Answers in a row that say that traffic flows. */
const steady = 50;
const mostProbes = 15_000;
const settleSeconds = 15;

export interface Change {
  readonly what: string;
  readonly by: string;
  readonly to: readonly LabLine[];
  readonly patience: number;
  readonly back: boolean;
  readonly make: () => Promise<void>;
  /** What is awaited before the next change, once traffic flows. */
  readonly afterwards?: (stop: AbortSignal) => Promise<void>;
}

/** Makes changes one after the other while the site's router asks the hub's. Throws MeasureError. */
export function movesOf(line: LabLine, changes: readonly Change[], stop: AbortSignal): Promise<readonly Move[]> {
  const beat = new Heartbeat();
  const argv = within(line.site, commands.heartbeat(line.router, line.hub, mostProbes));
  return beside(
    argv,
    (text) => beat.read(text),
    stop,
    async (stop) => {
      /** Answers come steadily, from now on. */
      const flows = (): Promise<boolean> => {
        const { last } = beat;
        return holds(() => beat.inRow(last) >= steady, settleSeconds, stop);
      };
      const moves: Move[] = [];
      for (const change of changes) {
        if (!(await flows())) throw new MeasureError(`${line.hub} does not answer the site's router`);
        moves.push(await moveBy(line, change, beat, flows, stop));
        await change.afterwards?.(stop);
      }
      return moves;
    },
  );
}

async function moveBy(
  line: LabLine,
  { what, by, to, patience, back, make }: Change,
  beat: Heartbeat,
  flows: () => Promise<boolean>,
  stop: AbortSignal,
): Promise<Move> {
  beat.mark();
  const began = performance.now();
  await make();
  const names = to.map(({ name }) => name);
  const moved = await holds(async () => names.includes((await carriesNow(line)) ?? ""), patience, stop);
  const took = (performance.now() - began) / 1000;
  const arrived = moved && (await flows());
  const lost = beat.longestLost;
  return {
    what,
    by,
    to: to.map(({ id }) => id).join(" or "),
    took: arrived ? took : undefined,
    patience,
    // Somewhere within the probes before and after.
    silence: arrived ? (lost === 0 ? 0 : ((lost + 1) * wayEveryMs) / 1000) : undefined,
    probes: beat.probes,
    everyMs: wayEveryMs,
    back,
  };
}
