import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "node:test";
import type { Collector, Scene } from "../../../src/exporter/collector.ts";
import type { Collected } from "../../../src/exporter/exposition.ts";
import { Memory } from "../../../src/exporter/memory.ts";
import { PartialCollectionError } from "../../../src/exporter/partial.ts";
import { ReportStore } from "../../../src/exporter/store.ts";
import { watchFleet } from "../../../src/exporter/watched.ts";
import type { Inventory } from "../../../src/inventory.ts";

/** Sockets in a folder that each test has anew; behind them whatever the test says. */
export let folder = "";
let open: (() => void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deskbridge-gateways-"));
});
afterEach(() => {
  for (const close of open) close();
  open = [];
  rmSync(folder, { recursive: true });
});

/** A socket that behaves as `serve` says; gives its path. */
export async function daemon(name: string, serve: (socket: Socket) => void): Promise<string> {
  const path = join(folder, name);
  const server = createServer((socket) => {
    open.push(() => socket.destroy());
    socket.on("error", () => undefined);
    serve(socket);
  });
  open.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return path;
}

/** An OpenVPN that gives these answers to these commands; it keeps silent at others, and hangs up at `quit`. */
export function openVpn(name: string, answers: Readonly<Record<string, string>>): Promise<string> {
  return daemon(name, (socket) => {
    socket.write(">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info\r\n");
    let asked = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      const commands = `${asked}${chunk}`.split("\n");
      asked = commands.pop() ?? "";
      for (const command of commands) {
        if (command === "quit") socket.end();
        else if (answers[command] !== undefined) socket.write(answers[command]);
      }
    });
  });
}

/** Pours out bytes as long as somebody takes them. */
export function flood(socket: Socket): void {
  const bytes = Buffer.alloc(1 << 20, "x");
  const pour = (): void =>
    void (socket.destroyed || (socket.write(bytes) ? setImmediate(pour) : socket.once("drain", pour)));
  pour();
}

interface SceneOptions {
  /** Folder that the sockets are in, where it is not this test's own. */
  readonly labRoot?: string;
  /** Long where all answer, so that a slow machine fails no test; short where one hangs. */
  readonly patience?: "long" | "short";
  readonly now?: () => number;
}

export function sceneOf(inventory: Inventory, options: SceneOptions = {}): Scene {
  const { labRoot = folder, patience = "long", now = Date.now } = options;
  return {
    fleet: watchFleet(inventory),
    inventoryError: undefined,
    store: new ReportStore(),
    hosts: undefined,
    labRoot,
    instanceMs: patience === "long" ? 60_000 : 1000,
    memory: new Memory(),
    now,
  };
}

/** What a collector gave, by series without the prefix; and what it says has failed. */
export interface Gathered {
  readonly series: ReadonlyMap<string, number>;
  readonly fault: string | undefined;
}

export async function gather(collector: Collector, scene: Scene): Promise<Gathered> {
  try {
    const families = await collector.collect(scene, new AbortController().signal);
    return { series: seriesOf(families), fault: undefined };
  } catch (error) {
    if (!(error instanceof PartialCollectionError)) throw error;
    return { series: seriesOf(error.families), fault: error.message };
  }
}

function seriesOf(families: readonly Collected[]): ReadonlyMap<string, number> {
  return new Map(
    families.flatMap((family) =>
      "samples" in family
        ? family.samples.map(({ labels, value }) => [`${family.name} ${labelsText(labels)}`, value] as const)
        : [],
    ),
  );
}

/** Without body, site and vantage, which follow from the rest. */
function labelsText(labels: Readonly<Record<string, string>>): string {
  const told = Object.entries(labels).filter(([name]) => !["body", "site", "vantage"].includes(name));
  return told.map(([, value]) => value).join(" ");
}
