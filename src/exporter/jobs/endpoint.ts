import { type Reply, textReply } from "../../http-server.ts";
import type { Scene } from "../collector.ts";
import { nameOf } from "./heartbeats.ts";

/** Where a job says that it has run: `POST /heartbeats/<unit>/<job>`. */
export const heartbeatsPath = "/heartbeats/";

/** Answers 200 once it is kept; what else it answers means that nothing was. `name`: what comes after the path. */
export async function takeHeartbeat({ heartbeats, fleet }: Scene, name: string): Promise<Reply> {
  if (heartbeats === undefined)
    return textReply(404, "this exporter keeps no heartbeats: start it with --heartbeats FILE");
  if (fleet === undefined) return textReply(503, "no inventory has been read yet");
  const { jobs } = fleet.inventory;
  const job = jobs.find((each) => nameOf(each) === name);
  if (job === undefined) {
    const known = jobs.map(nameOf).join(", ");
    return textReply(
      404,
      `no job ${JSON.stringify(name)} in the inventory; ${known === "" ? "it has none" : `there are ${known}`}`,
    );
  }
  try {
    await heartbeats.beat(job);
  } catch (error) {
    return textReply(500, `not kept: ${(error as Error).message}`);
  }
  return textReply(200, "kept");
}
