import { ageSince } from "../marks.ts";
import type { Section } from "../section.ts";
import type { Vigil } from "../vigil.ts";

/** From where each kind of target is probed, and whether it is. */
export const watch: Section = {
  id: "watch",
  title: "Who is looking",
  place: "row",
  draw: ({ vigils }) =>
    vigils.length === 0
      ? []
      : [
          '<ul class="vigils">',
          ...vigils.map((vigil) => {
            const { kind, targets, vantage, interval } = vigil;
            const things = `${targets.toLocaleString("en")} ${kind}${targets === 1 ? "" : "s"}`;
            const every = interval === undefined ? "" : `, every ${interval}\u00a0s`;
            return `<li>${stateOf(vigil)} <span class="dim">${things} from ${vantage}${every}</span></li>`;
          }),
          "</ul>",
        ],
};

function stateOf({ state, lastRun, probers }: Vigil): string {
  const silent = probers === 0 ? ", no prober reports" : "";
  const words = {
    looking: '<span class="mark is-up"><span aria-hidden="true">●</span> probed</span>',
    late: `<span class="mark is-unseen"><span aria-hidden="true">◇</span> OLD</span> last ${ageSince(lastRun)} ago${silent}`,
    cut: '<span class="mark is-unseen"><span aria-hidden="true">◇</span> CUT OFF</span>: its own line is cut',
    never: `<span class="mark is-unseen"><span aria-hidden="true">○</span> not yet</span>${silent}`,
  } as const;
  return words[state];
}
