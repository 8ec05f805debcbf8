import { escapeHtml } from "../../html.ts";
import type { Standing } from "./standing.ts";
import { age, utc } from "./words.ts";

/**
 * How a state is shown: by shape, by colour and by word, so that any one of them is enough. Pieces of HTML; ages are left
 * empty, so that nothing changes while only time passes: the page fills them in (`withAges`, and its script each second).
 */

const shapes: Readonly<Record<Standing["state"], string>> = { up: "●", down: "■", unseen: "○", unprobed: "◇" };
const words: Readonly<Record<Standing["state"], string>> = {
  up: "up",
  down: "DOWN",
  unseen: "not seen yet",
  unprobed: "not probed",
};

export function wordOf({ state, isOld }: Standing): string {
  return `${isOld ? "was " : ""}${words[state]}`;
}

/** Classes that give the colour. */
export function classOf({ state, isOld }: Standing): string {
  return `is-${state}${isOld ? " is-old" : ""}`;
}

export function mark(standing: Standing): string {
  const why = standing.why === undefined ? "" : `: ${escapeHtml(standing.why)}`;
  return `<span class="mark ${classOf(standing)}"><span aria-hidden="true">${shapes[standing.state]}</span> ${wordOf(standing)}${why}</span>`;
}

/** The same shape inside a drawing, around a point; `r` is about its radius. */
export function drawnShape(standing: Standing, x: number, y: number, r: number): string {
  const { state } = standing;
  const paint = `class="shape ${classOf(standing)}"`;
  if (state === "down") return `<rect ${paint} x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}"/>`;
  if (state === "unprobed") return `<path ${paint} d="M${x} ${y - r}l${r} ${r}l${-r} ${r}l${-r} ${-r}z"/>`;
  return `<circle ${paint} cx="${x}" cy="${y}" r="${r}"/>`;
}

/** A moment, in UTC until the page's script puts it into the viewer's own time; seconds since 1970. */
export function moment(seconds: number): string {
  return `<time datetime="${new Date(seconds * 1000).toISOString()}">${utc(seconds)} UTC</time>`;
}

/** How long ago that was, or will be; seconds since 1970. */
export function ageSince(seconds: number): string {
  return `<span class="age" data-since="${Math.round(seconds)}"></span>`;
}

export function since(seconds: number): string {
  return `${moment(seconds)} (${ageSince(seconds)})`;
}

/** Fills the ages in; `now`: seconds since 1970. */
export function withAges(html: string, now: number): string {
  return html.replaceAll(/data-since="(\d+)"><\/span>/g, (_, from: string) => {
    return `data-since="${from}">${age(Math.abs(now - Number(from)))}</span>`;
  });
}

/** A state with since when, below. */
export function markSince(standing: Standing): string {
  return standing.since === undefined
    ? mark(standing)
    : `${mark(standing)} <span class="below">since ${since(standing.since)}</span>`;
}

/** A bar of parts, in the order given; of each its class and its share from 0 to 1. It says nothing that words do not. */
export function bar(parts: readonly (readonly [name: string, share: number])[]): string {
  let at = 0;
  const rects = parts.map(([name, share]) => {
    const width = Math.round(share * 10_000) / 100;
    const rect = `<rect class="${name}" x="${at}" width="${width}" height="6"/>`;
    at = Math.round((at + width) * 100) / 100;
    return rect;
  });
  return `<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">${rects.join("")}</svg>`;
}

export interface Column {
  readonly title: string;
  readonly isNumber?: true;
}

/** A table as lines, one a row; of each row its cells' HTML. Wide ones scroll by themselves, also by keyboard. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const align = (index: number): string => (columns[index]?.isNumber === true ? ' class="number"' : "");
  const head = columns.map(({ title }, index) => `<th scope="col"${align(index)}>${escapeHtml(title)}</th>`).join("");
  const cell = (html: string, index: number): string =>
    index === 0 ? `<th scope="row">${html}</th>` : `<td${align(index)}>${html}</td>`;
  return [
    `<div class="wide" role="group" aria-label="${escapeHtml(caption)}" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>`,
    ...rows.map((cells) => `<tr>${cells.map(cell).join("")}</tr>`),
    "</tbody></table></div>",
  ];
}
