import { open } from "node:fs/promises";

/** A report of a thousand bodies and a hundred waves is smaller by far. */
const maxBytes = 4_000_000;

/** What one of our commands left for the exporter; undefined where there is no such file. Throws an Error for a larger one. */
export async function reportText(path: string): Promise<string | undefined> {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    if (size > maxBytes) throw new Error(`${path}: ${size} bytes are no report`);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}
