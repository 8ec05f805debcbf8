import { defineCommand } from "citty";
import { ListenError } from "../src/http-server.ts";
import { StandInError, startStandIns } from "../src/stand-in.ts";
import { CommandError, note } from "./cli.ts";
import { untilStopped } from "./daemon.ts";

export default defineCommand({
  meta: {
    name: "stand-in",
    description: "Stand in for services, until stopped: what the lab has in place of what desks are for.",
  },
  args: {
    services: {
      type: "string",
      required: true,
      valueHint: "FILE",
      description: "JSON: where each listens, its certificate, and the file with the status that it answers",
    },
  },
  run: async ({ args }) => {
    const standIns = await startStandIns(args.services, note).catch((error: unknown) => {
      throw error instanceof ListenError || error instanceof StandInError ? new CommandError(error.message) : error;
    });
    await untilStopped();
    await standIns.close();
  },
});
