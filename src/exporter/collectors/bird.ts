import { join } from "node:path";
import type { Family } from "../../metrics.ts";
import { askProtocols } from "../bird/control.ts";
import { parseProtocols } from "../bird/sessions.ts";
import type { Collector } from "../collector.ts";
import { askEach, lineEndsWith, linesAt } from "../instances.ts";
import { PartialCollectionError } from "../partial.ts";

/**
 * The layer `route` of each line: the instance's BIRD has a BGP session with the line's far end, and routes from it. Every
 * line that ends at an instance has a 0 or a 1; a BIRD that cannot be asked gives none.
 */
export const birdCollector: Collector = {
  name: "bird",
  applies: ({ fleet }) => lineEndsWith(fleet, "bird").length > 0,
  collect: async (scene, signal) => {
    const { fleet, labRoot } = scene;
    const { answers, faults } = await askEach(
      lineEndsWith(fleet, "bird"),
      async ({ bird }, limited) => parseProtocols(await askProtocols(join(labRoot, bird), limited)),
      scene,
      signal,
    );
    const addresses = new Map(fleet?.inventory.links.map(({ id, address }) => [id, address]));
    const samples = answers.flatMap(({ instance, answer }) =>
      linesAt(fleet, instance).map(({ id, labels }) => {
        const session = answer.get(addresses.get(id) ?? "");
        const there = session?.established === true && session.imported > 0;
        return { labels: { ...labels, layer: "route" }, value: there ? 1 : 0 };
      }),
    );
    const families: Family[] = [{ name: "link_state", samples }];
    if (faults.length > 0) throw new PartialCollectionError(faults.join("; "), families);
    return families;
  },
};
