/** What is measured of a line before it carries anyone. */
export interface Figures {
  /** One each way. */
  readonly throughput: readonly Throughput[];
  readonly echoes: Echoes;
  /** How traffic moves off the line and back to it, or why that was not tried. */
  readonly failover: readonly Move[] | { readonly untested: string };
}

export interface Throughput {
  readonly way: "to the hub" | "from the hub";
  /** What arrived, of TCP's payload. */
  readonly bitsPerSecond: number;
  readonly seconds: number;
  readonly streams: number;
  readonly retransmits: number | undefined;
}

/** Probes through the line's own tunnel. */
export interface Echoes {
  readonly everyMs: number;
  /** One a probe, in order, seconds; undefined: lost. */
  readonly roundTrips: readonly (number | undefined)[];
}

/** What is done to a line's traffic, seen by probes from the site's router to the hub. */
export interface Move {
  readonly what: string;
  /** What it was done by. */
  readonly by: string;
  /** The line that traffic was to take then. */
  readonly to: string;
  /** Until traffic took it, seconds; undefined: not within `patience`. */
  readonly took: number | undefined;
  readonly patience: number;
  /** The longest stretch without an answer meanwhile, seconds; undefined where traffic did not arrive. */
  readonly silence: number | undefined;
  readonly probes: number;
  readonly everyMs: number;
  /** Whether it comes back to where it was. */
  readonly back: boolean;
}
