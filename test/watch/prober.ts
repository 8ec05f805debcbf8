import { probeKinds } from "../../src/probe/kinds.ts";
import { startProber } from "../../src/probe/prober.ts";

/** The prober of the hub with hosts and services probed each second, so that a test need not wait for minutes. */
const [inventory = "", report = ""] = process.argv.slice(2);
const prober = startProber({
  vantage: "hub",
  inventory,
  report,
  kinds: {
    ...probeKinds,
    host: { ...probeKinds.host, intervalMs: 1000 },
    service: { ...probeKinds.service, intervalMs: 1000, timeoutMs: 1000 },
  },
  note: (text) => void process.stderr.write(`${text}\n`),
});
process.once("SIGTERM", () => void prober.stop());
