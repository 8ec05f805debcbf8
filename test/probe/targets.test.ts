import assert from "node:assert/strict";
import { test } from "node:test";
import { probeKinds } from "../../src/probe/kinds.ts";
import { countOf, targetsFrom } from "../../src/probe/targets.ts";
import { madeInventory } from "../watch/inventory.ts";

const staticKey = { use: "tls-crypt", file: "/etc/deskbridge/static.key" } as const;
const inventory = madeInventory({
  instances: [{ staticKey }, { speaks: "ikev2", port: 500 }],
  hosts: [{ name: "h-1", address: "10.64.0.1" }],
});
const hostsBy = (change: object) =>
  targetsFrom("hub", inventory, { ...probeKinds, host: { ...probeKinds.host, ...change } }).get("host");

const host = { id: "h-1", address: "10.64.0.1" };
const asked = [
  [{}, host],
  [{ method: "ssh" }, { ...host, port: 22 }],
  [{ method: "rdp" }, { ...host, port: 3389 }],
  [{ method: "tcp" }, { ...host, port: 3389 }],
  [
    { method: "tcp", port: "ssh" },
    { ...host, port: 22 },
  ],
] as const;
for (const [change, target] of asked) {
  test(`hosts with ${JSON.stringify(change)}`, () => assert.deepEqual(hostsBy(change), [target]));
}

test("services are at the URL's host where no address is given; an authority's file is found from the lab's folder", () => {
  const services = [
    { id: "a", name: "A", url: "https://a.example:8443/" },
    { id: "b", name: "B", url: "http://[fd00::1]/" },
    { id: "c", name: "C", url: "https://c.example/", address: "10.112.64.1", ca: "authority/ca.pem" },
    { id: "d", name: "D", url: "https://d.example/", ca: "/etc/office.pem" },
  ];
  const [a, b, c, d] = targetsFrom("hub", madeInventory({ services }), probeKinds, "/lab").get("service") ?? [];
  assert.deepEqual(a, { id: "a", url: "https://a.example:8443/", address: "a.example" });
  assert.equal(b?.address, "fd00::1");
  assert.deepEqual([c?.address, c?.ca], ["10.112.64.1", "/lab/authority/ca.pem"]);
  assert.equal(d?.ca, "/etc/office.pem");
});

test("gateways come with what they speak and the key that they want", () => {
  const gateways = targetsFrom("public", inventory).get("gateway") ?? [];
  assert.deepEqual(
    gateways.map(({ id, port, speaks, staticKey: key }) => [id, port, speaks, key]),
    [
      ["hub-a", 1194, undefined, staticKey],
      ["hub-b", 500, "ikev2", undefined],
    ],
  );
});

test("how many of a kind are listed is how many there are to probe, of every kind", () => {
  for (const vantage of ["hub", "public"] as const) {
    for (const [kind, targets] of targetsFrom(vantage, inventory))
      assert.equal(countOf(kind, inventory), targets.length, kind);
  }
});
