import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Alertmanager } from "../../src/link/alertmanager.ts";
import { Prometheus } from "../../src/link/prometheus.ts";
import { windowsOf } from "../../src/link/window.ts";
import { loadFleet } from "../../src/fleet/load.ts";
import { plan as planFleet } from "../../src/plan/plan.ts";
import { labLine } from "../../scripts/link/accept/lab-line.ts";
import { run } from "../../stacks/lab/run.ts";
import { pagesIn } from "./pages.ts";
import { makeWorld, succeeded, until } from "./world.ts";

/** A line is tested on the lab: real tunnels, iperf3, fping, BIRD, Alertmanager, ssh-keygen. */

const world = makeWorld("dba", 25_720);
const { lab } = world;
const fibre = "comune/municipio/fibre";
const radio = "comune/municipio/radio";
/** As short as it may be. */
const short = ["--seconds", "2", "--probes", "400"];
const accept = (...words: readonly string[]) => world.deskbridge("link", "accept", ...words);
const alertmanager = new Alertmanager(`http://127.0.0.1:${lab.ports.alertmanager}`, 5000);
const prometheus = new Prometheus(`http://127.0.0.1:${lab.ports.prometheus}`, 5000);
const kept = join(lab.root, "accept.json");

interface Interface {
  readonly ifname: string;
  readonly operstate: string;
}

/** The fibre is the site's first line. */
const line = labLine(planFleet(loadFleet("fleets/small.yaml")), lab, fibre);
const isCut = async (): Promise<boolean> => {
  const said = await run(["ip", "-n", line.internet, "-j", "link", "show", "dev", line.name]);
  return (JSON.parse(said) as Interface[])[0]?.operstate !== "UP";
};

/** The site's lines whose BGP session stands. */
async function sessions(): Promise<readonly string[]> {
  const said = await run(["birdc", "-s", line.control, "show", "protocols"]);
  return [...said.matchAll(/^(line\d+) .*Established/gm)].map(([, name = ""]) => name).toSorted();
}

const carries = async (): Promise<boolean> =>
  (await run(["ip", "-n", line.site, "route", "get", line.hub, "from", line.router])).includes(`dev ${line.name} `);

async function isPutBack(): Promise<boolean> {
  return !(await isCut()) && (await sessions()).length === 2 && (await carries());
}

const openWindows = async () => windowsOf(await alertmanager.silences()).filter(({ state }) => state === "active");
const pagesOf = (link: string) => pagesIn(lab.root).filter(({ labels }) => labels["link"] === link);
const isUp = async (link: string): Promise<boolean> =>
  (await prometheus.at(`link:deskbridge_up:max{link="${link}"}`, Date.now()))[0]?.value === 1;

/** Begins a test, and gives it when it has said this. */
function begun(says: string): Promise<ChildProcess> {
  const child = world.begin("link", "accept", fibre, ...short);
  let said = "";
  return new Promise((resolve, reject) => {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes(`${says}\n`)) resolve(child);
    });
    child.stdout?.resume();
    child.once("close", () => reject(new Error(`it never said "${says}":\n${said}`)));
  });
}

describe("a line's test", () => {
  before(async () => {
    succeeded(await world.deskbridge("up"));
    await until("both lines are up", async () => (await isUp(fibre)) && (await isUp(radio)), 60);
    await until("the site's traffic takes the fibre", isPutBack, 60);
  });
  after(() => world.end());

  test("a good line is accepted, its report signed, nobody paged, and all is put back", async () => {
    const key = join(lab.state, "key");
    assert.equal(spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]).status, 0);
    const report = join(lab.state, "report.json");
    const began = Date.now();
    const { stdout, stderr } = succeeded(
      await accept(fibre, ...short, "--json", "--by", "anna", "--report", report, "--key", key),
    );
    const found = JSON.parse(stdout) as {
      accepted: boolean;
      findings: { what: string; value: number; outcome: string }[];
    };
    assert.ok(found.accepted);
    assert.deepEqual(
      found.findings.map(({ what, outcome }) => `${outcome} ${what}`),
      [
        "pass throughput to the hub",
        "pass throughput from the hub",
        "pass loss, 95 % sure",
        "told round trip, median",
        "pass round trip, 95 %",
        "pass round trip, 99 %",
        "pass jitter",
        "pass silence, it is cut",
        "pass silence, it is mended",
        "pass carries again, it is mended",
      ],
    );
    const value = (what: string): number => found.findings.find((each) => each.what === what)?.value ?? NaN;
    for (const way of ["to", "from"]) {
      const mbps = value(`throughput ${way} the hub`);
      assert.ok(mbps > 80 && mbps < 100, `${mbps} Mb/s over a line of 100, tunnel's headers included`);
    }
    assert.ok(value("silence, it is cut") > 0.2, "BFD takes its time: it was truly cut");
    assert.match(stderr, /traffic is moved to comune\/municipio\/radio\n(?:.*\n)+.*its traffic is given back to it\n/);

    assert.ok(await isPutBack());
    assert.ok(!existsSync(kept));
    assert.deepEqual(await openWindows(), []);
    const seconds = Math.ceil((Date.now() - began) / 1000);
    const burnt = `max_over_time(ALERTS{alertname="LinkDown",link="${fibre}",alertstate="firing"}[${seconds}s])`;
    assert.equal((await prometheus.at(burnt, Date.now()))[0]?.value, 1, "its alert burnt");
    assert.deepEqual(pagesOf(fibre), [], "and the window kept it quiet");

    assert.equal(readFileSync(report, "utf8"), stdout);
    const signers = join(lab.state, "signers");
    writeFileSync(signers, `anna ${readFileSync(`${key}.pub`, "utf8")}`);
    const verified = await accept("--verify", report, "--signers", signers, "--signer", "anna");
    assert.match(succeeded(verified).stdout, /report\.json: as anna signed it/);
  });

  test("a line in reserve takes over and gives back, without a loss for anybody", async () => {
    const { stdout } = succeeded(await accept(radio, ...short, "--json"));
    const { findings } = JSON.parse(stdout) as { findings: { what: string; value: number; outcome: string }[] };
    const silence = findings.filter(({ what }) => what.startsWith("silence"));
    assert.deepEqual(
      silence.map(({ what, outcome }) => `${what}: ${outcome}`),
      ["silence, it takes over: pass", "silence, it is in reserve again: pass"],
    );
    assert.ok(await isPutBack());
  });

  test("a line that is narrower than its contract and loses probes is refused for these, and nothing else", async () => {
    const ends = [
      [line.internet, line.name],
      [`${lab.prefix}-line-comune-municipio-fibre`, "carrier"],
    ] as const;
    const hold = async (rate: string): Promise<void> => {
      for (const [namespace, dev] of ends) {
        const shape = ["root", "tbf", "rate", rate, "burst", "125000", "latency", "50ms"];
        await run(["tc", "-n", namespace, "qdisc", "change", "dev", dev, ...shape]);
      }
    };
    const nft = ["ip", "netns", "exec", line.gateway, "nft"];
    const lose =
      "add table inet test; add chain inet test in { type filter hook input priority 0; }; " +
      `add rule inet test in iifname "${line.name}" icmp type echo-request numgen random mod 100 < 8 drop`;
    await hold("20000kbit");
    await run([...nft, lose]);
    try {
      const { code, stdout, stderr } = await accept(fibre, ...short, "--no-failover");
      assert.equal(code, 1, stderr);
      assert.match(stdout, /fibre: REFUSED: throughput to the hub; throughput from the hub; loss, 95 % sure\n/);
      assert.match(stdout, /failover and back +│ +- │ +- │ not tested │/);
    } finally {
      await run([...nft, "delete table inet test"]);
      await hold("100000kbit");
    }
    assert.ok(await isPutBack());
  });

  test("only one test at a time; Ctrl-C puts all back", async () => {
    const first = await begun("the gateway gives its tunnel up");
    const end = once(first, "close");
    assert.ok(await isCut());
    const second = await accept(radio, ...short);
    assert.equal(second.code, 1);
    assert.match(second.stderr, new RegExp(`another test of a line is running \\(process ${first.pid}\\)`));
    process.kill(-(first.pid ?? 0), "SIGINT"); // as a terminal does: all of its group
    assert.deepEqual(await end, [130, null]);
    assert.ok(await isUp(fibre), "the window lasted until the line was up");
    assert.ok(!(await isCut()));
    assert.ok(!existsSync(kept));
    assert.deepEqual(await openWindows(), []);
    await until("traffic is back on the fibre", isPutBack, 60);
    assert.deepEqual(pagesOf(fibre), []);
  });

  test("what cannot be measured is told, and all is put back", async () => {
    const words = ["netns", "exec", line.gateway, "iperf3", "-s", "-B", line.gatewayInner, "--forceflush"];
    const other = spawn("ip", words, { stdio: ["ignore", "pipe", "inherit"] });
    const gone = once(other, "close");
    try {
      await once(other.stdout, "data");
      const { code, stderr } = await accept(fibre, ...short);
      assert.equal(code, 1);
      assert.match(stderr, /traffic is moved to comune\/municipio\/radio\n/);
      assert.match(stderr, /^comune\/municipio\/fibre: timeout .*iperf3 --server .*: .*Address already in use/m);
    } finally {
      other.kill("SIGTERM");
      await gone;
    }
    assert.deepEqual([existsSync(kept), await openWindows()], [false, []]);
    await until("traffic is back on the fibre", isPutBack, 60);
  });

  test("what a test that was killed left is told, and mended by the next", async () => {
    const victim = await begun("the gateway gives its tunnel up");
    process.kill(-(victim.pid ?? 0), "SIGKILL");
    await once(victim, "close");
    assert.ok(await isCut());
    assert.ok(existsSync(kept));
    assert.deepEqual(
      (await openWindows()).map(({ link }) => link),
      [fibre],
    );
    const dry = await accept(fibre, "--dry-run");
    assert.match(
      dry.stderr,
      /a test of comune\/municipio\/fibre was killed: what it took away would be put back first/,
    );
    assert.ok(await isCut(), "a dry run does nothing");
    const next = succeeded(await accept(fibre, ...short, "--no-failover"));
    assert.match(next.stderr, /was killed: what it took away is put back/);
    assert.match(next.stderr, /a test before was killed: 1 of its windows ended/);
    assert.ok(await isPutBack());
    assert.deepEqual([existsSync(kept), await openWindows()], [false, []]);
    assert.deepEqual(pagesOf(fibre), []);
  });

  test("while another line of the site is down it is refused, and nothing is touched", async () => {
    succeeded(await world.deskbridge("cut", radio));
    await until("the watch sees it", async () => !(await isUp(radio)), 60);
    for (const words of [[], ["--dry-run"], ["--no-failover"]]) {
      const { code, stdout, stderr } = await accept(fibre, ...short, ...words);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /^no test: comune\/municipio\/radio is down now: comune\/municipio has no line to spare/);
    }
    const down = await accept(radio, ...short);
    assert.match(down.stderr, /^no test: comune\/municipio\/radio is down now: mend it first\n$/);
    succeeded(await world.deskbridge("mend", radio));
    assert.deepEqual(await openWindows(), []);
    assert.ok(!(await isCut()));
  });

  test("a dry run says what would be done, and does nothing", async () => {
    await until("both lines are up", async () => (await isUp(fibre)) && (await isUp(radio)), 60);
    const { stdout } = succeeded(await accept(fibre, "--dry-run", "--json"));
    const { steps, demands } = JSON.parse(stdout) as { steps: string[]; demands: string[] };
    assert.deepEqual([steps.length, demands.length], [6, 7]);
    assert.match(demands[0] ?? "", /at least 80 Mb\/s/);
    assert.deepEqual([await openWindows(), existsSync(kept)], [[], false]);
  });
});
