import type { LogPlace } from "./openvpn/log.ts";
import { Refusals } from "./openvpn/refusals.ts";
import { ByteTally } from "./tally.ts";
import type { WatchedFleet } from "./watched.ts";

/** What is known of a gateway's log so far. */
export interface LoginLog {
  readonly refusals: Refusals;
  /** How far it was read; undefined until it was read once. */
  place: LogPlace | undefined;
}

/** What the gateways' collectors keep from scrape to scrape, since the daemons forget it. */
export class Memory {
  readonly bytes = new ByteTally();
  readonly #logins = new Map<string, LoginLog>();

  loginsOf(gateway: string): LoginLog {
    const known = this.#logins.get(gateway) ?? { refusals: new Refusals(), place: undefined };
    this.#logins.set(gateway, known);
    return known;
  }

  /** Forgets what is no longer in the inventory. */
  keep({ gateway, link }: WatchedFleet): void {
    const gateways = new Set(gateway.map(({ id }) => id));
    this.bytes.keep(new Set([...gateways, ...link.map(({ id }) => id)]));
    for (const id of this.#logins.keys()) if (!gateways.has(id)) this.#logins.delete(id);
  }
}
