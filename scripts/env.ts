import { defineCommand } from "citty";
import { fleetArgs, jsonArg, print, printJson } from "./cli.ts";
import { engineContext, engineVariables } from "./engine.ts";

export default defineCommand({
  meta: { name: "env", description: 'print the exports for plain pulumi: eval "$(npx deskbridge env)"' },
  args: { ...fleetArgs, ...jsonArg },
  run({ args }) {
    const variables = engineVariables(engineContext(args.fleet, args.stage));
    if (args.json) printJson(variables);
    else
      print(
        Object.entries(variables)
          .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`)
          .join("\n"),
      );
  },
});
