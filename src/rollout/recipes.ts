import { posix } from "node:path";
import type { Recipe } from "./desk-steps.ts";

/** A program that says by ending with 0 that it is so, and one that makes it so: program and arguments each. */
export function commandRecipe(
  name: string,
  change: string,
  check: readonly string[],
  apply: readonly string[],
): Recipe {
  return { name, change, look: { argv: check }, isSo: ({ code }) => code === 0, make: () => [{ argv: apply }] };
}

export interface DeskFile {
  readonly name: string;
  readonly change: string;
  /** Of a POSIX desk, relative to where a login begins. */
  readonly path: string;
  /** Whether what stands there will do. */
  readonly isGood: (text: string) => Promise<boolean>;
  readonly text: () => Promise<string>;
}

/** By standard input: whoever is at the desk sees the words of a command. Whole or not at all, and for nobody else to read. */
const place = 'umask 077 && mkdir -p -- "$1" && cat > "$2.new" && mv -f -- "$2.new" "$2"';
const mostBytes = 64 * 1024;

/** A file at a POSIX desk. */
export function fileRecipe({ name, change, path, isGood, text }: DeskFile): Recipe {
  return {
    name,
    change,
    look: { argv: ["cat", "--", path], maxOutputBytes: mostBytes },
    isSo: async ({ code, stdout, truncated }) => code === 0 && !truncated && (await isGood(stdout)),
    make: async () => [{ argv: ["sh", "-c", place, "sh", posix.dirname(path), path], stdin: await text() }],
  };
}

/** No such file at a POSIX desk. */
export function noFileRecipe({ name, change, path }: Pick<DeskFile, "name" | "change" | "path">): Recipe {
  return {
    name,
    change,
    look: { argv: ["sh", "-c", 'if [ -e "$1" ]; then exit 9; fi', "sh", path] },
    isSo: ({ code }) => code === 0,
    make: () => [{ argv: ["rm", "-f", "--", path] }],
  };
}
