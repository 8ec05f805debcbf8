import { listHostPoolRegistrationTokens } from "@pulumi/azure-native/desktopvirtualization/listHostPoolRegistrationTokens.js";
import * as pulumi from "@pulumi/pulumi";
import type { InventoryPart } from "../../src/inventory.ts";
import { hostsOfNetwork } from "../../src/plan/names.ts";
import type { PoolPlan } from "../../src/plan/types.ts";
import { hostEntry } from "../inventory-parts.ts";
import type { AzureContext } from "./context.ts";
import { hostsShape } from "./hosts/machine.ts";
import { HostNetwork } from "./hosts/network.ts";
import { bodyOf, type CloudBody, cloudPools } from "./known.ts";

/** The slice `azure-<body>-<pool>-<n>`: the hosts of one network of a pool. */
export async function hostsSlice(context: AzureContext): Promise<Partial<InventoryPart>> {
  const body = bodyOf(context);
  const { network, pool: id, stack } = context.slice;
  const pool = cloudPools(body).find((each) => each.id === id);
  if (pool === undefined || network === undefined) {
    throw new Error(`stack "${stack}" is of no network of a pool that has hosts in the cloud`);
  }
  const secrets = {
    hostSecret: context.config.requireSecret("hostSecret"),
    // Asked for before anything is declared: a failure is then one error, and not one of every host.
    registrationToken: pulumi.secret(await registrationToken(context, body, pool)),
    domainPassword: context.cloud.join === "domain" ? context.config.requireSecret("domainPassword") : undefined,
  };
  new HostNetwork(hostsShape(context, body, pool, network), secrets, context.inSubscription(body.subscription));
  return { hosts: Array.from(hostsOfNetwork(pool, network), (host) => hostEntry(pool, host, [])) };
}

/** What stands for a token where there is none: no host registers with it, and hosts that have registered need none. */
const noToken = "none";

/**
 * The host pool's token of this moment. That there is none is told and no error: in a preview the host pool may not be
 * there yet, and hosts that are there do not need it.
 */
async function registrationToken(context: AzureContext, body: CloudBody, pool: PoolPlan): Promise<string> {
  const { names, slice } = context;
  const hostPoolName = names.hostPool(pool);
  try {
    const { value } = await listHostPoolRegistrationTokens(
      { hostPoolName, resourceGroupName: names.bodyGroup(body) },
      { provider: context.provider(body.subscription) },
    );
    const token = value?.[0]?.token;
    if (token !== undefined) return token;
    await pulumi.log.warn(
      `host pool ${hostPoolName} has no registration token that is still good: a host made now would not join it; ` +
        "deskbridge up renews it (deskbridge:registrationExpires of the body's stack, then that stack)",
    );
  } catch (error) {
    if (!pulumi.runtime.isDryRun()) {
      throw new Error(
        `stack "${slice.stack}" needs the registration token of host pool ${hostPoolName}, which azure-${body.id} ` +
          `makes; is that stack up? ${(error as Error).message}`,
        { cause: error },
      );
    }
    await pulumi.log.info(`host pool ${hostPoolName} is not there yet; hosts will take its token when they are made`);
  }
  return noToken;
}
