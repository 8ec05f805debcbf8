import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const engineVersion = "3.259.0";
const projectRoot = join(import.meta.dirname, "../../..");

/** A folder with a Pulumi program that runs against the double, and all that the engine needs to run it. */
export interface DoubleProgram {
  /** The program's folder: Pulumi.yaml and links to the project's folders. */
  readonly folder: string;
  /** The double's state, for `control.ts`. */
  readonly state: string;
  /** The whole environment for `pulumi`; nothing of the caller's own backend or passphrase is in it. */
  readonly environment: Readonly<Record<string, string>>;
  remove(): void;
}

export interface ProgramOptions {
  /** The program's entry point, from the project's root, e.g. "stacks/index.ts"; or absolute. */
  readonly main: string;
  readonly project?: string;
  /** Further variables. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Share another program's Azure. */
  readonly state?: string;
}

/**
 * Makes a temporary folder with a Pulumi.yaml that names the double as azure-native. The engine's backend is a folder
 * in it. The project's own Pulumi.yaml is not touched.
 */
export function doubleProgram(options: ProgramOptions): DoubleProgram {
  const folder = mkdtempSync(join(tmpdir(), "azure-double-"));
  const state = options.state ?? join(folder, "azure");
  for (const entry of ["stacks", "src", "dashboards", "fleets", "test", "node_modules", "package.json"]) {
    symlinkSync(join(projectRoot, entry), join(folder, entry));
  }
  mkdirSync(join(folder, "backend"));
  writeFileSync(join(folder, "Pulumi.yaml"), pulumiYaml(options));
  const engine = join(process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"), "versions", engineVersion, "bin");
  return {
    folder,
    state,
    environment: {
      HOME: homedir(),
      ...(process.env["PULUMI_HOME"] === undefined ? {} : { PULUMI_HOME: process.env["PULUMI_HOME"] }),
      PATH: [join(projectRoot, "node_modules/.bin"), engine, process.env["PATH"] ?? ""].join(delimiter),
      PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: "double",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      AZURE_DOUBLE_STATE: state,
      ...options.environment,
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function pulumiYaml(options: ProgramOptions): string {
  const double = join(projectRoot, "test/doubles/azure-native");
  return [
    `name: ${options.project ?? "deskbridge"}`,
    `main: ${options.main}`,
    "runtime: { name: nodejs, options: { typescript: false } }",
    `plugins: { providers: [{ name: azure-native, path: ${double} }] }`,
    "",
  ].join("\n");
}
