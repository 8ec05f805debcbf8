import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ArgsDef } from "citty";
import { z } from "zod";
import type { Fleet } from "../../src/fleet/schema.ts";
import type { Inventory } from "../../src/inventory.ts";
import {
  grantRecipe,
  type Meeting,
  sittingGrantRecipe,
  withdrawalRecipe,
} from "../../src/rollout/clients/grant-file.ts";
import type { Recipe } from "../../src/rollout/desk-steps.ts";
import { type Patience, type TokenSource, usualPatience } from "../../src/rollout/licences/client.ts";
import { GraphProvider } from "../../src/rollout/licences/graph.ts";
import { type LivekitKey, readKey } from "../../src/rollout/licences/livekit-grant.ts";
import { livekitProvider, type LivekitProvider } from "../../src/rollout/licences/livekit.ts";
import type { Provider } from "../../src/rollout/licences/provider.ts";
import { webexTokens, zoomTokens } from "../../src/rollout/licences/tokens.ts";
import { Webex } from "../../src/rollout/licences/webex.ts";
import { Zoom } from "../../src/rollout/licences/zoom.ts";
import { zoomRates } from "../../src/rollout/licences/zoom-quota.ts";
import { labSettings } from "../../stacks/lab/settings.ts";
import { defaultToken } from "../azure/access.ts";
import { CommandError } from "../cli.ts";
import { targetFolder } from "./folder.ts";

/** The vendor that the fleet file names, and how we are let in there. */

export const vendorArgs = {
  credentials: {
    type: "string",
    valueHint: "FILE",
    description:
      "what the vendor lets us in by, JSON, mode 600 (default: $DESKBRIDGE_VC_CREDENTIALS; the lab needs none)",
  },
} as const satisfies ArgsDef;

export interface Vendor {
  readonly provider: Provider;
  readonly recipesFor: (account: string) => readonly Recipe[];
  readonly withdrawalsOf: (account: string) => readonly Recipe[];
  /** The recipe that lays an account's grant at its desk, where the vendor has grants. */
  readonly grantOf: (account: string) => Recipe | undefined;
  /** How sittings are held there; undefined where that is not ours to do. */
  readonly meetings: Meetings | undefined;
  /** What must never be written down. */
  readonly secrets: readonly string[];
}

export interface Meetings extends Pick<LivekitProvider, "makeRoom" | "rooms"> {
  /** Where people come in. */
  readonly url: string;
  /** The recipe that lays an account's grant for one sitting at its desk. */
  readonly grantOf: (account: string, meeting: Meeting) => Recipe;
}

interface Wish {
  readonly fleet: Fleet;
  readonly inventory: Inventory;
  readonly quotas: ReadonlyMap<string, number>;
  readonly credentials: string | undefined;
}

const secret = z.string().min(8);
/** Where the vendor is asked, with the version and a `/` at the end: another cloud than the public one. */
const api = z.url({ protocol: /^https?$/ }).optional();
/** Where the vendor gives tokens. */
const tokens = z.url({ protocol: /^https?$/ }).optional();

const shapes = {
  /** Without `bearer` by Microsoft's `DefaultAzureCredential`. */
  graph: z.strictObject({ api, bearer: secret.optional() }),
  zoom: z.strictObject({ api, tokens, accountId: z.string(), clientId: z.string(), clientSecret: secret }),
  webex: z.strictObject({ api, tokens, clientId: z.string(), clientSecret: secret, refreshToken: secret }),
  livekit: z.strictObject({ url: z.url({ protocol: /^wss?$/ }), name: z.string(), secret: z.string().min(32) }),
} as const;

/** Throws CommandError. */
export function openVendor(wish: Wish): Vendor {
  const { provider, licence } = wish.fleet.videoconference ?? { provider: "livekit", licence: undefined };
  switch (provider) {
    case "graph": {
      const { api: base, bearer } = credentialsOf(wish, shapes.graph, {});
      const token = bearer === undefined ? graphToken(base) : () => Promise.resolve(bearer);
      return plain(
        new GraphProvider({
          token,
          sku: licence ?? "",
          usageLocation: wish.fleet.country,
          ...baseOf(base),
          patience,
        }),
        [bearer],
      );
    }
    case "zoom": {
      const { api: base, tokens: address, ...app } = credentialsOf(wish, shapes.zoom);
      const rates = zoomRates[licence === "business" ? "business" : "pro"];
      const token = zoomTokens({ ...app, ...(address === undefined ? {} : { address: new URL(address) }) });
      return plain(new Zoom({ token, rates, ...baseOf(base), patience, upcomingMs: sittingAheadMs }), [
        app.clientSecret,
      ]);
    }
    case "webex": {
      const { api: base, tokens: address, ...app } = credentialsOf(wish, shapes.webex);
      const token = webexTokens({ ...app, ...(address === undefined ? {} : { address: new URL(address) }) });
      const webex = new Webex({ token, licence: licence ?? "", ...baseOf(base), patience });
      return plain(webex, [app.clientSecret, app.refreshToken]);
    }
    case "livekit":
      return livekit(wish);
    default:
      return provider satisfies never;
  }
}

/** A vendor's daily limit is waited for by nobody at a terminal; everything else is over in this time. */
const patience: Patience = { ...usualPatience, totalMs: 15 * 60_000 };
/** Whoever hosts a meeting within a week keeps the seat. */
const sittingAheadMs = 7 * 86_400_000;

function plain(provider: Provider, secrets: readonly (string | undefined)[]): Vendor {
  return {
    provider,
    recipesFor: () => [],
    withdrawalsOf: () => [],
    grantOf: () => undefined,
    meetings: undefined,
    secrets: secrets.filter((each) => each !== undefined),
  };
}

function livekit({ inventory, quotas, credentials }: Wish): Vendor {
  const { url, key } = livekitServer(inventory, credentials);
  const provider = livekitProvider({
    url,
    key,
    ledger: join(targetFolder(inventory.target), "seats.json"),
    seats: [...quotas.values()].reduce((sum, seats) => sum + seats, 0),
  });
  const grantOf = (account: string): Recipe => grantRecipe(provider, url, key, account);
  return {
    provider,
    grantOf,
    recipesFor: (account) => [grantOf(account)],
    withdrawalsOf: (account) => [withdrawalRecipe(account)],
    meetings: {
      url,
      makeRoom: (wish, signal) => provider.makeRoom(wish, signal),
      rooms: (signal) => provider.rooms(signal),
      grantOf: (account, meeting) => sittingGrantRecipe(provider, url, key, account, meeting),
    },
    secrets: [key.secret],
  };
}

function livekitServer(
  inventory: Inventory,
  credentials: string | undefined,
): { readonly url: string; readonly key: LivekitKey } {
  const { videoconference } = inventory;
  if (videoconference === undefined) {
    const { url, ...key } = credentialsOf({ credentials }, shapes.livekit);
    return { url, key };
  }
  const file = join(labSettings(process.env).root, videoconference.keys);
  try {
    return { url: videoconference.url, key: readKey(file) };
  } catch (error) {
    throw new CommandError(`${(error as Error).message}; deskbridge up makes the lab's`, 1, { cause: error });
  }
}

function baseOf(base: string | undefined): { readonly base?: URL } {
  return base === undefined ? {} : { base: new URL(base) };
}

function graphToken(base: string | undefined): TokenSource {
  const given = defaultToken();
  const scope = `${new URL(base ?? "https://graph.microsoft.com").origin}/.default`;
  return (signal) => given({ scope, signal });
}

/** Throws CommandError; it never quotes what stands in the file. */
function credentialsOf<Shape extends z.ZodType>(
  { credentials }: Pick<Wish, "credentials">,
  shape: Shape,
  otherwise?: z.output<Shape>,
): z.output<Shape> {
  const file = credentials ?? process.env["DESKBRIDGE_VC_CREDENTIALS"];
  if (file === undefined) {
    if (otherwise !== undefined) return otherwise;
    throw new CommandError(
      "how does the vendor let us in? --credentials FILE, or DESKBRIDGE_VC_CREDENTIALS; see docs/rollout.md",
      2,
    );
  }
  let json: unknown;
  try {
    if ((statSync(file).mode & 0o077) !== 0) throw new Error("others may read it: chmod 600");
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    // A parser's message quotes the text.
    const why = error instanceof SyntaxError ? "it is no JSON" : (error as Error).message;
    throw new CommandError(`${file}: ${why}`, 1);
  }
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message, code }) =>
    code === "unrecognized_keys" ? "it has a key that is not known" : `${path.join(".")}: ${message}`,
  );
  throw new CommandError(`${file}: ${[...new Set(faults)].join("; ")}`, 1);
}
