import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openvpnCollector } from "../../../src/exporter/collectors/openvpn.ts";
import { openvpn as knock } from "../../../src/probe/methods/openvpn.ts";
import { type Authority, openAuthority } from "../../../src/profiles/authority.ts";
import type { Issued } from "../../../src/profiles/certificates.ts";
import { folderOf, remove, run } from "../../handshake/servers.ts";
import { alone } from "../../probe/methods/alone.ts";
import { within } from "../../probe/methods/world.ts";
import { madeInventory } from "../../watch/inventory.ts";
import { until } from "../../watch/until.ts";
import { gather, sceneOf } from "./daemons.ts";

const address = "127.0.0.1";
const gateways = {
  "hub-a": { port: 1194, protocol: "udp", range: "10.96.0.0" },
  "hub-b": { port: 1195, protocol: "tcp", range: "10.97.0.0" },
} as const;
type Gateway = keyof typeof gateways;
const inventory = madeInventory({
  instances: Object.entries(gateways).map(([id, { port, protocol, range }]) => ({
    address,
    port,
    protocol,
    clients: `${range}/29`,
    management: `${id}.management`,
    certificate: "gateway.crt",
  })),
});

const tests = () =>
  describe("people at a real OpenVPN", () => {
    let folder: string;
    let ours: Authority;
    let certificate: Issued;
    let scene: ReturnType<typeof sceneOf>;
    const daemons = new Map<Gateway, ChildProcess>();
    const people: ChildProcess[] = [];

    const write = async (name: string, issued: Issued): Promise<void> => {
      await writeFile(join(folder, `${name}.crt`), issued.certificatePem);
      await writeFile(join(folder, `${name}.key`), issued.keyPem, { mode: 0o600 });
    };
    before(async () => {
      folder = await folderOf("openvpn");
      ours = await openAuthority(join(folder, "ours"), "for a test");
      const others = await openAuthority(join(folder, "others"), "for a test");
      certificate = await ours.issue({ kind: "gateway", commonName: "hub-a", days: 30 });
      await write("gateway", certificate);
      const person = { kind: "person", body: "torino", days: 30 } as const;
      await write("anna", await ours.issue({ ...person, commonName: "anna@torino" }));
      const gone = await ours.issue({ ...person, commonName: "gone@torino" });
      await write("gone", gone);
      await ours.revoke(gone.serial, "keyCompromise");
      await write("stranger", await others.issue({ ...person, commonName: "stranger@torino" }));
      await Promise.all((Object.keys(gateways) as Gateway[]).map(start));
      scene = sceneOf(inventory, { labRoot: folder });
      await look();
    });
    after(async () => {
      await Promise.all([...people, ...daemons.values()].map(kill));
      await remove(folder);
    });

    /** A server as the lab's, with room for few and a short memory. */
    async function start(id: Gateway): Promise<void> {
      const { port, protocol, range } = gateways[id];
      const words = [
        `--mode server --tls-server --dev tun --topology subnet --server ${range} 255.255.255.248`,
        `--local ${address} --port ${port} --proto ${protocol === "tcp" ? "tcp4-server" : "udp4"} --dh none --verb 3`,
        `--ca ours/ca.pem --crl-verify ours/crl.pem --cert gateway.crt --key gateway.key --hand-window 5`,
        `--verify-client-cert require --remote-cert-tls client --keepalive 1 2 --duplicate-cn --max-clients 3`,
        `--management ${id}.management unix --management-log-cache 400`,
      ];
      const log = openSync(logOf(id), "w");
      const stdio = ["ignore", log, log] as const;
      daemons.set(id, spawn("openvpn", words.join(" ").split(" "), { cwd: folder, stdio: [...stdio] }));
      closeSync(log);
      await says(id, "Initialization Sequence Completed");
    }

    const logOf = (id: Gateway): string => join(folder, `${id}.log`);
    const says = (id: Gateway, text: string): Promise<true> =>
      until(`${id} to say: ${text}`, () => (readFileSync(logOf(id), "utf8").includes(text) ? true : undefined));

    /** A person's client, which does not try again. */
    function come(name: string, id: Gateway): ChildProcess {
      const { port, protocol } = gateways[id];
      const words = [
        `--client --dev tun --nobind --remote ${address} ${port} ${protocol === "tcp" ? "tcp4-client" : "udp4"}`,
        `--ca ours/ca.pem --cert ${name}.crt --key ${name}.key --tls-exit --route-noexec --ifconfig-noexec`,
        `--connect-retry-max 1`,
      ];
      const client = spawn("openvpn", words.join(" ").split(" "), { cwd: folder, stdio: "ignore" });
      people.push(client);
      return client;
    }

    async function kill(child: ChildProcess): Promise<void> {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }

    const look = () => gather(openvpnCollector, scene);
    /** Refused logins, those of reasons that nobody was refused for left out. */
    const refused = async (): Promise<Readonly<Record<string, number>>> => {
      const { series, fault } = await look();
      assert.equal(fault, undefined);
      const all = [...series].filter(([name, count]) => name.startsWith("vpn_refused_logins_total") && count > 0);
      return Object.fromEntries(all.map(([name, count]) => [name.split(" ").slice(1).join(" "), count]));
    };
    const becomes = (series: string, wanted: number): Promise<true> =>
      until(`${series} to be ${wanted}`, async () => ((await look()).series.get(series) === wanted ? true : undefined));

    test("nobody is in, all addresses are free, and the certificate has its end", async () => {
      const { series, fault } = await look();
      assert.equal(fault, undefined);
      for (const id of Object.keys(gateways)) {
        assert.equal(series.get(`vpn_sessions ${id}`), 0);
        assert.equal(series.get(`vpn_addresses_used ${id}`), 0);
        assert.equal(series.get(`vpn_addresses_total ${id}`), 5);
        const end = series.get(`vpn_certificate_expiry_timestamp_seconds ${id}`);
        assert.equal(end, Math.floor(Date.parse(certificate.notAfter) / 1000));
      }
      assert.deepEqual(await refused(), {});
    });

    test("revoked, and of another authority: each counts once, however often it is looked", async () => {
      come("gone", "hub-a");
      await becomes("vpn_refused_logins_total hub-a revoked", 1);
      come("gone", "hub-a");
      come("stranger", "hub-a");
      come("gone", "hub-b");
      await becomes("vpn_refused_logins_total hub-a revoked", 2);
      await becomes("vpn_refused_logins_total hub-a certificate", 1);
      await becomes("vpn_refused_logins_total hub-b revoked", 1);
      for (let again = 0; again < 10; again += 1)
        assert.deepEqual(await refused(), { "hub-a revoked": 2, "hub-a certificate": 1, "hub-b revoked": 1 });
    });

    test("a person who comes in holds an address, and is no refused login", async () => {
      const counted = await refused();
      const client = come("anna", "hub-a");
      await becomes("vpn_sessions hub-a", 1);
      const { series } = await look();
      assert.equal(series.get("vpn_addresses_used hub-a"), 1);
      assert.ok((series.get("vpn_rx_bytes_total hub-a") ?? 0) > 1000);
      await kill(client);
      await becomes("vpn_sessions hub-a", 0);
      assert.equal((await look()).series.get("vpn_addresses_used hub-a"), 0);
      assert.deepEqual(await refused(), counted);
    });

    test("as many as may be are in: the next is told as such", async () => {
      const inside = [come("anna", "hub-a"), come("anna", "hub-a"), come("anna", "hub-a")];
      await becomes("vpn_sessions hub-a", 3);
      const next = come("anna", "hub-a");
      await becomes("vpn_refused_logins_total hub-a full", 1);
      await Promise.all([next, ...inside].map(kill));
      await becomes("vpn_sessions hub-a", 0);
    });

    test("a prober's knocks are no logins", async () => {
      const counted = await refused();
      for (const { port, protocol } of Object.values(gateways)) {
        for (let times = 0; times < 10; times += 1) {
          const { kind } = await knock({ address, port, protocol }, within(10_000));
          assert.equal(kind, "answered");
        }
      }
      assert.deepEqual(await refused(), counted);
    });

    test("another client of the management socket: the visit waits for it, and gives up in time", async () => {
      const other = connect(join(folder, "hub-a.management"));
      await once(other, "data");
      const short = sceneOf(inventory, { labRoot: folder, patience: "short" });
      const { series, fault } = await gather(openvpnCollector, short);
      assert.equal(fault, "hub-a: no answer in time");
      assert.deepEqual([series.has("vpn_sessions hub-a"), series.get("vpn_sessions hub-b")], [false, 0]);
      const looking = look();
      other.end("quit\n");
      assert.equal((await looking).fault, undefined);
    });

    test("a log that forgot what nobody had read is told, once", async () => {
      const other = connect(join(folder, "hub-a.management"));
      other.write(`${"pid\n".repeat(500)}quit\n`);
      other.resume();
      await once(other, "close");
      assert.match((await look()).fault ?? "", /^hub-a: its log forgot lines that were not read yet/);
      assert.equal((await look()).fault, undefined);
    });

    test("a gateway that was killed is unknown; started again, its refused logins go on", async () => {
      const counted = await refused();
      const daemon = daemons.get("hub-a");
      assert.ok(daemon !== undefined);
      await kill(daemon);
      const { series, fault } = await look();
      assert.match(fault ?? "", /^hub-a: connect ECONNREFUSED /);
      assert.ok(!series.has("vpn_sessions hub-a"));
      await run("rm", ["-f", join(folder, "hub-a.management")]);
      await start("hub-a");
      come("gone", "hub-a");
      await says("hub-a", "TLS handshake failed");
      const revoked = (counted["hub-a revoked"] ?? 0) + 1;
      await becomes("vpn_refused_logins_total hub-a revoked", revoked);
      assert.deepEqual(await refused(), { ...counted, "hub-a revoked": revoked });
    });
  });

alone(import.meta.filename, tests);
