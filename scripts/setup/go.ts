import { mkdirSync, rmSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import { $ } from "zx";
import { isExecutable, onPath } from "./machine.ts";
import { type Say, SetupError } from "./steps.ts";

/** Go that can fetch a newer toolchain by itself when go.mod asks for one. */
const oldestGo = "1.21";

function goCommand(): string | undefined {
  return onPath("go") ?? ["/usr/local/go/bin/go", "/usr/lib/go/bin/go"].find(isExecutable);
}

/** Why nothing can be built in a folder that must have so many bytes free; undefined where it can. */
export async function goProblem(folder: string, bytesNeeded: number): Promise<string | undefined> {
  const go = goCommand();
  const ask = `install Go ${oldestGo} or newer (https://go.dev/dl) and run set-up again`;
  if (go === undefined) return `there is no Go; ${ask}`;
  const { stdout } = await $({ quiet: true, nothrow: true })`${go} env GOVERSION`;
  if (!isGoEnough(stdout.trim())) return `${go} is ${stdout.trim() || "broken"}; ${ask}`;
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < bytesNeeded) return `${folder} has less than ${bytesNeeded / 1e9} GB free`;
  return undefined;
}

/** Whether a version as Go tells it ("go1.25.11", "go1.26rc1") is new enough. */
export function isGoEnough(version: string): boolean {
  const parse = (text: string): readonly number[] => (/(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
  const [major = 0, minor = 0] = parse(version);
  const [oldMajor = 0, oldMinor = 0] = parse(oldestGo);
  return major > oldMajor || (major === oldMajor && minor >= oldMinor);
}

interface Build {
  /** Folder of our go.mod, which pins every module by its hash. */
  readonly module: string;
  /** Package of the program. */
  readonly command: string;
  /** For Go's linker, beside those that leave out what a debugger would need. */
  readonly flags: readonly string[];
  /** The program to write; its folder is ours alone, and the caches stand there while we build. */
  readonly output: string;
  /** Time, memory and disk, for people. */
  readonly cost: string;
  readonly say: Say;
  /** Stops the build. */
  readonly signal: AbortSignal;
}

/** Builds a program from Go modules, in caches of its own that go afterwards. Throws a SetupError. */
export async function buildWithGo({ module, command, flags, output, cost, say, signal }: Build): Promise<void> {
  const go = goCommand() ?? "go";
  const caches = join(dirname(output), "go");
  say(`  builds it from Go modules: once, ${cost}`);
  const env = {
    ...process.env,
    GOMODCACHE: join(caches, "modules"),
    GOCACHE: join(caches, "build"),
    GOTMPDIR: caches,
    GOWORK: "off",
    CGO_ENABLED: "0",
    // Go's own write protection would keep us from removing the modules.
    GOFLAGS: "-mod=readonly -modcacherw -buildvcs=false",
  };
  const $go = $({
    quiet: true,
    nothrow: true,
    cwd: module,
    env,
    signal,
    stdio: ["ignore", "pipe", "pipe"],
  });
  mkdirSync(caches, { recursive: true });
  const started = Date.now();
  const tell = (text: string): void => say(`  ${text} (${minutes(Date.now() - started)})`);
  try {
    tell("downloads the modules");
    const listed = await $go`${go} list -deps ${command}`;
    if (listed.exitCode !== 0) throw new SetupError(`the Go modules cannot be had:\n${tail(listed.stderr)}`);
    const total = listed.stdout.split("\n").length - 1;
    const build = $go`${go} build -v -trimpath -ldflags ${["-s -w", ...flags].join(" ")} -o ${output} ${command}`;
    let compiled = 0;
    build.stderr.on("data", (data: Buffer) => (compiled += data.toString().split("\n").length - 1));
    const ticker = setInterval(() => tell(`compiled ${Math.min(compiled, total)} of ${total} packages`), 15_000);
    const result = await build.finally(() => clearInterval(ticker));
    if (result.exitCode !== 0) throw new SetupError(`it does not build:\n${tail(result.stderr)}`);
    tell("built");
  } finally {
    tell("removes the build's caches");
    rmSync(caches, { recursive: true, force: true });
  }
}

function minutes(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function tail(text: string): string {
  return text.trim().split("\n").slice(-15).join("\n");
}
