import { TokenVerifier } from "livekit-server-sdk";
import { z } from "zod";
import type { Recipe } from "../desk-steps.ts";
import { isFresh, type LivekitKey, readGrant } from "../licences/livekit-grant.ts";
import type { LivekitProvider } from "../licences/livekit.ts";
import { fileRecipe, noFileRecipe } from "../recipes.ts";

/** The grant with which a person comes in, as it lies at their desk for their client to take. */

const content = z.strictObject({ url: z.string(), account: z.string(), room: z.string(), grant: z.string() });

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
  const room = ownRoom(account);
  const verifier = new TokenVerifier(key.name, key.secret);
  return fileRecipe({
    name: "grant",
    change: "the grant to join is laid at the desk",
    path: pathOf(account),
    isGood: async (text) => {
      const found = readGrantFile(text);
      if (found === undefined || found.url !== url || found.account !== account || found.room !== room) return false;
      const grant = readGrant(found.grant);
      if (grant?.account !== account || grant.room !== room || !isFresh(found.grant, Date.now())) return false;
      return verifier.verify(found.grant).then(
        () => true,
        () => false,
      );
    },
    text: async () => {
      const grant = await provider.grant(account, { room });
      return `${JSON.stringify({ url, account, room, grant }, undefined, 2)}\n`;
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
