import { defineCommand } from "citty";
import { replaceFile } from "../../src/files.ts";
import type { Fleet } from "../../src/fleet/schema.ts";
import { LockError } from "../../src/lock.ts";
import { type Address, contentSum, hasMail, invitationText, uidOf } from "../../src/sitting/invitation.ts";
import { IssuesError, issueOf } from "../../src/sitting/issues.ts";
import type { Sitting } from "../../src/sitting/sitting.ts";
import { CommandError, fleetArgs, note, print, targetArg } from "../cli.ts";
import { loadFleetOrFail, planOrFail } from "../fleet.ts";
import { inventoryArg, inventoryOf } from "../link/built.ts";
import { nowOf } from "../link/line.ts";
import { peopleOf, videoconferenceOf } from "../rollout/asking.ts";
import { worldArgs } from "../rollout/world.ts";
import { refuseOver, sittingArg, sittingNamed, targetFile } from "./named.ts";

const { people, at } = worldArgs;

export default defineCommand({
  meta: { name: "invite", description: "the calendar file to send to everybody who is invited" },
  args: {
    sitting: sittingArg,
    out: { type: "string", valueHint: "FILE", description: "write it there (default: print it)" },
    cancel: { type: "boolean", default: false, description: "cross the sitting out of everybody's calendar" },
    url: {
      type: "string",
      valueHint: "URL",
      description: "where the meeting is (default: at the fleet's own server)",
    },
    people,
    at,
    ...inventoryArg,
    ...targetArg,
    ...fleetArgs,
  },
  async run({ args }) {
    const fleet = loadFleetOrFail(args.fleet);
    const list = peopleOf(args, fleet, planOrFail(fleet, args.stage));
    const sitting = sittingNamed(fleet, list, args.sitting);
    const now = nowOf(args.at, fleet.timezone);
    if (!args.cancel) refuseOver(sitting, now);
    const address = await addressOf(fleet, sitting, args);
    const text = await invitation(
      fleet.name,
      sitting,
      address,
      args.cancel,
      now,
      await targetFile(args.target, "invitations.json"),
    );
    const without = sitting.invited.filter((person) => !hasMail(person)).map(({ person }) => person);
    if (without.length > 0) note(`without an e-mail address, tell them yourself: ${without.join(", ")}`);
    if (args.out === undefined) print(text);
    else await replaceFile(args.out, text, 0o600);
  },
});

/** Throws CommandError. */
async function invitation(
  fleet: string,
  sitting: Sitting,
  address: Address,
  isCancelled: boolean,
  now: number,
  file: string,
): Promise<string> {
  try {
    const content = { uid: uidOf(fleet, sitting.id), sum: contentSum(sitting, address, isCancelled), isCancelled };
    // Before anything is counted: whether it can be written at all.
    invitationText(fleet, sitting, address, { isCancelled, sequence: 0, issued: new Date(now).toISOString() });
    return invitationText(fleet, sitting, address, await issueOf(file, content, now));
  } catch (error) {
    if (error instanceof RangeError || error instanceof IssuesError || error instanceof LockError) {
      throw new CommandError(error.message, 1, { cause: error });
    }
    throw error;
  }
}

interface AddressArgs {
  readonly url?: string | undefined;
  readonly inventory?: string | undefined;
  readonly target: "lab" | "azure";
}

/** Throws CommandError. */
async function addressOf(fleet: Fleet, { room }: Sitting, { url, inventory, target }: AddressArgs): Promise<Address> {
  if (url !== undefined) {
    if (URL.canParse(url)) return new URL(url).href;
    throw new CommandError(`--url "${url}": not a URL`, 2);
  }
  if (videoconferenceOf(fleet).provider !== "livekit") {
    throw new CommandError("where is the meeting? --url URL, as the vendor gives it", 2);
  }
  const { videoconference } = await inventoryOf(inventory, target);
  if (videoconference === undefined)
    throw new CommandError("where is the meeting? --url URL: the inventory has no server", 2);
  return new URL(`#${room}`, videoconference.url).href;
}
