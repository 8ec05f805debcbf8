import { execFile } from "node:child_process";
import { basename } from "node:path";
import { DumpError } from "./dump.ts";

/** 10,000 peers are about 2 MB. */
const mostBytes = 16_000_000;
/** A key in base64, or the better part of one. */
const keyLike = /[A-Za-z0-9+/]{20,}=*/g;

/**
 * Runs the command that prints a dump. Throws DumpError, with what the command said on its standard error, without
 * anything that could be a key; never with what it printed.
 */
export function runDump(argv: readonly string[], signal: AbortSignal): Promise<string> {
  const [command = "", ...args] = argv;
  return new Promise((resolve, reject) => {
    const options = { signal, killSignal: "SIGKILL", maxBuffer: mostBytes, encoding: "utf8" } as const;
    execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new DumpError(`${basename(command)} ${reason(error, stderr)}`));
    });
  });
}

function reason(
  { code, name }: { readonly code?: string | number | null; readonly name: string },
  stderr: string,
): string {
  if (name === "AbortError") return "gave no answer in time";
  if (code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return `printed more than ${mostBytes} bytes`;
  if (code === "ENOENT") return "is not there";
  const said = (stderr.split("\n")[0] ?? "").slice(0, 200).replaceAll(keyLike, "(key?)");
  return `ended with ${code ?? "a signal"}${said === "" ? "" : `: ${said}`}`;
}
