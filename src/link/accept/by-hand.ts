import type { LinkPlan, SitePlan } from "../../plan/types.ts";
import { commands } from "./commands.ts";
import type { Demands } from "./demands.ts";
import { demandsText, type Effort, wayEveryMs } from "./steps.ts";

/** Where nothing of ours runs at the site: the same measurements for somebody's own hands. Nothing is executed. */
export function byHandText(site: SitePlan, link: LinkPlan, demands: Demands, effort: Effort): string {
  const [here, there] = ["SITE_ADDRESS", "HUB_ADDRESS"];
  const others = site.links.filter(({ id }) => id !== link.id).map(({ id }) => id);
  return [
    `${link.id}: the figures that it must hold`,
    ...demandsText(demands).map((line) => `   ${line}`),
    "",
    `1. ${here} is a machine behind the site's router, ${there} one in the hub, such as the watch's; TCP 5201 must be`,
    "   open between them. Azure's gateway runs nothing of ours, so the way measured is from the site to the hub.",
    others.length === 0
      ? `2. The site has no other line: all goes over ${link.id}.`
      : `2. At the site's router, shut the BGP sessions of ${others.join(" and ")}, so that all goes over ${link.id}.`,
    "3. In the hub, once for each way:",
    `   ${commands.server(there, 5201).join(" ")}`,
    "4. At the site:",
    `   ${commands.client({ from: here, to: there, port: 5201, seconds: effort.seconds, way: "to the hub" }).join(" ")}`,
    `   ${commands.client({ from: here, to: there, port: 5201, seconds: effort.seconds, way: "from the hub" }).join(" ")}`,
    `   ${commands.echoes(here, there, effort.probes).join(" ")}`,
    ...(others.length === 0
      ? []
      : [
          `5. Open the other lines' sessions. While this runs, pull ${link.id}, wait, and put it back: unanswered probes in`,
          `   a row × ${wayEveryMs} ms are the silence.`,
          `   ${commands.heartbeat(here, there, 6000).join(" ")}`,
        ]),
  ].join("\n");
}
