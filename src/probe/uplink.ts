import { connect, type Socket } from "node:net";
import {
  encodeReport,
  protocolVersion,
  recordsPerLine,
  type TargetKind,
  type TargetRecord,
  type VantageId,
} from "../report.ts";
import type { Shard } from "../shard.ts";
import type { Board } from "./board.ts";
import type { Way } from "./way.ts";

export interface UplinkOptions {
  readonly vantage: VantageId;
  readonly shard: Shard;
  /** The exporter's unix socket. */
  readonly socket: string;
  readonly board: Board;
  readonly way: Way;
  readonly note: (text: string) => void;
}

/** How often what changed is told; a changed verdict does not wait for it. */
const batchMs = 200;
/** How often each kind's last run is told, and whether the own line works. */
const kindsEvery = 5;
const retryMs = 250;
/** One that was refused would be refused again: only somebody's change helps. */
const refusedMs = 5000;
/** So much of the exporter's words is read. */
const mostWords = 1000;

/**
 * Tells the exporter what the board knows. Connects for as long as it runs, again and again when the exporter is away;
 * nothing is queued meanwhile: a new connection begins with everything that is known. `stop` hangs up.
 */
export class Uplink {
  readonly #options: UplinkOptions;
  readonly #ticker: NodeJS.Timeout;
  #socket: Socket | undefined;
  #retry: NodeJS.Timeout | undefined;
  #ticks = 0;
  #urgent = false;
  #stopped = false;
  #complained = false;
  /** Why the exporter refused this prober last; empty where it did not. */
  #refusal = "";

  constructor(options: UplinkOptions) {
    this.#options = options;
    this.#ticker = setInterval(() => this.#tick(), batchMs);
    this.#connect();
  }

  /** A verdict changed: tell it with all that happened in this turn of the event loop, not at the next batch. */
  hurry(): void {
    if (this.#urgent) return;
    this.#urgent = true;
    setImmediate(() => {
      this.#urgent = false;
      this.#tellChanges();
    });
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#ticker);
    clearTimeout(this.#retry);
    this.#socket?.destroy();
  }

  #connect(): void {
    const socket = connect(this.#options.socket);
    let words = "";
    socket.once("connect", () => {
      this.#complained = false;
      this.#socket = socket;
      this.#tellAll(socket);
    });
    // Reading on is also how the exporter's end is noticed.
    socket.setEncoding("utf8").on("data", (text: string) => {
      words = (words + text).slice(0, mostWords);
    });
    socket.on("error", (error) => {
      if (this.#complained) return;
      this.#complained = true;
      this.#options.note(`the exporter cannot be reached at ${this.#options.socket} (${error.message}): trying on`);
    });
    socket.once("close", () => {
      this.#socket = undefined;
      if (this.#stopped) return;
      this.#takeRefusal(words.split("\n")[0] ?? "");
      this.#retry = setTimeout(() => this.#connect(), this.#refusal === "" ? retryMs : refusedMs);
    });
  }

  #takeRefusal(why: string): void {
    if (why !== "" && why !== this.#refusal) this.#options.note(`the exporter refuses this prober: ${why}`);
    this.#refusal = why;
  }

  #tellAll(socket: Socket): void {
    const { vantage, shard, board } = this.#options;
    socket.write(encodeReport({ type: "hello", protocol: protocolVersion, vantage, shard }));
    board.untell();
    this.#tellKinds(socket);
    this.#tellRecords(socket);
    socket.write(encodeReport({ type: "snapshot" }));
  }

  #tick(): void {
    this.#ticks += 1;
    if (this.#ticks % kindsEvery === 0 && this.#socket !== undefined && !this.#socket.writableNeedDrain) {
      this.#tellKinds(this.#socket);
    }
    this.#tellChanges();
  }

  #tellChanges(): void {
    // An exporter that does not read is told nothing; what it missed stays marked, bounded by the number of targets.
    if (this.#socket !== undefined && !this.#socket.writableNeedDrain) this.#tellRecords(this.#socket);
  }

  #tellKinds(socket: Socket): void {
    const { board, way } = this.#options;
    for (const kind of board.kinds()) socket.write(encodeReport({ type: "kind", ...kind }));
    socket.write(encodeReport({ type: "way", up: way.up }));
  }

  #tellRecords(socket: Socket): void {
    for (const { kind, records } of this.#options.board.take()) {
      for (const part of parts(kind, records)) socket.write(part);
    }
  }
}

function parts(kind: TargetKind, records: readonly TargetRecord[]): readonly string[] {
  const count = Math.ceil(records.length / recordsPerLine);
  return Array.from({ length: count }, (_, part) =>
    encodeReport({ type: "targets", kind, records: records.slice(part * recordsPerLine, (part + 1) * recordsPerLine) }),
  );
}
