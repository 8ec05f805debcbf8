import { TokenVerifier } from "livekit-server-sdk";
import { z } from "zod";
import type { Recipe } from "../desk-steps.ts";
import { isFresh, type LivekitKey, readGrant } from "../licences/livekit-grant.ts";
import type { LivekitProvider } from "../licences/livekit.ts";
import { fileRecipe, noFileRecipe } from "../recipes.ts";

/** The grant with which a person comes in, as it lies at their desk for their client to take. */

const content = z.strictObject({
  url: z.string(),
  account: z.string(),
  room: z.string(),
  grant: z.string(),
  /** Passphrase with which clients encrypt from person to person, where that is wanted. SECRET as the grant is. */
  key: z.string().optional(),
});

/** Of a desk, relative to where a login begins; several people may share a host. */
function pathOf(account: string): string {
  return `.config/deskbridge/videoconference/${account}.json`;
}

/** A room of their own, in which a client shows that it works; a sitting's room needs a grant of its own. */
export function ownRoom(account: string): string {
  return `own-${account}`;
}

/** What the file says; undefined where it is none of ours. */
export function readGrantFile(text: string): z.output<typeof content> | undefined {
  try {
    return content.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A good grant is at the desk: signed with the key that is in use, for this account, and not near its end. */
export function grantRecipe(provider: LivekitProvider, url: string, key: LivekitKey, account: string): Recipe {
  return recipeOf(provider, url, key, {
    name: "grant",
    change: "the grant to join is laid at the desk",
    path: pathOf(account),
    account,
    room: ownRoom(account),
    isEnough: ({ grant }) => isFresh(grant, Date.now()),
  });
}

/** One sitting, as a grant sees it. */
export interface Meeting {
  readonly id: string;
  readonly room: string;
  /** When nobody need come in any more. */
  readonly until: Date;
  /** Laid beside the grant; undefined where media is encrypted as far as the server alone. */
  readonly endToEndKey: string | undefined;
}

/** A good grant for one sitting is at the desk, beside the person's own: it lets them in until the sitting's end, and nowhere else. */
export function sittingGrantRecipe(
  provider: LivekitProvider,
  url: string,
  key: LivekitKey,
  account: string,
  { id, room, until, endToEndKey }: Meeting,
): Recipe {
  return recipeOf(provider, url, key, {
    name: `grant-${id}`,
    change: `the grant for the sitting ${id} is laid at the desk`,
    path: `.config/deskbridge/videoconference/sittings/${id}/${account}.json`,
    account,
    room,
    until,
    endToEndKey,
    // Signed to the second, and the clock goes on meanwhile.
    isEnough: ({ ends }) => Math.abs(ends.getTime() - until.getTime()) < 5000,
  });
}

interface Wish {
  readonly name: string;
  readonly change: string;
  readonly path: string;
  readonly account: string;
  readonly room: string;
  readonly until?: Date;
  readonly endToEndKey?: string | undefined;
  readonly isEnough: (found: { readonly grant: string; readonly ends: Date }) => boolean;
}

function recipeOf(provider: LivekitProvider, url: string, key: LivekitKey, wish: Wish): Recipe {
  const { name, change, path, account, room, until, endToEndKey, isEnough } = wish;
  const verifier = new TokenVerifier(key.name, key.secret);
  return fileRecipe({
    name,
    change,
    path,
    isGood: async (text) => {
      const found = readGrantFile(text);
      if (found === undefined || found.url !== url || found.account !== account || found.room !== room) return false;
      if (found.key !== endToEndKey) return false;
      const grant = readGrant(found.grant);
      if (grant?.account !== account || grant.room !== room) return false;
      if (!isEnough({ grant: found.grant, ends: grant.until })) return false;
      return verifier.verify(found.grant).then(
        () => true,
        () => false,
      );
    },
    text: async () => {
      const grant = await provider.grant(account, { room, ...(until === undefined ? {} : { until }) });
      return `${JSON.stringify({ url, account, room, grant, key: endToEndKey }, undefined, 2)}\n`;
    },
  });
}

/** No grant is at the desk. One that was copied before is good until its end: LiveKit cannot take it back. */
export function withdrawalRecipe(account: string): Recipe {
  return noFileRecipe({
    name: "withdraw",
    change: `the grant of ${account} is taken from the desk`,
    path: pathOf(account),
  });
}
