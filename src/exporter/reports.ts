import { chmodSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { decodeReport, maxLineBytes, ReportError, type VantageId } from "../report.ts";
import { isSameShard, type Shard, shardText, wholeFleet } from "../shard.ts";
import type { ReportStore } from "./store.ts";

/** A prober that was refused has so long to read why. */
const partingMs = 1000;

export interface ReportServer {
  /** Hangs up on all probers and removes the socket. */
  close(): Promise<void>;
}

/**
 * Takes probers' reports on a unix socket that only this user may use. A socket left by a dead exporter is replaced;
 * throws where a living one listens. A connection that sends anything but reports of this part of the fleet is told why,
 * and closed; `note` says why, too.
 */
export async function serveReports(
  path: string,
  store: ReportStore,
  note: (text: string) => void,
  shard: Shard = wholeFleet,
): Promise<ReportServer> {
  await clearStale(path);
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    receive(socket, { store, note, shard });
  });
  await listening(server, path);
  chmodSync(path, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

interface Reception {
  readonly store: ReportStore;
  readonly note: (text: string) => void;
  readonly shard: Shard;
}

function receive(socket: Socket, { store, note, shard }: Reception): void {
  let vantage: VantageId | undefined;
  let rest = "";
  let refused = false;
  const take = (line: string): void => {
    const report = decodeReport(line);
    if (report.type === "hello") {
      if (vantage !== undefined) throw new ReportError("a second hello");
      if (!isSameShard(report.shard, shard))
        throw new ReportError(
          `the prober at ${report.vantage} has shard ${shardText(report.shard)}, this exporter ${shardText(shard)}`,
        );
      vantage = report.vantage;
      store.joined(vantage);
      note(`a prober reports from ${vantage}`);
    } else if (vantage === undefined) throw new ReportError(`${report.type} before hello`);
    else store.apply(vantage, report);
  };
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    if (refused) return;
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    try {
      for (const line of lines) take(line);
      if (rest.length > maxLineBytes) throw new ReportError(`a line of more than ${maxLineBytes} bytes`);
    } catch (error) {
      if (!(error instanceof ReportError)) throw error;
      rest = "";
      note(`a report was refused: ${error.message}`);
      refused = true;
      // What it still sends is read and dropped, so that it can read this before it is hung up on.
      socket.end(`${error.message.replaceAll("\n", " ")}\n`);
      setTimeout(() => socket.destroy(), partingMs).unref();
    }
  });
  socket.on("error", () => socket.destroy());
  socket.once("close", () => {
    if (vantage === undefined) return;
    store.left(vantage);
    note(`the prober at ${vantage} hung up`);
  });
}

async function clearStale(path: string): Promise<void> {
  const state = await new Promise<"absent" | "stale" | "alive">((resolve) => {
    const probe = connect(path);
    probe.once("connect", () => {
      probe.destroy();
      resolve("alive");
    });
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ENOENT" ? "absent" : "stale"));
  });
  if (state === "alive") throw new Error(`${path}: another exporter takes reports there`);
  if (state === "stale") unlinkSync(path);
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
