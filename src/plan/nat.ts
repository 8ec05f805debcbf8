import { PlanError } from "./error.ts";
import { natGateway } from "./limits.ts";
import type { BodyPlan } from "./types.ts";

/** Hosts of a body that live in the cloud. */
export function cloudHosts(body: Pick<BodyPlan, "pools">): number {
  return body.pools.reduce((sum, pool) => sum + (pool.kind === "physical" ? 0 : pool.hosts), 0);
}

/** Public addresses that a body's NAT gateway needs, so that its hosts do not run out of ports. */
export function natAddresses(body: Pick<BodyPlan, "id" | "pools">): number {
  const hosts = cloudHosts(body);
  const addresses = Math.max(1, Math.ceil((hosts * natGateway.portsPerHost) / natGateway.portsPerAddress));
  if (addresses <= natGateway.addresses) return addresses;
  throw new PlanError(
    `body ${body.id} has ${hosts} hosts in the cloud, which need ${addresses} public addresses to go out, and a NAT ` +
      `gateway has at most ${natGateway.addresses}; split the body`,
  );
}
