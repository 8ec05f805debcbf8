import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { stringify } from "yaml";
import { note } from "../../scripts/cli.ts";
import { stepFor } from "../../scripts/setup/packages.ts";
import { perform } from "../../scripts/setup/steps.ts";
import { loadFleet } from "../../src/fleet/load.ts";
import { plan } from "../../src/plan/plan.ts";
import type { LinkPlan } from "../../src/plan/types.ts";
import { type PageRecord, readPageLine } from "../../src/receiver/notification.ts";
import { run } from "../../stacks/lab/run.ts";
import { lineInterface, links, topology } from "../../stacks/lab/topology.ts";
import { makeWorld, succeeded, until, type World } from "../lab/world.ts";
import { Yard } from "../watch/town.ts";
import { blackbox } from "./blackbox.ts";
import { type BenchRow, goalRow, peerRow } from "./row.ts";

/**
 * From a cut to the webhook of whoever is on duty, and from its mending to the word that all is well: 20 cuts of the
 * reference fleet's lines in the lab, at random phases, each by itself. Beside it, in the same run and over the same
 * tunnels, what users would set up: blackbox_exporter with Prometheus and Alertmanager, as usual and as quick as they go.
 */
export async function* benchAlerts(): AsyncGenerator<BenchRow> {
  await perform([await stepFor("peers of the benchmark", "they are what ours is held against", [blackbox])], note);
  const world = makeWorld("dbc", 45_720, fleetFile);
  const yard = new Yard();
  try {
    succeeded(await world.deskbridge("up"));
    const map = topology(plan(loadFleet(fleetFile)), world.lab.prefix);
    const lines = links(map.plan).map(({ link }) => link);
    const chains: readonly Chain[] = [ours(world), ...peers.map((peer) => startPeer(yard, map.hub, peer, lines))];
    startBlackbox(yard, map.hub);
    await until("every chain to see all lines up", () => allUp(map.hub, world, lines.length), 240);
    const order = shuffled(lines, cuts);
    const heard = new Map<Chain, Heard[]>(chains.map((chain) => [chain, []]));
    for (const [nth, line] of order.entries()) {
      // A slow chain is waited for a few times only.
      const awaited = chains.filter(({ patient }) => !patient || nth < patientCuts);
      const told = await cutAndMend(map.internet, line, awaited);
      for (const [chain, each] of told) heard.get(chain)?.push(each);
      note(`  cut ${nth + 1} of ${cuts}: ${line.id}`);
    }
    const [own = [], ...others] = chains.map((chain) => heard.get(chain) ?? []);
    const [firing, resolved] = [own.map((each) => each.firing), own.map((each) => each.resolved)];
    for (const [nth, { name }] of peers.entries()) {
      const theirs = (others[nth] ?? []).map((each) => each.firing);
      yield peerRow(`cut to webhook, median of ${cuts}`, "s", median(firing), median(theirs), name, 3);
      yield peerRow(`cut to webhook, longest of ${cuts}`, "s", Math.max(...firing), Math.max(...theirs), name, 5);
    }
    yield goalRow(`mended to webhook, median of ${cuts}`, "s", median(resolved), null);
    yield goalRow(`mended to webhook, longest of ${cuts}`, "s", Math.max(...resolved), 5);
  } finally {
    await yard.end();
    await world.end();
  }
}

const fleetFile = "fleets/piemonte.yaml";
const cuts = 20;
const patientCuts = 3;

/** Seconds. */
interface Heard {
  readonly firing: number;
  readonly resolved: number;
}

interface Chain {
  readonly name: string;
  /** It takes minutes: it is awaited in few cuts, and its word of the end in none. */
  readonly patient: boolean;
  /** What its receiver has heard so far. */
  readonly pages: () => readonly PageRecord[];
  readonly isOf: (alert: PageRecord["alerts"][number], line: LinkPlan) => boolean;
}

function ours({ lab }: World): Chain {
  return {
    name: "ours",
    patient: false,
    pages: () => readPages(join(lab.root, "pages.jsonl")).filter(({ path }) => path === "/day" || path === "/night"),
    isOf: ({ labels }, line) =>
      labels["alertname"] === "LinkDown" ? labels["link"] === line.id : labels["site"] === line.site,
  };
}

/** Cuts a line, waits until each chain has told it, mends it, and waits until each quick chain has told that too. */
async function cutAndMend(
  internet: string,
  line: LinkPlan,
  chains: readonly Chain[],
): Promise<ReadonlyMap<Chain, Heard>> {
  const set = async (state: "up" | "down"): Promise<number> => {
    await wait(Math.random() * 1000);
    const at = Date.now();
    await run(["ip", "-n", internet, "link", "set", "dev", lineInterface(line), state]);
    return at;
  };
  const toldBy = async (status: "firing" | "resolved", since: number, by: readonly Chain[]) => {
    const told = new Map<Chain, number>();
    await until(
      `${line.id} to be told as ${status}`,
      () => {
        for (const chain of by) {
          const page = chain
            .pages()
            .find(
              ({ at, alerts }) =>
                Date.parse(at) >= since && alerts.some((alert) => alert.status === status && chain.isOf(alert, line)),
            );
          if (page !== undefined) told.set(chain, (Date.parse(page.at) - since) / 1000);
        }
        return Promise.resolve(told.size === by.length);
      },
      240,
    );
    return told;
  };
  const firing = await toldBy("firing", await set("down"), chains);
  const resolved = await toldBy(
    "resolved",
    await set("up"),
    chains.filter(({ patient }) => !patient),
  );
  return new Map(
    chains.map((chain) => [
      chain,
      { firing: firing.get(chain) ?? Number.NaN, resolved: resolved.get(chain) ?? Number.NaN },
    ]),
  );
}

function readPages(file: string): readonly PageRecord[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line) => readPageLine(line) ?? []);
  } catch {
    return []; // nothing was told yet
  }
}

interface Peer {
  readonly name: string;
  readonly patient: boolean;
  readonly scrape: string;
  readonly evaluation: string;
  readonly for: string;
  readonly groupWait: string;
  readonly groupInterval: string;
  /** Of its Prometheus, Alertmanager and receiver, inside the hub. */
  readonly ports: readonly [number, number, number];
}

const peers = [
  {
    name: "blackbox, as usual (15 s, 15 s, 1 min, 30 s)",
    patient: true,
    scrape: "15s",
    evaluation: "15s",
    for: "1m",
    groupWait: "30s",
    groupInterval: "5m",
    ports: [9190, 9193, 9195],
  },
  {
    name: "blackbox, as quick as it goes (1 s, 1 s, 2 s, 0 s)",
    patient: false,
    scrape: "1s",
    evaluation: "1s",
    for: "2s",
    groupWait: "0s",
    groupInterval: "1s",
    ports: [9290, 9293, 9295],
  },
] as const satisfies readonly Peer[];

const blackboxPort = 9115;

function startBlackbox(yard: Yard, hub: string): void {
  yard.write("blackbox.yml", stringify({ modules: { line: { prober: "icmp", timeout: "900ms" } } }));
  const listen = `--web.listen-address=127.0.0.1:${blackboxPort}`;
  yard.start("blackbox", hub, blackbox.command, "--config.file=blackbox.yml", listen, "--log.level=error");
}

/** The chain of a user: one alert a line that does not answer, told line by line. */
function startPeer(yard: Yard, hub: string, peer: Peer, lines: readonly LinkPlan[]): Chain {
  const [prometheus, alertmanager, receiver] = peer.ports;
  const file = (name: string): string => `${prometheus}-${name}`;
  yard.write(
    file("prometheus.yml"),
    stringify({
      global: { scrape_interval: peer.scrape, evaluation_interval: peer.evaluation },
      rule_files: [file("rules.yml")],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanager}`] }] }] },
      scrape_configs: [
        {
          job_name: "lines",
          metrics_path: "/probe",
          params: { module: ["line"] },
          scrape_timeout: "1s",
          static_configs: lines.map(({ id, tunnel }) => ({ targets: [tunnel.siteInner], labels: { line: id } })),
          relabel_configs: [
            { source_labels: ["__address__"], target_label: "__param_target" },
            { target_label: "__address__", replacement: `127.0.0.1:${blackboxPort}` },
          ],
        },
      ],
    }),
  );
  const alert = { alert: "LineDown", expr: "probe_success == 0", for: peer.for };
  yard.write(file("rules.yml"), stringify({ groups: [{ name: "lines", rules: [alert] }] }));
  yard.write(
    file("alertmanager.yml"),
    stringify({
      route: {
        receiver: "duty",
        group_by: ["line"],
        group_wait: peer.groupWait,
        group_interval: peer.groupInterval,
      },
      receivers: [{ name: "duty", webhook_configs: [{ url: `http://127.0.0.1:${receiver}/duty` }] }],
    }),
  );
  const at = (port: number): string => `--web.listen-address=127.0.0.1:${port}`;
  const pages = file("pages.jsonl");
  yard.ours(file("receiver"), hub, "receiver", "--listen", `127.0.0.1:${receiver}`, "--pages", pages);
  const alerting = [`--config.file=${file("alertmanager.yml")}`, `--storage.path=${file("am")}`];
  yard.start(
    file("alertmanager"),
    hub,
    "prometheus-alertmanager",
    ...alerting,
    "--cluster.listen-address=",
    at(alertmanager),
  );
  const keeping = [`--config.file=${file("prometheus.yml")}`, `--storage.tsdb.path=${file("data")}`];
  yard.start(file("prometheus"), hub, "prometheus", ...keeping, at(prometheus));
  return {
    name: peer.name,
    patient: peer.patient,
    pages: () => readPages(yard.path(pages)),
    isOf: ({ labels }, line) => labels["line"] === line.id,
  };
}

/** Whether each Prometheus sees so many lines up, and nothing that burns. */
async function allUp(hub: string, { lab }: World, lines: number): Promise<boolean> {
  const get = (url: string): Promise<string> => run(["ip", "netns", "exec", hub, "curl", "-s", url]);
  const count = (text: string): number => {
    const { data } = JSON.parse(text) as { data: { result: { value: [number, string] }[] } };
    return Number(data.result[0]?.value[1] ?? 0);
  };
  const query = (expr: string): string => `/api/v1/query?query=${encodeURIComponent(expr)}`;
  try {
    const own = await fetch(`http://127.0.0.1:${lab.ports.prometheus}${query("count(link:deskbridge_up:max == 1)")}`);
    const theirs = await Promise.all(
      peers.map(({ ports }) => get(`http://127.0.0.1:${ports[0]}${query("count(probe_success == 1)")}`)),
    );
    return [await own.text(), ...theirs].every((text) => count(text) === lines);
  } catch {
    return false;
  }
}

/** So many of them, each as often as the others, in no order. */
function shuffled<Item>(items: readonly Item[], count: number): readonly Item[] {
  const rounds = Array.from({ length: Math.ceil(count / items.length) }, () =>
    items
      .map((item) => ({ item, key: Math.random() }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ item }) => item),
  );
  return rounds.flat().slice(0, count);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
