import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join, resolve } from "node:path";
import { stringify } from "yaml";
import { loadFleet } from "../../src/fleet/load.ts";
import { tenancyPath } from "../../src/fleet/tenancy/load.ts";
import type { Tenancy } from "../../src/fleet/tenancy.ts";
import { Control } from "../doubles/azure-native/control.ts";
import { State } from "../doubles/azure-native/state.ts";
import { startIdentity } from "../doubles/arm/identity.ts";
import { type ArmDouble, startArm } from "../doubles/arm/server.ts";
import { sharedPools } from "../doubles/arm/shared-pools.ts";
import { ended, type Ended, succeeded } from "../lab/world.ts";
import { tenancyFor } from "./tenancy.ts";

/**
 * A user's project on an Azure of its own: the real commands and the real engine, the double in azure-native's place
 * (the engine takes a provider that it finds on the PATH), and one in the place of the interface that the commands ask.
 */
export interface AzureWorld {
  /** The fleet file, a copy that a test may change. */
  readonly fleet: string;
  /** The double's state, for its `control.ts`; in it the images that the tenancy names. */
  readonly azure: string;
  /** What the commands themselves ask; it knows the hosts that have registered. */
  readonly arm: ArmDouble;
  /** Folder of the stacks' backend and the inventory. */
  readonly state: string;
  deskbridge(...words: readonly string[]): Promise<Ended>;
  /** The same, by somebody who is not signed in to Azure. */
  signedOut(...words: readonly string[]): Promise<Ended>;
  /** Starts a command in a process group of its own. */
  begin(...words: readonly string[]): ChildProcess;
  /** Starts plain `pulumi` as a user would after `eval "$(npx deskbridge env)"`. */
  pulumi(...words: readonly string[]): Promise<ChildProcess>;
  end(): Promise<void>;
}

const projectRoot = resolve(import.meta.dirname, "../..");
const command = join(projectRoot, "scripts/deskbridge.ts");
const double = join(projectRoot, "test/doubles/azure-native");

/** `source`: the fleet file to copy. `environment`: more variables for every command. */
export async function makeAzureWorld(
  source: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<AzureWorld> {
  const state = mkdtempSync(join(tmpdir(), "deskbridge-azure-"));
  mkdirSync(join(state, ".deskbridge"));
  writeFileSync(join(state, ".deskbridge", "passphrase"), "only for this test\n", { mode: 0o600 });
  const fleet = join(state, basename(source));
  copyFileSync(resolve(projectRoot, source), fleet);
  const fleetFile = loadFleet(fleet);
  // Only what people who come in by Entra need: the file's own rules refuse the rest.
  const { certificates: _certificates, radius: _radius, ...tenancy } = tenancyFor(fleetFile);
  writeFileSync(tenancyPath(fleet), stringify(tenancy));
  const azure = join(state, "azure");
  placeImages(azure, tenancy.images, fleetFile.azure?.region ?? "");
  const shared = new State(azure);
  const arm = await startArm(sharedPools(shared));
  arm.state.readsPerSecond = 25;
  const identity = await startIdentity(arm);
  const variables: NodeJS.ProcessEnv = {
    ...process.env,
    DESKBRIDGE_STATE: state,
    AZURE_DOUBLE_STATE: azure,
    PATH: [double, process.env["PATH"] ?? ""].join(delimiter),
    ...identity.environment,
    ...environment,
  };
  delete variables["NODE_TEST_CONTEXT"];
  const takesFleet = new Set(["up", "down", "plan", "env", "publish"]);
  const { management, metrics } = arm.cloud;
  const cloud = [`--azure-management=${management.url}`, `--azure-metrics=${metrics.url}`];
  const asksAzure = ([name = "", ...words]: readonly string[]): boolean =>
    ["up", "down"].includes(name) && !words.some((word) => word.startsWith("--azure-management"));
  const own = (words: readonly string[]): string[] => [
    command,
    ...words,
    ...(takesFleet.has(words[0] ?? "") ? ["--fleet", fleet] : []),
    ...(asksAzure(words) ? cloud : []),
  ];
  const by = (env: NodeJS.ProcessEnv, words: readonly string[]): Promise<Ended> =>
    ended(spawn(process.execPath, own(words), { cwd: projectRoot, env }));
  const deskbridge: AzureWorld["deskbridge"] = (...words) => by(variables, words);
  return {
    fleet,
    azure,
    arm,
    state,
    deskbridge,
    signedOut: (...words) => by({ ...variables, AZURE_TOKEN_CREDENTIALS: "AzureCliCredential" }, words),
    async pulumi(...words) {
      const exports = succeeded(await deskbridge("env", "--json"));
      const env = { ...variables, ...(JSON.parse(exports.stdout) as Record<string, string>) };
      return spawn("pulumi", [...words, "--non-interactive"], { cwd: join(state, ".deskbridge", "program"), env });
    },
    begin: (...words) =>
      spawn(process.execPath, own(words), {
        cwd: projectRoot,
        env: variables,
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    async end() {
      identity.close();
      await arm.close();
      shared.close();
      rmSync(state, { recursive: true, force: true });
    },
  };
}

function placeImages(azure: string, images: Tenancy["images"], region: string): void {
  const control = new Control(azure);
  for (const { id, version } of Object.values(images)) control.place(`${id}/versions/${version}`, region);
  control.close();
}

/** A release of Deskbridge that the watch's machines would take. */
export const release = [`--source=https://git.example.org/deskbridge.git#${"0123456789abcdef".repeat(3).slice(0, 40)}`];
