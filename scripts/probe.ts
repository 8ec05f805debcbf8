import { defineCommand } from "citty";
import { startProber } from "../src/probe/prober.ts";
import { note } from "./cli.ts";
import { shardArg, shardOrFail, untilStopped } from "./daemon.ts";
import { becomeUser, mustPing, userArg } from "./user.ts";

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
    ...shardArg,
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
    ...userArg,
  },
  run: async ({ args }) => {
    const { vantage, inventory, report, user } = args;
    const shard = shardOrFail(args.shard);
    // Nothing here needs root: fping has the right to ping by itself.
    if (user !== undefined) {
      becomeUser(user, { read: [inventory] });
      if (vantage === "hub") mustPing();
    }
    const prober = startProber({ vantage, shard, inventory, report, labRoot: args["lab-root"], note });
    await untilStopped();
    await prober.stop();
  },
});
