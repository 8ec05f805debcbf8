import type { Throughput } from "./figures.ts";
import { probeEveryMs, streams, warmSeconds, wayEveryMs } from "./steps.ts";

export interface ClientSettings {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly seconds: number;
  readonly way: Throughput["way"];
}

/** A probe that takes longer is lost, milliseconds: a satellite answers after 600 to 700. */
const lostAfterMs = 1000;

/** The argument lists of what measures; each ends by itself. */
export const commands = {
  server: (address: string, port: number): readonly string[] => [
    "iperf3",
    "--server",
    "--one-off",
    "--bind",
    address,
    "--port",
    `${port}`,
    "--forceflush",
  ],
  client: ({ from, to, port, seconds, way }: ClientSettings): readonly string[] => [
    "iperf3",
    "--client",
    to,
    "--bind",
    from,
    "--port",
    `${port}`,
    "--time",
    `${seconds}`,
    "--omit",
    `${warmSeconds}`,
    "--parallel",
    `${streams}`,
    "--connect-timeout",
    "5000",
    "--json",
    ...(way === "from the hub" ? ["--reverse"] : []),
  ],
  echoes: (from: string, to: string, probes: number): readonly string[] => [
    "fping",
    "-q",
    "-C",
    `${probes}`,
    "-p",
    `${probeEveryMs}`,
    "-t",
    `${lostAfterMs}`,
    "-S",
    from,
    to,
  ],
  heartbeat: (from: string, to: string, probes: number): readonly string[] => [
    "fping",
    "-D",
    "-c",
    `${probes}`,
    "-p",
    `${wayEveryMs}`,
    "-t",
    `${lostAfterMs}`,
    "-S",
    from,
    to,
  ],
} as const;
