import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { FleetFileError } from "../../src/fleet/errors.ts";
import type { Fleet } from "../../src/fleet/schema.ts";
import { parseTenancy, tenancyPath } from "../../src/fleet/tenancy/load.ts";
import { CommandError } from "../cli.ts";
import { orFail } from "../fleet.ts";

/** `hub-network=/subscriptions/…`, several with commas between. Throws CommandError (wrong use). */
export function importsOf(said: string): ReadonlyMap<string, string> {
  const pairs = said.split(",").map((entry): [string, string] => {
    const [name = "", ...id] = entry.trim().split("=");
    if (name !== "" && id.length > 0) return [name, id.join("=")];
    throw new CommandError(
      `--import "${entry}" is no NAME=ID such as hub-network=/subscriptions/…/virtualNetworks/vnet`,
      2,
    );
  });
  return new Map(pairs);
}

/**
 * Writes what is to be adopted into the tenancy file, so that every later run, also of plain pulumi, knows it. The rest
 * of the file stays as it is written. Throws CommandError, with nothing written, where the file would not be right.
 */
export function writeImports(fleetPath: string, fleet: Fleet, imports: ReadonlyMap<string, string>): void {
  const path = tenancyPath(fleetPath);
  orFail(() => {
    const document = parseDocument(readFileSync(path, "utf8"));
    for (const [name, id] of imports) document.setIn(["adopt", name], id);
    const text = document.toString({ lineWidth: 0, flowCollectionPadding: true });
    const { errors } = parseTenancy(text, path, fleet);
    if (errors.length > 0) throw new FleetFileError(errors);
    writeFileSync(`${path}.tmp`, text);
    renameSync(`${path}.tmp`, path);
  });
}
