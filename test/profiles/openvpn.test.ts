import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { commonPrefix, remotesFor, renderOpenVpnProfile } from "../../src/profiles/openvpn.ts";

const secrets = { ca: "CA\n", certificate: "CERT\n", key: "KEY\n" };
const udp = { address: "198.18.0.2", port: 1194, protocol: "udp" } as const;
const tcp = { address: "gw.example", port: 443, protocol: "tcp" } as const;

test("a profile is one file with every instance in order and the secrets inside", () => {
  const text = renderOpenVpnProfile({
    remotes: [udp, { ...udp, address: "198.18.0.6" }],
    ...secrets,
    gatewayPrefix: "hub-",
  });
  assert.equal(
    text,
    `client
dev tun
nobind
persist-key
persist-tun
remote 198.18.0.2 1194 udp
remote 198.18.0.6 1194 udp
resolv-retry infinite
connect-retry 1 2
connect-timeout 4
hand-window 10
explicit-exit-notify 1
remote-cert-tls server
verify-x509-name hub- name-prefix
tls-version-min 1.2
data-ciphers AES-256-GCM
verb 3
<ca>
CA
</ca>
<cert>
CERT
</cert>
<key>
KEY
</key>
`,
  );
});

test("over TCP no exit notice is asked for, which OpenVPN would refuse", () => {
  assert.doesNotMatch(renderOpenVpnProfile({ remotes: [udp, tcp], ...secrets }), /explicit-exit-notify/);
});

test("a profile without an instance is an error", () => {
  assert.throws(() => renderOpenVpnProfile({ remotes: [], ...secrets }), {
    message: "a profile needs at least one gateway instance",
  });
});

test("each person lists every instance once, always in the same order", () => {
  fc.assert(
    fc.property(fc.string(), fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 5 }), (name, instances) => {
      const order = remotesFor(name, instances);
      assert.deepEqual(order.toSorted(), instances.toSorted());
      assert.deepEqual(order, remotesFor(name, instances));
    }),
  );
});

test("people spread over the instances: of 6,671, each of two begins with between 45 and 55 of 100", () => {
  const people = Array.from({ length: 6671 }, (_, n) => `p${n}@regione`);
  const first = people.filter((name) => remotesFor(name, ["hub-a", "hub-b"])[0] === "hub-a").length;
  assert.ok(first > 0.45 * people.length && first < 0.55 * people.length, String(first));
});

test("the prefix that all gateways share", () => {
  assert.equal(commonPrefix(["hub-a", "hub-b"]), "hub-");
  assert.equal(commonPrefix(["hub-a"]), "hub-a");
  assert.equal(commonPrefix(["hub-a", "other"]), "");
  assert.equal(commonPrefix([]), "");
});
