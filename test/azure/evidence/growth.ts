import { isDeepStrictEqual } from "node:util";
import { isAzure } from "./ids.ts";
import type { RecordedSlice } from "./record.ts";

/** What growth may change on what is there, `Class.property` of azure-native, and why nobody loses a desk by it. */
export const allowedToGrow: Readonly<Record<string, string>> = {
  "VirtualNetworkGateway.sku": "more people at once: a larger gateway, resized in place within its generation",
  "NatGateway.publicIpAddresses": "more hosts: more addresses to go out by; those in use stay",
  "FileShare.shareQuota": "more desks: room for their profiles",
};

/** What one stage declared, to hold the next against. */
export class Growth {
  /** Inputs as JSON: a fleet's thousands fit. */
  readonly #before = new Map<string, string>();
  readonly #problems: string[] = [];
  /** Out of the allowed changes, those that were seen. */
  readonly seen = new Set<string>();

  remember({ recording: { resources } }: RecordedSlice): void {
    for (const { urn, inputs } of resources.filter(isAzure)) this.#before.set(urn, JSON.stringify(inputs));
  }

  get remembered(): number {
    return this.#before.size;
  }

  /** A slice of the next stage. */
  compare({ recording: { resources } }: RecordedSlice): void {
    for (const { urn, type, inputs } of resources.filter(isAzure)) {
      const kept = this.#before.get(urn);
      this.#before.delete(urn);
      const now = JSON.stringify(inputs);
      if (kept !== undefined && kept !== now) this.#changed(urn, type, JSON.parse(kept), JSON.parse(now));
    }
  }

  /** When all slices of the next stage were compared: what changed that may not, and what is no more. */
  problems(): readonly string[] {
    return [...this.#problems, ...[...this.#before.keys()].map((urn) => `${urn} is gone`)];
  }

  #changed(urn: string, type: string, before: Record<string, unknown>, now: Record<string, unknown>): void {
    for (const property of new Set([...Object.keys(before), ...Object.keys(now)])) {
      const [old, fresh] = [before[property], now[property]];
      if (isDeepStrictEqual(old, fresh)) continue;
      const what = `${type.split(":").at(-1) ?? ""}.${property}`;
      if (what in allowedToGrow) this.seen.add(what);
      else this.#problems.push(`${urn}: ${property} ${JSON.stringify(old)} → ${JSON.stringify(fresh)}`);
    }
  }
}
