import { randomInt } from "node:crypto";
import { note } from "./cli.ts";
import type { Outcome } from "./test/outcomes.ts";
import { conclude, enterProject, runFiles } from "./test/run.ts";

/**
 * `npm run soak [-- ROUNDS]`: faults at random points of an `up` on the double of Azure, other points each round; each
 * round is named by its seed, by which it can be repeated.
 */
enterProject();

const [rounds = "1", ...rest] = process.argv.slice(2).filter((argument) => argument !== "--");
if (!/^[1-9]\d*$/.test(rounds) || rest.length > 0) {
  note("usage: npm run soak [-- ROUNDS], ROUNDS a number from 1 on (a round takes about 20 minutes)");
  process.exit(2);
}

const files = ["test/azure/faults.e2e.test.ts", "test/soak/azure-faults-alone.ts"];
const outcomes: Outcome[] = [];
for (let round = 1; round <= Number(rounds); round += 1) {
  const seed = process.env["DESKBRIDGE_FAULTS_SEED"] ?? String(randomInt(2 ** 32));
  note(`round ${round} of ${rounds}: DESKBRIDGE_FAULTS_SEED=${seed} repeats it`);
  process.env["DESKBRIDGE_FAULTS_SEED"] = seed;
  outcomes.push(...(await runFiles(files, 1, 60 * 60_000)));
  delete process.env["DESKBRIDGE_FAULTS_SEED"];
}
conclude(outcomes);
