import { escapeHtml } from "../../../html.ts";
import type { DeskCount } from "../desk-counts.ts";
import { bar, table } from "../marks.ts";
import type { Section } from "../section.ts";
import type { View } from "../view.ts";

const isNumber = true as const;

/** How many desks each body has, and how they stand; sessions where the cloud tells them. Never a desk each. */
export const desks: Section = {
  id: "desks",
  title: "Desks",
  place: "side",
  draw: (view) => {
    if (view.desks.length === 0) return [];
    const known = sessionsOf(view, view.desks) !== undefined;
    const allSeen = view.desks.every(({ unseen, unprobed }) => unseen + unprobed === 0);
    const rows = view.fleet.inventory.bodies.flatMap(({ id, name }) => {
      const pools = view.desks.filter(({ body }) => body === id);
      if (pools.length === 0) return [];
      const sum = (key: "listed" | "up" | "down" | "unseen" | "unprobed"): number =>
        pools.reduce((total, pool) => total + pool[key], 0);
      const listed = sum("listed");
      const parts = [
        ["is-up", sum("up") / listed],
        ["is-down", sum("down") / listed],
      ] as const;
      const sessions = sessionsOf(view, pools);
      return [
        [
          `${escapeHtml(name)} ${bar(parts)}`,
          figure(listed),
          figure(sum("up")),
          alarming(sum("down")),
          ...(allSeen ? [] : [figure(sum("unseen") + sum("unprobed"))]),
          ...(known
            ? [sessions === undefined ? "–" : `${figure(sessions.sessions)} of ${figure(sessions.capacity)}`]
            : []),
        ],
      ];
    });
    const columns = ["Body", "Desks", "Up", "Down", ...(allSeen ? [] : ["Not known"]), ...(known ? ["Sessions"] : [])];
    return table(
      "Desks by body",
      columns.map((title, index) => (index === 0 ? { title } : { title, isNumber })),
      rows,
    );
  },
};

/** Sessions in pools, and how many their hosts carry; undefined where nobody knows of any. */
function sessionsOf(
  { sessions, now }: View,
  pools: readonly DeskCount[],
): { readonly sessions: number; readonly capacity: number } | undefined {
  const known = pools.flatMap(({ pool }) => sessions.inPool(pool, now) ?? []);
  if (known.length === 0) return undefined;
  return known.reduce((total, each) => ({
    sessions: total.sessions + each.sessions,
    capacity: total.capacity + each.capacity,
  }));
}

function figure(count: number): string {
  return count.toLocaleString("en");
}

function alarming(count: number): string {
  return count === 0 ? "0" : `<span class="mark is-down"><span aria-hidden="true">■</span> ${figure(count)}</span>`;
}
