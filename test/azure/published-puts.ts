import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const packages = join(import.meta.dirname, "../../node_modules/@azure");
const folders = ["dist/esm/operations", "dist-esm/src/operations"];

/**
 * The PUT operations of Microsoft's installed management packages: path (parameters as "{}", lower case) → whether
 * the package waits for it as for a long-running operation.
 */
export function publishedPuts(): ReadonlyMap<string, { readonly longRunning: boolean }> {
  const found = new Map<string, { readonly longRunning: boolean }>();
  for (const name of readdirSync(packages).filter((entry) => entry.startsWith("arm-"))) {
    const folder = folders.map((entry) => join(packages, name, entry)).find(existsSync);
    if (folder === undefined) continue;
    for (const file of readdirSync(folder).filter((entry) => entry.endsWith(".js"))) {
      const source = readFileSync(join(folder, file), "utf8");
      for (const match of source.matchAll(
        /const (\w+)OperationSpec = \{\s+path:\s+"([^"]+)",\s+httpMethod: "(PUT|PATCH)"/g,
      )) {
        const [, operation = "", path = "", method = ""] = match;
        const shape = path.replaceAll(/\{\w+\}/g, "{}").toLowerCase();
        const begins = source.includes(`begin${operation.slice(0, 1).toUpperCase()}${operation.slice(1)}(`);
        if (method === "PUT" || !found.has(shape)) found.set(shape, { longRunning: begins });
      }
    }
  }
  return found;
}
