import { select, selector } from "../metrics.ts";
import type { Inventory } from "../inventory.ts";
import { mbpsPerPerson } from "../plan/limits.ts";
import type { SitePlan } from "../plan/types.ts";
import type { Prometheus } from "./prometheus.ts";
import type { SiteLine, Standing } from "./window.ts";

export interface StandingSettings {
  readonly site: SitePlan;
  readonly inventory: Pick<Inventory, "links">;
  /** The series that says whether a line is up. */
  readonly upSeries: string;
  readonly now: number;
}

/** How old what is known of a line may be, and how long it may not have been probed. */
const fresh = "30s";

/** The site's lines, as they are built and as they are now; throws WatchError. */
export async function standingOf(
  prometheus: Prometheus,
  { site, inventory, upSeries, now }: StandingSettings,
): Promise<Omit<Standing, "windows">> {
  const asked = { site: site.id };
  const last = `max by (link) (last_over_time(${selector(upSeries, asked)}[${fresh}]))`;
  const told = await prometheus.at(last, now);
  // What was up when its prober fell silent stays up: nobody knows.
  const attempts = select("link_probe_attempts_total", asked);
  const probed = await prometheus.at(`max by (link) (increase(${attempts}[${fresh}])) > 0`, now);
  const lines = inventory.links
    .filter((link) => link.site === site.id)
    .map(({ id, mbps }): SiteLine => {
      const known = probed.some(({ labels }) => labels["link"] === id);
      const up = told.find(({ labels }) => labels["link"] === id)?.value;
      return { link: id, mbps, up: known && up !== undefined ? up > 0 : undefined };
    });
  const order = (link: string): number => {
    const planned = site.links.findIndex(({ id }) => id === link);
    return planned < 0 ? site.links.length : planned;
  };
  return {
    now,
    site: site.id,
    lines: lines.toSorted((one, other) => order(one.link) - order(other.link)),
    people: site.peopleAtOnce,
    demandMbps: site.peopleAtOnce * mbpsPerPerson.value,
  };
}
