import { defineCommand } from "citty";
import { startProber } from "../src/probe/prober.ts";
import { note } from "./cli.ts";
import { untilStopped } from "./daemon.ts";

export default defineCommand({
  meta: {
    name: "probe",
    description: "Probe the fleet from one vantage point, until stopped, and report to the exporter.",
  },
  args: {
    vantage: {
      type: "enum",
      options: ["hub", "public"],
      required: true,
      description: "hub: links, sites and hosts by ICMP; public: the gateways' public ports",
    },
    inventory: {
      type: "string",
      required: true,
      valueHint: "FILE",
      description: "the inventory; followed when replaced",
    },
    report: {
      type: "string",
      required: true,
      valueHint: "SOCKET",
      description: "the exporter's unix socket (--reports)",
    },
  },
  run: async ({ args }) => {
    const prober = startProber({ vantage: args.vantage, inventory: args.inventory, report: args.report, note });
    await untilStopped();
    await prober.stop();
  },
});
