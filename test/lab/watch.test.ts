import assert from "node:assert/strict";
import { type ChildProcess, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { after, afterEach, before, test } from "node:test";
import { renderMonitoring } from "../../dashboards/render.ts";
import type { PageRecord } from "../../src/receiver/notification.ts";
import { fleet, places } from "../dashboards/monitoring.ts";
import {
  alive,
  buildTown,
  cut,
  drop,
  far,
  fpings,
  hosts,
  hub,
  mend,
  razeTown,
  startOpenVpn,
  stop,
  townInventory,
  undrop,
  writeCertificate,
  writeService,
  Yard,
} from "../watch/town.ts";
import { getIn, seriesIn } from "../watch/looks.ts";
import { until } from "../watch/until.ts";

/** The whole watch with real parts: fping, OpenVPN, Prometheus, Alertmanager, and our prober, exporter and receiver. */

const yard = new Yard();
let exporter: ChildProcess;
let proberHub: ChildProcess;
let openvpn: ChildProcess;
let services: ChildProcess;

function startExporter(): ChildProcess {
  return yard.deskbridge("exporter", "exporter", "--inventory", "inventory.json", "--reports", "reports.sock");
}

function startProber(): ChildProcess {
  const script = new URL("../watch/prober.ts", import.meta.url).pathname;
  return yard.start("prober", hub, process.execPath, script, "inventory.json", "reports.sock");
}

function startServices(): ChildProcess {
  return yard.ours("services", far, "stand-in", "--services", "services.json");
}

const get = (page: string): Promise<string> => getIn(hub, page);

/** Series of the exporter whose name and labels contain all `parts`, with their values. */
const series = async (...parts: readonly string[]): Promise<ReadonlyMap<string, number>> =>
  seriesIn(await get("9720/metrics"), ...parts);

async function value(...parts: readonly string[]): Promise<number | undefined> {
  return [...(await series(...parts)).values()][0];
}

const becomes = (expected: number, ...parts: readonly string[]): Promise<true> =>
  until(`${parts.join(" ")} to be ${expected}`, async () => ((await value(...parts)) === expected ? true : undefined));

/** Ids of the hosts and desks that are down. */
async function down(kind: "host" | "desk"): Promise<readonly string[]> {
  const all = [...(await series(`deskbridge_${kind}_up{`))];
  assert.equal(all.length, hosts.length);
  return all.flatMap(([name, up]) => (up === 1 ? [] : (new RegExp(`${kind}="([^"]+)"`).exec(name)?.[1] ?? [])));
}

function pages(): readonly PageRecord[] {
  try {
    const lines = yard.read("pages.jsonl").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as PageRecord);
  } catch {
    return [];
  }
}

/** What was told since `from`, in order, but for the heartbeat: `firing LinkDown torino/hall/fibre`. */
function told(path: string, from: number): readonly string[] {
  const alerts = pages()
    .slice(from)
    .filter((page) => page.path === path)
    .flatMap((page) => page.alerts);
  return alerts.map(({ status, labels }) => {
    const what = labels["link"] ?? labels["site"] ?? labels["gateway"] ?? labels["vantage"] ?? "";
    return `${status} ${labels["alertname"]} ${what}`;
  });
}

/** Waits for something to be told to the audit route, which hears all at any hour. */
const hears = (text: string, from: number): Promise<true> =>
  until(text, () => (told("/audit", from).includes(text) ? true : undefined));

/** What Prometheus makes of a query; empty where it gives nothing. */
async function query(expression: string): Promise<readonly number[]> {
  const answer = await get(`9090/api/v1/query?query=${encodeURIComponent(expression)}`);
  const { data } = JSON.parse(answer) as { data: { result: { value: [number, string] }[] } };
  return data.result.map(({ value: [, text] }) => Number(text));
}

/** Whether every line was up at every scrape since `start` (milliseconds since 1970). */
async function linesStayedUp(start: number): Promise<boolean> {
  const seconds = Math.max(1, Math.floor((Date.now() - start) / 1000));
  return (await query(`min(min_over_time(deskbridge_link_up[${seconds}s]))`))[0] === 1;
}

/** No alert burns but the heartbeat, and no page is about to. One line is cut so often here that it truly flaps. */
async function quiet(): Promise<true | undefined> {
  const answer = await query(
    'count(ALERTS{severity="page"} or ALERTS{alertstate="firing",severity!="none",alertname!="LinkFlapping"}) or vector(0)',
  ).catch(() => [1]);
  return answer[0] === 0 ? true : undefined;
}

before(async () => {
  buildTown();
  for (const [name, text] of Object.entries(renderMonitoring(fleet, places))) yard.write(name, text);
  yard.write("inventory.json", JSON.stringify(townInventory));
  writeCertificate(yard);
  openvpn = startOpenVpn(yard, far, "--management", "management", "unix");
  await writeService(yard);
  services = startServices();
  exporter = startExporter();
  proberHub = startProber();
  yard.deskbridge(
    "public",
    "probe",
    "--vantage",
    "public",
    "--inventory",
    "inventory.json",
    "--report",
    "reports.sock",
  );
  yard.deskbridge("receiver", "receiver", "--pages", "pages.jsonl");
  yard.start(
    "alertmanager",
    hub,
    "prometheus-alertmanager",
    "--config.file=alertmanager.yml",
    "--storage.path=alertmanager",
    "--cluster.listen-address=",
    "--web.listen-address=127.0.0.1:9093",
  );
  yard.start(
    "prometheus",
    hub,
    "prometheus",
    "--config.file=prometheus.yml",
    "--storage.tsdb.path=prometheus",
    // An alert that burns before Prometheus has found its Alertmanager is told again after this, not after a minute.
    "--rules.alert.resend-delay=5s",
    "--web.listen-address=127.0.0.1:9090",
  );
  await until("the exporter to be ready", async () => ((await get("9720/-/ready")) === "ready\n" ? true : undefined));
  await until("the heartbeat", () => (pages().some(({ path }) => path === "/heartbeat") ? true : undefined));
  await until("quiet", quiet);
});
afterEach(async () => void (await until("quiet after the test", quiet)));
after(async () => {
  await yard.end();
  razeTown();
});

const fibre = 'link="torino/hall/fibre"';

test("everything is up, each thing with its own series, and promtool has nothing to say", async () => {
  for (const kind of ["link", "site", "gateway", "host", "desk", "service"]) {
    const all = [...(await series(`deskbridge_${kind}_up{`)).values()];
    assert.ok(all.length > 0 && all.every((up) => up === 1), `${kind}: ${all.join(" ")}`);
  }
  assert.deepEqual(await down("desk"), []);
  for (const kind of ["link", "site", "gateway", "host", "service"]) {
    await becomes(1, "deskbridge_probe_coverage_ratio{", `kind="${kind}"`);
    assert.ok(((await value("deskbridge_probe_lag_seconds{", `kind="${kind}"`)) ?? -1) >= 0, kind);
  }
  assert.equal(await value("deskbridge_gateway_unprobed{"), 0);
  assert.equal(await value("deskbridge_vpn_sessions{"), 0);
  assert.equal(await value("deskbridge_collector_success", 'collector="openvpn"'), 1);
  const own = (await get("9720/metrics")).split("\n").filter((line) => line.includes("deskbridge_"));
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
    input: `${own.join("\n")}\n`,
    encoding: "utf8",
  });
  assert.deepEqual([status, stdout, stderr], [0, "", ""]);
  assert.deepEqual(await query("count(deskbridge_link_up)"), [3], "each series is scraped once");
});

test("a host that answers no more: exactly that host and its desk are down", async () => {
  const { name, address } = hosts[Math.floor(Math.random() * hosts.length)] ?? { name: "", address: "" };
  drop(address);
  await becomes(0, "deskbridge_host_up{", `host="${name}"`);
  assert.deepEqual([await down("host"), await down("desk")], [[name], [`desk-${name}`]]);
  undrop(address);
  await becomes(1, "deskbridge_host_up{", `host="${name}"`);
  assert.deepEqual(await down("desk"), []);
  assert.equal(await value("deskbridge_host_transitions_total{", `host="${name}"`), 2);
});

test("a service that fails is down, with what it answered, and up again when it is well", async () => {
  const status = () => value("deskbridge_service_http_status{");
  assert.equal(await status(), 200);
  yard.write("documents.answer", "503\n");
  await becomes(0, "deskbridge_service_up{", 'service="documents"');
  assert.equal(await status(), 503);
  yard.write("documents.answer", "200\n");
  await becomes(1, "deskbridge_service_up{", 'service="documents"');
  await stop(services, "SIGKILL");
  await becomes(0, "deskbridge_service_up{", 'service="documents"');
  assert.equal(await status(), 0);
  const ends = new X509Certificate(yard.read("documents.crt")).validToDate.getTime() / 1000;
  assert.equal(await value("deskbridge_service_certificate_expiry_timestamp_seconds{"), ends);
  services = startServices();
  await becomes(1, "deskbridge_service_up{", 'service="documents"');
  assert.ok(((await value("deskbridge_service_rtt_seconds{")) ?? 0) > 0);
});

test("a cut line: LinkDown is told once, to whoever is on duty and to the audit; and that it is mended", async () => {
  const from = pages().length;
  cut("hall/fibre");
  await hears("firing LinkDown torino/hall/fibre", from);
  assert.equal(await value("deskbridge_link_up{", fibre), 0);
  assert.equal(await value("deskbridge_site_up{", 'site="torino/hall"'), 1);
  mend("hall/fibre");
  await hears("resolved LinkDown torino/hall/fibre", from);
  assert.deepEqual(told("/audit", from), ["firing LinkDown torino/hall/fibre", "resolved LinkDown torino/hall/fibre"]);
  const onDuty = () => [...told("/day", from), ...told("/night", from)];
  await until("whoever is on duty to be told", () => (onDuty().length >= 2 ? true : undefined));
  assert.deepEqual(onDuty(), ["firing LinkDown torino/hall/fibre", "resolved LinkDown torino/hall/fibre"]);
  const [page] = pages().slice(from);
  assert.equal(page?.alerts[0]?.annotations["runbook_url"], "https://example.org/runbook#linkdown");
});

test("a site whose lines are all cut: one page, SiteDown, and none for its lines", async () => {
  const from = pages().length;
  cut("hall/fibre");
  cut("hall/radio");
  await hears("firing SiteDown torino/hall", from);
  mend("hall/fibre", "hall/radio");
  await hears("resolved SiteDown torino/hall", from);
  assert.deepEqual(told("/audit", from), ["firing SiteDown torino/hall", "resolved SiteDown torino/hall"]);
});

test("a site whose only line is cut rings once too", async () => {
  const from = pages().length;
  cut("desk/fibre");
  await hears("firing SiteDown torino/desk", from);
  mend("desk/fibre");
  await hears("resolved SiteDown torino/desk", from);
  assert.deepEqual(told("/audit", from), ["firing SiteDown torino/desk", "resolved SiteDown torino/desk"]);
});

test("a killed gateway: GatewayDown, its figures go, and come back with it", async () => {
  const from = pages().length;
  await stop(openvpn, "SIGKILL");
  await hears("firing GatewayDown hub-a", from);
  assert.equal(await value("deskbridge_vpn_sessions{"), undefined);
  assert.equal(await value("deskbridge_vpn_sessions_limit{"), 100);
  openvpn = startOpenVpn(yard, far, "--management", "management", "unix");
  await hears("resolved GatewayDown hub-a", from);
  await becomes(1, "deskbridge_collector_success", 'collector="openvpn"');
});

test("a stopped gateway, which keeps its port, is down as well", async () => {
  openvpn.kill("SIGSTOP");
  await becomes(0, "deskbridge_gateway_up{");
  openvpn.kill("SIGCONT");
  await becomes(1, "deskbridge_gateway_up{");
});

for (const [what, signal] of [
  ["killed", "SIGKILL"],
  ["stopped", "SIGSTOP"],
] as const) {
  test(`fping ${what}: another takes its place, and nothing goes down by it`, async () => {
    const from = pages().length;
    const start = Date.now();
    const before = fpings(proberHub);
    // One for lines and sites, one for hosts.
    assert.equal(before.size, 2);
    for (const pid of before.values()) process.kill(pid, signal);
    const fresh = await until("two new fpings", () => {
      const now = [...fpings(proberHub).values()];
      return now.length === 2 && now.every((pid) => ![...before.values()].includes(pid)) ? now : undefined;
    });
    assert.equal(fresh.length, 2);
    const attempts = await value("deskbridge_link_probe_attempts_total{", fibre);
    await until("new results", async () =>
      ((await value("deskbridge_link_probe_attempts_total{", fibre)) ?? 0) > (attempts ?? 0) + 20 ? true : undefined,
    );
    assert.ok(await linesStayedUp(start));
    assert.deepEqual(await down("host"), []);
    assert.deepEqual(told("/audit", from), []);
  });
}

test("a killed prober takes its fpings along; its targets keep their states; ProberDown is told", async () => {
  const from = pages().length;
  const orphans = [...fpings(proberHub).values()];
  await stop(proberHub, "SIGKILL");
  await until("the fpings' end", () => (orphans.some(alive) ? undefined : true));
  const lastRun = await value("deskbridge_probe_last_run_timestamp_seconds{", 'kind="link"');
  await hears("firing ProberDown hub", from);
  assert.equal(await value("deskbridge_probe_last_run_timestamp_seconds{", 'kind="link"'), lastRun);
  assert.equal(await value("deskbridge_link_up{", fibre), 1);
  assert.deepEqual(await down("desk"), []);
  proberHub = startProber();
  await hears("resolved ProberDown hub", from);
  assert.deepEqual(await down("desk"), []);
  assert.deepEqual(told("/audit", from), ["firing ProberDown hub", "resolved ProberDown hub"]);
});

test("a stopped prober is seen as such; its targets keep their states, then and when it goes on", async () => {
  const from = pages().length;
  const start = Date.now();
  proberHub.kill("SIGSTOP");
  await hears("firing ProberDown hub", from);
  await becomes(0, "deskbridge_probe_coverage_ratio{", 'kind="link"');
  assert.ok(((await value("deskbridge_probe_lag_seconds{", 'kind="link"')) ?? 0) >= 5);
  assert.equal(await value("deskbridge_link_up{", fibre), 1);
  proberHub.kill("SIGCONT");
  await hears("resolved ProberDown hub", from);
  await becomes(1, "deskbridge_probe_coverage_ratio{", 'kind="link"');
  await becomes(1, "deskbridge_probe_coverage_ratio{", 'kind="host"');
  assert.ok(await linesStayedUp(start));
  assert.deepEqual(await down("host"), []);
  assert.deepEqual(told("/audit", from), ["firing ProberDown hub", "resolved ProberDown hub"]);
});

test("an exporter killed while a line is cut: what burns goes on burning, told once", async () => {
  const from = pages().length;
  cut("hall/fibre");
  await hears("firing LinkDown torino/hall/fibre", from);
  await stop(exporter, "SIGKILL");
  exporter = startExporter();
  await until("the exporter to be ready", async () => ((await get("9720/-/ready")) === "ready\n" ? true : undefined));
  assert.equal(await value("deskbridge_link_up{", fibre), 0);
  assert.equal(await value("deskbridge_link_up{", 'link="torino/hall/radio"'), 1);
  mend("hall/fibre");
  await hears("resolved LinkDown torino/hall/fibre", from);
  assert.deepEqual(told("/audit", from), ["firing LinkDown torino/hall/fibre", "resolved LinkDown torino/hall/fibre"]);
});

test("an inventory that changes is followed: new hosts come up, removed ones go, nothing else moves", async () => {
  const from = pages().length;
  const start = Date.now();
  const [first, ...others] = townInventory.hosts;
  assert.ok(first !== undefined);
  const changed = {
    ...townInventory,
    hosts: [...others, { ...first, name: "h-new", address: "10.64.9.9" }],
    desks: [...townInventory.desks.filter(({ host }) => host !== first.name), { id: "desk-new", host: "h-new" }],
  };
  yard.write("inventory.json", JSON.stringify(changed));
  await becomes(1, "deskbridge_desk_up{", 'desk="desk-new"');
  assert.equal(await value("deskbridge_host_up{", `host="${first.name}"`), undefined);
  assert.deepEqual(await down("host"), []);
  yard.write("inventory.json", JSON.stringify(townInventory));
  await becomes(1, "deskbridge_host_up{", `host="${first.name}"`);
  assert.equal(await value("deskbridge_desk_up{", 'desk="desk-new"'), undefined);
  assert.ok(await linesStayedUp(start));
  assert.deepEqual(told("/audit", from), []);
});

test("asked to end, prober and exporter leave no process and no socket", async () => {
  const children = [...fpings(proberHub).values()];
  await Promise.all([stop(proberHub, "SIGTERM"), stop(exporter, "SIGTERM")]);
  assert.deepEqual([proberHub.exitCode, exporter.exitCode], [0, 0]);
  assert.ok(!children.some(alive));
  assert.throws(() => yard.read("reports.sock"), { code: "ENOENT" });
  exporter = startExporter();
  proberHub = startProber();
  await until("the exporter to be ready", async () => ((await get("9720/-/ready")) === "ready\n" ? true : undefined));
});
