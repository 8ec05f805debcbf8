import { z } from "zod";

/**
 * What the stacks hand over. Every stack outputs its part under the name `inventory`; the parts together are the
 * inventory, which is all that the commands that run (reach, prober, exporter, roll-out) read. It holds no secret.
 */

const instance = z.strictObject({
  /** `hub-a` */
  id: z.string(),
  gateway: z.string(),
  /** Public address and port where people come in. */
  address: z.ipv4(),
  port: z.int(),
  protocol: z.enum(["udp", "tcp"]),
  /** What it speaks with people; OpenVPN where nothing is said. */
  speaks: z.enum(["openvpn", "ikev2"]).optional(),
  /** OpenVPN's static key, where it answers nobody without; nothing else may be concluded from its silence then. */
  staticKey: z
    .strictObject({
      use: z.enum(["tls-auth", "tls-crypt", "tls-crypt-v2"]),
      /** Where the prober finds the key. Without it the gateway is not probed; over TCP its port still is. */
      file: z.string().optional(),
      /** tls-auth only: the client's `key-direction`. */
      direction: z.union([z.literal(0), z.literal(1)]).optional(),
      /** tls-auth only: OpenVPN's `auth`, else SHA1. */
      digest: z.string().optional(),
    })
    .optional(),
  clients: z.cidrv4(),
  sessionsLimit: z.int(),
  /** Unix socket of OpenVPN's management interface; lab only. Relative to the lab's folder. */
  management: z.string().optional(),
  /** Argument list that prints its bytes (`ip -j -s link show dev …`); lab only. */
  counters: z.array(z.string()).optional(),
  /** Its server certificate (PEM), whose end is watched; lab only. Relative to the lab's folder. */
  certificate: z.string().optional(),
  /** strongSwan's vici socket, of the one charon where all its lines end; lab only. Relative to the lab's folder. */
  vici: z.string().optional(),
  /** BIRD's control socket, of the one bird that speaks with all its lines' routers; lab only. Relative to the lab's folder. */
  bird: z.string().optional(),
  /** Argument list that prints its peers (`wg show wg0 dump`, or `wg show all dump`), where it speaks WireGuard. */
  wireguard: z.array(z.string()).min(1).optional(),
});

const body = z.strictObject({ id: z.string(), name: z.string(), laptops: z.int() });

const site = z.strictObject({
  /** `<body>/<site>` */
  id: z.string(),
  body: z.string(),
  /** Address of the site's router, reached over any link. */
  router: z.ipv4(),
});

const link = z.strictObject({
  /** `<body>/<site>/<link>` */
  id: z.string(),
  body: z.string(),
  site: z.string(),
  carrier: z.string(),
  mbps: z.number(),
  critical: z.boolean(),
  /** The part of a month in which it is up by contract. */
  availability: z.number().optional(),
  /** Gateway instance where it ends. */
  instance: z.string(),
  /** The far end inside the tunnel: what `link_up` probes. */
  address: z.ipv4(),
  /** Argument list that prints its bytes (`ip -j -s link show dev …`); lab only. */
  counters: z.array(z.string()).optional(),
});

const pool = z.strictObject({
  /** `<body>/<pool>` */
  id: z.string(),
  body: z.string(),
  kind: z.enum(["personal", "pooled", "physical"]),
  site: z.string().optional(),
  /** Routed range of its hosts' addresses. */
  range: z.cidrv4(),
  /** Desks that one host carries at once. */
  desksPerHost: z.int(),
  /** Starts a command in the network of its hosts; lab only. */
  enter: z.array(z.string()).optional(),
});

const ports = z.strictObject({ ssh: z.int(), rdp: z.int() });

const host = z.strictObject({
  name: z.string(),
  address: z.ipv4(),
  pool: z.string(),
  ports,
  /** OpenSSH public keys, `ssh-ed25519 AAAA…`; any of them is this host's own. */
  hostKeys: z.array(z.string()),
});

const desk = z.strictObject({ id: z.string(), host: z.string() });

/** What desks are for. */
const service = z.strictObject({
  id: z.string(),
  /** Of a tool: the contact centre's queue whose callers ask about it. */
  queue: z.string().optional(),
  name: z.string(),
  url: z.url({ protocol: /^https?$/ }),
  /** Where to connect, where that is not to be asked of the resolver; the URL's host is still who is asked for. */
  address: z.ipv4().optional(),
  /** PEM file of the authorities that may have signed its certificate, else those that the prober's machine trusts.
   *  Relative to the lab's folder. */
  ca: z.string().optional(),
});

/** Data processing that must have run by its time, every hour, day or week; its unit answers for it. */
const job = z.strictObject({
  unit: z.string(),
  id: z.string(),
  every: z.enum(["hour", "day", "week"]),
  /** HH:MM, of `timezone`: of an hour the minutes, of a week the time on its Sunday. */
  by: z.string(),
  /** IANA name. */
  timezone: z.string(),
});

/** How many desks a body is to have at a stage, by the plan. */
const deskTarget = z.strictObject({ body: z.string(), stage: z.string(), desks: z.int() });

/** A place from which to look: `enter` is the argument list that starts a command there (empty: here). */
const vantage = z.strictObject({ id: z.enum(["public", "hub"]), enter: z.array(z.string()) });

/** A home on the public side, from which a person of that body comes in. */
const home = z.strictObject({ body: z.string(), enter: z.array(z.string()) });

/** Who may log in to every host by SSH; there only where the target has such an account for us, which the lab has. */
const operator = z.strictObject({
  /** Without privileges at the host. */
  user: z.string(),
  /** Its private key (OpenSSH, not encrypted, readable by its owner alone). Relative to the lab's folder. */
  key: z.string(),
  /** Starts a command at the place from which the hosts and the videoconferences' server are reached (empty: here). */
  enter: z.array(z.string()),
});

/** The videoconferences' server, where it is the fleet's own. Its metrics are Prometheus's, at `/metrics`. */
const videoconference = z.strictObject({
  provider: z.literal("livekit"),
  /** `ws://<address>:<port>`, for clients. */
  url: z.url({ protocol: /^wss?$/ }),
  address: z.ipv4(),
  port: z.int(),
  metricsPort: z.int(),
  /** File of the key that signs grants, one line `NAME: SECRET`, mode 0600. Relative to the lab's folder. */
  keys: z.string(),
});

/** What the cloud calls its parts of the fleet; there only for target azure. Ids are Azure Resource Manager's. */
const azure = z.strictObject({
  /** Every subscription that holds a part of the fleet. */
  subscriptions: z.array(z.string()),
  /** Virtual network gateways, or a Virtual WAN hub's gateways for people and for sites; `id` as in `instances[].gateway`. */
  gateways: z.array(z.strictObject({ id: z.string(), resourceId: z.string(), region: z.string() })),
  /** Host pools; `id` as in `pools[].id`. */
  pools: z.array(z.strictObject({ id: z.string(), resourceId: z.string() })),
  /** The gateways' connections to sites by name; `link` as in `links[].id`. */
  connections: z.array(z.strictObject({ link: z.string(), name: z.string() })).default([]),
});

export const inventoryPartSchema = z.strictObject({
  bodies: z.array(body).default([]),
  instances: z.array(instance).default([]),
  sites: z.array(site).default([]),
  links: z.array(link).default([]),
  pools: z.array(pool).default([]),
  hosts: z.array(host).default([]),
  desks: z.array(desk).default([]),
  services: z.array(service).default([]),
  jobs: z.array(job).default([]),
  deskTargets: z.array(deskTarget).default([]),
  vantages: z.array(vantage).default([]),
  homes: z.array(home).default([]),
  operator: operator.optional(),
  videoconference: videoconference.optional(),
  azure: azure.optional(),
});

export const inventorySchema = inventoryPartSchema.extend({
  fleet: z.string(),
  stage: z.string(),
  target: z.enum(["azure", "lab"]),
  /** The stacks it was read from, with their last update: the cache's key. */
  stacks: z.array(z.strictObject({ name: z.string(), updatedAt: z.string() })),
});

export type InventoryPart = z.output<typeof inventoryPartSchema>;
export type Inventory = z.output<typeof inventorySchema>;
export type Instance = Inventory["instances"][number];
export type Site = Inventory["sites"][number];
export type Link = Inventory["links"][number];
export type Pool = Inventory["pools"][number];
export type Host = Inventory["hosts"][number];
export type Desk = Inventory["desks"][number];
export type Job = Inventory["jobs"][number];
export type Service = Inventory["services"][number];
export type Vantage = Inventory["vantages"][number];
export type Home = Inventory["homes"][number];
export type VideoconferenceServer = NonNullable<Inventory["videoconference"]>;
export type AzureInventory = NonNullable<Inventory["azure"]>;

/** Whom a URL of http or https names, an IPv6 address without its brackets, and the port. */
export function endpointOf(url: string): { readonly host: string; readonly port: number } {
  const { protocol, hostname, port } = new URL(url);
  const usual = protocol === "https:" ? 443 : 80;
  return { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: port === "" ? usual : Number(port) };
}

/** What a line's connection is called at both its IKEv2 ends. */
export function connectionName(linkId: string): string {
  return linkId.replaceAll("/", "-");
}

/** The parts' Azure parts as one; undefined where no part has any. */
export function joinAzure(parts: readonly InventoryPart[]): AzureInventory | undefined {
  const found = parts.flatMap(({ azure }) => azure ?? []);
  if (found.length === 0) return undefined;
  return {
    subscriptions: [...new Set(found.flatMap(({ subscriptions }) => subscriptions))],
    gateways: found.flatMap(({ gateways }) => gateways),
    pools: found.flatMap(({ pools }) => pools),
    connections: found.flatMap(({ connections }) => connections),
  };
}
