import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { stringify } from "yaml";
import type { Inventory } from "../../src/inventory.ts";
import { probeKinds } from "../../src/probe/kinds.ts";
import { note } from "../../scripts/cli.ts";
import { stepFor } from "../../scripts/setup/packages.ts";
import { perform } from "../../scripts/setup/steps.ts";
import { freePort, run } from "../handshake/servers.ts";
import { addresses, madeInventory } from "../watch/inventory.ts";
import { blackbox } from "./blackbox.ts";
import { heard } from "./child.ts";
import { cpuSeconds } from "./cpu.ts";
import { proportionalMegabytes, treeOf } from "./memory.ts";
import { type BenchRow, goalRow, peerRow } from "./row.ts";

/**
 * What watching costs: 7,000 hosts every 10 s and 60 lines every 200 ms, all of them on loopback, ours beside fping
 * alone (the floor), blackbox_exporter with its Prometheus and Telegraf's ping, one after the other, by ICMP and hosts by
 * TCP too. The peers watch hosts only. CPU is that of whole process trees, in hundredths of one core.
 */
export async function* benchProber(): AsyncGenerator<BenchRow> {
  await perform([await stepFor("peers of the benchmark", "they are what ours is held against", [blackbox])], note);
  const folder = mkdtempSync(join(tmpdir(), "deskbridge-bench-"));
  const listener = fork(join(import.meta.dirname, "prober/listen.ts"));
  try {
    const { port } = (await heard(listener)) as { readonly port: number };
    const world = { folder, port };
    const floor = await fping(world);
    const icmp = await ours(world, "icmp");
    const others = await theirs(world, "icmp");
    const telegraf = await telegrafs(world);
    yield peerRow(
      "prober, 7,000 hosts by ICMP and 60 lines: CPU",
      "%",
      icmp.prober,
      floor.cpu,
      "fping alone",
      floor.cpu + 10,
    );
    yield peerRow("the same, and its exporter and Prometheus", "%", icmp.all, others.cpu, "blackbox", others.cpu / 10);
    yield peerRow("prober and exporter without Prometheus", "%", icmp.alone, telegraf.cpu, "Telegraf's ping", null);
    yield peerRow("prober's memory (PSS)", "MB", icmp.megabytes, others.megabytes, "blackbox", 150);
    yield peerRow("prober's memory (PSS)", "MB", icmp.megabytes, telegraf.megabytes, "Telegraf's ping", 150);
    yield* truth("ICMP", icmp);
    const tcp = await ours(world, "tcp");
    const tcpOthers = await theirs(world, "tcp");
    yield peerRow(
      "prober, 7,000 hosts by TCP and 60 lines: CPU",
      "%",
      tcp.prober,
      tcpOthers.cpu,
      "blackbox",
      tcpOthers.cpu / 3,
    );
    yield peerRow(
      "the same, and its exporter and Prometheus",
      "%",
      tcp.all,
      tcpOthers.cpu,
      "blackbox",
      tcpOthers.cpu / 3,
    );
    yield* truth("TCP", tcp);
  } finally {
    listener.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

const hosts = addresses(0, 7000).map((address) => address.replace(/^10\.0\./, "127.1."));
const lines = addresses(0, 60).map((address) => address.replace(/^10\.0\./, "127.2."));

/** Seconds until everything has settled, and over which CPU is then counted: whole rounds of 10 s. */
const [settle, counted] = [25, 60];

interface World {
  readonly folder: string;
  /** Where every address of loopback takes connections. */
  readonly port: number;
}

type HostMethod = "icmp" | "tcp";

interface Measured {
  /** Hundredths of one core. */
  readonly cpu: number;
  readonly megabytes: number;
}

interface Watched {
  /** Hundredths of one core: of the prober with its fpings, with the exporter, and with the Prometheus beside it too. */
  readonly prober: number;
  readonly alone: number;
  readonly all: number;
  readonly megabytes: number;
  /** Hosts and lines that are not up, all of which answer. */
  readonly falseDowns: number;
  /** Probes of lines that were lost since the start. */
  readonly lost: number;
  /** The longest but for one in a hundred of the hosts' last round trips, ms. */
  readonly rtt99: number;
}

async function ours({ folder, port }: World, method: HostMethod): Promise<Watched> {
  const inventory = join(folder, `${method}.json`);
  const reports = join(folder, `${method}.sock`);
  writeFileSync(inventory, JSON.stringify(inventoryOf(port)));
  const exporter = fork(join(import.meta.dirname, "prober/watch.ts"), [inventory, reports]);
  const { port: metrics } = (await heard(exporter)) as { readonly port: number };
  const prober = fork(join(import.meta.dirname, "prober/probe.ts"), [inventory, reports, method]);
  const prometheus = await startPrometheus(folder, `ours-${method}`, {
    scrape_interval: "10s",
    static_configs: [{ targets: [`127.0.0.1:${metrics}`] }],
  });
  try {
    const own = [pidOf(prober)];
    const parts = [own, [...own, pidOf(exporter)], [...own, pidOf(exporter), pidOf(prometheus)]];
    await wait(settle * 1000);
    const before = parts.map(cpuSeconds);
    await wait(counted * 1000);
    const used = parts.map((pids, index) => (100 * (cpuSeconds(pids) - (before[index] ?? 0))) / counted);
    const samples = samplesOf(await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text());
    const up = [...samples("deskbridge_host_up"), ...samples("deskbridge_link_up")];
    if (up.length !== hosts.length + lines.length) throw new Error(`${up.length} targets have a verdict`);
    const rtts = samples("deskbridge_host_rtt_seconds").toSorted((a, b) => a - b);
    return {
      prober: used[0] ?? Number.NaN,
      alone: used[1] ?? Number.NaN,
      all: used[2] ?? Number.NaN,
      megabytes: megabytesOf(own),
      falseDowns: up.filter((value) => value !== 1).length,
      lost: samples("deskbridge_link_probe_failures_total").reduce((sum, value) => sum + value, 0),
      rtt99: 1000 * (rtts[Math.floor(0.99 * rtts.length)] ?? Number.NaN),
    };
  } finally {
    await Promise.all([prober, exporter, prometheus].map(ended));
  }
}

/** What it says of targets that all answer at once: loopback's own round trip is far below a tenth of a millisecond. */
function truth(method: string, { falseDowns, lost, rtt99 }: Watched): readonly BenchRow[] {
  return [
    goalRow(`hosts and lines told as down, none is (${method})`, "", falseDowns, 0),
    goalRow(`probes of lines lost, none is (${method})`, "", lost, 0),
    goalRow(`round trip by ${method}, longest but for 1 % (loopback: nearly 0)`, "ms", rtt99, 2),
  ];
}

/** One fping for the hosts and one for the lines, with our arguments, its output thrown away. */
async function fping({ folder }: World): Promise<Measured> {
  const start = (name: string, targets: readonly string[], { intervalMs, timeoutMs }: typeof probeKinds.host) => {
    const file = join(folder, name);
    writeFileSync(file, `${targets.join("\n")}\n`);
    const spacing = (intervalMs / targets.length).toFixed(3);
    const words = ["-l", "-D", "-4", "-p", `${intervalMs}`, "-t", `${timeoutMs}`, "-i", spacing, "-f", file];
    return spawn("fping", words, { stdio: "ignore" });
  };
  const children = [start("hosts", hosts, probeKinds.host), start("lines", lines, probeKinds.link)];
  return measure(children);
}

async function theirs({ folder, port }: World, method: HostMethod): Promise<Measured> {
  const own = join(folder, `blackbox-${method}`);
  mkdirSync(own);
  const config = join(own, "blackbox.yml");
  const modules = { host: { prober: method, timeout: `${probeKinds.host.timeoutMs}ms`, [method]: ip4 } };
  writeFileSync(config, stringify({ modules }));
  const listen = `127.0.0.1:${await freePort()}`;
  const words = [`--config.file=${config}`, `--web.listen-address=${listen}`, "--log.level=error"];
  const exporter = spawn(blackbox.command, words, { stdio: ["ignore", "ignore", "inherit"] });
  const targets = method === "icmp" ? hosts : hosts.map((host) => `${host}:${port}`);
  const prometheus = await startPrometheus(folder, `blackbox-${method}`, {
    scrape_interval: `${probeKinds.host.intervalMs}ms`,
    scrape_timeout: "5s",
    metrics_path: "/probe",
    params: { module: ["host"] },
    static_configs: [{ targets }],
    relabel_configs: [
      { source_labels: ["__address__"], target_label: "__param_target" },
      { source_labels: ["__param_target"], target_label: "instance" },
      { target_label: "__address__", replacement: listen },
    ],
  });
  return measure([exporter, prometheus]);
}

const telegrafCommand = "github.com/influxdata/telegraf/cmd/telegraf@v1.37.2";

/** Telegraf with no plugin but its ping (native), built for the benchmark only; what it measures it throws away. */
async function telegrafs({ folder }: World): Promise<Measured> {
  note("  builds Telegraf's ping from Go modules, in Go's own caches: a minute or two");
  const tags = "custom,inputs.ping,outputs.discard";
  await run("go", ["install", "-tags", tags, telegrafCommand], { env: { ...process.env, GOBIN: folder } });
  const { intervalMs, timeoutMs } = probeKinds.host;
  const config = join(folder, "telegraf.conf");
  const every = `"${intervalMs}ms"`;
  const agent = ["[agent]", `interval = ${every}`, `flush_interval = ${every}`, "omit_hostname = true", "quiet = true"];
  const urls = `urls = [${hosts.map((host) => `"${host}"`).join(", ")}]`;
  const ping = [
    "[[inputs.ping]]",
    urls,
    'method = "native"',
    "count = 1",
    `timeout = ${(timeoutMs / 1000).toFixed(1)}`,
  ];
  writeFileSync(config, [...agent, ...ping, "[[outputs.discard]]", ""].join("\n"));
  return measure([spawn(join(folder, "telegraf"), ["--config", config], { stdio: ["ignore", "ignore", "inherit"] })]);
}

const ip4 = { preferred_ip_protocol: "ip4" };

async function startPrometheus(folder: string, name: string, job: object): Promise<ChildProcess> {
  const own = join(folder, `prometheus-${name}`);
  mkdirSync(own);
  const config = join(own, "prometheus.yml");
  writeFileSync(config, stringify({ scrape_configs: [{ job_name: name, ...job }] }));
  const words = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(own, "data")}`,
    `--web.listen-address=127.0.0.1:${await freePort()}`,
    "--log.level=error",
  ];
  return spawn("prometheus", words, { stdio: ["ignore", "ignore", "inherit"] });
}

async function measure(children: readonly ChildProcess[]): Promise<Measured> {
  try {
    const pids = children.map(pidOf);
    await wait(settle * 1000);
    const before = cpuSeconds(pids);
    await wait(counted * 1000);
    const cpu = (100 * (cpuSeconds(pids) - before)) / counted;
    for (const child of children) if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended by itself`);
    return { cpu, megabytes: megabytesOf(pids) };
  } finally {
    await Promise.all(children.map(ended));
  }
}

function inventoryOf(port: number): Inventory {
  const links = lines.map((address, index) => ({ name: `line-${index}`, address, instance: "hub-a" }));
  const made = madeInventory({
    instances: [{}],
    sites: [{ name: "hall", router: "127.2.0.1", links }],
    hosts: hosts.map((address, index) => ({ name: `h-${index}`, address })),
  });
  return { ...made, hosts: made.hosts.map((host) => ({ ...host, ports: { ssh: port, rdp: port } })), desks: [] };
}

/** The values of all samples of a metric, as the text has them. */
function samplesOf(text: string): (name: string) => readonly number[] {
  const all = text.split("\n");
  return (name) =>
    all.filter((line) => line.startsWith(`${name}{`)).map((line) => Number(line.slice(line.lastIndexOf(" ") + 1)));
}

function megabytesOf(pids: readonly number[]): number {
  return pids.flatMap(treeOf).reduce((sum, pid) => sum + proportionalMegabytes(pid), 0);
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error("a process of the benchmark did not start");
  return pid;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  if (child.connected) child.disconnect();
  else child.kill();
  await gone;
}
