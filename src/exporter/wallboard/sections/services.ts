import { escapeHtml } from "../../../html.ts";
import { vantageOf } from "../../watched.ts";
import { markSince, moment, table } from "../marks.ts";
import type { Section } from "../section.ts";

/** What desks are for. */
export const services: Section = {
  id: "services",
  title: "Services",
  place: "row",
  draw: (view) => {
    const { services } = view.fleet.inventory;
    if (services.length === 0) return [];
    const rows = services.map(({ id, name, url }) => {
      const record = view.store.record(vantageOf.service, "service", id);
      const status = record?.status;
      const ends = record?.certificateEnds;
      return [
        `${escapeHtml(name)} <span class="below">${escapeHtml(url)}</span>`,
        markSince(view.standing("service", id)),
        `${status === undefined ? "–" : status === 0 ? "none" : `HTTP ${status}`} ${ends === undefined ? "" : `<span class="below">certificate to ${moment(ends)}</span>`}`,
      ];
    });
    return table(
      "Services",
      ["Service", "State", "Last answer"].map((title) => ({ title })),
      rows,
    );
  },
};
