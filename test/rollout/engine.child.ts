import { openJournal } from "../../src/rollout/journal/journal.ts";
import { rollOut } from "../../src/rollout/engine.ts";
import { begun, Desks, orderOf } from "./desks.ts";

/** A roll-out over so many desks, until it is done or killed. */
const [folder = "", count = ""] = process.argv.slice(2);
const journal = await openJournal(`${folder}/journal.jsonl`, { secrets: [] });
const never = new AbortController().signal;
process.stdout.write("begun\n");
const end = await rollOut(
  journal,
  orderOf(new Desks(folder), Number(count)),
  begun(`r${journal.standing.runs.size}`),
  { drain: never, abort: never },
  () => undefined,
);
await journal.close();
process.exitCode = end.how === "complete" ? 0 : 1;
