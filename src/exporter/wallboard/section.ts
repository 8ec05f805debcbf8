import type { View } from "./view.ts";

/** A part of the wallboard: a file in `sections/` and an entry in `sections/index.ts`. */
export interface Section {
  /** Unique in the page; also its CSS's. */
  readonly id: string;
  readonly title: string;
  /** Where there is room: over the whole width, beside the map, or in a row. Those of a place that follow each other share it. */
  readonly place: "wide" | "side" | "row";
  /**
   * Its HTML, a thing a line, since what changed is sent by lines. All text that is not its own is escaped. No lines: there
   * is nothing to show, and the section is not seen.
   */
  draw(view: View): readonly string[];
}
