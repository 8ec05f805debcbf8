import type { FleetPath } from "../errors.ts";
import type { Fleet, FleetReceiver } from "../schema.ts";

/** What the rules look at in `alerts`, each with its place. */

interface At<T> {
  readonly value: T;
  readonly path: FleetPath;
}

export function receiversOf({ alerts }: Fleet): readonly (At<FleetReceiver> & { readonly name: string })[] {
  if (alerts === undefined) return [];
  const { smtp: _smtp, grafana: _grafana, ...receivers } = alerts;
  return Object.entries(receivers).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value, path: ["alerts", name] }],
  );
}

/** Every address that notifications go to. */
export function receiverAddresses(fleet: Fleet): readonly At<string>[] {
  return receiversOf(fleet).flatMap(({ value: { webhook, goalert }, path }) => [
    ...(webhook === undefined ? [] : [{ value: webhook, path: [...path, "webhook"] }]),
    ...(goalert === undefined ? [] : [{ value: goalert.url, path: [...path, "goalert", "url"] }]),
  ]);
}

/** Every name of a file that holds a secret. */
export function secretFiles(fleet: Fleet): readonly At<string>[] {
  const smtp = fleet.alerts?.smtp?.passwordFile;
  const all = receiversOf(fleet).flatMap(({ value: { slack, pagerduty, goalert }, path }) => [
    { value: slack?.urlFile, path: [...path, "slack", "urlFile"] },
    { value: pagerduty?.routingKeyFile, path: [...path, "pagerduty", "routingKeyFile"] },
    { value: goalert?.tokenFile, path: [...path, "goalert", "tokenFile"] },
  ]);
  return [...all, { value: smtp, path: ["alerts", "smtp", "passwordFile"] }].flatMap(({ value, path }) =>
    value === undefined ? [] : [{ value, path }],
  );
}
