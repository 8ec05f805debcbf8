import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { loadFleet } from "../../src/fleet/load.ts";
import { hostsOf } from "../../src/plan/names.ts";
import { plan } from "../../src/plan/plan.ts";
import { runsOf } from "../../stacks/lab/body.ts";
import { makeHostKey, openSshPrivateKey, openSshPublicKey } from "../../stacks/lab/kinds/host-keys.ts";
import { addressesOf } from "../../stacks/lab/kinds/pool.ts";
import { labSettings } from "../../stacks/lab/settings.ts";
import {
  type Cable,
  homeCable,
  instancePublic,
  instances,
  instanceTransit,
  lineCarrier,
  lineInterface,
  lineNamespace,
  links,
  livekitAddress,
  poolCable,
  poolInterface,
  poolNamespace,
  serviceAddress,
  topology,
} from "../../stacks/lab/topology.ts";

const reference = plan(loadFleet(resolve(import.meta.dirname, "../../fleets/piemonte.yaml")));
const map = topology(reference, "dbx");
/** As many as the fleet's schema takes. */
const mostServices = 1000;

describe("the lab's map", () => {
  test("no two cables share an address, and none takes one of the plan's", () => {
    const cables: readonly Cable[] = [
      map.opsCable,
      ...instances(reference).flatMap((each) => [instancePublic(map, each), instanceTransit(map, each)]),
      ...links(reference).map(({ link }) => lineCarrier(map, link)),
      ...reference.bodies.map((body) => homeCable(map, body)),
      ...reference.bodies.flatMap((body) => body.pools.map((pool) => poolCable(map, body, pool))),
    ];
    const addresses = [map.hubRouter, livekitAddress(map), ...cables.flatMap(({ near, far }) => [near, far])].map(
      (each) => each.split("/")[0],
    );
    const services = Array.from({ length: mostServices }, (_, ordinal) => serviceAddress(map, ordinal));
    addresses.push(...services);
    const planned = reference.bodies.flatMap((body) =>
      body.sites.flatMap((site) => [site.router, ...site.links.flatMap((link) => Object.values(link.tunnel))]),
    );
    assert.equal(new Set([...addresses, ...planned]).size, addresses.length + planned.length);
  });

  test("names are unique, and interfaces fit the kernel's 15 characters", () => {
    const pools = reference.bodies.flatMap((body) => body.pools.map((pool) => ({ body, pool })));
    const namespaces = [
      ...links(reference).map(({ link }) => lineNamespace(map, link)),
      ...pools.map(({ pool }) => poolNamespace(map, pool)),
    ];
    const interfaces = [
      ...links(reference).map(({ link }) => lineInterface(link)),
      ...pools.map(({ body, pool }) => poolInterface(body, pool)),
    ];
    assert.equal(new Set(namespaces).size, namespaces.length);
    assert.equal(new Set(interfaces).size, interfaces.length);
    for (const name of interfaces) assert.ok(name.length <= 15, name);
  });

  test("a pool's runs are exactly its hosts' addresses, in order", () => {
    for (const pool of reference.bodies.flatMap((body) => body.pools)) {
      assert.deepEqual(
        [...addressesOf({ runs: runsOf(pool) })],
        [...hostsOf(pool)].map((host) => host.address),
      );
    }
  });
});

describe("a host's key", () => {
  test("is one that OpenSSH reads, and its public half is the one we tell", () => {
    const folder = mkdtempSync(join(tmpdir(), "deskbridge-key-"));
    try {
      for (let round = 0; round < 8; round += 1) {
        const key = makeHostKey();
        const file = join(folder, `key-${round}`);
        writeFileSync(file, openSshPrivateKey(key), { mode: 0o600 });
        const told = execFileSync("ssh-keygen", ["-y", "-f", file], { encoding: "utf8" }).trim();
        assert.equal(told.split(" ").slice(0, 2).join(" "), openSshPublicKey(key.public));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the lab's settings", () => {
  test("a value that cannot be is named with its variable", () => {
    assert.throws(() => labSettings({ DESKBRIDGE_LAB_PREFIX: "Long-one" }), /DESKBRIDGE_LAB_PREFIX is "Long-one"/);
    assert.throws(() => labSettings({ DESKBRIDGE_PORT_PROMETHEUS: "0" }), /DESKBRIDGE_PORT_PROMETHEUS is "0"/);
    assert.throws(() => labSettings({ DESKBRIDGE_PORT_EXPORTER: "http" }), /DESKBRIDGE_PORT_EXPORTER is "http"/);
  });
});
