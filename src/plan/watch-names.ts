/** What the cloud's watch slice makes is called. Names are given, never generated (`cloud-names.ts`). */

/** `hub`: the machine in the hub's network; `public`: the one outside. */
export type WatchPoint = "hub" | "public";

export interface WatchNames {
  /** Subnet of the hub's network where the machine `hub` stands; the hub slice makes it. */
  readonly subnet: string;
  /** The workspace that keeps the metrics, and the endpoint and the rule by which they come in. */
  readonly metrics: string;
  readonly endpoint: string;
  readonly rule: string;
  ruleGroup(name: string): string;
  readonly actionGroup: string;
  grafana(suffix: string): string;
  store(suffix: string): string;
  machine(point: WatchPoint): string;
  card(point: WatchPoint): string;
  systemDisk(point: WatchPoint): string;
  securityGroup(point: WatchPoint): string;
  identity(point: WatchPoint): string;
  /** The network outside, and the private way from the hub to the exporter there. */
  readonly outside: string;
  readonly outsideSubnet: string;
  readonly outsideAddress: string;
  readonly outsideNat: string;
  readonly balancer: string;
  readonly link: string;
  readonly linkEndpoint: string;
  storeEndpoint(point: WatchPoint): string;
}

/** Containers of the watch's store: what each point's machine may read. */
export const storeContainers = { hub: "hub", public: "public" } as const satisfies Record<WatchPoint, string>;
/** The inventory's blob in each. */
export const inventoryBlob = "inventory.json";

export function watchNames(fleet: string): WatchNames {
  return {
    subnet: "snet-watch",
    metrics: `amw-${fleet}`,
    endpoint: `dce-${fleet}-watch`,
    rule: `dcr-${fleet}-watch`,
    ruleGroup: (name) => `prg-${fleet}-${name}`,
    actionGroup: `ag-${fleet}-watch`,
    // Short, and unique in the whole cloud: it is a part of Grafana's address.
    grafana: (suffix) => `amg-${short(fleet)}-${suffix}`,
    store: (suffix) => `st${short(fleet)}watch${suffix}`,
    machine: (point) => `vm-${fleet}-watch-${point}`,
    card: (point) => `nic-${fleet}-watch-${point}`,
    systemDisk: (point) => `osdisk-${fleet}-watch-${point}`,
    securityGroup: (point) => `nsg-${fleet}-watch-${point}`,
    identity: (point) => `id-${fleet}-watch-${point}`,
    outside: `vnet-${fleet}-outside`,
    outsideSubnet: "snet-outside",
    outsideAddress: `pip-${fleet}-outside`,
    outsideNat: `ng-${fleet}-outside`,
    balancer: `lbi-${fleet}-outside`,
    link: `pls-${fleet}-outside`,
    linkEndpoint: `pep-${fleet}-outside`,
    storeEndpoint: (point) => `pep-${fleet}-watch-${point}`,
  };
}

/** The first nine letters and digits: storage accounts have 24 at most, and no hyphen. */
function short(fleet: string): string {
  return fleet.replaceAll("-", "").slice(0, 9);
}
