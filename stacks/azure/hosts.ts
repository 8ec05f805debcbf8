import { listHostPoolRegistrationTokens } from "@pulumi/azure-native/desktopvirtualization/listHostPoolRegistrationTokens.js";
import * as pulumi from "@pulumi/pulumi";
import type { InventoryPart } from "../../src/inventory.ts";
import { hostsOfNetwork } from "../../src/plan/names.ts";
import type { PoolPlan } from "../../src/plan/types.ts";
import { hostEntry } from "../inventory-parts.ts";
import type { AzureContext } from "./context.ts";
import { hostsShape } from "./hosts/machine.ts";
import { HostNetwork, type Registration } from "./hosts/network.ts";
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
    registration: await registrationOf(context, body, pool),
    domainPassword: context.cloud.join === "domain" ? context.config.requireSecret("domainPassword") : undefined,
  };
  new HostNetwork(hostsShape(context, body, pool, network), secrets, context.inSubscription(body.subscription));
  return { hosts: Array.from(hostsOfNetwork(pool, network), (host) => hostEntry(pool, host, [])) };
}

/**
 * The host pool's token of this moment. That there is none is told, and refuses only hosts that are to be made: those
 * that are there do not need it, and in a preview the host pool may not be there yet.
 */
async function registrationOf(context: AzureContext, body: CloudBody, pool: PoolPlan): Promise<Registration> {
  const { names, slice } = context;
  const hostPoolName = names.hostPool(pool);
  try {
    const { value } = await listHostPoolRegistrationTokens(
      { hostPoolName, resourceGroupName: names.bodyGroup(body) },
      { provider: context.provider(body.subscription) },
    );
    const token = value?.[0]?.token;
    if (token !== undefined) return { token: pulumi.secret(token) };
    const none = `host pool ${hostPoolName} has no registration token that is still good`;
    await pulumi.log.warn(`${none}: no host can be made`);
    return refused(
      `${none}, and this host would not join it; forget the old one with pulumi config rm ` +
        `deskbridge:registrationExpires -s azure-${body.id}, then run deskbridge up, which makes another`,
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
    return refused(`host pool ${hostPoolName} is not there yet`);
  }
}

/** A hook is not called in previews. */
function refused(words: string): Registration {
  const refuse = (): never => {
    throw new Error(words);
  };
  return { refusal: new pulumi.ResourceHook("registration", refuse) };
}
