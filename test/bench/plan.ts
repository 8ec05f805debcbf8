import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { fleetSchema } from "../../src/fleet/schema.ts";
import { desksOf, hostsOf } from "../../src/plan/names.ts";
import { plan } from "../../src/plan/plan.ts";
import { type BenchRow, goalRow } from "./row.ts";

/** Plans a fleet of so many personal desks and walks over every desk and host; gives how many, and the seconds. */
function enumerate(desks: number): { readonly names: number; readonly seconds: number } {
  const parsed = fleetSchema.parse({
    version: 1,
    name: "bench",
    network: { desks: "10.0.0.0/8", clients: "172.16.0.0/13", transit: "172.24.0.0/16" },
    stages: [{ name: "now", date: "2020-03-09", desks }],
    bodies: [{ id: "body", name: "Body", pools: [{ id: "pool", share: 1, kind: "personal", class: "medium" }] }],
  });
  const fleet = {
    ...parsed,
    bodies: parsed.bodies.map((body) => ({ ...body, pools: body.pools.map((pool) => ({ ...pool, listed: [] })) })),
  };
  const started = performance.now();
  let names = 0;
  for (const pool of plan(fleet).bodies.flatMap((body) => body.pools)) {
    for (const host of hostsOf(pool)) names += host.address === "" ? 0 : 1;
    for (const desk of desksOf(pool)) names += desk.id === "" ? 0 : 1;
  }
  return { names, seconds: (performance.now() - started) / 1000 };
}

function command(): number {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const started = performance.now();
  execFileSync(process.execPath, ["scripts/deskbridge.ts", "plan", "--fleet", "fleets/piemonte.yaml"], { cwd: root });
  return (performance.now() - started) / 1000;
}

/** Rows for `npm run bench`. */
export function benchPlan(): readonly BenchRow[] {
  const best = Math.min(command(), command(), command());
  const before = process.memoryUsage().rss;
  const tenth = enumerate(100_000);
  const million = enumerate(1_000_000);
  return [
    goalRow("deskbridge plan, 7,000 desks, whole command", "s", best, 1),
    goalRow("plan and enumerate 1,000,000 desks and hosts", "s", million.seconds, 10),
    goalRow("memory for it", "MB", (process.memoryUsage().rss - before) / 1e6, 2000),
    goalRow("time a desk, 1,000,000 against 100,000", "ratio", million.seconds / tenth.seconds / 10, 2),
  ];
}
