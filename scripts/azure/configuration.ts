import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { cloudNames } from "../../src/plan/cloud-names.ts";
import type { LinkPlan, Plan, SlicePlan } from "../../src/plan/types.ts";
import type { KnownKeys } from "../../stacks/azure/hub/lines.ts";
import { projectRoot } from "../../stacks/lab/settings.ts";
import { CommandError, note } from "../cli.ts";
import { readState, setSecret } from "../state.ts";
import { completeKeys, isTunnelIn } from "./line-keys.ts";

/**
 * What the stacks are told beside the plan: secrets, which are made once and then kept, and dates, since no program
 * reads a clock. A value that stands is never changed, but for a registration that ends soon.
 */

const namespace = "deskbridge";
const day = 86_400_000;
/** Hosts register with their pool by a token; Azure allows it 27 days at most (AVD: host pool registration). */
export const registrationDays = { valid: 14, renewBefore: 2 } as const;

export interface Given {
  readonly plan: Plan;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Where the watch's machines take Deskbridge from, `URL#COMMIT`; undefined: what stands. */
  readonly source: string | undefined;
}

/**
 * Where the watch's machines take Deskbridge from: what the user says, what stands (undefined), or the origin and
 * commit of this clone. Throws CommandError where machines elsewhere could not take it from there.
 */
export function releaseSource(workFolder: string, said: string | undefined): string | undefined {
  if (said !== undefined) return said;
  return isConfigured(workFolder, "azure-watch", "source") ? undefined : sourceOfClone();
}

/** Writes what is missing in the stack's configuration. */
export async function completeConfiguration(stack: Stack, slice: SlicePlan, given: Given): Promise<void> {
  const { plan, now } = given;
  switch (slice.kind) {
    case "hub":
      if (plan.access.authentication.azure === "radius") await completeGiven(stack, "radiusSecret");
      return completeLinkKeys(stack, plan);
    case "hosts":
      if (!isConfigured(stack.workspace.workDir, stack.name, "hostSecret"))
        await set(stack, "hostSecret", randomKey(), true);
      if (plan.cloud?.join === "domain") await completeGiven(stack, "domainPassword");
      return;
    case "body":
      return renewRegistration(stack, now);
    case "watch":
      if (given.source !== undefined) await set(stack, "source", given.source, false);
      return;
  }
}

/** Secrets that others have made: the variable that gives each, and what it is. */
const givenSecrets = {
  radiusSecret: { variable: "DESKBRIDGE_RADIUS_SECRET", what: "the secret that the RADIUS servers share" },
  domainPassword: { variable: "DESKBRIDGE_DOMAIN_PASSWORD", what: "the password of the user who joins hosts" },
} as const;

/** Takes it from the environment, where it is kept; a new value there is a new secret. Throws CommandError without. */
async function completeGiven(stack: Stack, key: keyof typeof givenSecrets): Promise<void> {
  const { variable, what } = givenSecrets[key];
  const value = process.env[variable] ?? "";
  if (value !== "") return set(stack, key, value, true);
  if (isConfigured(stack.workspace.workDir, stack.name, key)) return;
  throw new CommandError(`stack ${stack.name} needs ${what}: give it once as ${variable}, in the environment`);
}

/** A pre-shared key a line. Lines that go keep theirs, so that one that comes back by mistake finds it again. */
async function completeLinkKeys(stack: Stack, plan: Plan): Promise<void> {
  const links = plan.bodies.flatMap((body) => body.sites.flatMap((site) => site.links));
  const [keys, accepted] = [await object(stack, "linkKeys", {}), await object(stack, "acceptedLinkKeys", [])];
  const known = { keys: keys as KnownKeys["keys"], accepted: accepted as KnownKeys["accepted"] };
  const names = cloudNames(plan.fleet);
  const isThere = async (): Promise<(link: LinkPlan) => boolean> => {
    const { deployment } = await readState(stack);
    return (link) => isTunnelIn(deployment ?? {}, names.connection(link));
  };
  const complete = await completeKeys(links, known, { make: randomKey, isThere });
  if (!isDeepStrictEqual(complete.keys, known.keys)) await set(stack, "linkKeys", JSON.stringify(complete.keys), true);
  if (!isDeepStrictEqual(complete.accepted, known.accepted)) {
    await set(stack, "acceptedLinkKeys", JSON.stringify(complete.accepted), false);
  }
  for (const said of complete.said) note(`${stack.name}: ${said}`);
}

/** A value of the stack's configuration that is JSON, or what stands for it where there is none. */
async function object(stack: Stack, key: string, missing: object): Promise<unknown> {
  if (!isConfigured(stack.workspace.workDir, stack.name, key)) return missing;
  return JSON.parse((await stack.getConfig(`${namespace}:${key}`)).value);
}

async function renewRegistration(stack: Stack, now: number): Promise<void> {
  const until = isConfigured(stack.workspace.workDir, stack.name, "registrationExpires")
    ? Date.parse((await stack.getConfig(`${namespace}:registrationExpires`)).value)
    : 0;
  if (until - now > registrationDays.renewBefore * day) return;
  const expires = new Date(now + registrationDays.valid * day);
  expires.setUTCHours(0, 0, 0, 0);
  await set(stack, "registrationExpires", expires.toISOString().replace(".000Z", "Z"), false);
}

function sourceOfClone(): string {
  const git = (...words: readonly string[]): string => {
    const { stdout, status } = spawnSync("git", words, { cwd: projectRoot, encoding: "utf8" });
    return status === 0 ? stdout.trim() : "";
  };
  const [url, commit] = [git("remote", "get-url", "origin"), git("rev-parse", "HEAD")];
  if (url.startsWith("https://") && !url.includes("@") && commit !== "") return `${url}#${commit}`;
  throw new CommandError(
    "the watch's machines take Deskbridge from a git repository, and this clone has no origin that they could reach; " +
      "say --source https://git.example.org/deskbridge.git#COMMIT, with the whole hash of a commit",
  );
}

async function set(stack: Stack, key: string, value: string, secret: boolean): Promise<void> {
  if (secret) await setSecret(stack, `${namespace}:${key}`, value);
  else await stack.setConfig(`${namespace}:${key}`, { value });
}

/** 256 bits in 64 hexadecimal digits, which every VPN device takes as a pre-shared key. */
function randomKey(): string {
  return randomBytes(32).toString("hex");
}

/** Whether the stack's settings name the key; the file is read as text, since asking the engine takes a second. */
function isConfigured(workFolder: string, stack: string, key: string): boolean {
  try {
    const text = readFileSync(join(workFolder, `Pulumi.${stack}.yaml`), "utf8");
    return text.includes(`${namespace}:${key}:`);
  } catch {
    return false; // no settings yet
  }
}
