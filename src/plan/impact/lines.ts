import { joined } from "../cloud-names.ts";
import { change, peopleText } from "../diff/change.ts";
import type { LinkPlan, Plan, SitePlan } from "../types.ts";
import { type Finding, goes, ofKinds, type Touched } from "./finding.ts";

/** The sites' lines: at a VPN gateway each has its own resources, at a Virtual WAN those of a site have them together. */

type LinesOf = (plan: Plan, name: string) => readonly LinkPlan[];

/** `link-<body>-<site>-<link>`, and what follows. */
const byLink: LinesOf = (plan, name) => {
  const fits = linksOf(plan).filter(({ id }) => begins(name, `link-${joined(id)}`));
  return fits.toSorted((a, b) => b.id.length - a.id.length).slice(0, 1);
};

/** `site-<body>-<site>` */
const bySite: LinesOf = (plan, name) => sitesOf(plan).find(({ id }) => name === `site-${joined(id)}`)?.links ?? [];

/** `lines-<gateway>-<body>-<site>` */
const byConnection: LinesOf = (plan, name) =>
  plan.gateways.flatMap(({ id, instances }) =>
    (sitesOf(plan).find((site) => name === `lines-${id}-${joined(site.id)}`)?.links ?? []).filter((link) =>
      instances.some((instance) => instance.id === link.instance),
    ),
  );

const kinds: Readonly<Record<string, LinesOf>> = {
  "network:LocalNetworkGateway": byLink,
  "network:VirtualNetworkGatewayConnection": byLink,
  "network:VpnSite": bySite,
  "network:VpnConnection": byConnection,
};

export function lineFindings(touched: readonly Touched[], plan: Plan): readonly Finding[] {
  const found = new Map<string, Touched[]>();
  const gone: Finding[] = [];
  for (const step of ofKinds(touched, Object.keys(kinds))) {
    const links = kinds[step.kind]?.(plan, step.name) ?? [];
    for (const { id } of links) found.set(id, [...(found.get(id) ?? []), step]);
    if (links.length > 0 || step.fate !== "delete") continue;
    const text = `line of ${step.name} goes: the plan has it no more`;
    gone.push({ change: change("none", step.name, 0, text), refused: false });
  }
  const cut = new Set([...found].filter(([, steps]) => steps.some(cuts)).map(([id]) => id));
  const lines = sitesOf(plan).flatMap((site) =>
    site.links.flatMap((link) => {
      const steps = found.get(link.id);
      return steps === undefined ? [] : [lineFinding(site, link, steps, cut)];
    }),
  );
  return [...lines, ...gone];
}

/** A new line cuts off nobody. */
function cuts({ fate }: Touched): boolean {
  return fate !== "create";
}

function lineFinding(site: SitePlan, link: LinkPlan, steps: readonly Touched[], cut: ReadonlySet<string>): Finding {
  if (!steps.some(cuts)) {
    return { change: change("none", link.id, 0, `line ${link.id} is made: nobody disconnects`), refused: false };
  }
  const others = site.links.filter((other) => !cut.has(other.id)).length;
  const people = site.peopleAtOnce;
  const what = steps.some(goes) ? "is made anew" : "changes";
  const meanwhile =
    others > 0
      ? "they go on over the site's other lines"
      : "they are cut off until it is up again; how long is not known";
  const who = people === 0 ? "nobody works over it" : `${peopleText(people)} at ${site.id} use the site: ${meanwhile}`;
  const effect = others > 0 || people === 0 ? "none" : "interrupted";
  return { change: change(effect, link.id, people, `line ${link.id} ${what}; ${who}`), refused: false };
}

function sitesOf(plan: Plan): readonly SitePlan[] {
  return plan.bodies.flatMap((body) => body.sites);
}

function linksOf(plan: Plan): readonly LinkPlan[] {
  return sitesOf(plan).flatMap((site) => site.links);
}

function begins(name: string, stem: string): boolean {
  return name === stem || name.startsWith(`${stem}-`);
}
