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
      description: "hub: links, sites and hosts by ICMP, services by HTTP; public: the gateways' public ports",
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
    "lab-root": {
      type: "string",
      default: ".",
      valueHint: "DIR",
      description: "folder that the authorities' files in the inventory are relative to",
    },
  },
  run: async ({ args }) => {
    const { vantage, inventory, report } = args;
    const prober = startProber({ vantage, inventory, report, labRoot: args["lab-root"], note });
    await untilStopped();
    await prober.stop();
  },
});
