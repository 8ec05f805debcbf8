import { rdp } from "../../src/probe/methods/rdp.ts";
import { Rounds } from "../../src/probe/rounds.ts";
import type { Target } from "../../src/probe/targets.ts";
import { watcherPace } from "./watcher-pace.ts";

/** Probes some names at one port for ever and prints what came of it, one line a probe. */
const port = Number(process.argv[2]);
const rounds = new Rounds<Target>({
  pace: watcherPace,
  method: rdp,
  onResult: (_, __, outcome) =>
    void process.stdout.write(`${outcome.kind} ${outcome.kind === "answered" ? "" : JSON.stringify(outcome.why)}\n`),
});
rounds.retarget(Array.from({ length: 5 }, (_, index) => ({ id: `t-${index}`, address: "127.0.0.1", port })));
