import { z } from "zod";

/**
 * What a test has taken away, written down before it is taken: who comes after a test that was killed puts it back.
 */
const shape = z.object({
  link: z.string(),
  site: z.string(),
  /** Lines whose carrier is cut. */
  cut: z.array(z.string()),
  /** Lines whose BGP session is shut. */
  shut: z.array(z.string()),
});

export type Kept = Readonly<z.output<typeof shape>>;

export function keptText(kept: Kept): string {
  return `${JSON.stringify(kept)}\n`;
}

/** Throws where it is none: then nobody knows what was taken. */
export function parseKept(text: string): Kept {
  return shape.parse(JSON.parse(text));
}
