import { type Inventory, inventorySchema } from "../../src/inventory.ts";

export interface Made {
  readonly body?: string;
  /** Lines of each site, with the address inside the tunnel and the gateway instance. */
  readonly sites?: readonly { readonly name: string; readonly router: string; readonly links: readonly MadeLink[] }[];
  readonly instances?: readonly Partial<Inventory["instances"][number]>[];
  readonly jobs?: Inventory["jobs"];
  readonly deskTargets?: Inventory["deskTargets"];
  /** One personal desk a host. */
  readonly hosts?: readonly { readonly name: string; readonly address: string }[];
  readonly services?: readonly Inventory["services"][number][];
}

export interface MadeLink {
  readonly name: string;
  readonly address: string;
  readonly instance: string;
}

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO8zA0y5kYb1bnkmk1yT1qk0yWnF2bV0oYwq1m0Q0000";

/** A whole inventory of one body, for the tests of what watches it. */
export function madeInventory({
  body = "torino",
  sites = [],
  instances = [],
  hosts = [],
  services = [],
  jobs = [],
  deskTargets = [],
}: Made): Inventory {
  return inventorySchema.parse({
    fleet: "test",
    stage: "surge",
    target: "lab",
    stacks: [],
    bodies: [{ id: body, name: `City of ${body}`, laptops: 0 }],
    instances: instances.map((instance, index) => ({
      id: `hub-${"abcdefgh"[index]}`,
      gateway: "hub",
      address: "198.18.0.10",
      port: 1194,
      protocol: "udp",
      clients: "10.96.0.0/16",
      sessionsLimit: 100,
      ...instance,
    })),
    sites: sites.map(({ name, router }) => ({ id: `${body}/${name}`, body, router })),
    links: sites.flatMap((site) =>
      site.links.map(({ name, address, instance }) => ({
        id: `${body}/${site.name}/${name}`,
        body,
        site: `${body}/${site.name}`,
        carrier: "carrier-a",
        mbps: 100,
        critical: false,
        instance,
        address,
      })),
    ),
    jobs,
    deskTargets,
    pools:
      hosts.length === 0
        ? []
        : [{ id: `${body}/office`, body, kind: "personal", range: "10.64.0.0/16", desksPerHost: 1 }],
    hosts: hosts.map(({ name, address }) => ({
      name,
      address,
      pool: `${body}/office`,
      ports: { ssh: 22, rdp: 3389 },
      hostKeys: [key],
    })),
    desks: hosts.map(({ name }) => ({ id: `desk-${name}`, host: name })),
    services,
  });
}

/** `count` addresses from `10.<second>.0.1` on. */
export function addresses(second: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `10.${second}.${(index + 1) >> 8}.${(index + 1) & 255}`);
}

/** The same of loopback, `127.<second>.…`: each answers. */
export function loopback(second: number, count: number): readonly string[] {
  return addresses(second, count).map((address) => address.replace(/^10\./, "127."));
}

/** Eight sites of loopback with two lines each, all of which end at hub-a. */
export function loopbackSites(): Required<Made>["sites"] {
  return loopback(4, 8).map((router, at) => ({
    name: `s-${at}`,
    router,
    links: loopback(5 + at, 2).map((address, line) => ({ name: `l-${line}`, address, instance: "hub-a" })),
  }));
}
