/** What one word or a whole command line may not be: it would arrive as something else, or not at all. */
export class QuoteError extends RangeError {
  override readonly name = "QuoteError";
}

/** Linux takes at most 131,072 bytes in one argument, its NUL included (MAX_ARG_STRLEN), and `sh -c` takes one. */
const longest = 131_071;

/** Words that a POSIX shell takes as they are, in any place but the first. */
const plain = /^[A-Za-z0-9_./:-]+$/;

/**
 * A program and its arguments as one line for the POSIX shell at the other end, which gives back these same words. The
 * first is always quoted: no keyword, alias or assignment is made of it. Throws QuoteError; what it says quotes no word,
 * since words may be secrets.
 */
export function commandLine(argv: readonly string[]): string {
  const [program = "", ...rest] = argv;
  if (program === "") throw new QuoteError("a command needs a program");
  const line = [quoted(program, 0), ...rest.map((word, n) => (plain.test(word) ? word : quoted(word, n + 1)))].join(
    " ",
  );
  const bytes = Buffer.byteLength(line);
  if (bytes > longest) {
    throw new QuoteError(`a command line of ${bytes} bytes is too long (at most ${longest}): use its standard input`);
  }
  return line;
}

function quoted(word: string, place: number): string {
  refuse(word, place);
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** NUL ends an argument, and half a surrogate pair has no bytes. */
export function refuse(word: string, place: number): void {
  if (word.includes("\0")) throw new QuoteError(`word ${place} of the command contains NUL`);
  if (!word.isWellFormed()) throw new QuoteError(`word ${place} of the command is not whole Unicode text`);
}
