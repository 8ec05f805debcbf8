import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Inventory } from "../../src/inventory.ts";
import type { LabSettings } from "../../stacks/lab/settings.ts";
import { type Ended, ended } from "./world.ts";

/**
 * Runs a command at a desk by the system's own ssh, from the hub, as an administrator would: the host's key must be the
 * inventory's. Who logs in is the inventory's operator, but for what is said.
 */
export function logIn(
  lab: LabSettings,
  { hosts, operator, vantages }: Inventory,
  address: string,
  command: string,
  as: { readonly user?: string; readonly key?: string } = {},
): Promise<Ended> {
  const known = join(lab.state, "known_hosts");
  const lines = hosts.flatMap((host) => host.hostKeys.map((key) => `${host.address} ${key}\n`));
  writeFileSync(known, lines.join(""));
  const options = {
    UserKnownHostsFile: known,
    StrictHostKeyChecking: "yes",
    IdentitiesOnly: "yes",
    NumberOfPasswordPrompts: "0",
  };
  const user = as.user ?? operator?.user ?? "";
  const key = as.key ?? join(lab.root, operator?.key ?? "");
  const [file = "", ...enter] = vantages.find(({ id }) => id === "hub")?.enter ?? [];
  const words = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  return ended(spawn(file, [...enter, "ssh", "-F", "none", ...words, "-i", key, `${user}@${address}`, command]));
}
