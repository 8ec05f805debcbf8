import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { labSettings, type LabSettings } from "../../stacks/lab/settings.ts";

/** A lab of its own for a test: own folder, prefix and ports, so that it stands beside a user's. */
export interface World {
  readonly lab: LabSettings;
  /** Runs a command of ours to its end. */
  deskbridge(...words: readonly string[]): Promise<Ended>;
  /** Starts one in a process group of its own, so that it can be killed with all that it started. */
  begin(...words: readonly string[]): ChildProcess;
  /** What `status` says of a service; undefined where it does not know it. */
  serviceUp(id: string): Promise<boolean | null | undefined>;
  /** Runs plain `pulumi` as a user would after `eval "$(npx deskbridge env)"`. */
  pulumi(...words: readonly string[]): Promise<Ended>;
  /** Takes everything down and removes the folder. */
  end(): Promise<void>;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const projectRoot = resolve(import.meta.dirname, "../..");
const command = join(projectRoot, "scripts/deskbridge.ts");

export function makeWorld(prefix: string, firstPort: number, fleet = "fleets/small.yaml"): World {
  const state = mkdtempSync(join(tmpdir(), `deskbridge-${prefix}-`));
  mkdirSync(join(state, ".deskbridge"));
  writeFileSync(join(state, ".deskbridge", "passphrase"), "only for this test\n", { mode: 0o600 });
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    DESKBRIDGE_STATE: state,
    DESKBRIDGE_LAB_PREFIX: prefix,
    DESKBRIDGE_PORT_EXPORTER: String(firstPort),
    DESKBRIDGE_PORT_PROMETHEUS: String(firstPort + 1),
    DESKBRIDGE_PORT_ALERTMANAGER: String(firstPort + 2),
    DESKBRIDGE_PORT_RECEIVER: String(firstPort + 3),
  };
  delete environment["NODE_TEST_CONTEXT"];
  const takesFleet = new Set(["up", "cut", "mend", "env", "plan", "start", "link", "rollout"]);
  const own = (words: readonly string[]): string[] => [
    command,
    ...words,
    ...(takesFleet.has(words[0] ?? "") && !["status", "enroll"].includes(words[1] ?? "")
      ? ["--fleet", resolve(projectRoot, fleet)]
      : []),
  ];
  const deskbridge = (...words: readonly string[]): Promise<Ended> =>
    ended(spawn(process.execPath, own(words), { cwd: projectRoot, env: environment }));
  return {
    lab: labSettings(environment),
    deskbridge,
    begin: (...words) =>
      spawn(process.execPath, own(words), {
        cwd: projectRoot,
        env: environment,
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    async serviceUp(id) {
      const { services } = JSON.parse((await deskbridge("status", "--json")).stdout) as {
        readonly services: readonly { readonly id: string; readonly up: boolean | null }[];
      };
      return services.find((service) => service.id === id)?.up;
    },
    async pulumi(...words) {
      const exports = await deskbridge("env", "--json");
      assert.equal(exports.code, 0, exports.stderr);
      const variables = JSON.parse(exports.stdout) as Record<string, string>;
      return ended(
        spawn("pulumi", [...words, "--non-interactive"], {
          cwd: join(state, ".deskbridge", "program"),
          env: { ...environment, ...variables },
        }),
      );
    },
    async end() {
      const down = await deskbridge("down");
      rmSync(state, { recursive: true, force: true });
      assert.equal(down.code, 0, down.stderr);
    },
  };
}

export function ended(child: ChildProcess): Promise<Ended> {
  return new Promise((fulfil, reject) => {
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name]?.setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
    child.once("error", reject);
    child.once("close", (code) => fulfil({ code, ...texts }));
  });
}

/** Fails with all that the command said. */
export function succeeded(result: Ended): Ended {
  assert.equal(result.code, 0, `exit ${result.code}\n${result.stdout}\n${result.stderr}`);
  return result;
}

/** Awaits a state of the world; the bound is far above what is measured (0.8 s for a lost line). */
export async function until(what: string, holds: () => Promise<boolean>, seconds = 20): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await holds())) {
    assert.ok(performance.now() < end, `${what} within ${seconds} s`);
    await delay(100);
  }
}

/** Resources in a stack's checkpoint; 0 where there is none to be read. */
export function resourcesIn(checkpoint: string): number {
  try {
    const { checkpoint: state } = JSON.parse(readFileSync(checkpoint, "utf8")) as {
      checkpoint: { latest?: { resources?: unknown[] } };
    };
    return state.latest?.resources?.length ?? 0;
  } catch {
    return 0; // not there yet, or just being written
  }
}
