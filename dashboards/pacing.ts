/** How Alertmanager waits and repeats. */
export const pacing = {
  page: {
    group_wait: "0s",
    group_interval: "1s",
    /** In whole hours. */
    repeat_interval: "4h",
    reason: "pages are decided in the rules; to wait here would only be late. Told again after half a shift",
  },
  critical: {
    group_wait: "0s",
    group_interval: "1s",
    repeat_interval: "20m",
    reason:
      "a page that was slept through or taken for done costs the Crisis Unit its lines: twice before the hour ends",
  },
  ticket: {
    group_wait: "30s",
    group_interval: "5m",
    repeat_interval: "24h",
    reason: "one ticket for what belongs together, once a day",
  },
  heartbeat: {
    group_wait: "0s",
    group_interval: "10s",
    repeat_interval: "1m",
    reason:
      "it comes every 70 s at most (the first look after a minute), so whoever listens outside misses two of them " +
      "within 3 minutes of the whole watch's end",
  },
} as const;

/** By day somebody is at the desk; the fleet's first unit says when, else these hours. */
export const defaultDayHours = "08:00-20:00";
