import { defineCommand } from "citty";
import { ListenError } from "../src/http-server.ts";
import { startReceiver } from "../src/receiver/receiver.ts";
import { CommandError, note } from "./cli.ts";
import { parseListen, untilStopped } from "./daemon.ts";

export default defineCommand({
  meta: {
    name: "receiver",
    description: "Keep every notification that Alertmanager sends, one JSON line each, and show the last at /.",
  },
  args: {
    pages: { type: "string", required: true, valueHint: "FILE", description: "the file that keeps them" },
    heartbeat: {
      type: "boolean",
      default: false,
      description: "the watch's heartbeat comes here: keep its silence, and its end, as a notification too",
    },
    listen: { type: "string", default: "127.0.0.1:9095", valueHint: "HOST:PORT", description: "where to listen" },
  },
  run: async ({ args }) => {
    const { pages, heartbeat } = args;
    const receiver = await startReceiver({ listen: parseListen(args.listen), pages, heartbeat, note }).catch(
      (error: unknown) => {
        throw error instanceof ListenError ? new CommandError(error.message) : error;
      },
    );
    note(`listening on port ${receiver.port}`);
    await untilStopped();
    await receiver.close();
  },
});
