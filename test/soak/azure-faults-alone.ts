import { after, before, describe, test } from "node:test";
import { succeeded } from "../lab/world.ts";
import { kinds, shuffled } from "../azure/faults.ts";
import { randomFrom } from "../random.ts";
import { nothingToDo, type Place, place, strike, up } from "../azure/struck.ts";

const seed = Number(process.env["DESKBRIDGE_FAULTS_SEED"] ?? 1);
const words = [...up, "--tries", "4", "--retry-seconds", "0"];

/** Each kind of fault twice, each in a run from nothing that has the patience of a user's. */
describe(`a fault in a run from nothing (DESKBRIDGE_FAULTS_SEED=${seed} repeats them)`, () => {
  const random = randomFrom(seed);
  let calm: Place;

  before(async () => {
    calm = await place();
    succeeded(await calm.world.deskbridge(...up));
  });
  after(() => calm.end());

  for (const [nth, kind] of shuffled([...kinds, ...kinds], random).entries()) {
    test(`${nth + 1}: ${kind}`, async (t) => {
      const one = await place();
      t.after(() => one.end());
      await strike(t, one, calm, { kinds: [kind], random, writes: calm.azure.log().length, words });
      await nothingToDo(one);
    });
  }
});
