import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { dirname } from "node:path";
import { pageHeaders, renderPage } from "../html.ts";
import { type Handler, type Listen, serveHttp, textReply } from "../http-server.ts";
import { isBeat, listenToHeart } from "./heart.ts";
import { NotificationError, type PageRecord, readNotification, readPageLine } from "./notification.ts";
import { pagesPage } from "./page.ts";

export interface ReceiverOptions {
  readonly listen: Listen;
  /** File that keeps each notification as one JSON line; made when absent. */
  readonly pages: string;
  /** Whether the watch's heartbeat is to come here: its silence is then kept as a notification of its own. */
  readonly heartbeat: boolean;
  readonly note: (text: string) => void;
}

export interface Receiver {
  readonly port: number;
  /** Answers what is under way and closes the file. */
  close(): Promise<void>;
}

/** A notification of 1,000 alerts is about 1 MB. */
const maxBodyBytes = 4_000_000;
const shown = 100;
/** As much of the file's end is read at the start as holds the notifications that are shown. */
const tailBytes = 1_000_000;

/**
 * Someone at the other end of Alertmanager's webhooks: keeps every notification. It answers 200 only when the line is on
 * disk, so that Alertmanager sends again what was not kept. The heartbeat (alert Watchdog) is kept as all else is.
 */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  await mkdir(dirname(options.pages), { recursive: true });
  const kept = pagesIn(options.pages);
  const last = kept.slice(-shown);
  const file = await open(options.pages, "a", 0o600);
  if (needsNewline(options.pages)) await file.appendFile("\n");
  let writing: Promise<unknown> = Promise.resolve();
  const keep = async (record: PageRecord): Promise<void> => {
    const written = writing.then(() => append(file, record));
    writing = written.catch(() => undefined);
    await written;
    last.push(record);
    if (last.length > shown) last.shift();
  };
  const heart = options.heartbeat ? listenToHeart({ kept, keep, note: options.note }) : undefined;
  const handler: Handler = async (request, url) => {
    if (request.method === "POST") {
      return take(request, url, async (record) => {
        // That it came counts, also where it cannot be kept.
        if (isBeat(record)) await heart?.beat();
        await keep(record);
      });
    }
    if (request.method !== "GET" && request.method !== "HEAD") return textReply(405, "only GET, HEAD and POST");
    if (url.pathname === "/-/healthy") return textReply(200, "healthy");
    if (url.pathname !== "/") return textReply(404, "not found; there are / and /-/healthy, and POST to any path");
    return { status: 200, headers: pageHeaders, body: renderPage(pagesPage(last)) };
  };
  const serving = await serveHttp(options.listen, handler, options.note).catch(async (error: unknown) => {
    heart?.end();
    await file.close();
    throw error;
  });
  return {
    port: serving.port,
    close: async () => {
      heart?.end();
      await serving.close();
      await writing;
      await file.close();
    },
  };
}

async function take(request: IncomingMessage, url: URL, keep: (record: PageRecord) => Promise<void>) {
  const text = await body(request);
  if (text === undefined) return textReply(413, `more than ${maxBodyBytes} bytes`);
  try {
    await keep(readNotification(text, url.pathname, new Date().toISOString()));
  } catch (error) {
    if (error instanceof NotificationError) return textReply(400, error.message);
    throw error;
  }
  return textReply(200, "kept");
}

async function body(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest is read and dropped, so that the client gets its answer.
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  return size > maxBodyBytes ? undefined : Buffer.concat(chunks).toString("utf8");
}

async function append(file: FileHandle, record: PageRecord): Promise<void> {
  await file.appendFile(`${JSON.stringify(record)}\n`);
  await file.datasync();
}

function pagesIn(path: string): readonly PageRecord[] {
  const lines = tail(path).split("\n");
  return lines.flatMap((line) => readPageLine(line) ?? []);
}

/** A run that was killed while writing leaves half a line, which must not swallow the next one. */
function needsNewline(path: string): boolean {
  const end = tail(path);
  return end !== "" && !end.endsWith("\n");
}

function tail(path: string): string {
  if (!existsSync(path)) return "";
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const length = Math.min(size, tailBytes);
    const buffer = Buffer.alloc(length);
    readSync(file, buffer, 0, length, size - length);
    return buffer.toString("utf8");
  } finally {
    closeSync(file);
  }
}
