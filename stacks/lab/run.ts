import { execFile, spawn } from "node:child_process";

/** A command of the lab that failed, with what it said. */
export class LabCommandError extends Error {
  override readonly name = "LabCommandError";
  readonly argv: readonly string[];
  readonly stderr: string;
  constructor(argv: readonly string[], stderr: string, cause: unknown) {
    super(`${argv.slice(0, 6).join(" ")}: ${stderr.trim() === "" ? String(cause) : stderr.trim()}`, { cause });
    this.argv = argv;
    this.stderr = stderr;
  }
}

/** Runs an argument list to its end; gives its standard output; throws LabCommandError. No shell is involved. */
export function run(
  argv: readonly string[],
  options: { input?: string; timeoutMs?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const [file, ...rest] = argv;
  return new Promise((fulfil, reject) => {
    const child = execFile(
      file ?? "",
      rest,
      {
        timeout: options.timeoutMs ?? 20_000,
        maxBuffer: 64 << 20,
        ...(options.env === undefined ? {} : { env: options.env }),
      },
      (error, stdout, stderr) => {
        if (error === null) fulfil(stdout);
        else reject(new LabCommandError(argv, stderr.trim() === "" ? stdout : stderr, error));
      },
    );
    child.stdin?.on("error", () => undefined); // the exit status tells
    child.stdin?.end(options.input ?? "");
  });
}

/** As `run`, but a failure is undefined: for questions such as "is it there?". */
export async function ask(argv: readonly string[]): Promise<string | undefined> {
  try {
    return await run(argv);
  } catch (error) {
    if (error instanceof LabCommandError) return undefined;
    throw error;
  }
}

/** Lines for `ip -batch`, in the namespace where one is given. */
export async function ipBatch(namespace: string | undefined, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  await run(["ip", ...(namespace === undefined ? [] : ["-n", namespace]), "-batch", "-"], {
    input: `${lines.join("\n")}\n`,
  });
}

/** `ip -j …` parsed; undefined where the thing is not there. */
export async function ipJson<T>(namespace: string, ...words: readonly string[]): Promise<T | undefined> {
  const text = await ask(["ip", "-n", namespace, "-j", ...words]);
  if (text === undefined) return undefined;
  return JSON.parse(text.trim() === "" ? "[]" : text) as T;
}

/** Starts a process of its own session that outlives us, output to `log`; gives its pid once it runs. */
export function launch(
  argv: readonly string[],
  options: { cwd: string; log: number; env: NodeJS.ProcessEnv },
): Promise<number> {
  const [file, ...rest] = argv;
  return new Promise((fulfil, reject) => {
    const child = spawn(file ?? "", rest, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ["ignore", options.log, options.log],
    });
    child.once("error", reject);
    child.once("spawn", () => {
      child.unref();
      if (child.pid === undefined) reject(new Error(`${file} did not start`));
      else fulfil(child.pid);
    });
  });
}
