import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openvpnCollector } from "../../../src/exporter/collectors/openvpn.ts";
import { madeInventory } from "../../watch/inventory.ts";
import { selfSigned } from "../../probe/methods/certificates.ts";
import { answerLines, captured } from "./captured.ts";
import { daemon, flood, folder, gather, openVpn, sceneOf } from "./daemons.ts";

const [load = "", ...status] = answerLines(captured("openvpn-status.txt"));
const log = answerLines(captured("openvpn-refusals.txt"));
const block = (lines: readonly string[]): string => `${lines.join("\r\n")}\r\n`;
const said = { "load-stats": block([load]), "status 3": block(status), "log 300": block(log) };
const inventory = madeInventory({
  instances: [
    { management: "a", clients: "10.96.0.0/29", certificate: "a.crt" },
    { management: "b", clients: "10.97.0.0/16" },
  ],
});
const empty = {
  "load-stats": "SUCCESS: nclients=0,bytesin=0,bytesout=0\r\n",
  "status 3": block(status.filter((line) => !line.startsWith("CLIENT_LIST"))),
  "log 300": "END\r\n",
};

test("people, addresses, bytes and the certificate's end", async () => {
  const { notAfter, keyPem, certificatePem } = await selfSigned(folder, "gateway", 30);
  writeFileSync(join(folder, "a.crt"), `${keyPem}${certificatePem}`);
  await Promise.all([openVpn("a", said), openVpn("b", empty)]);
  const { series, fault } = await gather(openvpnCollector, sceneOf(inventory));
  assert.equal(fault, undefined);
  const figures = Object.fromEntries([...series].filter(([name]) => !name.startsWith("vpn_refused")));
  assert.deepEqual(figures, {
    "vpn_sessions hub-a": 2,
    "vpn_sessions hub-b": 0,
    "vpn_sessions_limit hub-a": 100,
    "vpn_sessions_limit hub-b": 100,
    "vpn_rx_bytes_total hub-a": 10_996,
    "vpn_rx_bytes_total hub-b": 0,
    "vpn_tx_bytes_total hub-a": 10_751,
    "vpn_tx_bytes_total hub-b": 0,
    "vpn_addresses_used hub-a": 2,
    "vpn_addresses_used hub-b": 0,
    "vpn_addresses_total hub-a": 5,
    "vpn_addresses_total hub-b": 65_533,
    "vpn_certificate_expiry_timestamp_seconds hub-a": Date.parse(notAfter) / 1000,
  });
});

test("each reason has a number from the first visit on, and counts what comes after it", async () => {
  const before = log.slice(
    0,
    log.findIndex((line) => line.includes("VERIFY ERROR")),
  );
  await openVpn("a", { ...said, "log 300": block([...before, "END"]), "log 301": block(log) });
  const scene = sceneOf(madeInventory({ instances: [{ management: "a", clients: "10.96.0.0/29" }] }));
  const refused = async () =>
    [...(await gather(openvpnCollector, scene)).series].filter(([name]) => name.startsWith("vpn_refused"));
  const reasons = ["revoked", "expired", "certificate", "crl", "credentials", "handshake", "full"];
  assert.deepEqual(
    await refused(),
    reasons.map((reason) => [`vpn_refused_logins_total hub-a ${reason}`, 0]),
  );
  assert.deepEqual(
    (await refused()).map(([, count]) => count),
    [1, 1, 3, 0, 0, 0, 1],
  );
});

test("a log that forgot what nobody had read is told, and counted as far as it goes", async () => {
  const later = log.slice(-30);
  await openVpn("a", { ...said, "log 300": "1,,long ago\r\nEND\r\n", "log 301": block(later) });
  const scene = sceneOf(madeInventory({ instances: [{ management: "a", clients: "10.96.0.0/29" }] }));
  await gather(openvpnCollector, scene);
  const { series, fault } = await gather(openvpnCollector, scene);
  assert.equal(fault, "hub-a: its log forgot lines that were not read yet; refused logins may be missing");
  assert.equal(series.get("vpn_refused_logins_total hub-a full"), 1);
  assert.equal(series.get("vpn_sessions hub-a"), 2);
});

test("a log that cannot be read costs the refused logins alone", async () => {
  const scene = sceneOf(madeInventory({ instances: [{ management: "a", clients: "10.96.0.0/29" }] }));
  await openVpn("a", { ...said, "log 300": "ERROR: unknown command\r\n" });
  const { series, fault } = await gather(openvpnCollector, scene);
  assert.equal(fault, "hub-a: log 300: ERROR: unknown command");
  assert.equal(series.get("vpn_sessions hub-a"), 2);
  assert.ok(![...series.keys()].some((name) => name.startsWith("vpn_refused")));
});

const many = (count: number, address: (index: number) => string): string => {
  const row = status.find((line) => line.startsWith("CLIENT_LIST"))?.split("\t") ?? [];
  const rows = Array.from({ length: count }, (_, index) => row.with(3, address(index)).join("\t"));
  return block([...status.filter((line) => !line.startsWith("CLIENT_LIST")).slice(0, -1), ...rows, "END"]);
};
const silent = [
  ["does not run", undefined, /^hub-a: connect ENOENT /],
  ["hangs", () => undefined, /^hub-a: no answer in time$/],
  ["floods", flood, /^hub-a: an answer of more than 16000000 bytes$/],
  ["breaks off", { ...said, "status 3": said["status 3"].slice(0, -6) }, /^hub-a: no answer in time$/],
  ["tells negative bytes", { ...said, "load-stats": "SUCCESS: nclients=2,bytesin=-1,bytesout=1\r\n" }, /bytesin=-1/],
  [
    "lists thousands who have an address of others",
    { ...said, "status 3": many(5000, (index) => `10.98.${index >> 8}.${index & 255}`) },
    /^hub-a: 5000 of its people have addresses that 10.96.0.0\/29 does not hold$/,
  ],
  [
    "lists more people than it has addresses",
    { ...said, "status 3": many(8, (index) => `10.96.0.${index}`) },
    /^hub-a: people have 8 addresses of 10.96.0.0\/29, which has 5$/,
  ],
] as const;
for (const [what, gateway, message] of silent) {
  test(`a gateway that ${what} gives no figure of its own, and takes nothing from another`, async () => {
    if (typeof gateway === "function") await daemon("a", gateway);
    else if (gateway !== undefined) await openVpn("a", gateway);
    await openVpn("b", empty);
    const two = madeInventory({
      instances: [
        { management: "a", clients: "10.96.0.0/29" },
        { management: "b", clients: "10.97.0.0/16" },
      ],
    });
    const { series, fault } = await gather(openvpnCollector, sceneOf(two, { patience: "short" }));
    assert.match(fault ?? "", message);
    const own = [...series.keys()].filter((name) => name.includes("hub-a"));
    assert.deepEqual(own, ["vpn_sessions_limit hub-a", "vpn_addresses_total hub-a"]);
    assert.equal(series.get("vpn_sessions hub-b"), 0);
  });
}

test("a certificate that is not there, or is none, is told; nothing of its file is", async () => {
  await Promise.all([openVpn("a", said), openVpn("b", empty)]);
  const faultOf = async () => (await gather(openvpnCollector, sceneOf(inventory, { patience: "short" }))).fault ?? "";
  assert.match(await faultOf(), /^hub-a: ENOENT: no such file or directory, open '.*a\.crt'$/);
  const { keyPem, certificatePem } = await selfSigned(folder, "gateway", 30);
  const secret = keyPem.split("\n")[1] ?? "";
  for (const [text, message] of [
    [keyPem, /a\.crt holds no certificate$/],
    [`${keyPem}${certificatePem.replace("\nMII", "\nxxx")}`, /a\.crt holds a certificate that cannot be read$/],
  ] as const) {
    writeFileSync(join(folder, "a.crt"), text);
    const fault = await faultOf();
    assert.match(fault, message);
    assert.ok(!fault.includes(secret));
  }
  assert.throws(() => new X509Certificate(keyPem));
});
