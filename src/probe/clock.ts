/** Time as the schedule sees it; tests bring their own. */
export interface Clock {
  /** Milliseconds that only go forward, whatever happens to the date: all timing. */
  readonly now: () => number;
  /** Seconds since 1970: for stamps alone. */
  readonly date: () => number;
  /** Calls back after so many milliseconds; gives what cancels that. */
  readonly after: (ms: number, call: () => void) => () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now() / 1000,
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
