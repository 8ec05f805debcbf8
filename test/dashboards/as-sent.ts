import { choices, rateInterval, variables } from "../../dashboards/grafana/spec.ts";

/** A panel's query as Grafana sends it where all is chosen above the dashboard. */
export function asSent(expr: string): string {
  return [variables.body, ...Object.keys(choices)].reduce(
    (text, name) => text.replaceAll(`$${name}"`, '.*"'),
    expr.replaceAll(rateInterval, "1m"),
  );
}
