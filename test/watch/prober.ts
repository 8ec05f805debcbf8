import { probeKinds } from "../../src/probe/kinds.ts";
import { startProber } from "../../src/probe/prober.ts";

/** The prober of the hub with hosts probed each second instead of each ten, so that a test need not wait a minute. */
const [inventory = "", report = ""] = process.argv.slice(2);
const prober = startProber({
  vantage: "hub",
  inventory,
  report,
  kinds: { ...probeKinds, host: { ...probeKinds.host, intervalMs: 1000 } },
  note: (text) => void process.stderr.write(`${text}\n`),
});
process.once("SIGTERM", () => void prober.stop());
