import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { parse } from "yaml";
import { renderMonitoring } from "../../dashboards/render.ts";
import type { Channels } from "../../dashboards/receivers.ts";
import { type RoutedFleet, routeNotes } from "../../dashboards/routes.ts";
import { alerts } from "../../dashboards/rules.ts";

import { fleet, places, renderedFolder } from "./monitoring.ts";

const folder = renderedFolder();
after(() => rmSync(folder, { recursive: true }));
const config = join(folder, "alertmanager.yml");

function amtool(...words: readonly string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync("amtool", words, { encoding: "utf8" });
  return { status, output: (status === 0 ? stdout : stderr).trim() };
}

const receiversOf = (...labels: readonly string[]): string =>
  amtool("config", "routes", "test", "--config.file", config, ...labels).output;

test("Alertmanager takes the configuration, whatever of it a fleet has and lacks", () => {
  assert.equal(amtool("check-config", config).status, 0);
  const { alerts: _, ...silent } = fleet;
  for (const changed of [
    silent,
    { ...fleet, units: [{ day: { hours: "00:00-24:00" } }] },
    { ...fleet, units: [] },
    { ...fleet, bodies: [] },
    { ...fleet, contactCentre: undefined },
    { ...fleet, contactCentre: { hours: "sunrise-sunset", closures: ["02-29", "2026-12-07"] } },
    { ...fleet, contactCentre: { hours: "Mo-Fr 08:00-12:00,14:00-24:00; Sa 09:00-13:00", closures: [] } },
  ]) {
    const other = renderedFolder(changed);
    assert.equal(amtool("check-config", join(other, "alertmanager.yml")).status, 0);
    rmSync(other, { recursive: true });
  }
});

test("amtool has nothing to say against any receiver", () => {
  const webhook = "https://duty.example/";
  const secret = "/etc/deskbridge/secrets/x";
  const shapes: Readonly<Record<string, Channels>> = {
    none: {},
    webhook: { webhook },
    slack: { slack: { urlFile: secret } },
    channel: { slack: { urlFile: secret, channel: "#crisis" } },
    email: { email: { to: ["a@example.org", "b@example.org"] } },
    pagerduty: { pagerduty: { routingKeyFile: secret } },
    goalert: { goalert: { url: webhook, tokenFile: secret } },
    all: {
      webhook,
      slack: { urlFile: secret },
      email: { to: ["a@example.org"] },
      pagerduty: { routingKeyFile: secret },
      goalert: { url: webhook, tokenFile: secret },
    },
  };
  const { alerts: given } = fleet;
  assert.ok(given !== undefined);
  for (const [name, night] of Object.entries(shapes)) {
    for (const user of [{}, { user: "ann", passwordFile: secret }]) {
      const smtp = { host: "mail.example.org:587", from: "a@example.org", tls: true, ...user };
      const other = renderedFolder({ ...fleet, alerts: { ...given, night, contactCentre: night, smtp } });
      assert.equal(amtool("check-config", join(other, "alertmanager.yml")).status, 0, name);
      rmSync(other, { recursive: true });
    }
  }
});

const routed = { page: "audit,day,night", ticket: "audit,tickets", info: "audit" };
for (const { alert, severity } of alerts) {
  const expected = alert === "Watchdog" ? "heartbeat" : severity === "none" ? "audit" : routed[severity];
  test(`${alert} goes to ${expected}`, () => {
    const labels = [`alertname=${alert}`, `severity=${severity}`];
    assert.equal(receiversOf(...labels), expected);
  });
}

const cases: readonly (readonly [labels: string, receivers: string])[] = [
  ["severity=page team=crisis alertname=SiteDown site=b/desk", "audit,day,night"],
  ["severity=page team=contact-centre alertname=ServiceLevel queue=citizens", "audit,day,night"],
  ["severity=page team=crisis alertname=LinkDown site=b/hall link=b/hall/fibre", "audit,day,night"],
  ["severity=ticket team=crisis alertname=CertificateExpires", "audit,tickets"],
  ["severity=ticket alertname=Some", "audit,tickets"],
  ["severity=ticket team=contact-centre alertname=ContactCentreUnderstaffed queue=citizens", "audit,contact-centre"],
  ["severity=info team=crisis alertname=LatencyHigh", "audit"],
  ["severity=none alertname=Watchdog", "heartbeat"],
  ["alertname=Some", "audit"],
];
for (const [labels, expected] of cases) {
  test(`${labels} goes to ${expected}`, () => assert.equal(receiversOf(...labels.split(" ")), expected));
}

interface Route {
  readonly matchers?: readonly string[];
  readonly repeat_interval?: string;
  readonly routes?: readonly Route[];
}
const critical = (changed: RoutedFleet): Route | undefined =>
  (parse(renderMonitoring(changed, places)["alertmanager.yml"]) as { route: Route }).route.routes?.find((route) =>
    route.matchers?.some((matcher) => matcher.startsWith("link")),
  );

test("critical lines and their sites come before all other pages, and are told again sooner", () => {
  const { matchers, repeat_interval: again } = critical(fleet) ?? {};
  assert.deepEqual(matchers, ['severity = "page"', 'site =~ "b/hall"', 'link =~ "|b/hall/fibre"']);
  assert.equal(again, "20m");
  const calm = fleet.bodies.map((body) => ({
    ...body,
    sites: body.sites.map((site) => ({ ...site, links: site.links.map((link) => ({ ...link, critical: false })) })),
  }));
  assert.equal(critical({ ...fleet, bodies: calm }), undefined, "a fleet without any has no such route");
});

test("whoever's turn begins is told again, however short the other's was", () => {
  const again = (hours: string): string | undefined =>
    (parse(renderMonitoring({ ...fleet, units: [{ day: { hours } }] }, places)["alertmanager.yml"]) as { route: Route })
      .route.repeat_interval;
  assert.deepEqual(
    ["08:00-20:00", "00:00-24:00", "05:00-24:00", "04:00-24:00", "22:00-00:30", "00:30-24:00"].map(again),
    ["4h", "4h", "4h", "180m", "90m", "10m"],
  );
});

test("every receiver has its own webhook and hears when all is well again, but for the heartbeat, whose end is no beat", () => {
  const { receivers } = parse(renderMonitoring(fleet, places)["alertmanager.yml"]) as {
    receivers: { name: string; webhook_configs: { url: string; send_resolved: boolean }[] }[];
  };
  assert.deepEqual(
    receivers.map(({ name, webhook_configs: [webhook] }) => [name, webhook?.url, webhook?.send_resolved]),
    [
      ...["day", "night", "tickets", "audit"].map((name) => [name, `http://127.0.0.1:9095/${name}`, true]),
      ["heartbeat", "http://127.0.0.1:9095/heartbeat", false],
      // Who names none for the contact centre has its tickets sent where others go.
      ["contact-centre", "http://127.0.0.1:9095/tickets", true],
    ],
  );
});

test("all hours are in the fleet's own time, the contact centre's too", () => {
  const { time_intervals } = parse(
    renderMonitoring({ ...fleet, timezone: "Europe/Lisbon" }, places)["alertmanager.yml"],
  ) as { time_intervals: unknown };
  const span = (start_time: string, end_time: string) => ({ start_time, end_time });
  const location = "Europe/Lisbon";
  const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"];
  assert.deepEqual(time_intervals, [
    { name: "day", time_intervals: [{ times: [span("08:00", "20:00")], location }] },
    { name: "night", time_intervals: [{ times: [span("00:00", "08:00"), span("20:00", "24:00")], location }] },
    { name: "contact-centre", time_intervals: [{ weekdays, times: [span("08:00", "20:00")], location }] },
    { name: "contact-centre-closed", time_intervals: [{ days_of_month: ["24"], months: ["6"], location }] },
  ]);
});

test("whoever renders is told what of the contact centre's hours is not kept", () => {
  const notes = (hours: string): readonly string[] => routeNotes({ ...fleet, contactCentre: { hours, closures: [] } });
  assert.deepEqual(notes("Mo-Fr 08:00-20:00"), []);
  assert.match(
    notes("Mo-Fr 08:00-20:00; PH off")[0] ?? "",
    /^contactCentre\.hours: PH off is not told to Alertmanager/,
  );
  assert.match(notes("Mo-Fr 08:00-20:00; Dec 24 off")[0] ?? "", /"Dec 24 off" is not read yet.*at all hours/);
  const { contactCentre: _, ...none } = fleet;
  assert.deepEqual(routeNotes(none), []);
});
