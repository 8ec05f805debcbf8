import { once } from "node:events";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Exporter, startExporter } from "../../src/exporter/exporter.ts";
import { type Inventory, inventorySchema } from "../../src/inventory.ts";
import { encodeReport, protocolVersion, type Report, type TargetKind } from "../../src/report.ts";
import { wholeFleet } from "../../src/shard.ts";
import { clientOf, deskSubscription, gatewayId, hubSubscription, poolId, region } from "../azure/arm-world.ts";
import { type ArmDouble, startArm } from "../doubles/arm/server.ts";
import { madeInventory } from "../watch/inventory.ts";

/** One gateway of two instances, a site with two lines, two pools; in two subscriptions. */
export function azureInventory(change: Partial<NonNullable<Inventory["azure"]>> = {}): Inventory {
  const base = madeInventory({
    instances: [{ address: "198.18.0.10" }, { address: "198.18.0.11" }],
    sites: [
      {
        name: "hall",
        router: "10.0.1.1",
        links: [
          { name: "fibre", address: "10.112.0.6", instance: "hub-a" },
          { name: "radio", address: "10.112.0.14", instance: "hub-b" },
        ],
      },
    ],
  });
  const pool = (name: string, kind: "pooled" | "personal", range: string, desksPerHost: number) => {
    return { id: `torino/${name}`, body: "torino", kind, range, desksPerHost };
  };
  return inventorySchema.parse({
    ...base,
    target: "azure",
    pools: [pool("office", "pooled", "10.64.0.0/16", 8), pool("lab", "personal", "10.65.0.0/16", 1)],
    azure: {
      subscriptions: [hubSubscription, deskSubscription],
      gateways: [{ id: "hub", resourceId: gatewayId, region }],
      pools: [
        { id: "torino/office", resourceId: poolId("office") },
        { id: "torino/lab", resourceId: poolId("lab", hubSubscription) },
      ],
      connections: [
        { link: "torino/hall/fibre", name: "torino-hall-fibre" },
        { link: "torino/hall/radio", name: "torino-hall-radio" },
      ],
      ...change,
    },
  });
}

/** An exporter before a double of Azure, under a clock that a test sets. */
export class AzureScene {
  readonly arm: ArmDouble;
  readonly notes: string[] = [];
  /** Milliseconds since 1970. */
  now: number;
  readonly #folder = mkdtempSync(join(tmpdir(), "deskbridge-azure-"));
  readonly #probers: Socket[] = [];
  #exporter: Exporter | undefined;

  static async start(inventory: Inventory, options: { readonly asksAzure?: boolean } = {}): Promise<AzureScene> {
    const scene = new AzureScene(await startArm());
    scene.write(inventory);
    scene.#exporter = await startExporter({
      inventory: join(scene.#folder, "inventory.json"),
      reports: join(scene.#folder, "reports.sock"),
      listen: { host: "127.0.0.1", port: 0 },
      labRoot: scene.#folder,
      note: (text) => scene.notes.push(text),
      now: () => scene.now,
      ...(options.asksAzure === false ? {} : { azure: clientOf(scene.arm, { attempts: 1, requestMs: 5000 }) }),
    });
    const { links, sites, instances } = inventory;
    await scene.#report("hub", [verdicts("link", links), verdicts("site", sites)]);
    await scene.#report("public", [verdicts("gateway", instances)]);
    return scene;
  }

  /** A prober's first verdicts, which scrapes wait for: all is down. */
  async #report(vantage: "hub" | "public", reports: readonly Report[]): Promise<void> {
    const socket = connect(join(this.#folder, "reports.sock"));
    this.#probers.push(socket);
    await once(socket, "connect");
    socket.write(
      [{ type: "hello", protocol: protocolVersion, vantage, shard: wholeFleet } as const, ...reports]
        .map(encodeReport)
        .join(""),
    );
  }

  constructor(arm: ArmDouble, now = Date.parse("2026-03-02T12:00:30Z")) {
    this.arm = arm;
    this.now = now;
  }

  write(inventory: Inventory): void {
    const file = join(this.#folder, "inventory.json");
    writeFileSync(`${file}.tmp`, JSON.stringify(inventory));
    renameSync(`${file}.tmp`, file);
  }

  /** The whole text. */
  async scrape(): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.#exporter?.port}/metrics`);
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    return response.text();
  }

  /** Series of our own metrics whose line matches, by name without the prefix. */
  async series(pattern: RegExp): Promise<Readonly<Record<string, number>>> {
    const lines = (await this.scrape()).split("\n").filter((line) => line.startsWith("deskbridge_"));
    const named = lines.map((line) => line.slice("deskbridge_".length)).filter((line) => pattern.test(line));
    return Object.fromEntries(
      named.map((line) => {
        const space = line.lastIndexOf(" ");
        return [line.slice(0, space), Number(line.slice(space + 1))];
      }),
    );
  }

  async close(): Promise<void> {
    for (const prober of this.#probers) prober.destroy();
    await this.#exporter?.close();
    await this.arm.close();
    rmSync(this.#folder, { recursive: true });
  }
}

function verdicts(kind: TargetKind, targets: readonly { readonly id: string }[]): Report {
  const verdict = { up: 0, since: 1, attempts: 1, failures: 1, transitions: 0, rtt: null, unprobed: null } as const;
  return { type: "targets", kind, records: targets.map(({ id }) => ({ id, ...verdict })) };
}
