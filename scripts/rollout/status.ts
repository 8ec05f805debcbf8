import { defineCommand } from "citty";
import { statusJson, statusText } from "../../src/rollout/text.ts";
import { jsonArg, print, printJson, targetArg } from "../cli.ts";
import { look, nameArg, rolloutOf } from "./named.ts";
import { rolloutsFolder } from "./folder.ts";

export default defineCommand({
  meta: { name: "status", description: "how far a roll-out has come, wave by wave; also while it is at work" },
  args: { ...nameArg, ...targetArg, ...jsonArg },
  async run({ args }) {
    const told = await look(await rolloutOf(rolloutsFolder(args.target), args.name));
    if (args.json) printJson(statusJson(told));
    else print(statusText(told));
  },
});
