import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { parse, parseDocument } from "yaml";
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
          place(`etc/systemd/system/${name}.service`, "[Service]\nType=exec\nExecStart=/usr/bin/true\n");
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

  test("nothing of Prometheus is on the machine outside", () => {
    assert.doesNotMatch(settleScript(settings("public")), /prometheus|promtool|alertmanager/);
  });
});
