import { escapeHtml } from "../../../html.ts";
import { drawing, type Layout, layoutOf } from "../layout.ts";
import { classOf, drawnShape, wordOf } from "../marks.ts";
import type { Section } from "../section.ts";
import type { View } from "../view.ts";

/** A drawing a body: its sites, their lines, and the gateway instances where these end. */
export const map: Section = {
  id: "map",
  title: "Map",
  place: "wide",
  draw: (view) => {
    const { bodies, sites } = view.fleet.inventory;
    if (sites.length === 0) return [];
    const withSites = bodies.filter(({ id }) => sites.some(({ body }) => body === id));
    const without = bodies.filter((body) => !withSites.includes(body)).map(({ name }) => escapeHtml(name));
    return [
      '<div class="bodies">',
      ...withSites.flatMap((body) => drawBody(view, body)),
      "</div>",
      ...(without.length === 0 ? [] : [`<p class="dim">Without a site of their own: ${without.join(", ")}.</p>`]),
    ];
  },
};

function drawBody(view: View, { id, name }: { readonly id: string; readonly name: string }): readonly string[] {
  const { inventory } = view.fleet;
  const sites = inventory.sites
    .filter(({ body }) => body === id)
    .map((site) => ({ id: site.id, links: inventory.links.filter((link) => link.site === site.id) }));
  const layout = layoutOf(sites);
  const label = `${name}, as a drawing; ${sites.length === 1 ? "its site" : "its sites"} and links are in the table of links, too`;
  return [
    `<figure class="body"><figcaption><h3>${escapeHtml(name)}</h3></figcaption>`,
    `<svg class="drawing" viewBox="0 0 ${drawing.width} ${layout.height}" role="img" aria-label="${escapeHtml(label)}">`,
    ...layout.sites.flatMap((site) => drawSite(view, site, layout)),
    ...layout.instances.map((instance) => drawInstance(view, instance)),
    "</svg></figure>",
  ];
}

function drawSite(view: View, site: Layout["sites"][number], { instances }: Layout): readonly string[] {
  const standing = view.standing("site", site.id);
  const { trunk, turn, ends } = drawing;
  const wires = site.links.map(({ id, y, instance }) => {
    const link = view.standing("link", id);
    const end = instances.find((each) => each.id === instance)?.y ?? y;
    const bend = (turn + ends) / 2;
    const path = `M${trunk} ${site.y}V${y}H${turn}C${bend} ${y} ${bend} ${end} ${ends - 14} ${end}`;
    return `<path class="wire ${classOf(link)}" d="${path}"/>`;
  });
  const labels = site.links.map(({ id, y }) => {
    const link = view.standing("link", id);
    const carrier = view.fleet.inventory.links.find((each) => each.id === id)?.carrier ?? "";
    const word = wordOf(link);
    return `<g><title>${escapeHtml(`${id}, ${carrier}: ${word}`)}</title>${text(lastOf(id), trunk + 16, y - 8, 23 - word.length)}${said(word, classOf(link), turn - 16, y - 8)}${drawnShape(link, turn, y, 9)}</g>`;
  });
  const word = wordOf(standing);
  return [
    ...wires,
    `<g class="site"><title>${escapeHtml(`${site.id}: ${word}`)}</title>${drawnShape(standing, trunk, site.y, 10)}${text(lastOf(site.id), trunk + 18, site.y + 6, 25 - word.length)}${said(word, classOf(standing), turn + 8, site.y + 6)}</g>`,
    ...labels,
  ];
}

function drawInstance(view: View, { id, y }: Layout["instances"][number]): string {
  // A part of the fleet does not watch all instances where its lines end.
  const isWatched = view.fleet.ids.gateway.has(id);
  const standing = isWatched
    ? view.standing("gateway", id)
    : ({ state: "unprobed", isOld: false, since: undefined } as const);
  const word = isWatched ? wordOf(standing) : "not here";
  const { ends } = drawing;
  return `<g><title>${escapeHtml(`${id}: ${word}`)}</title>${drawnShape(standing, ends, y, 12)}<text class="end" x="${ends}" y="${y - 20}">${escapeHtml(shortened(id, 9))}</text><text class="end word ${classOf(standing)}" x="${ends}" y="${y + 30}">${word}</text></g>`;
}

function text(words: string, x: number, y: number, most: number): string {
  return `<text x="${x}" y="${y}">${escapeHtml(shortened(words, most))}</text>`;
}

function said(word: string, look: string, x: number, y: number): string {
  return `<text class="word ${look}" x="${x}" y="${y}">${word}</text>`;
}

function lastOf(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** Drawn text does not wrap. */
function shortened(words: string, most: number): string {
  const characters = Array.from(new Intl.Segmenter().segment(words), ({ segment }) => segment);
  return characters.length <= most ? words : `${characters.slice(0, most - 1).join("")}…`;
}
