import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Exporter, startExporter } from "../../src/exporter/exporter.ts";
import type { Inventory } from "../../src/inventory.ts";
import { type ProbeKind, probeKinds } from "../../src/probe/kinds.ts";
import { type Prober, startProber } from "../../src/probe/prober.ts";
import type { TargetKind, VantageId } from "../../src/report.ts";
import { seriesIn } from "./looks.ts";

const address = "127.0.0.1";
const note = (): void => undefined;

export interface Watched {
  /** Where their files stand, and what the inventory's files are relative to. */
  readonly folder: string;
  readonly inventory: Inventory;
  readonly vantage: VantageId;
  /** What is probed otherwise than usual. */
  readonly kinds: Partial<Readonly<Record<TargetKind, ProbeKind>>>;
}

/** An exporter and the prober of a vantage point that reports to it, in this process. */
export class Watching {
  readonly #exporter: Exporter;
  readonly #prober: Prober;

  static async start({ folder, inventory, vantage, kinds }: Watched): Promise<Watching> {
    const files = { inventory: join(folder, "inventory.json"), reports: join(folder, "reports.sock") };
    writeFileSync(files.inventory, JSON.stringify(inventory));
    const exporter = await startExporter({ ...files, listen: { host: address, port: 0 }, labRoot: folder, note });
    const prober = startProber({
      vantage,
      inventory: files.inventory,
      report: files.reports,
      labRoot: folder,
      kinds: { ...probeKinds, ...kinds },
      note,
    });
    return new Watching(exporter, prober);
  }

  private constructor(exporter: Exporter, prober: Prober) {
    this.#exporter = exporter;
    this.#prober = prober;
  }

  /** Values of the exporter's series that contain all `parts`. */
  async values(...parts: readonly string[]): Promise<readonly number[]> {
    const text = await (await fetch(`http://${address}:${this.#exporter.port}/metrics`)).text();
    return [...seriesIn(text, ...parts).values()];
  }

  async stop(): Promise<void> {
    await this.#prober.stop();
    await this.#exporter.close();
  }
}
