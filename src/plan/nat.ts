import { PlanError } from "./error.ts";
import { natGateway } from "./limits.ts";
import type { BodyPlan } from "./types.ts";

/** Hosts of a body that live in the cloud. */
export function cloudHosts(body: Pick<BodyPlan, "pools">): number {
  return body.pools.reduce((sum, pool) => sum + (pool.kind === "physical" ? 0 : pool.hosts), 0);
}

/** Public addresses by which so many hosts go out without running out of ports. */
export function addressesOut(hosts: number): number {
  return Math.max(1, Math.ceil((hosts * natGateway.portsPerHost) / natGateway.portsPerAddress));
}

/** Public addresses that a body's NAT gateway needs. Throws PlanError where they are more than one takes. */
export function natAddresses(body: Pick<BodyPlan, "id" | "pools">): number {
  const hosts = cloudHosts(body);
  const addresses = addressesOut(hosts);
  if (addresses <= natGateway.addresses) return addresses;
  throw new PlanError(
    `body ${body.id} has ${hosts} hosts in the cloud, which need ${addresses} public addresses to go out, and a NAT ` +
      `gateway has at most ${natGateway.addresses}; split the body`,
  );
}
