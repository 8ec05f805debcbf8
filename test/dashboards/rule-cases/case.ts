import { deskFibre, everything, all, gateway, gone, hallFibre, hallRadio, run, site } from "../in-order.ts";

export interface Case {
  readonly what: string;
  /** Seconds between two samples, and between two looks of the rules; 1 where nothing is said. */
  readonly step?: number;
  readonly series: Readonly<Record<string, string>>;
  /** All alerts that burn at a step, each with what tells it from others; the Watchdog apart. */
  readonly burning: Readonly<Record<number, readonly Burning[]>>;
}

export type Burning = Readonly<Record<string, string>> & { readonly alertname: string };

/** What each alert is tried by. */
export const sorts = ["positive", "negative", "missing", "recovery"] as const;
export type Cases = Readonly<Record<(typeof sorts)[number], readonly Case[]>>;

export const linkDown = { alertname: "LinkDown", body: "b", site: "b/hall", gateway: "hub-a", link: "b/hall/fibre" };
export const siteDown = { alertname: "SiteDown", body: "b", site: "b/hall" };
export const gatewayDown = { alertname: "GatewayDown", gateway: "hub-a" };
export const exporterDown = { alertname: "ExporterDown" };
export const proberDown = { alertname: "ProberDown", vantage: "hub" };
export const probeStale = { alertname: "ProbeStale", kind: "link", vantage: "hub" };
export const hall = [hallFibre, hallRadio, site("hall")];
export const throughA = [gateway("hub-a"), hallFibre, deskFibre, site("desk")];
export const ofHub = ["link", "site", "host"].map((kind) => run(kind, "hub"));

/** With the exporter go its figures: no alert of theirs stays, and that they are gone is told. */
export function exporterGone(step: number, ...series: readonly string[]): Case {
  return {
    what: "the exporter is gone: that is told",
    step,
    series: all(gone, ...everything, ...series),
    burning: { 60: [exporterDown] },
  };
}
