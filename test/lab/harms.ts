import assert from "node:assert/strict";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { daemonFolder, leaders } from "../../stacks/lab/kinds/daemon.ts";
import { run } from "../../stacks/lab/run.ts";
import type { World } from "./world.ts";

/** A harm to the real thing behind a resource, and what its state then says. */
export interface Harm {
  readonly kind: string;
  readonly stack: string;
  readonly resource: string;
  readonly says: RegExp;
  harm(): Promise<unknown>;
}

/** One harm or more for each kind of resource, done to the real thing behind Pulumi's back. */
export function harmsTo(world: World): readonly Harm[] {
  const { lab } = world;
  const netns = (name: string): string => `${lab.prefix}-${name}`;
  const kill = (name: string, signal: NodeJS.Signals): void => {
    const [leader] = leaders(lab, name);
    assert.ok(leader, `${name} runs`);
    process.kill(leader.pid, signal);
  };
  return [
    {
      kind: "Namespace",
      stack: "lab-hub",
      resource: "hub-a",
      says: /address \S+ is missing/,
      harm: () => run(["ip", "-n", netns("gw-hub-a"), "addr", "flush", "dev", "lo"]),
    },
    {
      kind: "Firewall",
      stack: "lab-hub",
      resource: "hub-b-access",
      says: /has other rules than declared/,
      harm: () =>
        run(["ip", "netns", "exec", netns("gw-hub-b"), "nft", "flush", "chain", "inet", "access", "from-people"]),
    },
    {
      kind: "Authority",
      stack: "lab-hub",
      resource: "authority",
      says: /revocation list is missing/,
      harm: async () => rmSync(join(lab.root, "authority", "crl.pem")),
    },
    {
      kind: "Daemon",
      stack: "lab-hub",
      resource: "openvpn-hub-b",
      says: /it is not running/,
      harm: async () => kill("openvpn-hub-b", "SIGKILL"),
    },
    {
      kind: "Daemon",
      stack: "lab-hub",
      resource: "bird-hub",
      says: /it is stopped/,
      harm: async () => kill("bird-hub", "SIGSTOP"),
    },
    {
      kind: "Daemon",
      stack: "lab-hub",
      resource: "services",
      says: /its file documents\/answer differs/,
      harm: () => world.deskbridge("cut", "documents"),
    },
    {
      kind: "Daemon",
      stack: "lab-comune",
      resource: "rdp-office",
      says: /its file xrdp.ini differs/,
      harm: async () => writeFileSync(join(daemonFolder(lab, "rdp-comune-office"), "xrdp.ini"), "[Globals]\n"),
    },
    {
      kind: "Link",
      stack: "lab-comune",
      resource: "line-municipio-radio-carrier",
      says: /line\d+ in \w+-internet is down/,
      harm: () => world.deskbridge("cut", "comune/municipio/radio"),
    },
    {
      kind: "Link",
      stack: "lab-comune",
      resource: "pool-office-up",
      says: /the route to \S+ by pool0 in \w+-hub is missing/,
      harm: () => run(["ip", "-n", netns("hub"), "route", "flush", "10.64.0.0/24"]),
    },
    {
      kind: "Tunnel",
      stack: "lab-provincia",
      resource: "line-palazzo-fibre-wire",
      says: /is not on bridge inner/,
      harm: () => run(["ip", "-n", netns("line-provincia-palazzo-fibre"), "link", "set", "dev", "lan", "nomaster"]),
    },
    {
      kind: "Pool",
      stack: "lab-comune",
      resource: "pool-counters-hosts",
      says: /1 hosts are cut, such as 10\.65\.0\.6/,
      harm: () => world.deskbridge("cut", "comune-counters-00003"),
    },
    {
      kind: "Pool",
      stack: "lab-provincia",
      resource: "pool-office-hosts",
      says: /1 hosts have no home, such as 10\.72\.0\.4/,
      harm: async () => rmSync(join(lab.root, "pools/provincia-office/10.72.0.4/home"), { recursive: true }),
    },
    {
      kind: "Operator",
      stack: "lab-hub",
      resource: "operator",
      says: /its key can be read by others/,
      harm: async () => chmodSync(join(lab.root, "operator/id_ed25519"), 0o644),
    },
  ];
}
