import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

export interface Asset {
  readonly type: string;
  readonly body: string;
}

export interface Assets {
  /** By name, as the page asks for them. */
  readonly files: ReadonlyMap<string, Asset>;
  /** Changes with any of them. */
  readonly version: string;
}

/** What the page needs beside its HTML, ours and uPlot's; read once, so that a wall needs no Internet. */
export function readAssets(): Assets {
  const own = join(import.meta.dirname, "browser");
  const paths: readonly (readonly [name: string, path: string])[] = [
    ...readdirSync(own)
      .filter((name) => types[extname(name)] !== undefined)
      .toSorted()
      .map((name) => [name, join(own, name)] as const),
    ["uplot.js", fileURLToPath(import.meta.resolve("uplot/dist/uPlot.esm.js"))],
    ["uplot.css", fileURLToPath(import.meta.resolve("uplot/dist/uPlot.min.css"))],
  ];
  const files = new Map(
    paths.map(([name, path]) => [name, { type: types[extname(name)] ?? "", body: readFileSync(path, "utf8") }]),
  );
  const hash = createHash("sha256");
  for (const { body } of files.values()) hash.update(body);
  return { files, version: hash.digest("hex").slice(0, 16) };
}
