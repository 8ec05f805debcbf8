import { change, peopleText } from "../diff/change.ts";
import type { LinkPlan, Plan, SitePlan } from "../types.ts";
import { type Finding, ofKinds, type Touched } from "./finding.ts";

/** The sites' lines: local gateways and their connections, or sites and connections of a Virtual WAN. */
const kinds = [
  "network:LocalNetworkGateway",
  "network:VirtualNetworkGatewayConnection",
  "network:VpnSite",
  "network:VpnConnection",
];

/** How lines are called in the stack: `link-<body>-<site>-<link>`, and what follows. */
export function lineFindings(touched: readonly Touched[], plan: Plan): readonly Finding[] {
  const lines = plan.bodies
    .flatMap((body) => body.sites)
    .flatMap((site) => site.links.map((link) => ({ site, link, stem: `link-${link.id.replaceAll("/", "-")}` })))
    .toSorted((a, b) => b.stem.length - a.stem.length);
  const found = new Map<string, { site: SitePlan; link: LinkPlan; steps: Touched[] }>();
  const gone: Touched[] = [];
  for (const step of ofKinds(touched, kinds)) {
    const line = lines.find(({ stem }) => step.name === stem || step.name.startsWith(`${stem}-`));
    if (line === undefined) gone.push(step);
    else {
      const entry = found.get(line.link.id) ?? { ...line, steps: [] };
      entry.steps.push(step);
      found.set(line.link.id, entry);
    }
  }
  const touchedLines = new Set([...found.values()].filter(({ steps }) => steps.some(cuts)).map(({ link }) => link.id));
  return [
    ...[...found.values()].map(({ site, link, steps }) => lineFinding(site, link, steps, touchedLines)),
    ...gone
      .filter((step) => step.fate === "delete")
      .map((step) => {
        const text = `line of ${step.name} goes: the plan has it no more`;
        return { change: change("none", step.name, 0, text), refused: false };
      }),
  ];
}

/** A new line cuts off nobody. */
function cuts({ fate }: Touched): boolean {
  return fate !== "create";
}

function lineFinding(
  site: SitePlan,
  link: LinkPlan,
  steps: readonly Touched[],
  touchedLines: ReadonlySet<string>,
): Finding {
  if (!steps.some(cuts)) {
    return { change: change("none", link.id, 0, `line ${link.id} is made: nobody disconnects`), refused: false };
  }
  const others = site.links.filter((other) => !touchedLines.has(other.id)).length;
  const people = site.peopleAtOnce;
  const what = steps.some(({ fate }) => fate === "replace" || fate === "delete") ? "is made anew" : "changes";
  const meanwhile =
    others > 0
      ? "they go on over the site's other lines"
      : "they are cut off until it is up again; how long is not known";
  const who = people === 0 ? "nobody works over it" : `${peopleText(people)} at ${site.id} use the site: ${meanwhile}`;
  const effect = others > 0 || people === 0 ? "none" : "interrupted";
  return { change: change(effect, link.id, people, `line ${link.id} ${what}; ${who}`), refused: false };
}
