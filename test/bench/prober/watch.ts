import { startExporter } from "../../../src/exporter/exporter.ts";

/**
 * The exporter's process of `npm run bench -- prober`: `watch.ts INVENTORY REPORTS` serves what a prober reports, and
 * tells its parent the port.
 */
const [inventory = "", reports = ""] = process.argv.slice(2);
const { port } = await startExporter({
  inventory,
  reports,
  listen: { host: "127.0.0.1", port: 0 },
  labRoot: "/",
  note: () => undefined,
});
process.once("disconnect", () => process.exit());
process.send?.({ port });
