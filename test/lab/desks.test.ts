import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { loadFleet } from "../../src/fleet/load.ts";
import { plan } from "../../src/plan/plan.ts";
import { sshDaemon } from "../../stacks/lab/config/desks.ts";
import { operatorKind, operatorPublicKey } from "../../stacks/lab/kinds/operator.ts";
import { labSettings } from "../../stacks/lab/settings.ts";
import { topology } from "../../stacks/lab/topology.ts";

const map = topology(plan(loadFleet(resolve(import.meta.dirname, "../../fleets/small.yaml"))), "dbx");
const pools = map.plan.bodies.flatMap((body) => body.pools);
const state = mkdtempSync(join(tmpdir(), "deskbridge-operator-"));
const lab = labSettings({ DESKBRIDGE_STATE: state });
after(() => rmSync(state, { recursive: true }));

function daemonOf(sshServer: "tinysshd" | "openssh") {
  const pool = pools.find((each) => each.sshServer === sshServer);
  assert.ok(pool);
  const { argv, files } = sshDaemon(map, pool);
  return { argv: argv.join(" "), text: (path: string) => files.find((file) => file.path === path)?.text };
}

test("a connection has mounts of its own, and the called host's key and home", () => {
  const { argv, text } = daemonOf("tinysshd");
  assert.equal(
    argv,
    "{dir}/mounts tcpserver -q -H -R -l 0 -c 400 -b 1024 0.0.0.0 22 " +
      "unshare --mount --pid --kill-child --mount-proc /run/lab/root/daemons/ssh-comune-office/one",
  );
  assert.equal(
    text("one"),
    `#!/bin/sh
mount -n --bind /run/lab/root/pools/comune-office/$TCPLOCALIP/home /home/desk 2>/dev/null
exec tinysshd -q /run/lab/root/pools/comune-office/$TCPLOCALIP/keys
`,
  );
  assert.equal(text("sshd_config"), undefined);
});

test("no account but the operator's has a shell or a password, with OpenSSH neither root, forwarding nor PAM", () => {
  const { text } = daemonOf("openssh");
  const accounts = (text("passwd") ?? "").trim().split("\n");
  assert.deepEqual(
    accounts.filter((line) => !line.endsWith(":/usr/sbin/nologin")),
    ["desk:*:60742:60742::/run/desk:/run/desk-shell"],
  );
  for (const line of accounts) assert.equal(line.split(":")[1], "*");
  const config = text("sshd_config") ?? "";
  for (const line of ["AllowUsers desk", "PermitRootLogin no", "DisableForwarding yes", "UsePAM no"])
    assert.ok(config.split("\n").includes(line), line);
});

test("the operator's key is made once, made anew when others could have read it, and goes", async () => {
  const wanted = { folder: "operator" };
  const key = join(lab.root, "operator/id_ed25519");
  assert.equal(operatorPublicKey(lab), "");
  assert.equal(await operatorKind.observe(wanted, lab), "absent");

  const { publicKey } = await operatorKind.ensure(wanted, lab);
  assert.match(String(publicKey), /^ssh-ed25519 \S+$/);
  assert.deepEqual(await operatorKind.observe(wanted, lab), []);
  assert.equal(statSync(key).mode & 0o777, 0o600);
  const text = readFileSync(key, "utf8");
  assert.deepEqual(await operatorKind.ensure(wanted, lab), { publicKey });
  assert.equal(readFileSync(key, "utf8"), text);

  chmodSync(key, 0o640);
  assert.deepEqual(await operatorKind.observe(wanted, lab), ["its key can be read by others"]);
  assert.notEqual((await operatorKind.ensure(wanted, lab))["publicKey"], publicKey);
  assert.deepEqual(await operatorKind.observe(wanted, lab), []);

  await operatorKind.remove(wanted, lab);
  assert.ok(!existsSync(join(lab.root, "operator")));
  await operatorKind.remove(wanted, lab);
});
