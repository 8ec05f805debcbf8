import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { after, afterEach, before, test } from "node:test";
import { renderMonitoring } from "../../dashboards/render.ts";
import { fleet, places } from "../dashboards/monitoring.ts";
import { addresses, madeInventory } from "./inventory.ts";
import { getIn, seriesIn } from "./looks.ts";
import { gatewayAddress, inNamespace, run, startOpenVpn, stop, writeCertificate, Yard } from "./town.ts";
import { until } from "./until.ts";

/**
 * Two vantage points with a line each, and real parts: fping, OpenVPN, Prometheus, our probers and exporter. `home` is
 * outside, `hub` inside; both go over `road`, a router that is the anchor of both, to `far`, which has the gateway, a
 * site and hosts. A cable of the road to `far` that is cut is a failure of what stands there; one to a vantage point is
 * that point's own.
 */
const names = { hub: "dbv-hub", home: "dbv-home", road: "dbv-road", far: "dbv-far" } as const;
/** Each `[one end, interface there, other end, interface there, number of its network]`. */
const cables = [
  ["hub", "road", "road", "hub", 1],
  ["home", "road", "road", "home", 2],
  ["far", "out", "road", "public", 3],
  ["far", "in", "road", "inside", 4],
] as const;
const router = "10.0.1.1";
const hosts = addresses(64, 20).map((address, index) => ({ name: `h-${index + 1}`, address }));
const inventory = madeInventory({
  instances: [{ address: gatewayAddress, port: 1194 }],
  sites: [{ name: "hall", router, links: [{ name: "fibre", address: "10.0.2.1", instance: "hub-a" }] }],
  hosts,
});

const yard = new Yard();
const probers = new Map<"hub" | "public", ChildProcess>();
let openvpn: ChildProcess;

function raze(): void {
  for (const name of Object.values(names)) {
    try {
      run("ip", "netns", "del", name);
    } catch {
      // It is not there.
    }
  }
}

function build(): void {
  raze();
  for (const name of Object.values(names)) {
    run("ip", "netns", "add", name);
    run("ip", "-n", name, "link", "set", "lo", "up");
  }
  for (const [one, end, other, there, number] of cables) {
    run("ip", "-n", names[one], "link", "add", end, "type", "veth", "peer", "name", there, "netns", names[other]);
    for (const [name, device, last] of [
      [names[one], end, 2],
      [names[other], there, 1],
    ] as const) {
      run("ip", "-n", name, "addr", "add", `10.9.${number}.${last}/30`, "dev", device);
      run("ip", "-n", name, "link", "set", device, "up");
    }
  }
  inNamespace(names.road, "sysctl", "-qw", "net.ipv4.ip_forward=1");
  for (const local of [`${gatewayAddress}/32`, `${router}/32`, "10.0.2.1/32", "10.64.0.0/16"]) {
    run("ip", "-n", names.far, "route", "add", "local", local, "dev", "lo");
  }
  run("ip", "-n", names.far, "route", "add", "10.9.1.0/30", "via", "10.9.4.1");
  run("ip", "-n", names.far, "route", "add", "10.9.2.0/30", "via", "10.9.3.1");
  routes();
}

/** Routes that a cable which is cut takes with it. */
function routes(): void {
  run("ip", "-n", names.hub, "route", "replace", "default", "via", "10.9.1.1");
  run("ip", "-n", names.home, "route", "replace", "default", "via", "10.9.2.1");
  run("ip", "-n", names.road, "route", "replace", `${gatewayAddress}/32`, "via", "10.9.3.2");
  run("ip", "-n", names.road, "route", "replace", "10.0.0.0/8", "via", "10.9.4.2");
}

/** Takes the carrier from the road's end of a cable, and gives it back. */
function cut(device: "hub" | "home" | "public" | "inside"): void {
  run("ip", "-n", names.road, "link", "set", device, "down");
}

function mend(device: "hub" | "home" | "public" | "inside"): void {
  run("ip", "-n", names.road, "link", "set", device, "up");
  routes();
}

/** The road loses, silently, all that comes from a vantage point. */
function swallow(device: "hub" | "home"): void {
  const filter = `table inet hole { chain in { type filter hook prerouting priority -300; iifname ${device} drop; }; }`;
  inNamespace(names.road, "nft", filter);
}

function letPass(): void {
  inNamespace(names.road, "nft", "delete", "table", "inet", "hole");
}

function startProber(vantage: "hub" | "public"): void {
  const [place, anchor] = vantage === "hub" ? (["hub", "10.9.1.1"] as const) : (["home", "10.9.2.1"] as const);
  const words = ["--inventory", "inventory.json", "--report", "reports.sock", "--anchors", `${anchor}:9`];
  probers.set(vantage, yard.ours(`prober-${vantage}`, names[place], "probe", "--vantage", vantage, ...words));
}

function prober(vantage: "hub" | "public"): ChildProcess {
  const running = probers.get(vantage);
  assert.ok(running !== undefined);
  return running;
}

const startGateway = (): void => void (openvpn = startOpenVpn(yard, names.far));

const get = (page: string): Promise<string> => getIn(names.hub, page);

/** Values of the exporter's series that contain all `parts`. */
const values = async (...parts: readonly string[]): Promise<readonly number[]> => [
  ...seriesIn(await get("9720/metrics"), ...parts).values(),
];

const becomes = (expected: number, ...parts: readonly string[]): Promise<true> =>
  until(`${parts.join(" ")} to be ${expected}`, async () => {
    const found = await values(...parts);
    return found.length > 0 && found.every((value) => value === expected) ? true : undefined;
  });

async function query(
  expression: string,
): Promise<readonly { metric: Record<string, string>; value: [number, string] }[]> {
  const answer = await get(`9090/api/v1/query?query=${encodeURIComponent(expression)}`);
  if (answer === "") return [];
  return (JSON.parse(answer) as { data: { result: { metric: Record<string, string>; value: [number, string] }[] } })
    .data.result;
}

/** There is no Alertmanager here, which is told too; figures of the first scrapes are no matter either. */
const others = 'alertname!~"Watchdog|ScrapeFailing|PrometheusNotConnected|CollectorFailing"';

/** What burns now, but for the heartbeat: `VantageCut public`. */
async function burning(): Promise<readonly string[]> {
  const found = await query(`ALERTS{alertstate="firing",${others}}`);
  return found
    .map(({ metric }) => {
      const what = metric["link"] ?? metric["site"] ?? metric["gateway"] ?? metric["vantage"] ?? "";
      return `${metric["alertname"]} ${what}`;
    })
    .toSorted();
}

const burns = (...expected: readonly string[]): Promise<true> =>
  until(`${expected.join(", ") || "nothing"} to burn`, async () =>
    (await burning()).join() === [...expected].toSorted().join() ? true : undefined,
  );

/** Pages that burned, or were about to, since `start` (milliseconds since 1970). */
async function burnedSince(start: number): Promise<ReadonlySet<string>> {
  const found = await query(
    `count by (alertname) (count_over_time(ALERTS{severity="page",${others}}[${Date.now() - start}ms]))`,
  );
  return new Set(found.map(({ metric }) => metric["alertname"] ?? ""));
}

/** The lowest value of a series at any scrape since `start`. */
async function lowest(series: string, start: number): Promise<number> {
  return Number((await query(`min(min_over_time(${series}[${Date.now() - start}ms]))`))[0]?.value[1]);
}

const everything = ["link", "site", "host", "gateway"] as const;

before(async () => {
  build();
  for (const [name, text] of Object.entries(renderMonitoring(fleet, places))) yard.write(name, text);
  yard.write("inventory.json", JSON.stringify(inventory));
  writeCertificate(yard);
  startGateway();
  const words = ["--inventory", "inventory.json", "--reports", "reports.sock"];
  yard.ours("exporter", names.hub, "exporter", ...words);
  startProber("hub");
  startProber("public");
  yard.start(
    "prometheus",
    names.hub,
    "prometheus",
    "--config.file=prometheus.yml",
    "--storage.tsdb.path=prometheus",
    "--web.listen-address=127.0.0.1:9090",
  );
  await until("the exporter to be ready", async () => ((await get("9720/-/ready")) === "ready\n" ? true : undefined));
  await until("the rules", async () => ((await query('ALERTS{alertname="Watchdog"}')).length > 0 ? true : undefined));
  await burns();
});
afterEach(() => burns());
after(async () => {
  await yard.end();
  raze();
});

test("in order: everything is up, and both vantage points", async () => {
  for (const kind of everything) await becomes(1, `deskbridge_${kind}_up{`);
  assert.deepEqual(await values("deskbridge_vantage_up{"), [1, 1]);
});

for (const [how, sever, heal] of [
  ["has no carrier", () => cut("home"), () => mend("home")],
  ["swallows all", () => swallow("home"), letPass],
] as const) {
  test(`the line outside ${how}: one page says so, no gateway is down, and the hub sees on`, async () => {
    const start = Date.now();
    sever();
    await becomes(0, "deskbridge_vantage_up{", 'vantage="public"');
    await burns("VantageCut public");
    assert.deepEqual(await values("deskbridge_gateway_up{"), [1]);
    assert.deepEqual(await values("deskbridge_gateway_unprobed{"), [0]);
    assert.deepEqual(await values("deskbridge_probe_coverage_ratio{", 'kind="gateway"'), [0]);
    assert.match(await get("9720/"), /The own line of the vantage point public is cut/);
    assert.deepEqual(await values("deskbridge_vantage_up{", 'vantage="hub"'), [1]);
    for (const kind of ["link", "site", "host"] as const) {
      await becomes(1, `deskbridge_${kind}_up{`);
      await becomes(1, "deskbridge_probe_coverage_ratio{", `kind="${kind}"`);
    }
    heal();
    await becomes(1, "deskbridge_vantage_up{", 'vantage="public"');
    await becomes(1, "deskbridge_probe_coverage_ratio{", 'kind="gateway"');
    await burns();
    assert.equal(await lowest("deskbridge_gateway_up", start), 1);
    assert.deepEqual([...(await burnedSince(start))], ["VantageCut"]);
  });
}

test("while it is cut a site fails that the hub watches: that is told too", async () => {
  cut("home");
  await burns("VantageCut public");
  cut("inside");
  await burns("SiteDown torino/hall", "VantageCut public");
  assert.deepEqual(await values("deskbridge_site_up{"), [0]);
  mend("inside");
  await burns("VantageCut public");
  mend("home");
});

test("the hub's line is cut: lines, sites and hosts keep their states, and outside a gateway that dies is told", async () => {
  const start = Date.now();
  cut("hub");
  await burns("VantageCut hub");
  for (const kind of ["link", "site", "host"] as const) {
    await becomes(1, `deskbridge_${kind}_up{`);
    await becomes(0, "deskbridge_probe_coverage_ratio{", `kind="${kind}"`);
  }
  await stop(openvpn, "SIGKILL");
  await burns("GatewayDown hub-a", "VantageCut hub");
  startGateway();
  await burns("VantageCut hub");
  mend("hub");
  for (const kind of ["link", "site", "host"] as const)
    await becomes(1, "deskbridge_probe_coverage_ratio{", `kind="${kind}"`);
  await burns();
  for (const kind of ["link", "site"] as const) assert.equal(await lowest(`deskbridge_${kind}_up`, start), 1);
  assert.deepEqual([...(await burnedSince(start))].toSorted(), ["GatewayDown", "VantageCut"]);
});

test("the gateway's own line is cut, and the anchor answers: the gateway is down", async () => {
  const start = Date.now();
  cut("public");
  await burns("GatewayDown hub-a");
  assert.deepEqual(await values("deskbridge_gateway_up{"), [0]);
  mend("public");
  await becomes(1, "deskbridge_gateway_up{");
  assert.equal(await lowest("deskbridge_vantage_up", start), 1);
});

test("a prober that starts while its line is cut takes nothing down; one that dies then is told as such", async () => {
  const start = Date.now();
  cut("home");
  await burns("VantageCut public");
  await stop(prober("public"), "SIGKILL");
  await burns("ProberDown public");
  assert.deepEqual(await values("deskbridge_vantage_up{", 'vantage="public"'), []);
  startProber("public");
  await burns("VantageCut public");
  assert.deepEqual(await values("deskbridge_gateway_up{"), [1]);
  mend("home");
  await burns();
  assert.equal(await lowest("deskbridge_gateway_up", start), 1);
});
