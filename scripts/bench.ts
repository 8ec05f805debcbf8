import Table from "cli-table3";
import { benchAlerts } from "../test/bench/alerts.ts";
import { benchAzure, benchAzureFleet } from "../test/bench/azure.ts";
import { benchExporter } from "../test/bench/exporter.ts";
import { benchGraph, benchGraphFull } from "../test/bench/graph.ts";
import { benchLab } from "../test/bench/lab.ts";
import { benchPlan } from "../test/bench/plan.ts";
import { benchProber } from "../test/bench/prober.ts";
import { benchSsh } from "../test/bench/ssh.ts";
import type { BenchRow } from "../test/bench/row.ts";
import { note, print, printJson } from "./cli.ts";

type Rows = Iterable<BenchRow> | AsyncIterable<BenchRow>;

/** `npm run bench [-- NAME…] [-- --json]`: side by side with the peers where there are any, one table. */
const benches: Readonly<Record<string, () => Rows | Promise<Rows>>> = {
  plan: benchPlan,
  prober: benchProber,
  exporter: benchExporter,
  lab: benchLab,
  alerts: benchAlerts,
  graph: benchGraph,
  azure: benchAzure,
  "azure-fleet": benchAzureFleet,
  ssh: benchSsh,
  "graph-full": benchGraphFull,
};

/** Too long to come along unasked. */
const byNameOnly = ["graph-full"];

const words = process.argv.slice(2).filter((word) => word !== "--");
const names = words.filter((word) => word !== "--json");
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0) {
  note(`no bench "${unknown.join('", "')}"; choose from: ${Object.keys(benches).join(", ")}`);
  process.exit(2);
}

const rows: BenchRow[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (names.length > 0 ? !names.includes(name) : byNameOnly.includes(name)) continue;
  note(`bench ${name}`);
  for await (const row of await bench()) {
    // A long bench that is ended half-way has told what it had.
    note(`  ${row.what}: ${figure(row.ours, row.unit)}`);
    rows.push(row);
  }
}
if (words.includes("--json")) printJson({ rows });
else print(table(rows));

function table(all: readonly BenchRow[]): string {
  const out = new Table({ head: ["what", "ours", "peer", "ratio", "goal", "met"], style: { head: [], border: [] } });
  for (const each of all) {
    const peer = each.peerName === null ? "" : `${figure(each.peer, each.unit)} (${each.peerName})`;
    const met = each.met === null ? "" : each.met ? "yes" : "no";
    out.push([
      each.what,
      figure(each.ours, each.unit),
      peer,
      each.ratio?.toFixed(2) ?? "",
      figure(each.goal, each.unit),
      met,
    ]);
  }
  return out.toString();
}

function figure(value: number | null, unit: string): string {
  return value === null ? "" : `${Number(value.toPrecision(3)).toLocaleString("en")} ${unit}`.trim();
}
