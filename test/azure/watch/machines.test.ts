import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { parse, parseDocument, stringify } from "yaml";
import { renderMonitoring } from "../../../dashboards/render.ts";
import { loadFleet } from "../../../src/fleet/load.ts";
import { plan as planFleet } from "../../../src/plan/plan.ts";
import { cloudInit, customDataBytes } from "../../../stacks/azure/watch/cloud-init.ts";
import { watchPlaces } from "../../../stacks/azure/watch/places.ts";
import { packScript, scriptBytes, settleScript, type SettleSettings } from "../../../stacks/azure/watch/settle.ts";
import { defaults, startedUnits, units } from "../../../stacks/azure/watch/units.ts";
import { commit } from "./fixture.ts";

const fleet = loadFleet(resolve(import.meta.dirname, "../../../fleets/piemonte.yaml"));
const folder = mkdtempSync(join(tmpdir(), "deskbridge-watch-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const keeper = { url: "https://metrics.example/dataCollectionRules/dcr-0/streams/x/api/v1/write", identity: "client" };
const monitoring = renderMonitoring(fleet, {
  exporter: "127.0.0.1:9720",
  prometheus: "127.0.0.1:9090",
  alertmanager: "127.0.0.1:9093",
  outside: "10.112.0.85:9720",
  keeper,
  runbook: "https://git.example.org/deskbridge/runbook.md",
});

function settings(point: "hub" | "public"): SettleSettings {
  return {
    point,
    listen: point === "hub" ? "127.0.0.1:9720" : "10.112.1.4:9720",
    timezone: fleet.timezone,
    identity: "00000005-0000-0000-0000-000000000001",
    inventory: `https://store.blob.core.windows.net/${point}/inventory.json`,
    release: { url: "https://git.example.org/deskbridge.git", commit },
    hosts: { "store.blob.core.windows.net": "10.112.0.86" },
    monitoring: point === "hub" ? monitoring : {},
  };
}
const points = ["hub", "public"] as const;

/** Runs a program to its end; throws with what it said where it fails. */
function run(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  assert.equal(status, 0, `${program} ${args.join(" ")}\n${error?.message ?? ""}${stdout}${stderr}`);
  return stdout;
}

test("addresses are the plan's, none is the cloud's own, and no two are the same", () => {
  const { cloud } = planFleet(fleet);
  assert.ok(cloud !== undefined);
  const places = watchPlaces(cloud.hub);
  assert.deepEqual(places, {
    hub: "10.112.0.84",
    linkEndpoint: "10.112.0.85",
    hubStore: "10.112.0.86",
    outside: "10.112.1.0/24",
    outsideMachine: "10.112.1.4",
    balancer: "10.112.1.5",
    linkSource: "10.112.1.6",
    outsideStore: "10.112.1.7",
  });
  assert.equal(new Set(Object.values(places)).size, Object.keys(places).length);
});

describe("cloud-init", () => {
  for (const point of points) {
    test(`${point}: YAML of cloud-init's, small enough, with all that the machine needs`, () => {
      const text = cloudInit(point);
      assert.ok(text.startsWith("#cloud-config\n"));
      assert.ok(Buffer.byteLength(text) < customDataBytes);
      assert.deepEqual(parseDocument(text).errors, []);
      const config = parse(text) as Record<string, unknown>;
      const wanted = ["curl", "git", "jq", "fping", "nodejs", "npm"];
      for (const name of wanted) assert.ok((config["packages"] as string[]).includes(name), name);
      assert.equal((config["packages"] as string[]).includes("prometheus"), point === "hub");
      assert.deepEqual(
        [config["ssh_pwauth"], config["disable_root"], config["bootcmd"]],
        [false, true, ["systemctl mask --now ssh.socket ssh.service"]],
      );
    });
  }

  test("the distribution's daemons listen on the loopback alone", () => {
    for (const text of Object.values(defaults)) {
      assert.match(text, /--web\.listen-address=127\.0\.0\.1:\d+/);
      assert.doesNotMatch(text, /0\.0\.0\.0|\[::\]/);
    }
    assert.match(defaults["/etc/default/prometheus-alertmanager"] ?? "", /--cluster\.listen-address= /);
  });
});

describe("units", () => {
  for (const point of points) {
    const all = units(settings(point));

    test(`${point}: every service of ours is shut in, and only the prober has a capability`, () => {
      for (const [name, text] of Object.entries(all)) {
        if (!name.endsWith(".service")) continue;
        for (const line of ["DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes", "ProtectHome=yes"])
          assert.ok(text.includes(`\n${line}\n`), `${name}: ${line}`);
        const capability = name === "deskbridge-prober.service" ? "CAP_NET_RAW" : "";
        assert.ok(text.includes(`\nCapabilityBoundingSet=${capability}\nAmbientCapabilities=${capability}\n`), name);
      }
    });

    test(`${point}: Alertmanager tells times in the fleet's zone`, () => {
      const unit = all["prometheus-alertmanager.service.d/deskbridge.conf"];
      assert.equal(unit?.split("\n").at(-2), point === "hub" ? "Environment=TZ=Europe/Rome" : undefined);
    });

    test(`${point}: what starts is there`, () => {
      for (const unit of startedUnits(point)) assert.ok(unit in all || `${unit}.d/deskbridge.conf` in all, unit);
    });

    test(`${point}: systemd takes them`, () => {
      const root = join(folder, `root-${point}`);
      const place = (path: string, text: string, mode = 0o644): void => {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text, { mode });
      };
      for (const [name, text] of Object.entries(all)) place(`etc/systemd/system/${name}`, text);
      for (const program of text(all).matchAll(/^ExecStart=(\S+)/gm)) place(program[1] ?? "", "#!/bin/sh\n", 0o755);
      // Units that ours name, and where their drop-ins lie; without systemd on this machine the text above is all.
      for (const name of ["prometheus", "prometheus-alertmanager"])
        if (point === "hub")
          place(
            `etc/systemd/system/${name}.service`,
            "[Service]\nType=exec\nUser=prometheus\nExecStart=/usr/bin/true\n",
          );
      place("usr/bin/true", "#!/bin/sh\n", 0o755);
      const own = "/lib/systemd/system";
      if (existsSync(own))
        cpSync(own, join(root, "usr/lib/systemd/system"), { recursive: true, verbatimSymlinks: true });
      const services = startedUnits(point).map((unit) => unit.replace(/\.timer$/, ".service"));
      if (spawnSync("systemd-analyze", ["--version"]).status !== 0) return;
      const { stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", `--root=${root}`, ...services], {
        encoding: "utf8",
      });
      const ours = stderr.split("\n").filter((line) => /deskbridge|prometheus/.test(line));
      assert.deepEqual(ours, []);
      // systemd's own measure of what a service could do, 10 for everything.
      for (const service of services)
        run("systemd-analyze", "security", "--offline=true", "--threshold=20", `--root=${root}`, service);
    });
  }
});

function text(files: Readonly<Record<string, string>>): string {
  return Object.values(files).join("\n");
}

describe("the script that settles a machine", () => {
  for (const point of points) {
    test(`${point}: a shell reads it, the extension takes it, and the same settings give the same text`, () => {
      const script = settleScript(settings(point));
      const file = join(folder, `settle-${point}.sh`);
      writeFileSync(file, script);
      run("sh", "-n", file);
      const packed = packScript(script);
      assert.ok(packed.length < scriptBytes / 4, `${packed.length} bytes`);
      assert.equal(gunzipSync(Buffer.from(packed, "base64")).toString("utf8"), script);
      assert.equal(packed, packScript(settleScript(settings(point))));
    });
  }

  test("too much for the extension is told", () => {
    const noise = Array.from({ length: 12_000 }, (_, n) => Math.sin(n).toString()).join("\n");
    assert.throws(() => packScript(noise.repeat(3)), /bytes; Azure's extension takes 262144$/);
  });

  describe("on a machine", () => {
    /** A machine's root, and programs in its PATH that do as the system's own would, and write down what they did. */
    function machine(name: string, programs: Readonly<Record<string, string>> = {}) {
      const root = join(folder, name);
      const bin = join(root, "bin");
      mkdirSync(bin, { recursive: true });
      mkdirSync(join(root, "etc/prometheus"), { recursive: true });
      writeFileSync(
        join(root, "etc/hosts"),
        "127.0.0.1 localhost\n10.0.0.9 store.blob.core.windows.net # deskbridge\n",
      );
      const log = join(root, "log");
      const all: Readonly<Record<string, string>> = {
        "cloud-init": "exit 0",
        chgrp: "exit 0",
        systemctl: "exit 0",
        promtool: "exit 0",
        amtool: "exit 0",
        npm: `mkdir -p node_modules/.bin && printf '#!/bin/sh\\n' > node_modules/.bin/node && chmod 755 node_modules/.bin/node`,
        git: `case "$*" in *init*) mkdir -p "$3";; *rev-parse*) echo ${commit};; esac`,
        ...programs,
      };
      for (const [program, body] of Object.entries(all)) {
        writeFileSync(join(bin, program), `#!/bin/sh\necho "${program} $*" >> ${log}\n${body}\n`, { mode: 0o755 });
      }
      return {
        at: (path: string) => join(root, path),
        said: () => readFileSync(log, "utf8"),
        settle: (change: Partial<SettleSettings> = {}) => {
          const script = settleScript({ ...settings("hub"), ...change });
          // The script's own places, under this root.
          const here = script.replaceAll(/(^|[\s"'>=])\/(etc|opt|usr)\//gm, `$1${root}/$2/`);
          // None is left that would be this machine's.
          assert.doesNotMatch(here.replaceAll(`${root}/`, "ROOT/"), /(^|[^\w.-])\/(etc|opt|usr|var|run)\//m);
          return spawnSync("sh", ["-s"], {
            input: here,
            encoding: "utf8",
            env: { PATH: `${bin}:${process.env["PATH"] ?? ""}` },
          });
        },
      };
    }

    test("writes every file with its mode, starts what must run, and does all of it again without harm", () => {
      const { at, said, settle } = machine("fresh");
      for (const round of [1, 2]) {
        const { status, stderr } = settle();
        assert.equal(status, 0, `round ${round}: ${stderr}`);
      }
      for (const [name, content] of Object.entries(units(settings("hub"))))
        assert.equal(readFileSync(at(`etc/systemd/system/${name}`), "utf8"), content);
      for (const [name, content] of Object.entries(monitoring)) {
        assert.equal(readFileSync(at(`etc/prometheus/${name}`), "utf8"), content);
        assert.equal(statSync(at(`etc/prometheus/${name}`)).mode & 0o777, 0o640, name);
      }
      assert.equal(statSync(at("usr/local/lib/deskbridge/fetch-inventory")).mode & 0o777, 0o755);
      assert.equal(
        readFileSync(at("etc/hosts"), "utf8"),
        "127.0.0.1 localhost\n10.112.0.86 store.blob.core.windows.net # deskbridge\n",
      );
      assert.equal(said().match(/^npm ci /gm)?.length, 1, "a release is installed once");
      for (const unit of startedUnits("hub")) assert.match(said(), new RegExp(`^systemctl restart ${unit}$`, "m"));
    });

    test("a configuration that Prometheus refuses leaves the old one in force", () => {
      const { at, said, settle } = machine("refused", { promtool: "echo 'bad config' >&2; exit 1" });
      writeFileSync(at("etc/prometheus/prometheus.yml"), "the old one\n");
      const { status, stderr } = settle();
      assert.notEqual(status, 0);
      assert.match(stderr, /bad config/);
      assert.equal(readFileSync(at("etc/prometheus/prometheus.yml"), "utf8"), "the old one\n");
      assert.doesNotMatch(said(), /systemctl restart/);
    });

    test("a release of another commit than the one asked for is not run", () => {
      const other = "f".repeat(40);
      const { at, settle } = machine("other", {
        git: `case "$*" in *init*) mkdir -p "$3";; *rev-parse*) echo ${other};; esac`,
      });
      assert.notEqual(settle().status, 0);
      assert.ok(!existsSync(at("opt/deskbridge/current")));
    });
  });

  test("nothing of Prometheus is on the machine outside", () => {
    assert.doesNotMatch(settleScript(settings("public")), /prometheus|promtool|alertmanager/);
  });
});

describe("the configuration on the hub's machine", () => {
  const files = join(folder, "monitoring");
  before(() => {
    mkdirSync(files);
    for (const [name, content] of Object.entries(monitoring)) writeFileSync(join(files, name), content);
  });
  const config = parse(monitoring["prometheus.yml"]) as Record<string, unknown>;

  test("Prometheus takes it; this one is too old to write as a machine's identity, which is tried by its text", () => {
    const [write] = config["remote_write"] as Record<string, unknown>[];
    assert.ok(write !== undefined);
    const { azuread, ...rest } = write;
    // prometheus.io: configuration, azuread (2.45 and later).
    assert.deepEqual(azuread, { cloud: "AzurePublic", managed_identity: { client_id: keeper.identity } });
    assert.equal(rest["url"], keeper.url);
    writeFileSync(join(files, "old.yml"), stringify({ ...config, remote_write: [rest] }));
    run("promtool", "check", "config", join(files, "old.yml"));
  });

  test("what the recording rules make is not written: the workspace makes it itself", () => {
    const [write] = config["remote_write"] as { write_relabel_configs: { regex: string; action: string }[] }[];
    assert.deepEqual(
      write?.write_relabel_configs.map(({ regex, action }) => [regex, action]),
      [["gateway:deskbridge_up:max|site:deskbridge_up:max|link:deskbridge_up:max", "drop"]],
    );
  });

  test("the exporter outside has a job of its own, and is asked every second", () => {
    const jobs = config["scrape_configs"] as Record<string, unknown>[];
    const outside = jobs.find((job) => job["job_name"] === "deskbridge-outside");
    assert.deepEqual(
      [outside?.["scrape_interval"], outside?.["metrics_path"], outside?.["static_configs"]],
      ["1s", "/metrics/links", [{ targets: ["10.112.0.85:9720"] }]],
    );
  });

  test("Alertmanager takes its routes", () => void run("amtool", "check-config", join(files, "alertmanager.yml")));
});

describe("the inventory's way to a machine", () => {
  const script = join(folder, "fetch-inventory");
  const state = join(folder, "state");
  let server: Server;
  let origin = "";
  /** What Azure would answer, and what it was asked. */
  let blob: { readonly body: string; readonly etag: string } | undefined;
  let asked: string[] = [];

  before(async () => {
    mkdirSync(state);
    const [, base64 = ""] =
      /^put \S*fetch-inventory 0755 << 'END'\n([^]*?)\nEND$/m.exec(settleScript(settings("hub"))) ?? [];
    writeFileSync(script, Buffer.from(base64, "base64"), { mode: 0o755 });
    server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", origin);
      if (url.pathname === "/token") {
        const proper =
          request.headers["metadata"] === "true" &&
          url.searchParams.get("resource") === "https://storage.azure.com/" &&
          url.searchParams.get("client_id") === "the-identity";
        response.writeHead(proper ? 200 : 400).end(JSON.stringify({ access_token: "a-token" }));
        return;
      }
      asked.push(String(request.headers["if-none-match"]));
      if (request.headers["authorization"] !== "Bearer a-token") response.writeHead(403).end();
      else if (blob === undefined) response.writeHead(404).end("<Error/>");
      else if (request.headers["if-none-match"] === blob.etag) response.writeHead(304).end();
      else response.writeHead(200, { etag: blob.etag }).end(blob.body);
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => void server.close());

  const fetchIt = () =>
    new Promise<number | null>((ended) => {
      const env = { ...process.env, STATE_DIRECTORY: state, IDENTITY: "the-identity" };
      spawn(script, { env: { ...env, TOKENS: `${origin}/token`, INVENTORY: `${origin}/inventory.json` } }).once(
        "exit",
        ended,
      );
    });
  const there = () => readFileSync(join(state, "inventory.json"), "utf8");

  test("comes, comes again only when it has changed, and never by halves", async () => {
    assert.notEqual(await fetchIt(), 0, "nothing is there yet: the unit fails and says so");
    assert.ok(!existsSync(join(state, "inventory.json")));

    blob = { body: '{"fleet":"x","hosts":[]}', etag: '"1"' };
    assert.equal(await fetchIt(), 0);
    assert.equal(there(), blob.body);

    asked = [];
    const { ino, mtimeMs } = statSync(join(state, "inventory.json"));
    assert.equal(await fetchIt(), 0);
    assert.deepEqual(asked, ['"1"']);
    assert.deepEqual(
      [statSync(join(state, "inventory.json")).ino, statSync(join(state, "inventory.json")).mtimeMs],
      [ino, mtimeMs],
    );

    const good = blob.body;
    blob = { body: '{"fleet":"x","ho', etag: '"2"' };
    assert.notEqual(await fetchIt(), 0);
    assert.equal(there(), good);

    blob = { body: '{"fleet":"x","hosts":[1]}', etag: '"3"' };
    assert.equal(await fetchIt(), 0);
    assert.equal(there(), blob.body);
  });
});
