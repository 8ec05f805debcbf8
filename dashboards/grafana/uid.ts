/** A dashboard's address under Grafana's, and what finds it again: never changed. */
export type DashboardUid =
  `deskbridge-${"overview" | "links" | "gateways" | "capacity" | "crisis" | "seats" | "health"}`;
