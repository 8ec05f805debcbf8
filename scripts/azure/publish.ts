import type { TokenSource } from "../../src/azure/client.ts";
import type { Inventory } from "../../src/inventory.ts";
import type { Tenancy } from "../../src/fleet/tenancy.ts";
import type { Plan } from "../../src/plan/types.ts";
import { storeHost } from "../../stacks/azure/watch/settings.ts";
import { inventoryBlob, storeContainers, type WatchPoint } from "../../src/plan/watch-names.ts";
import { CommandError } from "../cli.ts";

export interface PublishOptions {
  /** Where the store answers, e.g. `https://stpiemontewatch….blob.core.windows.net`. */
  readonly origin: string;
  readonly token: TokenSource;
  readonly timeoutMs?: number;
}

/** Where the store of the watch answers. Throws CommandError where the fleet has no cloud. */
export function storeOrigin({ cloud, fleet }: Plan, tenancy: Tenancy): string {
  if (cloud === undefined) throw new CommandError(`fleet ${fleet} has no azure: section`);
  return `https://${storeHost(tenancy.tenant, tenancy.subscriptions[cloud.hub.subscription] ?? "", fleet)}`;
}

/** What a machine of the watch is told: the one outside knows the gateways, which everybody may know, and no desk. */
export function inventoryFor(point: WatchPoint, inventory: Inventory): Inventory {
  if (point === "hub") return inventory;
  const { fleet, stage, target, stacks, instances } = inventory;
  const nothing = {
    bodies: [],
    sites: [],
    links: [],
    pools: [],
    hosts: [],
    desks: [],
    services: [],
    jobs: [],
    deskTargets: [],
  };
  return { fleet, stage, target, stacks, instances, ...nothing, vantages: [], homes: [] };
}

/**
 * Writes the inventory where the watch's machines fetch it, each its own part. Throws CommandError with what Azure
 * said, and what may be done about it. A blob is replaced at once: a machine sees the old one or the new one.
 */
export async function publishInventory(inventory: Inventory, options: PublishOptions): Promise<void> {
  const { origin, token, timeoutMs = 60_000 } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  const bearer = await token({ scope: "https://storage.azure.com/.default", signal }).catch((error: unknown) => {
    throw new CommandError(`the inventory was not written: ${(error as Error).message}`, 1, { cause: error });
  });
  for (const point of ["hub", "public"] as const) {
    const url = `${origin}/${storeContainers[point]}/${inventoryBlob}`;
    const answer = await fetch(url, {
      method: "PUT",
      headers: {
        authorization: `Bearer ${bearer}`,
        "content-type": "application/json",
        "x-ms-blob-type": "BlockBlob",
        "x-ms-version": "2023-11-03",
      },
      body: JSON.stringify(inventoryFor(point, inventory)),
      signal,
    }).catch((error: unknown) => {
      const cause = (error as Error).cause ?? error;
      throw new CommandError(`${url}: ${(cause as Error).message}`, 1, { cause: error });
    });
    const said = await answer.text();
    if (answer.status !== 201) throw new CommandError(refusal(url, answer, said));
  }
}

const hints: Readonly<Record<string, string>> = {
  AuthorizationFailure:
    "the store lets nobody in from here: name this address in the tenancy file (operators: addresses:), run " +
    "`deskbridge up --target azure`, or run this from inside the network",
  PublicAccessNotPermitted:
    "the store lets in nobody from the Internet: name addresses in the tenancy file (operators: addresses:)",
  AuthorizationPermissionMismatch: "you are not in the operators' group of the tenancy file (operators: group:)",
  ContainerNotFound: "the watch is not up: run `deskbridge up --target azure`",
};

/** https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2: the code is a header. */
function refusal(url: string, answer: Response, said: string): string {
  const code = answer.headers.get("x-ms-error-code") ?? /<Code>(\w+)<\/Code>/.exec(said)?.[1] ?? "";
  const hint = hints[code];
  return `${url}: ${answer.status} ${code}${hint === undefined ? "" : `; ${hint}`}`.trim();
}
