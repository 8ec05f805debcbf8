import { escapeHtml } from "../../../html.ts";
import { bar, markSince, table } from "../marks.ts";
import type { Section } from "../section.ts";

/** Where people come in, and how many are there, against what was planned. */
export const gateways: Section = {
  id: "gateways",
  title: "Gateways",
  place: "side",
  draw: (view) => {
    const { instances } = view.fleet.inventory;
    if (instances.length === 0) return [];
    const rows = instances.map(({ id, address, port, protocol, sessionsLimit }) => {
      const people = view.sessions.atGateway(id, view.now);
      const full = people === undefined ? "" : bar([["is-up", Math.min(1, people / sessionsLimit)]]);
      const known = people === undefined ? "not known" : people.toLocaleString("en");
      return [
        `${escapeHtml(id)} <span class="below">${address}:${port}/${protocol}</span>`,
        markSince(view.standing("gateway", id)),
        `${known} <span class="below">of ${sessionsLimit.toLocaleString("en")} planned</span> ${full}`,
      ];
    });
    return table(
      "Gateway instances",
      [{ title: "Instance" }, { title: "State" }, { title: "People", isNumber: true }],
      rows,
    );
  },
};
