import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode, replaceFile, syncFolder } from "../../../src/files.ts";
import { type Kept, keptText, parseKept } from "../../../src/link/accept/kept.ts";
import { CommandError } from "../../cli.ts";
import { type LabLine, taking } from "./lab-line.ts";

type Taken = keyof typeof taking;

/**
 * Takes from lines and gives back. What is taken stands in a file before it is, and leaves it after it was given back:
 * so a test that is killed at any moment leaves word of all that it took.
 */
export class Keeper {
  readonly #file: string;
  readonly #line: (id: string) => LabLine;
  #kept: Kept;

  constructor(file: string, test: Pick<Kept, "link" | "site">, line: (id: string) => LabLine) {
    this.#file = file;
    this.#line = line;
    this.#kept = { ...test, cut: [], shut: [] };
  }

  /** Before anything is taken. */
  async begin(): Promise<void> {
    await replaceFile(this.#file, keptText(this.#kept), 0o600);
  }

  async take(what: Taken, id: string): Promise<void> {
    await this.#keep({ ...this.#kept, [what]: [...this.#kept[what], id] });
    await taking[what].take(this.#line(id));
  }

  async give(what: Taken, id: string): Promise<void> {
    await taking[what].give(this.#line(id));
    await this.#keep({ ...this.#kept, [what]: this.#kept[what].filter((each) => each !== id) });
  }

  /** Gives all back. Throws CommandError that says what remains, and that the next test mends it. */
  async giveAll(): Promise<void> {
    const failed: string[] = [];
    for (const what of Object.keys(taking) as Taken[]) {
      for (const id of this.#kept[what])
        await this.give(what, id).catch((error: unknown) => failed.push(wordsOf(error)));
    }
    if (failed.length > 0) {
      throw new CommandError(
        `not all was put back, and ${this.#file} keeps what: the next test of any line tries it again\n${failed.join("\n")}`,
      );
    }
  }

  /** When all is over. */
  async end(): Promise<void> {
    await forget(this.#file);
  }

  async #keep(kept: Kept): Promise<void> {
    this.#kept = kept;
    await replaceFile(this.#file, keptText(kept), 0o600);
  }
}

/** What a test that was killed had taken; undefined where none was. Throws CommandError. */
export function leftBehind(file: string): Kept | undefined {
  try {
    return parseKept(readFileSync(file, "utf8"));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw new CommandError(
      `${file} does not say what a test before took: ${wordsOf(error)}; mend the lines, remove it`,
    );
  }
}

/** Gives back what a test that was killed had taken; a line that is no longer there (undefined) has nothing to get. */
export async function giveBack(file: string, kept: Kept, line: (id: string) => LabLine | undefined): Promise<void> {
  for (const what of Object.keys(taking) as Taken[]) {
    for (const id of kept[what]) {
      const found = line(id);
      if (found !== undefined) await taking[what].give(found);
    }
  }
  await forget(file);
}

async function forget(file: string): Promise<void> {
  await rm(file, { force: true });
  await syncFolder(dirname(file));
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
