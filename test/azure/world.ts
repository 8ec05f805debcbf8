import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join, resolve } from "node:path";
import { stringify } from "yaml";
import { loadFleet } from "../../src/fleet/load.ts";
import { tenancyPath } from "../../src/fleet/tenancy/load.ts";
import type { Tenancy } from "../../src/fleet/tenancy.ts";
import { Control } from "../doubles/azure-native/control.ts";
import { ended, type Ended, succeeded } from "../lab/world.ts";
import { tenancyFor } from "./tenancy.ts";

/**
 * A user's project on an Azure of its own: the real commands and the real engine, and the double in azure-native's
 * place (the engine takes a provider that it finds on the PATH).
 */
export interface AzureWorld {
  /** The fleet file, a copy that a test may change. */
  readonly fleet: string;
  /** The double's state, for its `control.ts`; in it the images that the tenancy names. */
  readonly azure: string;
  /** Folder of the stacks' backend and the inventory. */
  readonly state: string;
  deskbridge(...words: readonly string[]): Promise<Ended>;
  /** Starts a command in a process group of its own. */
  begin(...words: readonly string[]): ChildProcess;
  /** Starts plain `pulumi` as a user would after `eval "$(npx deskbridge env)"`. */
  pulumi(...words: readonly string[]): Promise<ChildProcess>;
  end(): void;
}

const projectRoot = resolve(import.meta.dirname, "../..");
const command = join(projectRoot, "scripts/deskbridge.ts");
const double = join(projectRoot, "test/doubles/azure-native");

/** `source`: the fleet file to copy. `environment`: more variables for every command. */
export function makeAzureWorld(source: string, environment: Readonly<Record<string, string>> = {}): AzureWorld {
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
  const variables: NodeJS.ProcessEnv = {
    ...process.env,
    DESKBRIDGE_STATE: state,
    AZURE_DOUBLE_STATE: azure,
    PATH: [double, process.env["PATH"] ?? ""].join(delimiter),
    ...environment,
  };
  delete variables["NODE_TEST_CONTEXT"];
  const takesFleet = new Set(["up", "down", "plan", "env", "publish"]);
  const own = (words: readonly string[]): string[] => [
    command,
    ...words,
    ...(takesFleet.has(words[0] ?? "") ? ["--fleet", fleet] : []),
  ];
  const deskbridge: AzureWorld["deskbridge"] = (...words) =>
    ended(spawn(process.execPath, own(words), { cwd: projectRoot, env: variables }));
  return {
    fleet,
    azure,
    state,
    deskbridge,
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
    end: () => rmSync(state, { recursive: true, force: true }),
  };
}

function placeImages(azure: string, images: Tenancy["images"], region: string): void {
  const control = new Control(azure);
  for (const { id, version } of Object.values(images)) control.place(`${id}/versions/${version}`, region);
  control.close();
}

/** A release of Deskbridge that the watch's machines would take. */
export const release = [`--source=https://git.example.org/deskbridge.git#${"0123456789abcdef".repeat(3).slice(0, 40)}`];
