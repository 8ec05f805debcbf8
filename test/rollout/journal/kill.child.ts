import { open, readFile } from "node:fs/promises";
import { openJournal } from "../../../src/rollout/journal/journal.ts";
import { inFlight } from "../../../src/rollout/journal/standing.ts";
import { intent, outcome, run, wave } from "./samples.ts";

/** A small engine: probes what was in flight, then goes on, eight steps at once, until it is killed or has `last`. */
const [path = "", made = "", last = "0"] = process.argv.slice(2);
const journal = await openJournal(path, { secrets: [] });
const file = await open(made, "a");
const { runs, steps } = journal.standing;
const number = runs.size;
const left = inFlight(journal.standing);
await journal.append(run(`r${number}`, number > 0));
await journal.append(wave(1));
const mutations = new Set((await readFile(made, "utf8")).split("\n"));
await Promise.all(
  left.map(({ intent: { step } }) => journal.append(outcome(step, mutations.has(step) ? "done" : "undone", "probe"))),
);
process.stdout.write("ready\n");

let at = 0;
function nextStep(): string | undefined {
  while (at < Number(last) && steps.get(`s${at}`)?.state === "done") at += 1;
  return at < Number(last) ? `s${at++}` : undefined;
}
await Promise.all(
  Array.from({ length: 8 }, async () => {
    for (let step = nextStep(); step !== undefined; step = nextStep()) {
      await journal.append(intent(step));
      await file.write(`${step}\n`);
      await file.sync();
      await journal.append(outcome(step));
    }
  }),
);
await file.close();
await journal.close();
