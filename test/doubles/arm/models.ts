import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createSerializer, type Mapper } from "@azure/core-client";

/** Where each of Microsoft's packages keeps its models; they are among no package's exports. */
const files = {
  "arm-desktopvirtualization": "dist-esm/src/models/mappers.js",
  "arm-monitor": "dist-esm/src/models/mappers.js",
  "arm-compute": "dist/commonjs/models/mappers.js",
  "arm-resources": "dist/commonjs/models/mappers.js",
  "arm-network": "dist/commonjs/models/mappers.js",
} as const;
export type Package = keyof typeof files;

const require = createRequire(import.meta.url);

/**
 * An answer read by Microsoft's own deserializer, and written again by its serializer: what comes back is the answer,
 * or it has a property that the model does not know, or lacks one. Throws where one has another type.
 */
export function throughModel(name: Package, model: string, answer: unknown): unknown {
  const root = dirname(require.resolve(`@azure/${name}/package.json`));
  const published = require(join(root, files[name])) as Record<string, Mapper>;
  const mappers = writable({ ...published }) as Record<string, Mapper>;
  const mapper = mappers[model];
  if (mapper === undefined) throw new Error(`@azure/${name} has no model ${model}`);
  const serializer = createSerializer(mappers);
  const read = serializer.deserialize(mapper, structuredClone(answer), model) as unknown;
  return JSON.parse(JSON.stringify(serializer.serialize(mapper, read, model)));
}

/** The serializer leaves out what only Azure writes; a double writes it. */
function writable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(writable);
  if (typeof value !== "object" || value === null || value instanceof RegExp) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) =>
      key === "readOnly" && each === true ? [] : [[key, writable(each)]],
    ),
  );
}
