import { collectDefaultMetrics, Registry } from "prom-client";
import type { ArmClient } from "../azure/client.ts";
import type { Listen } from "../http-server.ts";
import { watchInventory } from "../inventory-file.ts";
import { type Shard, shardText, wholeFleet } from "../shard.ts";
import { Collection } from "./collection.ts";
import type { Collector, Scene } from "./collector.ts";
import { collectors as allCollectors } from "./collectors/index.ts";
import { HostLines } from "./host-lines.ts";
import { exporterHandler } from "./http.ts";
import { Heartbeats } from "./jobs/heartbeats.ts";
import { Keeper } from "./keeper.ts";
import { Memory } from "./memory.ts";
import { serveReports } from "./reports.ts";
import { ReportStore } from "./store.ts";
import { Verdicts } from "./verdicts.ts";
import { Wallboard } from "./wallboard/board.ts";
import type { ViewerBounds } from "./wallboard/viewers.ts";
import { type WatchedFleet, watchFleet } from "./watched.ts";
import { serveWeb } from "./web/serve.ts";
import type { WebConfig } from "./web/load.ts";

export interface ExporterOptions {
  /** The inventory's file; followed when it is replaced. */
  readonly inventory: string;
  /** The part of the fleet that it tells of; all of it where nothing is said. */
  readonly shard?: Shard | undefined;
  readonly listen: Listen;
  /** Unix socket where probers report. */
  readonly reports: string;
  /** Folder that the inventory's socket paths are relative to. */
  readonly labRoot: string;
  /** TLS, and who may come in; followed when its files change. Without it, anyone by plain HTTP. */
  readonly web?: WebConfig | undefined;
  readonly collectors?: readonly Collector[];
  /** Where the fleet stands in Azure, its figures are read through this. */
  readonly azure?: ArmClient | undefined;
  /** File where it is kept when the jobs last ran; without it the exporter takes no heartbeats. */
  readonly heartbeats?: string | undefined;
  /** How certificates stand, where anyone knows. */
  readonly certificates?: Scene["certificates"];
  /** File in which `deskbridge rollout watch` tells of licences; it need not be there. */
  readonly seatsReport?: string | undefined;
  /** File of how the sittings to come stand, where the exporter was shown one. */
  readonly sittingsReport?: string | undefined;
  /** The clock by which figures are old, and counters grow; milliseconds since 1970. */
  readonly now?: () => number;
  /** How much those who follow the wallboard may take of it. */
  readonly viewers?: ViewerBounds | undefined;
  readonly note: (text: string) => void;
}

export interface Exporter {
  readonly port: number;
  /** Answers what is under way, hangs up on the probers, removes the socket. */
  close(): Promise<void>;
}

/** Half of the shortest usual scrape timeout of 1 s, so that one hanging collector leaves time for the answer. */
const collectorMs = 500;
const instanceMs = 400;

/** Serves the fleet's metrics until closed. Throws where the port or the socket is taken. */
export async function startExporter(options: ExporterOptions): Promise<Exporter> {
  const { note, labRoot, shard = wholeFleet, collectors = allCollectors, now = Date.now } = options;
  const memory = new Memory();
  const store = new ReportStore();
  let fleet: WatchedFleet | undefined;
  let hosts: HostLines | undefined;
  store.onRecord("host", (record) => hosts?.take(record));
  let inventoryError: Error | undefined;
  const heartbeats = options.heartbeats === undefined ? undefined : Heartbeats.open(options.heartbeats, note, now);
  const keeper = new Keeper(now);
  const azure = options.azure === undefined ? undefined : { arm: options.azure, keeper };
  let web: Scene["web"];
  const { certificates, seatsReport, sittingsReport } = options;
  const scene = (): Scene => ({
    fleet,
    inventoryError,
    store,
    hosts,
    labRoot,
    instanceMs,
    memory,
    now,
    azure,
    heartbeats,
    certificates,
    seatsReport,
    sittingsReport,
    web,
  });
  const verdicts = new Verdicts(store, () => fleet);
  const own = new Registry();
  collectDefaultMetrics({ register: own });
  const reports = await serveReports(options.reports, store, note, shard);
  const collection = new Collection({ collectors, budgetMs: collectorMs, note });
  const wallboard = new Wallboard({ scene, gather: () => collection.all(scene()), viewers: options.viewers, note });
  const handler = exporterHandler({ scene, collection, verdicts, wallboard, process: own, startedAt: Date.now() });
  const serving = await serveWeb(options.listen, handler, options.web, note).catch(async (error: unknown) => {
    await reports.close();
    throw error;
  });
  web = serving.web;
  const watch = watchInventory(
    options.inventory,
    (inventory) => {
      inventoryError = undefined;
      fleet = watchFleet(inventory, shard);
      const { ids } = fleet;
      store.prune((kind, id) => ids[kind].has(id));
      memory.keep(fleet);
      hosts = new HostLines(fleet, store);
      wallboard.watch(fleet);
      verdicts.look();
      heartbeats?.watch(fleet.inventory.jobs).catch((error: unknown) => {
        note(`heartbeats cannot be kept: ${(error as Error).message}`);
      });
      note(
        `inventory${shard.count === 1 ? "" : `, shard ${shardText(shard)}`}: ${fleet.link.length} links, ${fleet.host.length} hosts, ${fleet.desk.length} desks`,
      );
    },
    (error) => {
      inventoryError = error;
      note(error.message);
    },
  );
  return {
    port: serving.port,
    close: async () => {
      watch.stop();
      keeper.close();
      wallboard.close();
      await Promise.all([serving.close(), reports.close()]);
      await heartbeats?.close();
    },
  };
}
