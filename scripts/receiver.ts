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
    listen: { type: "string", default: "127.0.0.1:9095", valueHint: "HOST:PORT", description: "where to listen" },
  },
  run: async ({ args }) => {
    const receiver = await startReceiver({ listen: parseListen(args.listen), pages: args.pages, note }).catch(
      (error: unknown) => {
        throw error instanceof ListenError ? new CommandError(error.message) : error;
      },
    );
    note(`listening on port ${receiver.port}`);
    await untilStopped();
    await receiver.close();
  },
});
