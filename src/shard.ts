import type { Inventory } from "./inventory.ts";

/**
 * A part of the fleet: one of `count`, from 1 on. Who watches a part and who watches another agree by this file alone:
 * both read the whole inventory, and each target falls into exactly one part by its own id. So what comes or goes moves
 * nothing else, and one part more takes its share from all others and moves nothing between these.
 */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export const wholeFleet: Shard = { index: 1, count: 1 };

/** Each target is weighed once a part; a fleet of a million needs some tens. */
const mostShards = 1000;

/** `2/4` → the second of four. Throws RangeError. */
export function parseShard(text: string): Shard {
  const [, index = 0, count = 0] = (/^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text) ?? []).map(Number);
  if (index < 1 || index > count || count > mostShards)
    throw new RangeError(`"${text}" is not I/N, such as 2/4: the second of four, of ${mostShards} at most`);
  return { index, count };
}

export function shardText({ index, count }: Shard): string {
  return `${index}/${count}`;
}

export function isSameShard(one: Shard, other: Shard): boolean {
  return one.index === other.index && one.count === other.count;
}

/** What is divided. A line goes with its site, a desk with its host; what is common to all is told by the first part. */
type Divided = "host" | "site" | "gateway" | "service";

/**
 * The part that a thing falls into, from 1 to `count`: where its weight is largest (rendezvous hashing). Never to be
 * changed: parts of different versions would watch things twice, and others not at all.
 */
export function shardOf(kind: Divided, id: string, count: number): number {
  const hash = hashOf(`${kind}:${id}`);
  let chosen = 1;
  let largest = -1;
  for (let index = 1; index <= count; index += 1) {
    const weight = mixed(hash ^ Math.imul(index, 0x9e37_79b1));
    if (weight > largest) {
      largest = weight;
      chosen = index;
    }
  }
  return chosen;
}

/** What of the inventory falls into a part; bodies, pools and vantage points stay, since they are what the rest is in. */
export function shareOf(inventory: Inventory, { index, count }: Shard): Inventory {
  if (count === 1) return inventory;
  const own = (kind: Divided, id: string): boolean => shardOf(kind, id, count) === index;
  const hosts = inventory.hosts.filter(({ name }) => own("host", name));
  const names = new Set(hosts.map(({ name }) => name));
  const listed = new Set(inventory.hosts.map(({ name }) => name));
  return {
    ...inventory,
    instances: inventory.instances.filter(({ id }) => own("gateway", id)),
    sites: inventory.sites.filter(({ id }) => own("site", id)),
    links: inventory.links.filter(({ site }) => own("site", site)),
    hosts,
    desks: inventory.desks.filter(({ host }) => names.has(host) || (!listed.has(host) && own("host", host))),
    services: inventory.services.filter(({ id }) => own("service", id)),
    jobs: index === 1 ? inventory.jobs : [],
    azure: index === 1 ? inventory.azure : undefined,
  };
}

/** FNV-1a over UTF-16 units, 32 bits, then mixed: names that differ in one digit are far apart. */
function hashOf(text: string): number {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193);
  return mixed(hash);
}

/** MurmurHash3's finish: each bit of 32 turns about half of the others. */
function mixed(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
