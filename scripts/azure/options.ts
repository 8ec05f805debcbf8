import type { ArgsDef } from "citty";
import type { Cloud } from "../../src/azure/cloud.ts";
import { CommandError } from "../cli.ts";
import { cloudArgs, cloudOf } from "./access.ts";
import { importsOf } from "./import.ts";
import type { Patience } from "./bring.ts";
import type { ReleaseOptions } from "./leaving.ts";

/** What `up` and `down` are told about people who stand in the way, about patience, and about Azure. */
export const lossArgs = {
  "accept-loss": {
    type: "boolean",
    default: false,
    description: "azure: go on where people lose a desk, a session or a profile, or a limit does not hold",
  },
  "drain-minutes": {
    type: "string",
    default: "0",
    valueHint: "N",
    description: "azure: wait so long for people to finish on hosts that go",
  },
  tries: {
    type: "string",
    default: "4",
    valueHint: "N",
    description: "azure: how often a stack is tried that fails in passing",
  },
  "retry-seconds": {
    type: "string",
    default: "30",
    valueHint: "N",
    description: "azure: wait between them, doubled each time",
  },
  "at-once": { type: "string", default: "2", valueHint: "N", description: "azure: stacks at the same time" },
  ...cloudArgs,
} as const satisfies ArgsDef;

export const azureUpArgs = {
  preview: {
    type: "boolean",
    default: false,
    description: "azure: say what would change, and for whom; change nothing",
  },
  refresh: {
    type: "boolean",
    default: false,
    description: "azure: read first what is really there, so that what was changed by hand is mended",
  },
  import: {
    type: "string",
    valueHint: "NAME=ID",
    description: "azure: take over what is there already (several: with commas); kept under adopt: of the tenancy file",
  },
  yes: { type: "boolean", default: false, description: "azure: do not ask" },
  source: {
    type: "string",
    valueHint: "URL#COMMIT",
    description: "azure: where the watch's machines take Deskbridge from (default: this clone's origin and commit)",
  },
  publish: {
    type: "boolean",
    default: true,
    description: "azure: tell the watch's machines what is there",
    negativeDescription: "azure: do not tell the watch's machines; deskbridge publish does",
  },
  ...lossArgs,
} as const satisfies ArgsDef;

export interface LossOptions {
  readonly acceptLoss: boolean;
  readonly drainMinutes: number;
  readonly atOnce: number;
  readonly tries: number;
  readonly retrySeconds: number;
  readonly cloud: Cloud;
}

/** How often, and until when, what fails in passing is tried. */
export function patienceOf({ tries, retrySeconds }: LossOptions, stop: AbortSignal): Patience {
  return { tries, waitSeconds: retrySeconds, stop };
}

/** What is done about people on hosts that go. */
export function releaseOptions({ acceptLoss, drainMinutes }: LossOptions): ReleaseOptions {
  return { acceptLoss, minutes: drainMinutes, pollSeconds: 30 };
}

export interface AzureUpOptions extends LossOptions {
  readonly preview: boolean;
  readonly refresh: boolean;
  /** Ids of what is adopted, by key of the tenancy file's `adopt:`. */
  readonly imports: ReadonlyMap<string, string>;
  readonly yes: boolean;
  readonly source: string | undefined;
  readonly publish: boolean;
}

type Given<Args> = { readonly [Name in keyof Args]?: string | boolean | undefined };

/** The options as given, or their defaults. Throws CommandError for what is no number. */
export function lossOptions(given: Given<typeof lossArgs>): LossOptions {
  return {
    acceptLoss: given["accept-loss"] === true,
    drainMinutes: whole("drain-minutes", given["drain-minutes"] ?? lossArgs["drain-minutes"].default, 0),
    atOnce: whole("at-once", given["at-once"] ?? lossArgs["at-once"].default, 1),
    tries: whole("tries", given.tries ?? lossArgs.tries.default, 1),
    retrySeconds: whole("retry-seconds", given["retry-seconds"] ?? lossArgs["retry-seconds"].default, 0),
    cloud: cloudOf(given as Parameters<typeof cloudOf>[0]),
  };
}

export function azureUpOptions(given: Given<typeof azureUpArgs>): AzureUpOptions {
  return {
    ...lossOptions(given),
    preview: given.preview === true,
    refresh: given.refresh === true,
    imports: typeof given.import === "string" ? importsOf(given.import) : new Map(),
    yes: given.yes === true,
    publish: given.publish !== false,
    source: typeof given.source === "string" ? given.source : undefined,
  };
}

function whole(name: string, given: string | boolean, least: number): number {
  const value = Number(given);
  if (String(given).trim() !== "" && Number.isInteger(value) && value >= least) return value;
  throw new CommandError(`--${name} is "${given}"; it must be a whole number, ${least} or more`, 2);
}
