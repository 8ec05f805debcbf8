/** What to have in hand before the plan is built in Azure. Counts are whole; storage is GiB; times are minutes. */
export interface Preflight {
  readonly region: string;
  readonly vcpus: readonly VcpuNeed[];
  readonly subscriptions: readonly SubscriptionNeed[];
  readonly writes: readonly WriteNeed[];
  readonly time: BuildTime;
  readonly costs: Costs;
  /** What no quota says. */
  readonly notices: readonly Notice[];
}

/** vCPU quota of a family of sizes, in a subscription. */
export interface VcpuNeed {
  readonly subscription: string;
  readonly family: string;
  readonly vms: number;
  /** For the machines that run. */
  readonly vcpus: number;
  /** For those that are made anew at once. */
  readonly spare: number;
}

export interface SubscriptionNeed {
  readonly subscription: string;
  readonly vms: number;
  readonly publicAddresses: number;
  /** System disks, as large as the image. */
  readonly disks: number;
  /** Premium files, for profiles. */
  readonly profilesGib: number;
}

/** Writes to Azure Resource Manager when all is made. */
export interface WriteNeed {
  readonly subscription: string;
  readonly writes: number;
  /** Those of them that the network provider takes. */
  readonly network: number;
  /** The least time, by the budgets of one principal. */
  readonly minutes: number;
  /** The same of reading all of it once: `up --refresh`. */
  readonly refreshMinutes: number;
}

export interface BuildTime {
  /** Of one of the hub's gateways, by the vendor. */
  readonly gateway: { readonly atLeast: number; readonly atMost: number };
  /** Least time in all: the hub first, then all subscriptions side by side. */
  readonly atLeast: number;
}

export interface Notice {
  readonly text: string;
  readonly source: string;
}

/** A thing that is paid for. */
export interface Meter {
  readonly meter: string;
  readonly unit: string;
  /** A month's; where hosts run only at work, and where they always run. Undefined where nobody can know it before. */
  readonly quantity: Quantity | undefined;
  readonly why: string;
}

export interface Quantity {
  readonly atWork: number;
  readonly always: number;
}

export interface Price {
  readonly meter: string;
  readonly unit: string;
  readonly price: number;
  readonly currency: string;
  readonly source: string;
  /** ISO date on which the source said it. */
  readonly date: string;
}

export interface PricedMeter extends Meter {
  readonly price: Price | undefined;
  /** Undefined where the price or the quantity is unknown. */
  readonly cost: Quantity | undefined;
}

export interface Costs {
  readonly meters: readonly PricedMeter[];
  readonly currency: string | undefined;
  /** A month's, of the meters that are known. */
  readonly known: Quantity;
  /** Meters whose price or quantity is unknown. */
  readonly unknown: number;
  readonly assumption: string;
}
