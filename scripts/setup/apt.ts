import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { $, type ProcessOutput } from "zx";
import { type Say, SetupError } from "./steps.ts";

const quiet = $({ nothrow: true, quiet: true, stdio: ["ignore", "pipe", "pipe"] });

/**
 * Installs Debian packages and leaves nothing else behind: no daemon is started now (a temporary policy-rc.d says no)
 * nor at the next boot (units that the packages enabled are disabled again). The lab starts its own, in namespaces.
 */
export async function aptInstall(names: readonly string[], say: Say): Promise<void> {
  const before = await enabledUnits();
  try {
    await withoutStartingDaemons(() => installWithFreshLists(names, say));
  } finally {
    await disableAllBut(before, say);
  }
}

async function installWithFreshLists(names: readonly string[], say: Say): Promise<void> {
  let result = await install(names);
  if (result.exitCode !== 0) {
    say("  apt does not find them all: apt-get update, then again");
    const update = await quiet`apt-get update -q`;
    if (update.exitCode !== 0) throw new SetupError(`apt-get update failed:\n${lastLines(update)}`);
    result = await install(names);
  }
  if (result.exitCode !== 0) throw new SetupError(`apt-get install failed:\n${lastLines(result)}`);
}

function install(names: readonly string[]): Promise<ProcessOutput> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", NEEDRESTART_SUSPEND: "1" };
  // The lists may name a version that the mirror no longer has: then this fails, and comes again after an update.
  return $({
    nothrow: true,
    quiet: true,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  })`apt-get install -y -q \
    --no-install-recommends -o DPkg::Lock::Timeout=120 ${[...names]}`;
}

function lastLines(output: ProcessOutput): string {
  return output.stdall.trim().split("\n").slice(-15).join("\n");
}

/** Unit files that systemd would start at boot; the command reads files, systemd itself need not run. */
async function enabledUnits(): Promise<ReadonlySet<string>> {
  const { stdout } = await quiet`systemctl list-unit-files --state=enabled --no-legend --no-pager --plain`;
  return new Set(stdout.split("\n").flatMap((line) => line.split(/\s+/)[0] || []));
}

async function disableAllBut(before: ReadonlySet<string>, say: Say): Promise<void> {
  const enabled = [...(await enabledUnits())].filter((unit) => !before.has(unit));
  if (enabled.length === 0) return;
  await $({ quiet: true })`systemctl disable --quiet --no-reload ${enabled}`;
  say(`  left off at boot: ${enabled.join(", ")} (the lab starts its own)`);
}

const policyFile = "/usr/sbin/policy-rc.d";
const asideFile = `${policyFile}.before-deskbridge`;
const policy = "#!/bin/sh\n# Deskbridge's set-up is installing packages: no daemon starts meanwhile.\nexit 101\n";

async function withoutStartingDaemons(run: () => Promise<void>): Promise<void> {
  putPolicyBack(); // what a set-up that was killed left
  if (contents(policyFile) !== undefined) renameSync(policyFile, asideFile);
  // Packages that are half unpacked are worse than a late Ctrl-C.
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    writeFileSync(policyFile, policy, { mode: 0o755 });
    await run();
  } finally {
    putPolicyBack();
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
  if (stopped) throw new SetupError("set-up was stopped, after the packages that it was at");
}

function putPolicyBack(): void {
  if (contents(policyFile) === policy) rmSync(policyFile);
  if (contents(asideFile) !== undefined) renameSync(asideFile, policyFile);
}

function contents(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
