/** Where things stand in the drawing of one body: its sites below each other, their lines to the right, where they end. */

/** Units of the drawing, whose text is 17 high; it is scaled to the room that there is. */
export const drawing = { width: 460, trunk: 14, turn: 282, ends: 402 } as const;
const rows = { top: 22, site: 36, line: 37, between: 12, bottom: 12, instance: 74 } as const;

export interface LineIn {
  readonly id: string;
  /** The gateway instance where it ends. */
  readonly instance: string;
}

export interface SiteIn {
  readonly id: string;
  readonly links: readonly LineIn[];
}

export interface Placed {
  readonly id: string;
  readonly y: number;
}

export interface Layout {
  readonly height: number;
  readonly sites: readonly (Placed & { readonly links: readonly (Placed & { readonly instance: string })[] })[];
  /** In the order in which they stand, so that lines cross little. */
  readonly instances: readonly Placed[];
}

export function layoutOf(sites: readonly SiteIn[]): Layout {
  let y = rows.top;
  const placed = sites.map(({ id, links }, at) => {
    if (at > 0) y += rows.between;
    const own = y;
    y += rows.site;
    const ofSite = links.map((link) => {
      const place = { ...link, y };
      y += rows.line;
      return place;
    });
    return { id, y: own, links: ofSite };
  });
  const lines = placed.flatMap(({ links }) => links);
  const ends = [...Map.groupBy(lines, ({ instance }) => instance)]
    .map(([id, ofInstance]) => ({ id, y: ofInstance.reduce((sum, line) => sum + line.y, 0) / ofInstance.length }))
    .toSorted((one, other) => one.y - other.y || one.id.localeCompare(other.id));
  const height = Math.max(y - rows.line / 2 + rows.bottom, ends.length * rows.instance);
  return { height, sites: placed, instances: spread(ends, height) };
}

/** Moves them apart where they would overlap, and into the drawing. */
function spread(ends: readonly Placed[], height: number): readonly Placed[] {
  const half = rows.instance / 2;
  let least = half;
  const down = ends.map(({ id, y }) => {
    const placed = { id, y: Math.max(y, least) };
    least = placed.y + rows.instance;
    return placed;
  });
  let most = height - half;
  return down
    .toReversed()
    .map(({ id, y }) => {
      const placed = { id, y: Math.round(Math.min(y, most)) };
      most = placed.y - rows.instance;
      return placed;
    })
    .toReversed();
}
