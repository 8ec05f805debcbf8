import { balancers } from "./balancers.ts";
import { network } from "./network.ts";
import { gateways } from "./gateways.ts";
import { virtualWan } from "./virtual-wan.ts";
import { compute } from "./compute.ts";
import { desktops } from "./desktops.ts";
import { groups } from "./groups.ts";
import { vaults } from "./vaults.ts";
import { storage } from "./storage.ts";
import { monitoring } from "./monitoring.ts";
import { dns } from "./dns.ts";
import type { ResourceType } from "./type.ts";

export const types: readonly ResourceType[] = [
  ...groups,
  ...network,
  ...balancers,
  ...gateways,
  ...virtualWan,
  ...dns,
  ...vaults,
  ...storage,
  ...compute,
  ...desktops,
  ...monitoring,
];

const byToken = new Map(types.map((type) => [type.token, type]));

/** Throws where the double knows no such type. */
export function typeOf(token: string): ResourceType {
  const type = byToken.get(token);
  if (type === undefined) throw new Error(`Resource type ${token} not found`);
  return type;
}

const known = new Set(types.map((type) => type.arm.toLowerCase()));

export function knowsArmType(arm: string): boolean {
  return known.has(arm.toLowerCase());
}
