import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { type Handler, serveHttp, type Serving, textReply } from "./http-server.ts";

/** One service that is stood in for. Paths are relative to the folder of the file that lists it. */
const standIn = z.strictObject({
  name: z.string(),
  listen: z.strictObject({ host: z.ipv4(), port: z.int().min(1).max(65_535) }),
  /** PEM files; without them it is plain HTTP. */
  tls: z.strictObject({ certificate: z.string(), key: z.string() }).optional(),
  /** File that holds the HTTP status of its answers; read at each request, so that a service can be failed and mended. */
  answer: z.string(),
});
const standIns = z.array(standIn);

export type StandIn = z.output<typeof standIn>;

/** The list, or a file that it names, cannot be read; the message names the file and what is wrong with it. */
export class StandInError extends Error {
  override readonly name = "StandInError";
}

export interface StandIns {
  /** Answers what is under way and closes all ports. */
  close(): Promise<void>;
}

/**
 * Serves a page for every service of the list: what the lab has in place of what desks are for. Throws StandInError,
 * and ListenError where an address is taken; then none is served.
 */
export async function startStandIns(file: string, note: (text: string) => void): Promise<StandIns> {
  const folder = dirname(resolve(file));
  const prepared = listOf(file).map((each) => prepare(each, folder));
  const serving: Serving[] = [];
  const close = async (): Promise<void> => void (await Promise.all(serving.map((each) => each.close())));
  try {
    for (const { listen, handler, tls } of prepared) serving.push(await serveHttp(listen, handler, note, { tls }));
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

function listOf(file: string): readonly StandIn[] {
  const text = content(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new StandInError(`${file}: not JSON: ${(error as Error).message}`);
  }
  const parsed = standIns.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 3).map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new StandInError(`${file}: ${faults.join("; ")}`);
}

function prepare({ name, listen, tls, answer }: StandIn, folder: string) {
  const handler: Handler = async () => {
    const status = await statusIn(resolve(folder, answer));
    return textReply(status, `${name}: the lab's stand-in answers ${status}`);
  };
  if (tls === undefined) return { listen, handler, tls };
  const [cert, key] = [content(resolve(folder, tls.certificate)), content(resolve(folder, tls.key))];
  return { listen, handler, tls: { context: { cert, key }, asksClients: false, admits: () => true } };
}

/** Throws an Error, which the server answers with 500 and notes. */
async function statusIn(file: string): Promise<number> {
  const text = (await readFile(file, "utf8")).trim();
  if (!/^[2-5]\d\d$/.test(text))
    throw new Error(`${file} holds "${text.slice(0, 20)}", which is no status from 200 to 599`);
  return Number(text);
}

function content(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new StandInError(`${file}: ${(error as Error).message}`);
  }
}
