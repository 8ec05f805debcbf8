import type { ArmClient } from "../azure/client.ts";
import type { Collected } from "./exposition.ts";
import type { HostLines } from "./host-lines.ts";
import type { Heartbeats } from "./jobs/heartbeats.ts";
import type { Keeper } from "./keeper.ts";
import type { Memory } from "./memory.ts";
import type { ReportStore } from "./store.ts";
import type { WatchedFleet } from "./watched.ts";
import type { WebStatus } from "./web/follow.ts";

/** What a collector may look at. */
export interface Scene {
  /** undefined until an inventory was read. */
  readonly fleet: WatchedFleet | undefined;
  /** Why the inventory's file could not be read last time. */
  readonly inventoryError: Error | undefined;
  readonly store: ReportStore;
  /** The inventory's hosts and desks, as their lines stand; undefined until an inventory was read. */
  readonly hosts: HostLines | undefined;
  /** Folder that the inventory's socket paths are relative to. */
  readonly labRoot: string;
  /** So long one gateway instance may take: less than a collector has, so that one that hangs costs only its own figures. */
  readonly instanceMs: number;
  /** What is kept from scrape to scrape. */
  readonly memory: Memory;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** There where the exporter may ask Azure: the client, and what was last heard. */
  readonly azure?: AzureWatch | undefined;
  /** When the jobs last ran, where the exporter keeps that. */
  readonly heartbeats?: Heartbeats | undefined;
  /** How the authority and its certificates stand, where the exporter was shown them. */
  readonly certificates?: (() => Promise<CertificateStanding>) | undefined;
  /** File in which `deskbridge rollout watch` tells of licences and the newest roll-out. */
  readonly seatsReport?: string | undefined;
  /** File of how the sittings to come stand, where the exporter was shown one. */
  readonly sittingsReport?: string | undefined;
  /** How the web configuration stands, where there is one. */
  readonly web?: (() => WebStatus) | undefined;
}

/** What becomes of certificates, as the caller of the exporter reads it. Times in milliseconds since 1970. */
export interface CertificateStanding {
  readonly authorityEnds: number;
  /** undefined: there is no list. */
  readonly revocationListEnds: number | undefined;
  readonly profiles: readonly {
    readonly body: string;
    /** How many people's best profile is in each state. */
    readonly people: Readonly<Record<string, number>>;
    /** When the first of those who have a good profile is left without. */
    readonly nextEnds: number | undefined;
  }[];
}

export interface AzureWatch {
  readonly arm: ArmClient;
  readonly keeper: Keeper;
}

/**
 * One source of metrics. It only gathers: time limits, timing, success and errors are the caller's (`Collection`).
 * `signal` ends its work when its time is over.
 */
export interface Collector {
  readonly name: string;
  /** Part of `/metrics/links`: it must then read memory only. */
  readonly quick?: true;
  /** Where this gives false there is nothing to collect: it is neither run nor reported. */
  applies?(scene: Scene): boolean;
  collect(scene: Scene, signal: AbortSignal): readonly Collected[] | Promise<readonly Collected[]>;
}
