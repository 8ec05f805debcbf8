import { dirname } from "node:path";
import { defineCommand } from "citty";
import { startExporter } from "../src/exporter/exporter.ts";
import { HeartbeatFileError } from "../src/exporter/jobs/heartbeats.ts";
import { loadWebConfig } from "../src/exporter/web/load.ts";
import { ListenError } from "../src/http-server.ts";
import { certificateStanding } from "../src/profiles/standing.ts";
import { azureClient, cloudArgs, cloudOf } from "./azure/access.ts";
import { CommandError, note } from "./cli.ts";
import { parseListen, shardArg, shardOrFail, untilStopped } from "./daemon.ts";
import { orFail } from "./fleet.ts";
import { becomeUser, userArg } from "./user.ts";

export default defineCommand({
  meta: {
    name: "exporter",
    description: "Serve the fleet's metrics: /metrics, /metrics/links, /targets, /-/healthy, /-/ready and a page at /.",
  },
  args: {
    inventory: {
      type: "string",
      required: true,
      valueHint: "FILE",
      description: "the inventory; followed when replaced",
    },
    ...shardArg,
    reports: { type: "string", required: true, valueHint: "SOCKET", description: "unix socket where probers report" },
    listen: { type: "string", default: "127.0.0.1:9720", valueHint: "HOST:PORT", description: "where to serve" },
    "web-config": {
      type: "string",
      valueHint: "FILE",
      description: "TLS, passwords, tokens, headers, as Prometheus's exporters take them; followed when it changes",
    },
    heartbeats: {
      type: "string",
      valueHint: "FILE",
      description: "take jobs' heartbeats (POST /heartbeats/UNIT/JOB) and keep them here",
    },
    authority: {
      type: "string",
      valueHint: "DIR",
      description: "the authority's folder: tell how long its certificates and people's profiles hold",
    },
    seats: {
      type: "string",
      valueHint: "FILE",
      description: "what `rollout watch` tells of licences and the newest roll-out (seats-report.json)",
    },
    sittings: {
      type: "string",
      valueHint: "FILE",
      description: "what `sitting check` tells of sittings to come (sittings.json)",
    },
    "lab-root": {
      type: "string",
      default: ".",
      valueHint: "DIR",
      description: "folder that the gateways' sockets in the inventory are relative to",
    },
    azure: {
      type: "boolean",
      default: true,
      description: "where the inventory stands in Azure, read its figures there, as Microsoft's default credential",
      negativeDescription: "ask Azure nothing",
    },
    ...cloudArgs,
    ...userArg,
  },
  run: async ({ args }) => {
    const webConfig = args["web-config"];
    const { authority, user } = args;
    const exporter = await startExporter({
      inventory: args.inventory,
      listen: parseListen(args.listen),
      shard: shardOrFail(args.shard),
      reports: args.reports,
      web: webConfig === undefined ? undefined : orFail(() => loadWebConfig(webConfig)),
      labRoot: args["lab-root"],
      heartbeats: args.heartbeats,
      certificates: authority === undefined ? undefined : certificateStanding(authority),
      seatsReport: args.seats,
      sittingsReport: args.sittings,
      azure: args.azure ? azureClient(cloudOf(args)) : undefined,
      note,
    }).catch((error: unknown) => {
      throw error instanceof ListenError || error instanceof HeartbeatFileError
        ? new CommandError(error.message)
        : error;
    });
    if (user !== undefined) {
      try {
        const folder = args.heartbeats === undefined ? undefined : dirname(args.heartbeats);
        const read = [args.inventory, webConfig, authority, args.seats, args.sittings];
        becomeUser(user, { read, write: [folder] }, [args.reports]);
      } catch (error) {
        await exporter.close();
        throw error;
      }
    }
    note(`serving on port ${exporter.port}`);
    await untilStopped();
    await exporter.close();
  },
});
