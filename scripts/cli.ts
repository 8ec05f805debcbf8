import { createInterface } from "node:readline/promises";
import { parseArgs, stripVTControlCharacters } from "node:util";
import { type ArgsDef, type CommandDef, renderUsage, runCommand } from "citty";

/**
 * What every command shares: strict arguments, output, exit codes (0 done, 1 failed, 2 wrong use, 130 stopped by
 * Ctrl-C).
 * A command is one file that default-exports citty's `defineCommand`; its `run` throws on failure.
 */

type ExitCode = 1 | 2 | 130;

/** A failure that the user can act on: the message is all they need, no stack is shown. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: ExitCode;
  constructor(message: string, exitCode: ExitCode = 1, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

export const fleetArgs = {
  fleet: { type: "string", valueHint: "FILE", description: "the fleet file", default: "fleets/piemonte.yaml" },
  stage: { type: "string", valueHint: "NAME", description: "the stage of the surge (default: the last one)" },
} as const satisfies ArgsDef;

export const jsonArg = {
  json: { type: "boolean", description: "print JSON for a program to read", default: false },
} as const satisfies ArgsDef;

export const targetArg = {
  target: { type: "enum", options: ["lab", "azure"], default: "lab", description: "where the plan is built" },
} as const satisfies ArgsDef;

/** The result, to standard output. */
export function print(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/** Progress and notes, to standard error, so that `--json` stays clean. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Asks a person; anything but yes is a CommandError, as is nobody to be asked. */
export async function agreed(question: string): Promise<void> {
  if (!process.stdin.isTTY) throw new CommandError("nobody can be asked here; say --yes", 2);
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asked.question(`${question} (yes/no) `);
    if (answer.trim() !== "yes") throw new CommandError("nothing was changed");
  } catch (error) {
    // Ctrl-C, or the end of what is typed.
    if (error instanceof Error && error.name === "AbortError") throw new CommandError("\nnothing was changed", 130);
    throw error;
  } finally {
    asked.close();
  }
}

type AnyCommand = CommandDef;

/** Runs a command line; sets the exit code. */
export async function main(root: CommandDef, argv: readonly string[]): Promise<void> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
  });
  try {
    const { command, parent, rest } = await find(root, argv);
    const separator = rest.indexOf("--");
    const own = separator < 0 ? rest : rest.slice(0, separator);
    const asksHelp = own.includes("--help") || own.includes("-h");
    if (command.run === undefined && !asksHelp && rest[0] !== undefined) {
      throw new CommandError(await unknownCommand(command, rest[0]), 2);
    }
    if (asksHelp || command.run === undefined) {
      print(await usage(command, parent));
      return;
    }
    await checkArguments(command, rest);
    await runCommand(command, { rawArgs: [...rest] });
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** citty's usage text, coloured only for a terminal, without blanks at the ends of lines. */
async function usage(command: AnyCommand, parent: AnyCommand | undefined): Promise<string> {
  const text = (await renderUsage(command, parent)).replaceAll(/[ \t]+$/gm, "");
  return process.stdout.isTTY ? text : stripVTControlCharacters(text).replaceAll(/[ \t]+$/gm, "");
}

interface Found {
  readonly command: AnyCommand;
  readonly parent: AnyCommand | undefined;
  readonly rest: readonly string[];
}

async function find(root: AnyCommand, argv: readonly string[], parent?: AnyCommand): Promise<Found> {
  const [head, ...tail] = argv;
  const subs = await resolve(root.subCommands ?? {});
  const sub = head === undefined ? undefined : (subs as Record<string, unknown>)[head];
  if (sub === undefined) return { command: root, parent, rest: argv };
  return find((await resolve(sub)) as AnyCommand, tail, root);
}

async function resolve<T>(value: T | (() => T) | (() => Promise<T>) | Promise<T>): Promise<T> {
  return typeof value === "function" ? (value as () => T | Promise<T>)() : value;
}

async function unknownCommand(command: AnyCommand, word: string): Promise<string> {
  const names = Object.keys(await resolve(command.subCommands ?? {}));
  return `unknown command "${word}"; choose one of: ${names.join(", ")}`;
}

/** citty lets unknown options pass; Node's own strict parser refuses them. */
async function checkArguments(command: AnyCommand, argv: readonly string[]): Promise<void> {
  const definitions = Object.entries(await resolve(command.args ?? {}));
  const options = Object.fromEntries(
    definitions
      .filter(([, definition]) => definition.type !== "positional")
      .map(([name, definition]) => [name, { type: definition.type === "boolean" ? "boolean" : "string" } as const]),
  );
  const positionals = definitions.filter(([, definition]) => definition.type === "positional");
  try {
    const parsed = parseArgs({ args: [...argv], options, allowPositionals: true, allowNegative: true });
    if (parsed.positionals.length > positionals.length && !argv.includes("--")) {
      throw new CommandError(`unexpected argument "${parsed.positionals[positionals.length]}"; see --help`, 2);
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const choices = Object.keys(options).map((name) => `--${name}`);
    throw new CommandError(`${(error as Error).message.split(". ")[0]}; this command takes: ${choices.join(", ")}`, 2);
  }
}

function report(error: unknown): ExitCode {
  if (error instanceof CommandError) {
    if (error.message !== "") note(error.message);
    return error.exitCode;
  }
  if (error instanceof Error && error.name === "CLIError") {
    note(error.message);
    return 2;
  }
  note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}
