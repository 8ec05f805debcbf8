import { openJournal } from "../../../src/rollout/journal/journal.ts";
import { intent, run, wave } from "./samples.ts";

/** Appends until it is refused, then opens the journal anew; tells what it saw as one line of JSON. */
const [path = "", most = "100000"] = process.argv.slice(2);
const journal = await openJournal(path, { secrets: [] });
const told: string[] = [];
let acknowledged = 0;
const tell = (error: unknown): void => {
  told.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
};
await journal.append(run("r"));
await journal.append(wave(1));
for (let at = 0; told.length === 0 && at < Number(most); at += 2) {
  const pair = [at, at + 1].map((step) => journal.append(intent(`s${step}`, { change: "x".repeat(100 + (step % 7)) })));
  for (const result of await Promise.allSettled(pair)) {
    if (result.status === "fulfilled") acknowledged += 1;
    else tell(result.reason);
  }
}
await journal.append(intent("later")).catch(tell);
await journal.close();
const again = await openJournal(path, { secrets: [] });
const steps = again.standing.steps.size;
await again.close();
process.stdout.write(`${JSON.stringify({ acknowledged, told, steps, cut: again.cut ?? null })}\n`);
