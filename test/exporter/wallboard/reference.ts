import { type Inventory, inventorySchema } from "../../../src/inventory.ts";
import type { Report, TargetKind, TargetRecord } from "../../../src/report.ts";

/** An inventory as large as the reference fleet's: four bodies, of which three have sites, 8 lines, 2 instances, 7,000 desks. */

const bodies = [
  { id: "regione", name: "Regione Piemonte", laptops: 0 },
  { id: "torino", name: "Città di Torino", laptops: 0 },
  { id: "metropolitana", name: "Città Metropolitana di Torino", laptops: 0 },
  { id: "consorzio", name: "The consortium itself", laptops: 900 },
];
const lines = [
  ["regione/giunta/fibre", "carrier-a", 1000, "hub-a"],
  ["regione/giunta/radio", "carrier-b", 200, "hub-b"],
  ["regione/consiglio/fibre", "carrier-a", 500, "hub-a"],
  ["regione/corso-marche/fibre", "carrier-a", 200, "hub-b"],
  ["regione/corso-marche/radio", "carrier-b", 100, "hub-a"],
  ["regione/corso-marche/satellite", "carrier-c", 20, "hub-b"],
  ["torino/palazzo-civico/fibre", "carrier-a", 1000, "hub-a"],
  ["torino/palazzo-civico/fibre-2", "carrier-b", 1000, "hub-b"],
  ["metropolitana/corso-inghilterra/fibre", "carrier-a", 500, "hub-a"],
] as const;
const pools = [
  { id: "regione/office", kind: "personal", desks: 3010, site: undefined },
  { id: "regione/council", kind: "physical", desks: 350, site: "regione/consiglio" },
  { id: "regione/crisis", kind: "physical", desks: 35, site: "regione/corso-marche" },
  { id: "torino/office", kind: "personal", desks: 1750, site: undefined },
  { id: "torino/counters", kind: "physical", desks: 1050, site: "torino/palazzo-civico" },
  { id: "metropolitana/office", kind: "personal", desks: 805, site: undefined },
] as const;

const bodyOf = (id: string): string => id.split("/")[0] ?? "";
const siteOf = (link: string): string => link.split("/").slice(0, 2).join("/");

/** `share`: of the desks, from 0 to 1. */
export function referenceInventory(share = 1): Inventory {
  const sites = [...new Set(lines.map(([id]) => siteOf(id)))];
  const hosts = pools.flatMap(({ id, desks }, pool) =>
    Array.from({ length: Math.ceil(desks * share) }, (_, index) => ({
      name: `h-${pool}-${index}`,
      address: `10.${64 + pool}.${index >> 8}.${index & 255}`,
      pool: id,
      ports: { ssh: 22, rdp: 3389 },
      hostKeys: [],
    })),
  );
  return inventorySchema.parse({
    fleet: "piemonte",
    stage: "surge",
    target: "lab",
    stacks: [],
    bodies,
    instances: ["hub-a", "hub-b"].map((id, index) => ({
      id,
      gateway: "hub",
      address: `198.18.0.1${index}`,
      port: 1194,
      protocol: "udp",
      clients: "10.96.0.0/16",
      sessionsLimit: 3500,
    })),
    sites: sites.map((id, index) => ({ id, body: bodyOf(id), router: `10.1.0.${index + 1}` })),
    links: lines.map(([id, carrier, mbps, instance], index) => ({
      id,
      body: bodyOf(id),
      site: siteOf(id),
      carrier,
      mbps,
      critical: id.startsWith("regione/corso-marche/"),
      instance,
      address: `10.112.0.${index + 1}`,
    })),
    pools: pools.map(({ id, kind, site }, index) => ({
      id,
      body: bodyOf(id),
      kind,
      range: `10.${64 + index}.0.0/16`,
      desksPerHost: 1,
      ...(site === undefined ? {} : { site }),
    })),
    hosts,
    desks: hosts.map(({ name }) => ({ id: `desk-${name}`, host: name })),
    services: [
      { id: "documents", name: "Documents & registry", url: "https://documents.example/" },
      { id: "health", name: "Health records", url: "https://health.example/" },
    ],
    jobs: [
      { unit: "crisis", id: "river-levels", every: "hour", by: "00:20", timezone: "Europe/Rome" },
      { unit: "crisis", id: "bulletin", every: "day", by: "13:00", timezone: "Europe/Rome" },
    ],
  });
}

/** How things stand: up where nothing else is said. */
export interface Standing {
  readonly down?: readonly string[];
  /** Seconds since 1970. */
  readonly since: number;
  /** Probes of each line so far, those lost, and the mean round trip in seconds. */
  readonly counted?: (id: string) => Pick<TargetRecord, "attempts" | "failures"> & { readonly rtt: number };
}

/** Targets of a kind, as their prober tells them. */
export function told(
  kind: TargetKind,
  ids: readonly string[],
  { down = [], since, counted }: Standing,
): readonly Report[] {
  const records = ids.map((id): TargetRecord => {
    const { attempts, failures, rtt } = counted?.(id) ?? { attempts: 100, failures: 0, rtt: 0.004 };
    const answers = attempts - failures;
    return {
      id,
      up: down.includes(id) ? 0 : 1,
      since,
      attempts,
      failures,
      transitions: 0,
      rtt,
      unprobed: null,
      ...(kind === "link"
        ? { rtts: { counts: [answers, ...Array.from({ length: 12 }, () => 0)], sum: answers * rtt } }
        : {}),
      ...(kind === "service" ? { status: down.includes(id) ? 503 : 200, certificateEnds: since + 40 * 86_400 } : {}),
    };
  });
  return [{ type: "targets", kind, records }];
}

export function idsOf(inventory: Inventory): Readonly<Record<TargetKind, readonly string[]>> {
  const ids = (things: readonly { readonly id: string }[]): readonly string[] => things.map(({ id }) => id);
  return {
    link: ids(inventory.links),
    site: ids(inventory.sites),
    host: inventory.hosts.map(({ name }) => name),
    service: ids(inventory.services),
    gateway: ids(inventory.instances),
  };
}
