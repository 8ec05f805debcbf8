import { isIPv4 } from "node:net";
import { defineCommand } from "citty";
import { type Anchor, startProber } from "../src/probe/prober.ts";
import { CommandError, note } from "./cli.ts";
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
    anchors: {
      type: "string",
      default: "",
      valueHint: "ADDRESS:PORT,…",
      description:
        "what answers close by, on the way to all that is probed (a refusal will do): while neither it nor a target does, " +
        "this vantage point is told as cut, and nothing as down",
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
    const anchors = parseAnchors(args.anchors);
    // Nothing here needs root: fping has the right to ping by itself.
    if (user !== undefined) {
      becomeUser(user, { read: [inventory] });
      if (vantage === "hub") mustPing();
    }
    const prober = startProber({ vantage, shard, inventory, report, anchors, labRoot: args["lab-root"], note });
    await untilStopped();
    await prober.stop();
  },
});

/** `192.0.2.1:443,192.0.2.2:443`. Throws CommandError (wrong use). */
function parseAnchors(text: string): readonly Anchor[] {
  return text.split(",").flatMap((part) => {
    if (text === "") return [];
    const [address = "", digits = "", ...more] = part.trim().split(":");
    const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
    if (!isIPv4(address) || port < 1 || port > 65_535 || more.length > 0)
      throw new CommandError(`--anchors "${part}" is not ADDRESS:PORT, such as 192.0.2.1:443`, 2);
    return [{ address, port }];
  });
}
