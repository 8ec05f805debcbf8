/** How often each target is probed, and how long a probe has. */
export interface Pace {
  readonly intervalMs: number;
  readonly timeoutMs: number;
}
