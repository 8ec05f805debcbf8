import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { defineCommand } from "citty";
import { renderDashboards, renderProvisioning } from "../dashboards/grafana/render.ts";
import { renderAgent, renderMonitoring } from "../dashboards/render.ts";
import { routeNotes } from "../dashboards/routes.ts";
import { CommandError, fleetArgs, note } from "./cli.ts";
import { loadFleetOrFail } from "./fleet.ts";

const place = (what: string, port: number) =>
  ({
    type: "string",
    valueHint: "HOST:PORT",
    default: `127.0.0.1:${port}`,
    description: `where ${what} answers`,
  }) as const;

export default defineCommand({
  meta: {
    name: "render",
    description: "Write the rules, routes, dashboards and Prometheus configuration of a fleet to a folder.",
  },
  args: {
    fleet: fleetArgs.fleet,
    out: { type: "string", valueHint: "DIR", default: ".deskbridge/monitoring", description: "the folder" },
    check: { type: "boolean", default: false, description: "write nothing; fail where a file differs, and name it" },
    exporter: {
      ...place("the exporter", 9720),
      valueHint: "HOST:PORT[,HOST:PORT]",
      description: "where the exporter answers, or those of all parts of the fleet, separated by commas",
    },
    store: {
      type: "string",
      valueHint: "URL",
      description: "write agent.yml too, for a Prometheus agent that scrapes the exporters and writes to this store",
    },
    prometheus: place("Prometheus", 9090),
    alertmanager: place("Alertmanager", 9093),
    runbook: {
      type: "string",
      valueHint: "URL",
      default: "dashboards/runbook.md",
      description: "where runbook.md is read; alerts and panels link to its sections",
    },
  },
  run({ args }) {
    const { store, prometheus, alertmanager, runbook } = args;
    const exporter = args.exporter.split(",");
    const fleet = loadFleetOrFail(args.fleet);
    const files = Object.entries({
      ...renderMonitoring(fleet, { exporter, prometheus, alertmanager, runbook }),
      ...renderDashboards(runbook),
      ...renderProvisioning(prometheus),
      ...(store === undefined ? {} : renderAgent(fleet, { exporter, store })),
    });
    for (const text of routeNotes(fleet)) note(`${args.fleet}: ${text}`);
    const different = files
      .filter(([name, text]) => current(join(args.out, name)) !== text)
      .map(([name]) => join(args.out, name));
    if (args.check) {
      if (different.length === 0) return;
      throw new CommandError(
        `${different.map((file) => `${file} differs`).join("\n")}\nrun: npx deskbridge render --out ${args.out}`,
      );
    }
    for (const [name, text] of files) {
      mkdirSync(dirname(join(args.out, name)), { recursive: true });
      writeFileSync(join(args.out, name), text);
    }
    note(`${args.out}: ${files.map(([name]) => name).join(", ")}`);
  },
});

function current(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
