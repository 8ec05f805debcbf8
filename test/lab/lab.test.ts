import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { loadFleet } from "../../src/fleet/load.ts";
import type { Inventory } from "../../src/inventory.ts";
import { plan as planFleet } from "../../src/plan/plan.ts";
import { labInside } from "../../stacks/lab/config/logins.ts";
import { connectionName, gatewayIkeDaemon } from "../../stacks/lab/config/strongswan.ts";
import { daemonFolder, daemonKind, leaders, markedProcesses } from "../../stacks/lab/kinds/daemon.ts";
import { namespaceNames } from "../../stacks/lab/kinds/namespace.ts";
import { run } from "../../stacks/lab/run.ts";
import { instances, links, topology } from "../../stacks/lab/topology.ts";
import { harmsTo } from "./harms.ts";
import { gatewaysOtherwise } from "./layers.ts";
import { logIn } from "./logins.ts";
import { type Page, pagesIn } from "./pages.ts";
import { isQuiet, panelsWithoutData } from "./panels.ts";
import { makeWorld, resourcesIn, succeeded, until } from "./world.ts";

const world = makeWorld("dbt", 19720);
const { lab } = world;
const netns = (name: string): string => `dbt-${name}`;
const harms = harmsTo(world);

interface Step {
  readonly op: string;
  readonly urn: string;
}

/** What `pulumi preview` would do, by resource name, without what stays the same. */
async function preview(stack: string): Promise<ReadonlyMap<string, string>> {
  const result = succeeded(await world.pulumi("preview", "--stack", stack, "--json"));
  const { steps = [] } = JSON.parse(result.stdout) as { steps?: readonly Step[] };
  return new Map(
    steps.filter((step) => step.op !== "same").map((step) => [step.urn.split("::").at(-1) ?? "", step.op]),
  );
}

interface Exported {
  readonly deployment: {
    readonly resources: readonly { readonly urn: string; readonly outputs?: { readonly state?: string } }[];
  };
}

async function states(stack: string): Promise<ReadonlyMap<string, string>> {
  const { deployment } = JSON.parse(
    succeeded(await world.pulumi("stack", "export", "--stack", stack)).stdout,
  ) as Exported;
  return new Map(deployment.resources.map((each) => [each.urn.split("::").at(-1) ?? "", each.outputs?.state ?? ""]));
}

async function reaches(from: string, address: string): Promise<boolean> {
  return (
    (await run(["ip", "netns", "exec", netns(from), "fping", "-q", "-r0", "-t500", address]).catch(() => undefined)) !==
    undefined
  );
}

interface Reached {
  readonly desks: { readonly total: number; readonly reached: number };
  readonly failed: readonly { readonly desk: string; readonly reason: string }[];
}

async function rings(link: string, wanted: (page: Page) => boolean): Promise<void> {
  const before = pagesIn(lab.root).length;
  const told = (status: string) => (): Promise<boolean> =>
    Promise.resolve(
      pagesIn(lab.root)
        .slice(before)
        .some((page) => page.status === status && wanted(page)),
    );
  succeeded(await world.deskbridge("cut", link));
  await until(`the cut of ${link} is told`, told("firing"), 60);
  succeeded(await world.deskbridge("mend", link));
  await until(`the mending of ${link} is told`, told("resolved"), 60);
}

function inventory(): Inventory {
  return JSON.parse(readFileSync(join(lab.state, ".deskbridge/lab/inventory.json"), "utf8")) as Inventory;
}

describe("the lab of a small fleet", () => {
  before(async () => void succeeded(await world.deskbridge("up")));
  after(() => world.end());

  test("is whole after one up, and a second changes nothing", async () => {
    const again = succeeded(await world.deskbridge("up", "--json"));
    assert.equal((JSON.parse(again.stdout) as { changed: number }).changed, 0, again.stderr);
    const { desks, hosts, links } = inventory();
    assert.deepEqual([desks.length, hosts.length, links.length], [40, 31, 3]);
    assert.equal(new Set(hosts.flatMap((host) => host.hostKeys)).size, 31, "each host has a key of its own");
  });

  test("no key of the authority and no secret stands in Pulumi's state", async () => {
    for (const stack of ["lab-hub", "lab-comune"]) {
      assert.doesNotMatch(
        succeeded(await world.pulumi("stack", "export", "--stack", stack)).stdout,
        /PRIVATE KEY|only for this test/,
      );
    }
  });

  test("an operator logs in with the lab's key, into the called desk alone, whichever its server is", async () => {
    const neighbours = { tinysshd: ["10.64.0.4", "10.64.0.5"], sshd: ["10.65.0.4", "10.65.0.5"] } as const;
    const at = async (desk: string, command: string): Promise<string> =>
      succeeded(await logIn(lab, inventory(), desk, command)).stdout;
    const closed = ["operator", "authority", "daemons", "pools"].flatMap((each) => [
      join(lab.root, each),
      join(labInside, each),
    ]);
    for (const [server, [desk, other]] of Object.entries(neighbours)) {
      const said = await at(desk, "id -un; id -u; pwd; echo $HOME; set -- $SSH_CONNECTION; echo $3; cat /proc/1/comm");
      assert.deepEqual(said.trim().split("\n"), ["desk", "60742", "/home/desk", "/home/desk", desk, server]);
      await at(desk, "echo mine >note");
      assert.equal(await at(desk, "cat note"), "mine\n");
      assert.equal(await at(other, "ls -A"), "", "it is not at the neighbour");
      for (const path of closed) assert.equal((await logIn(lab, inventory(), desk, `ls ${path}`)).stdout, "", path);
      assert.equal((await logIn(lab, inventory(), desk, "exit 7")).code, 7);
    }
    assert.ok(!readFileSync("/etc/passwd", "utf8").includes(":60742:"), "the machine knows no such account");
  });

  test("no other key, no other user and no password is let in", async () => {
    const key = join(lab.state, "other");
    await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key]);
    for (const desk of ["10.64.0.4", "10.65.0.4"])
      for (const as of [{ key }, { user: "root" }, { user: "nobody" }, { key: "/dev/null" }]) {
        const { code, stderr } = await logIn(lab, inventory(), desk, "true", as);
        assert.equal(code, 255);
        assert.match(stderr, /Permission denied \(publickey\)/);
      }
  });

  test("a desk whose folder is not there lets nobody in", async () => {
    const home = join(lab.root, "pools/comune-office/10.64.0.6/home");
    renameSync(home, `${home}-away`);
    const { code, stderr } = await logIn(lab, inventory(), "10.64.0.6", "true");
    renameSync(`${home}-away`, home);
    assert.equal(code, 1);
    assert.match(stderr, /this desk has no folder/);
    succeeded(await logIn(lab, inventory(), "10.64.0.6", "true"));
  });

  test("every kind of harm is shown by preview and refresh, and mended by up", async () => {
    await until("the physical desks answer", () => reaches("hub", "10.65.0.4"));
    for (const each of harms) await each.harm();
    const stacks = [...new Set(harms.map((each) => each.stack))];
    for (const stack of stacks) {
      const expected = harms.filter((each) => each.stack === stack).map((each) => each.resource);
      assert.deepEqual([...(await preview(stack)).keys()].toSorted(), expected.toSorted(), `preview of ${stack}`);
      succeeded(await world.pulumi("refresh", "--stack", stack, "--yes", "--skip-preview"));
      const found = await states(stack);
      for (const each of harms.filter((harm) => harm.stack === stack))
        assert.match(found.get(each.resource) ?? "", each.says, each.resource);
    }
    const mended = JSON.parse(succeeded(await world.deskbridge("up", "--json")).stdout) as { changed: number };
    const servers = 3; // of SSH: they take the operator's new key
    assert.equal(mended.changed, harms.length + servers);
    for (const stack of stacks) assert.equal((await preview(stack)).size, 0, `${stack} is as declared`);
    await until("the physical desks answer again", () => reaches("hub", "10.65.0.4"));
    await until("the cut desk answers again", () => reaches("hub", "10.65.0.6"));
  });

  test("what is gone as a whole is made again", async () => {
    await run(["ip", "-n", netns("hub"), "link", "del", "dev", "pool0"]);
    rmSync(daemonFolder(lab, "ssh-comune-office"), { recursive: true });
    succeeded(await world.pulumi("refresh", "--stack", "lab-comune", "--yes", "--skip-preview"));
    const wanted = await preview("lab-comune");
    assert.deepEqual([wanted.get("pool-office-up"), wanted.get("ssh-office")], ["create", "create"]);
    succeeded(await world.deskbridge("up"));
    assert.ok(await reaches("hub", "10.64.0.4"));
    assert.equal(leaders(lab, "ssh-comune-office").length, 1, "one server, none left from before");
  });

  test("a site with two links keeps its desks when either is cut, and when an instance dies", async () => {
    for (const lost of ["comune/municipio/fibre", "comune/municipio/radio", "hub-a", "hub-b"]) {
      await until(`desks answer before ${lost} goes`, () => reaches("hub", "10.65.0.5"));
      succeeded(await world.deskbridge("cut", lost));
      await until(`desks answer without ${lost}`, () => reaches("hub", "10.65.0.5"));
      succeeded(await world.deskbridge("mend", lost));
      await until(`both links of the site carry after ${lost} is mended`, async () => {
        const addresses = inventory()
          .links.filter((link) => link.site === "comune/municipio")
          .map((link) => link.address);
        const answers = await Promise.all(addresses.map((address) => reaches("hub", address)));
        return answers.every(Boolean);
      });
    }
  });

  test("a gateway that is started, but for long not told its lines, has them all in the end", async () => {
    const map = topology(planFleet(loadFleet("fleets/small.yaml")), lab.prefix);
    const instance = instances(map.plan).find(({ id }) => id === "hub-a");
    const line = links(map.plan).find(({ link }) => link.instance === "hub-a")?.link;
    assert.ok(instance && line);
    const log = join(daemonFolder(lab, `ike-${connectionName(line)}`), "charon.log");
    const knocks = (): number => readFileSync(log, "utf8").split("initiating IKE_SA").length;
    succeeded(await world.deskbridge("cut", "hub-a"));
    await daemonKind.ensure({ ...gatewayIkeDaemon(map, instance), load: [] }, lab);
    const before = knocks();
    await until("the line's router has knocked in vain", () => Promise.resolve(knocks() > before), 60);
    assert.ok((await preview("lab-hub")).has("ike-hub-a"), "the preview tells that it is not told");
    succeeded(await world.deskbridge("mend", "hub-a"));
    const address = inventory().links.find(({ id }) => id === line.id)?.address ?? "";
    await until("the line carries", () => reaches("hub", address), 40);
  });

  test("a person is back in through the other instance within 20 s", async () => {
    const profile = join(lab.state, "person.ovpn");
    succeeded(await world.deskbridge("profile", "issue", "--body", "comune", "--person", "tester", "--out", profile));
    const client = spawn("ip", ["netns", "exec", netns("home-comune"), "openvpn", "--config", profile], {
      stdio: "ignore",
    });
    try {
      await until("the person reaches a desk", () => reaches("home-comune", "10.64.0.4"));
      const addresses = await run(["ip", "-n", netns("home-comune"), "-4", "addr"]);
      const lost = addresses.includes(" 10.96.") ? "hub-a" : "hub-b";
      succeeded(await world.deskbridge("cut", lost));
      await until(`the person reaches it without ${lost}`, () => reaches("home-comune", "10.64.0.4"), 20);
      assert.ok(!(await reaches("home-comune", "10.72.0.4")), "and still no desk of another body");
      succeeded(await world.deskbridge("mend", lost));
    } finally {
      client.kill("SIGTERM");
      await once(client, "close");
    }
  });

  test("every desk is reached; a cut one is named with the reason, and no other", async () => {
    const report = async (): Promise<Reached> => {
      const { stdout, stderr } = await world.deskbridge("reach", "--json", "--no-denials");
      assert.notEqual(stdout, "", stderr);
      return JSON.parse(stdout) as Reached;
    };
    const whole = await report();
    assert.deepEqual([whole.desks.total, whole.desks.reached], [40, 40], JSON.stringify(whole.failed));
    for (const host of [
      "comune-counters-00007",
      inventory().hosts.find((each) => each.pool === "provincia/office")?.name ?? "",
    ]) {
      succeeded(await world.deskbridge("cut", host));
      const found = await report();
      const lost = inventory()
        .desks.filter((desk) => desk.host === host)
        .map((desk) => desk.id);
      assert.deepEqual(found.failed.map((each) => each.desk).toSorted(), lost.toSorted());
      for (const { reason } of found.failed) assert.match(reason, /no answer/);
      succeeded(await world.deskbridge("mend", host));
    }
  });

  test("a cut line rings, its mending is told, and a lost site is one page", async () => {
    await until("the watch says that all links are up", async () => {
      const status = JSON.parse((await world.deskbridge("status", "--json")).stdout) as {
        links: { up: boolean | null }[];
      };
      return status.links.every((link) => link.up === true);
    });
    await rings(
      "comune/municipio/fibre",
      (page) => page.labels["alertname"] === "LinkDown" && page.labels["link"] === "comune/municipio/fibre",
    );
    await rings(
      "provincia/palazzo/fibre",
      (page) => page.labels["alertname"] === "SiteDown" && page.labels["site"] === "provincia/palazzo",
    );
    const linkPages = pagesIn(lab.root).filter((page) => page.labels["link"] === "provincia/palazzo/fibre");
    assert.deepEqual(linkPages, [], "the site explains its line");
  });

  test("every panel of every dashboard has data while a line is cut, but for what only a cloud tells", async () => {
    const empty = () => panelsWithoutData(lab.ports.prometheus);
    const job = `http://127.0.0.1:${lab.ports.exporter}/heartbeats/crisis/daily-cases`;
    assert.ok((await fetch(job, { method: "POST" })).ok);
    succeeded(await world.deskbridge("cut", "comune/municipio/fibre"));
    // Some need two usual scrapes of what has just begun.
    await until("every panel to have data", async () => (await empty()).length === 0, 90).catch(() => undefined);
    const without = await empty();
    succeeded(await world.deskbridge("mend", "comune/municipio/fibre"));
    assert.deepEqual(without, []);
    await until("nothing to burn", () => isQuiet(lab.ports.prometheus), 60);
  });

  test("a cut service is told as down, with what it answers, and as up when it is mended", async () => {
    const becomes = (up: boolean) =>
      until(`the service is ${up ? "up" : "down"}`, async () => (await world.serviceUp("documents")) === up, 150);
    await becomes(true);
    succeeded(await world.deskbridge("cut", "documents"));
    await becomes(false);
    const metrics = await (await fetch(`http://127.0.0.1:${lab.ports.exporter}/metrics`)).text();
    assert.match(metrics, /^deskbridge_service_http_status\{service="documents",queue="",vantage="hub"\} 503$/m);
    assert.match(
      metrics,
      /^deskbridge_service_certificate_expiry_timestamp_seconds\{service="documents",queue="",vantage="hub"\} \d+$/m,
    );
    succeeded(await world.deskbridge("mend", "documents"));
    await becomes(true);
  });

  test("each layer of each line is told by its gateway; a cut takes those of that line, and no other", async () => {
    const fibre = "comune/municipio/fibre";
    const asCut = async (cut: readonly string[]): Promise<boolean> =>
      (await gatewaysOtherwise(lab.ports.exporter, inventory(), cut)).length === 0;
    const becomes = (...cut: readonly string[]) => until(`the layers, ${cut.join()} cut`, () => asCut(cut), 60);
    await becomes();
    succeeded(await world.deskbridge("cut", fibre));
    await becomes(fibre);
    succeeded(await world.deskbridge("mend", fibre));
    await becomes();
  });

  test("an up that is killed at any moment is completed by the next", async () => {
    for (const [stack, share] of [
      ["lab-hub", 0.5],
      ["lab-comune", 0.2],
      ["lab-comune", 0.8],
    ] as const) {
      succeeded(await world.deskbridge("down"));
      const victim = world.begin("up");
      let said = "";
      victim.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
      const checkpoint = join(lab.state, ".deskbridge/state/.pulumi/stacks/deskbridge", `${stack}.json`);
      const full = stack === "lab-hub" ? 22 : 26;
      const isMade = (): boolean => {
        assert.equal(victim.exitCode, null, `up ended before it could be killed: ${said}`);
        return resourcesIn(checkpoint) >= full * share;
      };
      await until(`${stack} is ${share * 100} % made`, () => Promise.resolve(isMade()), 120);
      process.kill(-(victim.pid ?? 0), "SIGKILL");
      await once(victim, "close");
      succeeded(await world.deskbridge("up"));
      for (const name of ["lab-hub", "lab-comune", "lab-provincia"])
        assert.equal((await preview(name)).size, 0, `${name} after a kill`);
      const names = markedProcesses(lab).map((each) => each.name);
      for (const name of new Set(names)) assert.equal(leaders(lab, name).length, 1, `${name} runs once`);
    }
  });

  test("down leaves nothing", async () => {
    succeeded(await world.deskbridge("down"));
    assert.deepEqual(namespaceNames("dbt"), []);
    assert.deepEqual(markedProcesses(lab), []);
    assert.ok(!existsSync(lab.root), "its folder is gone");
    succeeded(await world.deskbridge("down"));
  });
});
