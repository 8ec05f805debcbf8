import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { lineAlerts } from "../../src/link/window.ts";
import { plan } from "../../src/plan/plan.ts";
import { withAlertmanager } from "../dashboards/alertmanager.ts";
import { fleet } from "../dashboards/monitoring.ts";
import { freePort } from "../handshake/servers.ts";
import { reference } from "../plan/fleet.ts";
import { until } from "../watch/until.ts";
import { type PastSeries, withPast } from "./past.ts";
import { link } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "deskbridge-maintain-"));
after(() => rmSync(folder, { recursive: true }));

const lines = plan(reference(), "surge").bodies.flatMap(({ sites }) => sites.flatMap(({ links }) => links));
const inventory = join(folder, "inventory.json");
writeFileSync(
  inventory,
  JSON.stringify({
    fleet: "piemonte",
    stage: "surge",
    target: "lab",
    stacks: [],
    links: lines.map(({ id, body, site, carrier, mbps, critical, instance, tunnel }) => ({
      id,
      body,
      site,
      carrier,
      mbps,
      critical,
      instance,
      address: tunnel.siteInner,
    })),
  }),
);

const down = "regione/corso-marche/radio";
/** Up when its prober fell silent. */
const silent = "regione/giunta/radio";
const marche = (name: string) => `regione/corso-marche/${name}`;
const hour = 3600 * 1000;
const inHours = (hours: number) => new Date(Math.floor(Date.now() / 1000) * 1000 + hours * hour).toISOString();

const series = lines.flatMap(({ id, site, instance }): PastSeries[] => {
  const labels = `site="${site}",gateway="${instance}",link="${id}"`;
  return [
    { series: `link:deskbridge_up:max{${labels}}`, every: 1, value: () => (id === down ? 0 : 1) },
    {
      series: `deskbridge_link_probe_attempts_total{${labels},vantage="hub"}`,
      every: 1,
      value: (second) => (id === silent ? 7 : 5 * second),
    },
  ];
});

test("a window is opened where another line is left, mutes that line's alerts alone, and ends", async () => {
  const from = Math.floor(Date.now() / 1000) * 1000 - 300_000;
  await withPast({ from, seconds: 1200, series }, async (prometheus) => {
    await withAlertmanager({ fleet }, async ({ api, fire }) => {
      const watch = ["--prometheus", prometheus, "--alertmanager", api, "--inventory", inventory];
      const maintain = (...args: readonly string[]) => link("maintain", ...args, ...watch);
      const times = (first: number, last: number) => ["--from", inHours(first), "--until", inHours(last)];
      const work = ["--why", "new splice", ...times(0, 2)];
      const opened = async () =>
        (JSON.parse((await maintain("--list", "--json")).stdout) as { link: string; why: string }[]).map(
          (each) => `${each.link}: ${each.why}`,
        );

      const only = await maintain("regione/consiglio/fibre", ...work, "--force", "mayor");
      assert.equal(only.status, 1);
      assert.match(only.stderr, /^no window: regione\/consiglio\/fibre is the only line of regione\/consiglio/);
      const unseen = await maintain("regione/giunta/fibre", ...work, "--force", "mayor");
      assert.match(unseen.stderr, /is the last working line of regione\/giunta: .*radio is not measured now\n$/);
      const dry = await maintain(marche("fibre"), ...work, "--dry-run");
      assert.match(dry.stdout, /this window would be opened: new splice/);
      assert.deepEqual(await opened(), []);

      const first = await maintain(marche("fibre"), ...work);
      assert.equal(first.status, 0, first.stderr);
      assert.match(first.stdout, /left: {2}regione\/corso-marche\/satellite \(20 Mb\/s\)\n/);
      assert.match(first.stdout, /birdc -s \/.*\/bird-regione-corso-marche\/control disable line\d+ /);
      assert.match(first.stdout, /if regione\/corso-marche\/satellite fails meanwhile, the site is cut off/);
      const second = await maintain(marche("fibre"), ...work);
      assert.equal(second.status, 0, second.stderr);
      assert.match(second.stdout, /^this window is there already, nothing is changed\n/);
      assert.deepEqual(await opened(), [`${marche("fibre")}: new splice`]);

      const alsoThere = await maintain(marche("fibre"), "--why", "other work", ...times(1, 3));
      assert.match(alsoThere.stderr, /fibre has a window of .* \("new splice"\); end that one first/);
      const last = await maintain(marche("satellite"), "--why", "dish", ...times(1, 3), "--force", "mayor");
      assert.match(
        last.stderr,
        /last working line of regione\/corso-marche: .*fibre has a window of .*radio is down now/,
      );
      const later = await maintain(marche("satellite"), "--why", "dish", ...times(2, 3));
      assert.equal(later.status, 0, later.stderr);
      await maintain(marche("satellite"), "--end");
      const long = await maintain(marche("satellite"), "--why", "dish", ...times(3, 40));
      assert.match(long.stderr, /it lasts 37 h.*\nto do it all the same, say on whose word: --force REASON/);
      assert.match((await maintain(marche("fibre"), "--why", "x", ...times(-3, -2))).stderr, /it is over already/);

      const site = { body: "regione", site: "regione/corso-marche", severity: "page" };
      const at = (alertname: string, name: string) => ({
        labels: { alertname, ...site, gateway: "hub-a", link: marche(name) },
      });
      const alerts = [
        ...lineAlerts.map((name) => at(name, "fibre")),
        at("LinkDown", "satellite"),
        at("LineKeyExpires", "fibre"), // of this line, and not caused by work on it
        { labels: { alertname: "SiteDown", ...site } },
        { labels: { alertname: "GatewayDown", gateway: "hub-a", severity: "page" } },
      ];
      await fire(...alerts);
      const silenced = async (): Promise<string[] | undefined> => {
        const answer = await fetch(`${api}/api/v2/alerts`);
        const all = (await answer.json()) as {
          labels: Record<string, string>;
          status: { state: string; silencedBy: string[] };
        }[];
        if (all.length < alerts.length || all.some(({ status }) => status.state === "unprocessed")) return undefined;
        return all
          .filter(({ status }) => status.silencedBy.length > 0)
          .map(({ labels }) => `${labels["alertname"]} ${labels["link"] ?? ""}`)
          .toSorted();
      };
      const quiet = await until("Alertmanager to weigh the alerts", silenced, 30);
      assert.deepEqual(quiet, lineAlerts.map((name) => `${name} ${marche("fibre")}`).toSorted());

      assert.match((await maintain(marche("fibre"), "--end")).stdout, /1 ended; from now on it pages again/);
      await until(
        "the alerts to be heard again",
        async () => ((await silenced())?.length === 0 ? true : undefined),
        30,
      );
      assert.match((await maintain(marche("fibre"), "--end")).stdout, /no window to end/);
      assert.match((await maintain("--list")).stdout, /^no window is open or to come/);
    });
  });
});

test("without an answer of the watch no window is opened", async () => {
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  const words = [marche("fibre"), "--why", "x", "--until", inHours(1), "--inventory", inventory];
  const { status, stderr } = await link("maintain", ...words, "--prometheus", nowhere, "--alertmanager", nowhere);
  assert.equal(status, 1);
  assert.match(stderr, /^Prometheus at http:\/\/127\.0\.0\.1:\d+: connect ECONNREFUSED/);
  assert.match((await link("maintain", "--list", "--alertmanager", nowhere)).stderr, /^Alertmanager at /);
});

test("what is missing is asked for", async () => {
  assert.match((await link("maintain")).stderr, /name the line, or ask for --list/);
  assert.match((await link("maintain", marche("fibre"))).stderr, /--until ISO: a window needs an end/);
  assert.match((await link("maintain", marche("fibre"), "--until", inHours(1))).stderr, /--why TEXT: say what is done/);
});
