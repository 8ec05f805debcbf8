import { type MethodName, probeKinds } from "../../../src/probe/kinds.ts";
import { startProber } from "../../../src/probe/prober.ts";

/**
 * The prober's process of `npm run bench -- prober`: `probe.ts INVENTORY REPORTS icmp|tcp` is `deskbridge probe
 * --vantage hub` with that method for hosts.
 */
const [inventory = "", report = "", method] = process.argv.slice(2);
const kinds = { ...probeKinds, host: { ...probeKinds.host, method: method as MethodName } };
const note = (text: string): void => void process.stderr.write(`${text}\n`);
const prober = startProber({ vantage: "hub", inventory, report, kinds, note });
process.once("disconnect", () => void prober.stop().then(() => process.exit()));
process.send?.({ started: true });
