import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { projectRoot } from "../../stacks/lab/settings.ts";
import { CommandError } from "../cli.ts";
import { pulumiHome } from "../engine.ts";

const plugin = "pulumi-resource-azure-native";

/**
 * The engine drives Azure by a plugin. The lab does without, so set-up leaves it out, and the engine fetches nothing by
 * itself.
 * Throws CommandError that says how to have it, where it is neither among the engine's plugins nor on the PATH.
 */
export function requireAzurePlugin(home = pulumiHome(), path = process.env["PATH"] ?? ""): void {
  const version = sdkVersion();
  const places = [join(home, "plugins", `resource-azure-native-v${version}`), ...path.split(delimiter)];
  if (places.some((place) => existsSync(join(place, plugin)))) return;
  throw new CommandError(
    `the engine's plugin for Azure, azure-native ${version}, is not here; have it once:\n` +
      `  eval "$(npx deskbridge env)" && pulumi plugin install resource azure-native ${version}`,
  );
}

/** The plugin and the SDK belong together. */
function sdkVersion(): string {
  const text = readFileSync(join(projectRoot, "node_modules/@pulumi/azure-native/package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version.replace(/^v/, "");
}
