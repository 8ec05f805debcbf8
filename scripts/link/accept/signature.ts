import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { replaceFile } from "../../../src/files.ts";
import { CommandError } from "../../cli.ts";
import { type Ended, ran } from "./child.ts";

/** SSHSIG: what is signed for this can be taken for nothing else. */
const namespace = "deskbridge-acceptance";
const never = new AbortController().signal;

/** The signature of a text; throws CommandError. */
export async function signed(text: string, key: string): Promise<string> {
  if (!existsSync(key)) throw new CommandError(`--key ${key}: there is no such file`);
  const { code, stdout, stderr } = await keygen(["-Y", "sign", "-n", namespace, "-f", key], text);
  if (code !== 0) throw new CommandError(`--key ${key}: ssh-keygen cannot sign with it: ${lastOf(stderr)}`);
  return stdout;
}

/** Writes a report, and its signature beside it. Each file is whole or not there; the report comes first. */
export async function writeReport(file: string, text: string, signature: string | undefined): Promise<void> {
  await replaceFile(file, text, 0o644);
  if (signature !== undefined) await replaceFile(signatureFile(file), signature, 0o644);
}

/** Throws CommandError where a report could not be written there, or would take the place of another. */
export function mustBeNew(file: string): void {
  for (const each of [file, signatureFile(file)]) {
    if (existsSync(each)) throw new CommandError(`--report ${file}: ${each} is there already; name another`);
  }
  try {
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new CommandError(`--report ${file}: ${dirname(file)} is no folder to write in`, 1, { cause: error });
  }
}

export interface Verified {
  readonly file: string;
  readonly signer: string;
  readonly namespace: string;
  /** As ssh-keygen says it: `ED25519 key SHA256:…`. */
  readonly key: string;
}

/** Throws CommandError that says why a report is not as it was signed by whom it should be. */
export async function verified(file: string, signers: string, signer: string): Promise<Verified> {
  const signature = signatureFile(file);
  const report = contents(file, "the report");
  contents(signature, `${file} is not signed: its signature`);
  contents(signers, "--signers: the list");
  const about = ["-n", namespace, "-s", signature];
  const intact = await keygen(["-Y", "check-novalidate", ...about], report);
  if (intact.code !== 0) throw new CommandError(`${file}: ${whyBroken(intact, signature)}`);
  const known = await keygen(["-Y", "verify", "-f", signers, "-I", signer, ...about], report);
  const key = / with (.+)$/m.exec(intact.stdout)?.[1] ?? "a key";
  if (known.code !== 0) {
    const more = lastOf(known.stderr);
    const why = more === "" ? "" : ` (${more})`;
    throw new CommandError(
      `${file}: signed with ${key}, which is not ${signer}'s in ${signers} for this use now${why}`,
    );
  }
  return { file, signer, namespace, key };
}

function whyBroken({ stderr }: Ended, signature: string): string {
  if (stderr.includes("incorrect signature")) return `it was changed after it was signed, or ${signature} is another's`;
  if (stderr.includes("namespace")) return `${signature} was made for another use than ${namespace}`;
  return `${signature} cannot be read: ${lastOf(stderr)}`;
}

function signatureFile(file: string): string {
  return `${file}.sig`;
}

function keygen(words: readonly string[], input: string | Buffer): Promise<Ended> {
  return ran(["ssh-keygen", ...words], never, input);
}

/** Byte by byte: what is no text would be read as another. */
function contents(file: string, what: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CommandError(`${what} ${file} cannot be read: ${(error as Error).message}`, 1, { cause: error });
  }
}

function lastOf(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}
