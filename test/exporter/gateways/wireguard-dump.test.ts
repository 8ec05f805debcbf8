import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { wireguardCollector } from "../../../src/exporter/collectors/wireguard.ts";
import { parseDump, sessionsOf } from "../../../src/exporter/wireguard/dump.ts";
import { madeInventory } from "../../watch/inventory.ts";
import { captured } from "./captured.ts";
import { folder, gather, sceneOf } from "./daemons.ts";

const one = captured("wireguard-one.txt");
const all = captured("wireguard-all.txt");
const handshake = 1_795_700_026;

test("peers of one interface, and of all; who shook hands within three minutes has a session", () => {
  const peers = parseDump(one);
  assert.deepEqual(
    peers.map(({ handshake: at, bytes }) => [at, bytes]),
    [
      [0, { rx: 0, tx: 0 }],
      [handshake, { rx: 404, tx: 348 }],
    ],
  );
  assert.equal(parseDump(all).length, 3);
  assert.equal(sessionsOf(peers, handshake + 179), 1);
  assert.equal(sessionsOf(peers, handshake + 180), 0);
});

const lies: readonly (readonly [what: string, text: string])[] = [
  ["nothing", ""],
  ["half a line", one.slice(0, -20)],
  ["a negative number", one.replace("\t404\t", "\t-404\t")],
  ["NaN", one.replace("\t404\t", "\tNaN\t")],
  ["a number that is too large", one.replace("\t404\t", "\t99999999999999999\t")],
  ["a line too many columns", one.replace("\toff\n", "\toff\tmore\n")],
  ["a peer twice", `${one}${one.split("\n")[1]}\n`],
  ["a handshake of tomorrow", one.replace(String(handshake), String(handshake + 86_400))],
  ["prose", "interface: wg0\n  private key: (hidden)\n"],
];

/** Every word of the dumps that may be a key. */
const keys = [...`${one}${all}`.matchAll(/[A-Za-z0-9+/]{43}=/g)].map(([key]) => key);

for (const [what, text] of lies) {
  test(`a dump with ${what} gives no figure, and none of its keys is told`, async () => {
    const { series, fault = "" } = await dumped(text);
    assert.deepEqual([...series], []);
    assert.match(fault, /^hub-a: /);
    for (const key of keys)
      for (const part of [key.slice(0, 12), key.slice(-12)]) assert.ok(!fault.includes(part), fault);
  });
}

test("a command that fails is told with its words, and without what looks like a key", async () => {
  const [key = ""] = keys;
  const script = `echo '${one}'; echo "Unable to access ${key}: No such device" >&2; exit 3`;
  const { series, fault } = await gather(wireguardCollector, scene(["sh", "-c", script]));
  assert.deepEqual([...series], []);
  assert.equal(fault, "hub-a: sh ended with 3: Unable to access (key?): No such device");
});

test("a command that is not there, that hangs, that floods", async () => {
  const faultOf = async (...argv: string[]) => (await gather(wireguardCollector, scene(argv, "short"))).fault;
  assert.equal(await faultOf("/nonexistent/wg"), "hub-a: wg is not there");
  assert.equal(await faultOf("sleep", "1000"), "hub-a: sleep gave no answer in time");
  assert.match(
    (await faultOf("cat", "/dev/zero")) ?? "",
    /^hub-a: cat (printed more than 16000000 bytes|gave no answer in time)$/,
  );
});

test("bytes add up over peers that come, go and begin anew", async () => {
  const file = join(folder, "dump");
  const gateway = scene(["cat", file]);
  const look = async (...peers: readonly (readonly [name: string, rx: number])[]): Promise<number | undefined> => {
    const rows = peers.map(([name, rx]) => `${name}\t(none)\t(none)\t10.96.0.2/32\t0\t${rx}\t1\toff\n`);
    writeFileSync(file, `secret\tpublic\t51820\toff\n${rows.join("")}`);
    return (await gather(wireguardCollector, gateway)).series.get("vpn_rx_bytes_total hub-a");
  };
  assert.equal(await look(["a", 1000]), 0);
  assert.equal(await look(["a", 1010], ["b", 5]), 15);
  assert.equal(await look(["b", 7]), 17);
  assert.equal(await look(["a", 1010], ["b", 2]), 17, "a was only away, b began anew");
  assert.equal(await look(["a", 1011], ["b", 3]), 19);
});

function scene(argv: string[], patience: "long" | "short" = "long") {
  return sceneOf(madeInventory({ instances: [{ wireguard: argv }] }), { patience, now: () => handshake * 1000 });
}

function dumped(text: string) {
  const file = join(folder, "dump");
  writeFileSync(file, text, "latin1");
  return gather(wireguardCollector, scene(["cat", file]));
}
