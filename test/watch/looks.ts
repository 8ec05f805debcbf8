import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** The body of a page inside a namespace: `9720/metrics`. Empty while nobody answers. */
export async function getIn(namespace: string, page: string): Promise<string> {
  const words = ["netns", "exec", namespace, "curl", "-s", "--max-time", "10", `http://127.0.0.1:${page}`];
  const { stdout } = await execute("ip", words, { maxBuffer: 1 << 26 }).catch(() => ({ stdout: "" }));
  return stdout;
}

/** Series of an exposition whose name and labels contain all `parts`, with their values. */
export function seriesIn(text: string, ...parts: readonly string[]): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const found = lines.filter((line) => parts.every((part) => line.includes(part)));
  return new Map(
    found.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
  );
}
