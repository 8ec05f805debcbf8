import { open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { defineCommand } from "citty";
import { RequestError } from "../src/profiles/authority.ts";
import { errorCode } from "../src/files.ts";
import { commonPrefix, remotesFor, renderOpenVpnProfile } from "../src/profiles/openvpn.ts";
import { type Entry, revocationReasons } from "../src/profiles/register.ts";
import { endSessions } from "../src/profiles/sessions.ts";
import { openLabAuthority } from "../stacks/lab/kinds/authority.ts";
import { labSettings } from "../stacks/lab/settings.ts";
import { CommandError, jsonArg, note, print, printJson } from "./cli.ts";
import { currentInventory } from "./inventory.ts";

const issue = defineCommand({
  meta: { name: "issue", description: "make a person's profile: one file that lists every gateway instance" },
  args: {
    body: { type: "string", required: true, valueHint: "BODY", description: "the person's body" },
    person: { type: "string", required: true, valueHint: "PERSON", description: "who, as the fleet names them" },
    days: { type: "string", valueHint: "N", description: "how long it holds", default: "365" },
    out: { type: "string", valueHint: "FILE", description: "where to write it (default: <person>@<body>.ovpn)" },
    ...jsonArg,
  },
  async run({ args }) {
    const { bodies, instances } = await currentInventory("lab");
    if (!bodies.some(({ id }) => id === args.body)) {
      const choices = bodies.map(({ id }) => id).join(", ");
      throw new CommandError(`--body "${args.body}": no such body; choose one of: ${choices}`, 2);
    }
    const commonName = `${args.person}@${args.body}`;
    const authority = await openLabAuthority(labSettings(process.env));
    const file = args.out ?? `${commonName}.ovpn`;
    const request = { kind: "person", commonName, body: args.body, days: Number(args.days) } as const;
    const issued = await intoNewFile(file, async () => {
      const made = await authority.issue(request).catch(wrongUse);
      const profile = renderOpenVpnProfile({
        remotes: remotesFor(commonName, instances),
        ca: authority.certificatePem,
        certificate: made.certificatePem,
        key: made.keyPem,
        gatewayPrefix: commonPrefix(instances.map(({ id }) => id)),
      });
      return { text: profile, value: made };
    });
    const { serial, notAfter } = issued;
    if (args.json) printJson({ commonName, serial, notAfter, file });
    else print(`${file}: profile of ${commonName}, serial ${serial}, good until ${notAfter.slice(0, 10)}`);
  },
});

/** Takes the file's name first, so that nothing is issued that cannot be handed over; only its owner can read it. */
async function intoNewFile<T>(path: string, make: () => Promise<{ text: string; value: T }>): Promise<T> {
  const file = await open(path, "wx", 0o600).catch((error: unknown) => {
    const why = errorCode(error) === "EEXIST" ? "it is there already; name another with --out" : String(error);
    throw new CommandError(`${path}: ${why}`, 1, { cause: error });
  });
  try {
    const { text, value } = await make();
    await file.writeFile(text);
    return value;
  } catch (error) {
    await unlink(path);
    throw error;
  } finally {
    await file.close();
  }
}

const list = defineCommand({
  meta: { name: "list", description: "people's profiles, in the order of issue" },
  args: {
    all: { type: "boolean", description: "also gateways', sites' and servers' certificates", default: false },
    ...jsonArg,
  },
  async run({ args }) {
    const authority = await openLabAuthority(labSettings(process.env));
    const entries = (await authority.list()).filter(({ kind }) => args.all || kind === "person");
    if (args.json) printJson(entries.map((entry) => ({ ...entry, state: stateOf(entry) })));
    else if (entries.length === 0) print("no profile was issued yet");
    else print(entries.map((entry) => `${entry.serial}  ${entry.commonName.padEnd(32)}  ${stateOf(entry)}`).join("\n"));
  },
});

function stateOf({ revoked, notAfter }: Entry): string {
  if (revoked !== undefined) return `revoked ${revoked.at.slice(0, 10)} (${revoked.reason})`;
  return `${Date.parse(notAfter) < Date.now() ? "ran out" : "good until"} ${notAfter.slice(0, 10)}`;
}

const revoke = defineCommand({
  meta: { name: "revoke", description: "withdraw a profile and end its sessions" },
  args: {
    profile: { type: "positional", required: true, description: "a serial, or <person>@<body> for all of theirs" },
    reason: {
      type: "enum",
      options: [...revocationReasons],
      default: "unspecified",
      description: "why, in the revocation list's words",
    },
    ...jsonArg,
  },
  async run({ args }) {
    const lab = labSettings(process.env);
    const authority = await openLabAuthority(lab);
    const reason = revocationReasons.find((one) => one === args.reason);
    if (reason === undefined) {
      throw new CommandError(`--reason "${args.reason}": choose one of: ${revocationReasons.join(", ")}`, 2);
    }
    const asked = args.profile.toLowerCase();
    const found = (await authority.list()).filter(
      ({ serial, commonName, revoked }) => serial === asked || (commonName === args.profile && revoked === undefined),
    );
    if (found.length === 0)
      throw new CommandError(`no profile "${args.profile}" is good; see: deskbridge profile list`);
    for (const { serial } of found) await authority.revoke(serial, reason);
    const ended = await cutOff(lab.root, new Set(found.map(({ commonName }) => commonName)));
    if (args.json) printJson({ revoked: found.map(({ serial }) => serial), sessionsEnded: ended });
    else
      print(
        `${found.map(({ serial, commonName }) => `${serial}  ${commonName} revoked`).join("\n")}\n${ended} sessions ended`,
      );
  },
});

/** Sessions that are open would go on until they begin anew. */
async function cutOff(root: string, names: ReadonlySet<string>): Promise<number> {
  const { instances } = await currentInventory("lab");
  let ended = 0;
  for (const { id, management } of instances) {
    if (management === undefined) continue;
    for (const name of names) {
      try {
        ended += await endSessions(join(root, management), name);
      } catch (error) {
        note(`${id}: cannot end the sessions of ${name}, they may last until they begin anew: ${String(error)}`);
      }
    }
  }
  return ended;
}

function wrongUse(error: unknown): never {
  if (error instanceof RequestError) throw new CommandError(error.message, 2, { cause: error });
  throw error;
}

export default defineCommand({
  meta: { name: "profile", description: "people's profiles: issue, list, revoke" },
  subCommands: { issue, list, revoke },
});
