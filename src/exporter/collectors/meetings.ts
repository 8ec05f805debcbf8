import type { Family } from "../../metrics.ts";
import type { Collector } from "../collector.ts";
import { meetingFamilies } from "../livekit/figures.ts";

/** More than this is no server's figures, bytes. */
const mostBytes = 4 * 2 ** 20;

/** The fleet's own server of videoconferences, where it has one: what it tells Prometheus. One that is silent is down. */
export const meetingsCollector: Collector = {
  name: "meetings",
  applies: ({ fleet }) => fleet?.inventory.videoconference !== undefined && fleet.shard.index === 1,
  async collect({ fleet, instanceMs }, signal) {
    const { address, metricsPort } = fleet?.inventory.videoconference ?? {};
    const timed = AbortSignal.any([signal, AbortSignal.timeout(instanceMs)]);
    const text = await figures(`http://${address}:${metricsPort}/metrics`, timed).catch(() => undefined);
    return text === undefined ? silent : meetingFamilies(text);
  },
};

const silent: readonly Family[] = [{ name: "meeting_server_up", samples: [{ labels: {}, value: 0 }] }];

/** Undefined where it does not answer with figures. */
async function figures(url: string, signal: AbortSignal): Promise<string | undefined> {
  const answer = await fetch(url, { redirect: "error", signal });
  if (!answer.ok || answer.body === null) return undefined;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body) {
    bytes += chunk.length;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
