import { escapeHtml } from "../../../html.ts";
import { classOf, mark, markSince, table } from "../marks.ts";
import type { Section } from "../section.ts";
import { stepOf } from "../history.ts";
import type { View } from "../view.ts";
import { milliseconds, percent } from "../words.ts";

/** Charts cost the browser time: of larger fleets the critical lines first, and all in the table. */
const mostCharts = 96;

/** Loss and round trips of each line over the last ten minutes, and all lines and sites as a table. */
export const lines: Section = {
  id: "lines",
  title: "Links, last 10 minutes",
  place: "wide",
  draw: (view) => {
    const { links } = view.fleet.inventory;
    if (links.length === 0) return [];
    const charted = chartedLinks(view);
    return [
      '<p class="key"><span class="rtt"><span aria-hidden="true">━</span> round trip</span> <span class="loss"><span aria-hidden="true">▮</span> loss</span></p>',
      ...(charted.length === links.length
        ? []
        : [`<p class="dim">${charted.length} of ${links.length} links are drawn; all are in the table.</p>`]),
      '<ul class="cards">',
      ...charted.map((id) => card(view, id)),
      "</ul>",
      "<details><summary>Sites and links as a table</summary>",
      ...asTable(view),
      "</details>",
    ];
  },
};

/** The links that have a chart, in the charts' order. */
export function chartedLinks({ fleet }: Pick<View, "fleet">): readonly string[] {
  const { links } = fleet.inventory;
  const ordered =
    links.length <= mostCharts ? links : links.toSorted((a, b) => Number(b.critical) - Number(a.critical));
  return ordered.slice(0, mostCharts).map(({ id }) => id);
}

function card(view: View, id: string): string {
  const standing = view.standing("link", id);
  const { loss, rtt } = view.history.at(id, stepOf(view.now) - 1);
  const figures =
    loss === null
      ? '<span class="figure dim">no probes lately</span>'
      : `<span class="figure">${rtt === null ? "–" : milliseconds(rtt)}</span> <span class="figure">${percent(loss)} loss</span>`;
  return `<li class="card ${classOf(standing)}"><h3>${escapeHtml(id)}</h3><p>${mark(standing)} ${figures}</p><div class="chart" data-keep data-link="${escapeHtml(id)}" aria-hidden="true"></div></li>`;
}

function asTable(view: View): readonly string[] {
  const { sites, links } = view.fleet.inventory;
  const rows = sites.flatMap((site) => {
    const standing = view.standing("site", site.id);
    return [
      [`<strong>${escapeHtml(site.id)}</strong>`, markSince(standing), "", "", "", ""],
      ...links.filter((link) => link.site === site.id).map((link) => rowOf(view, link)),
    ];
  });
  const isNumber = true as const;
  return table(
    "Sites and links",
    [
      { title: "Site or link" },
      { title: "State" },
      { title: "Loss", isNumber },
      { title: "Round trip", isNumber },
      { title: "Carrier" },
      { title: "Ends at" },
    ],
    rows,
  );
}

function rowOf(view: View, link: View["fleet"]["inventory"]["links"][number]): readonly string[] {
  const standing = view.standing("link", link.id);
  const { loss, rtt, attempts } = view.history.sum(link.id, view.now);
  return [
    escapeHtml(link.id),
    markSince(standing),
    loss === null ? "–" : `${percent(loss)} <span class="dim">of ${attempts.toLocaleString("en")}</span>`,
    rtt === null ? "–" : milliseconds(rtt),
    `${escapeHtml(link.carrier)}, ${link.mbps} Mb/s${link.critical ? ", critical" : ""}`,
    escapeHtml(link.instance),
  ];
}
