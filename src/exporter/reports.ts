import { chmodSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { decodeReport, maxLineBytes, ReportError, type VantageId } from "../report.ts";
import type { ReportStore } from "./store.ts";

export interface ReportServer {
  /** Hangs up on all probers and removes the socket. */
  close(): Promise<void>;
}

/**
 * Takes probers' reports on a unix socket that only this user may use. A socket left by a dead exporter is replaced;
 * throws where a living one listens. A connection that sends anything but reports is closed, and `note` says why.
 */
export async function serveReports(
  path: string,
  store: ReportStore,
  note: (text: string) => void,
): Promise<ReportServer> {
  await clearStale(path);
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    receive(socket, store, note);
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

function receive(socket: Socket, store: ReportStore, note: (text: string) => void): void {
  let vantage: VantageId | undefined;
  let rest = "";
  const take = (line: string): void => {
    const report = decodeReport(line);
    if (report.type === "hello") {
      vantage = report.vantage;
      note(`a prober reports from ${vantage}`);
    } else if (vantage === undefined) throw new ReportError(`${report.type} before hello`);
    else store.apply(vantage, report);
  };
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    try {
      for (const line of lines) take(line);
      if (rest.length > maxLineBytes) throw new ReportError(`a line of more than ${maxLineBytes} bytes`);
    } catch (error) {
      if (!(error instanceof ReportError)) throw error;
      rest = "";
      note(`a report was refused: ${error.message}`);
      socket.destroy();
    }
  });
  socket.on("error", () => socket.destroy());
  socket.once("close", () => {
    if (vantage !== undefined) note(`the prober at ${vantage} hung up`);
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
