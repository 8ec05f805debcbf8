import { defineCommand } from "citty";
import { fleetArgs, jsonArg, print, printJson } from "./cli.ts";
import { fault } from "./fault.ts";

export default defineCommand({
  meta: { name: "mend", description: "lab only: mend what was cut" },
  args: {
    what: {
      type: "positional",
      valueHint: "ID",
      description:
        "such as regione/giunta/fibre, hub-a, regione/giunta, torino/office, regione-office-00001, documents",
    },
    ...fleetArgs,
    ...jsonArg,
  },
  async run({ args }) {
    const report = await fault("mend", args.what ?? "", args.fleet, args.stage);
    if (args.json) printJson(report);
    else print(`${report.kind} ${report.target}: mended at ${report.at}`);
  },
});
