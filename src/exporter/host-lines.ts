import { fullName } from "../metrics.ts";
import type { TargetRecord } from "../report.ts";
import { labelsText, Lines } from "./exposition/lines.ts";
import type { LargeFamily } from "./exposition.ts";
import type { ReportStore } from "./store.ts";
import { vantageOf, type WatchedFleet } from "./watched.ts";

/** The lines of an inventory's hosts and desks, kept from scrape to scrape. Each has a 0 or a 1, always. */
export class HostLines {
  readonly #hostUp: Lines;
  readonly #rtt: Lines;
  readonly #transitions: Lines;
  readonly #deskUp: Lines;
  /** The hosts' labels, as all their lines have them. */
  readonly #hosts: readonly string[];
  /** There once a host has shown a certificate: most fleets never ask for one. */
  #certificates: Lines | undefined;
  /** Where a host stands in the inventory, and the desks on it. */
  readonly #places: ReadonlyMap<string, { readonly host: number; readonly desks: readonly number[] }>;

  constructor(fleet: WatchedFleet, store: ReportStore) {
    this.#hosts = fleet.host.map(({ labels }) => labelsText(labels));
    this.#hostUp = new Lines(fullName("host_up"), this.#hosts, 0);
    this.#rtt = new Lines(fullName("host_rtt_seconds"), this.#hosts, undefined);
    this.#transitions = new Lines(fullName("host_transitions_total"), this.#hosts, 0);
    const deskLabels = fleet.desk.map(({ labels }) => labelsText(labels));
    this.#deskUp = new Lines(fullName("desk_up"), deskLabels, 0);
    const desks = new Map<string, number[]>(fleet.host.map(({ id }) => [id, []]));
    for (const [index, { host }] of fleet.desk.entries()) desks.get(host)?.push(index);
    this.#places = new Map(fleet.host.map(({ id }, host) => [id, { host, desks: desks.get(id) ?? [] }]));
    for (const { id } of fleet.host) {
      const record = store.record(vantageOf.host, "host", id);
      if (record !== undefined) this.take(record);
    }
  }

  /** Takes in what is known of a host; one that is not in the inventory is ignored. */
  take({ id, up, rtt, transitions, certificateEnds }: TargetRecord): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    this.#hostUp.set(place.host, up ?? 0);
    this.#rtt.set(place.host, rtt ?? undefined);
    this.#transitions.set(place.host, transitions);
    for (const desk of place.desks) this.#deskUp.set(desk, up ?? 0);
    if (certificateEnds !== undefined)
      this.#certificates ??= new Lines(fullName("host_certificate_expiry_timestamp_seconds"), this.#hosts, undefined);
    this.#certificates?.set(place.host, certificateEnds);
  }

  families(): readonly LargeFamily[] {
    return [
      { name: "host_up", lines: this.#hostUp },
      { name: "host_rtt_seconds", lines: this.#rtt },
      { name: "host_transitions_total", lines: this.#transitions },
      { name: "desk_up", lines: this.#deskUp },
      ...(this.#certificates === undefined
        ? []
        : [{ name: "host_certificate_expiry_timestamp_seconds" as const, lines: this.#certificates }]),
    ];
  }
}
