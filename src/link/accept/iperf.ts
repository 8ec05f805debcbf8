import { z } from "zod";

/**
 * What `iperf3 --json` prints (3.12). Where it fails it prints JSON too, with `error` and no sums, and ends with 1.
 */
const sum = z.object({ bits_per_second: z.number().nonnegative(), seconds: z.number().nonnegative() });
const shape = z.object({
  error: z.string().optional(),
  start: z.object({ version: z.string().optional(), test_start: z.object({ num_streams: z.int() }).optional() }),
  end: z.object({ sum_sent: sum.extend({ retransmits: z.int().optional() }).optional(), sum_received: sum.optional() }),
});

export interface IperfResult {
  /** What arrived. */
  readonly bitsPerSecond: number;
  readonly seconds: number;
  readonly streams: number;
  readonly retransmits: number | undefined;
}

/** A measurement that came to nothing; the message says why. */
export class MeasureError extends Error {
  override readonly name = "MeasureError";
}

/** Throws MeasureError. */
export function parseIperf(text: string): IperfResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new MeasureError(`iperf3 printed no JSON: ${text.trim().slice(0, 120) || "nothing"}`, { cause: error });
  }
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw new MeasureError(`iperf3's JSON is not as expected: ${z.prettifyError(parsed.error)}`);
  const { error, start, end } = parsed.data;
  if (error !== undefined) throw new MeasureError(`iperf3: ${error}`);
  if (end.sum_received === undefined || end.sum_received.seconds === 0) {
    throw new MeasureError("iperf3 tells nothing of what was received");
  }
  return {
    bitsPerSecond: end.sum_received.bits_per_second,
    seconds: end.sum_received.seconds,
    streams: start.test_start?.num_streams ?? 1,
    retransmits: end.sum_sent?.retransmits,
  };
}
