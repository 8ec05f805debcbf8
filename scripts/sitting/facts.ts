import { states } from "../../dashboards/rules/states.ts";
import { WatchError } from "../../src/link/http.ts";
import { Prometheus } from "../../src/link/prometheus.ts";
import { fullName } from "../../src/metrics.ts";
import { deskStep } from "../../src/rollout/desk-steps.ts";
import { VendorError } from "../../src/rollout/licences/vendor-error.ts";
import { StepError } from "../../src/rollout/step.ts";
import { dueFrom, isWithin } from "../../src/sitting/distances.ts";
import { capacityOf, type Facts, placesOf, type Seen } from "../../src/sitting/facts.ts";
import { keyOf } from "../../src/sitting/keys.ts";
import { openUntil, type Sitting } from "../../src/sitting/sitting.ts";
import { answerMs, prometheusUrl } from "../link/line.ts";
import { lookable } from "../rollout/stops.ts";
import { videoconferenceOf } from "../rollout/asking.ts";
import type { World, WorldArgs } from "../rollout/world.ts";
import { asCommandError, targetFile } from "./named.ts";

/** Looks at the world: the vendor, the desks by SSH, the watch. What cannot be seen is told as such. */
export function factsFor(
  world: World,
  sittings: readonly Sitting[],
  now: number,
  { prometheus, target }: Pick<WorldArgs, "prometheus" | "target">,
): Promise<Facts> {
  return lookable(async (signal) => {
    const { means, vendor, fleet, inventory } = world;
    const { provider, licence } = videoconferenceOf(fleet);
    const watch = new Prometheus(prometheusUrl(prometheus), answerMs);
    // Of a moment that is still to come nothing is known but what is now.
    const moment = Math.min(now, Date.now());
    const holders = async (): Promise<ReadonlySet<string>> =>
      new Set((await means.provider.holders(signal)).map(({ account }) => account));
    const { meetings } = vendor;
    const [seats, rooms, grant, desks, lines] = await Promise.all([
      seen(holders()),
      meetings === undefined ? undefined : seen(meetings.rooms(signal)),
      grantsAt(world, sittings, now, await targetFile(target, "sitting-keys.json"), signal),
      seen(up(watch, fullName("desk_up"), "desk", moment)),
      seen(up(watch, states.link.record, "link", moment)),
    ]);
    return {
      now,
      capacity: capacityOf(provider, licence),
      seats,
      rooms,
      grant,
      desks,
      lines,
      places: placesOf(inventory),
    };
  });
}

/** Of each thing whether any vantage point sees it. */
async function up(
  watch: Prometheus,
  series: string,
  label: "desk" | "link",
  moment: number,
): Promise<ReadonlyMap<string, boolean>> {
  const values = await watch.at(`max by (${label}) (${series})`, moment);
  return new Map(
    values.flatMap(({ labels, value }) => (labels[label] === undefined ? [] : [[labels[label], value > 0]])),
  );
}

/** Only for sittings that are near enough: each look is a login. */
async function grantsAt(
  { vendor: { meetings }, spots, means }: World,
  sittings: readonly Sitting[],
  now: number,
  keys: string,
  signal: AbortSignal,
): Promise<Facts["grant"]> {
  if (meetings === undefined) return undefined;
  const near = sittings.filter(({ start }) => isWithin(dueFrom.grants, start, now));
  const looks: Promise<readonly [string, Seen<boolean>] | undefined>[] = [];
  for (const sitting of near) {
    const { id, room, invited, isEndToEnd } = sitting;
    // Where none was made yet, no file at a desk holds it.
    const endToEndKey = isEndToEnd ? await asCommandError(async () => (await keyOf(keys, sitting)) ?? "") : undefined;
    const meeting = { id, room, until: new Date(openUntil(sitting)), endToEndKey };
    const own = invited.map(async ({ account, desk }) => {
      const spot = desk === undefined ? undefined : spots.get(desk);
      const target = spot && means.targetOf(spot.host);
      if (target === undefined) return undefined;
      const step = deskStep(account, target, meetings.grantOf(account, meeting), means.hands);
      return [`${id} ${account}`, await seen(step.check(signal))] as const;
    });
    looks.push(...own);
  }
  const found = new Map((await Promise.all(looks)).filter((each) => each !== undefined));
  return (sitting, account) => found.get(`${sitting} ${account}`);
}

async function seen<What>(look: Promise<What>): Promise<Seen<What>> {
  try {
    return { seen: await look };
  } catch (error) {
    if (error instanceof VendorError || error instanceof StepError || error instanceof WatchError) {
      return { unseen: error.message };
    }
    throw error;
  }
}
