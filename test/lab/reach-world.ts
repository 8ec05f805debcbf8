import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Inventory, inventorySchema } from "../../src/inventory.ts";
import { type AuditProfiles, auditProfiles } from "../../src/profiles/audit.ts";
import { type Authority, openAuthority } from "../../src/profiles/authority.ts";
import { run } from "../handshake/servers.ts";

/**
 * A world just big enough for the proof of reach, of real parts in namespaces of its own: a home for each of two bodies,
 * a gateway with two OpenVPN instances, and desks (tinysshd with a key a host, xrdp) behind it.
 */
export interface World {
  readonly inventory: Inventory;
  readonly authority: Authority;
  readonly profiles: AuditProfiles;
  readonly folder: string;
  /** Runs a command in a namespace of this world: gateway, desks, home-alfa, home-beta. */
  inside(place: string, ...argv: readonly string[]): Promise<string>;
  /** Ids of the processes that run there. */
  processes(place: string): Promise<readonly string[]>;
  startInstance(id: string): Promise<void>;
  killInstance(id: string): Promise<void>;
  remove(): Promise<void>;
}

const prefix = "dbr";
const places = ["gateway", "desks", "home-alfa", "home-beta"] as const;
const namespaceOf = (place: string): string => `${prefix}-${place}`;
const instances = [
  { id: "hub-a", address: "198.18.9.1", clients: "10.96.0.0", device: "tun-a" },
  { id: "hub-b", address: "198.18.9.2", clients: "10.97.0.0", device: "tun-b" },
] as const;
/** alfa: 6 hosts of 2 desks each; beta: 4 PCs in an office. */
const pools = [
  { id: "alfa/office", body: "alfa", kind: "pooled", net: "10.201.0", hosts: 6, desksPerHost: 2 },
  {
    id: "beta/counters",
    body: "beta",
    kind: "physical",
    net: "10.202.0",
    hosts: 4,
    desksPerHost: 1,
    site: "beta/hall",
  },
] as const;

export async function buildWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "deskbridge-reach-"));
  await chmod(folder, 0o755);
  const children = new Map<string, ChildProcess>();
  const inside = async (place: string, ...argv: readonly string[]): Promise<string> =>
    (await run("ip", ["netns", "exec", namespaceOf(place), ...argv])).stdout;
  const start = async (name: string, place: string, argv: readonly string[], ready: RegExp | number): Promise<void> => {
    const child = spawn("ip", ["netns", "exec", namespaceOf(place), ...argv], { stdio: ["ignore", "pipe", "inherit"] });
    children.set(name, child);
    if (typeof ready === "number") {
      child.stdout.resume();
      const probe = `until (exec 3<>/dev/tcp/127.0.0.1/${ready}) 2>/dev/null; do sleep 0.05; done`;
      await Promise.race([inside(place, "bash", "-c", probe), died(child, name)]);
    } else {
      const seen = new Promise<void>((resolve) => {
        createInterface({ input: child.stdout }).on("line", (line) => {
          if (ready.test(line)) resolve();
        });
      });
      await Promise.race([seen, died(child, name)]);
    }
  };

  await removeNamespaces();
  await buildNetwork(inside);
  const authority = await openAuthority(join(folder, "authority"), "a passphrase of the tests");
  await writeGatewayFiles(folder, authority);
  const hosts = await buildDesks(folder);
  const one = join(folder, "one");
  await writeFile(one, `#!/bin/sh\nexec tinysshd -q ${folder}/keys/$TCPLOCALIP\n`, { mode: 0o755 });
  const tcpserver = ["tcpserver", "-q", "-H", "-R", "-l", "0", "-c", "100", "-b", "100", "0.0.0.0", "22", one];
  const startInstance = (id: string): Promise<void> =>
    start(id, "gateway", ["openvpn", "--config", join(folder, `${id}.conf`)], /Initialization Sequence Completed/);
  await Promise.all([
    start("ssh", "desks", tcpserver, 22),
    start("rdp", "desks", ["xrdp", "--nodaemon", "--config", join(folder, "xrdp.ini")], 3389),
    ...instances.map(({ id }) => startInstance(id)),
  ]);
  const inventory = inventoryOf(hosts);
  return {
    inventory,
    authority,
    profiles: auditProfiles(authority, join(folder, "profiles"), inventory.instances),
    folder,
    inside,
    processes: async (place) => {
      const { stdout } = await run("ip", ["netns", "pids", namespaceOf(place)]);
      return stdout.split("\n").filter((line) => line !== "");
    },
    startInstance,
    killInstance: async (id) => {
      const child = children.get(id);
      if (child !== undefined) await kill(child);
      children.delete(id);
    },
    remove: async () => {
      await Promise.all([...children.values()].map(kill));
      await removeNamespaces();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function died(child: ChildProcess, name: string): Promise<never> {
  const [code] = await once(child, "exit");
  throw new Error(`${name} ended with ${String(code)} before it was ready`);
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

async function removeNamespaces(): Promise<void> {
  for (const place of places) await run("ip", ["netns", "del", namespaceOf(place)]).catch(() => undefined);
}

async function buildNetwork(inside: World["inside"]): Promise<void> {
  for (const place of places) {
    await run("ip", ["netns", "add", namespaceOf(place)]);
    await inside(place, "ip", "link", "set", "lo", "up");
  }
  const join = async (place: string, device: string, net: string): Promise<void> => {
    const far = ["peer", "name", device, "netns", namespaceOf("gateway")];
    await run("ip", ["link", "add", "up0", "netns", namespaceOf(place), "type", "veth", ...far]);
    await inside(place, "ip", "addr", "add", `${net}.2/30`, "dev", "up0");
    await inside("gateway", "ip", "addr", "add", `${net}.1/30`, "dev", device);
    await inside(place, "ip", "link", "set", "up0", "up");
    await inside("gateway", "ip", "link", "set", device, "up");
    await inside(place, "ip", "route", "add", "default", "via", `${net}.1`);
  };
  await join("home-alfa", "home-alfa", "198.18.1");
  await join("home-beta", "home-beta", "198.18.2");
  await join("desks", "desks", "10.200.0");
  await inside("gateway", "sysctl", "-qw", "net.ipv4.ip_forward=1");
  for (const { address } of instances) await inside("gateway", "ip", "addr", "add", `${address}/32`, "dev", "lo");
  for (const { net } of pools) {
    await inside("desks", "ip", "route", "add", "local", `${net}.0/24`, "dev", "lo");
    await inside("gateway", "ip", "route", "add", `${net}.0/24`, "via", "10.200.0.2");
  }
  // Nobody goes on to the desks but from a tunnel, and then only to their own body's.
  await inside(
    "gateway",
    "nft",
    "add table inet access;" +
      "add map inet access people { type ipv4_addr : verdict; };" +
      pools.map(({ body, net }) => `add chain inet access body-${body};` + rule(body, net)).join("") +
      "add chain inet access forward { type filter hook forward priority 0; policy drop; };" +
      "add rule inet access forward ct state established,related accept;" +
      'add rule inet access forward iifname "tun-*" ip saddr vmap @people;',
  );
  await inside("desks", "nft", "add table inet faults; add set inet faults down { type ipv4_addr; };" + faults);
}

const faults = `
  add chain inet faults in { type filter hook input priority 0; }
  add rule inet faults in ip daddr @down drop`;

function rule(body: string, net: string): string {
  return `add rule inet access body-${body} ip daddr ${net}.0/24 accept;`;
}

async function writeGatewayFiles(folder: string, authority: Authority): Promise<void> {
  await writeFile(
    join(folder, "learn-address"),
    [
      "#!/bin/sh",
      'nft delete element inet access people "{ $2 }" 2>/dev/null',
      '[ "$1" = delete ] && exit 0',
      'exec nft add element inet access people "{ $2 : jump body-${3##*@} }"',
      "",
    ].join("\n"),
    { mode: 0o755 },
  );
  for (const { id, address, clients, device } of instances) {
    const own = await authority.issue({ kind: "gateway", commonName: id, addresses: [address], days: 30 });
    await writeFile(join(folder, `${id}.crt`), own.certificatePem);
    await writeFile(join(folder, `${id}.key`), own.keyPem, { mode: 0o600 });
    const lines = [
      "mode server",
      "tls-server",
      "topology subnet",
      "dev-type tun",
      `dev ${device}`,
      `local ${address}`,
      "port 1194",
      "proto udp4",
      `server ${clients} 255.255.255.0`,
      'push "route 10.200.0.0 255.252.0.0"',
      "keepalive 2 6",
      "hand-window 10",
      `ca ${join(folder, "authority", "ca.pem")}`,
      `crl-verify ${authority.crlPath}`,
      `cert ${join(folder, `${id}.crt`)}`,
      `key ${join(folder, `${id}.key`)}`,
      "dh none",
      "remote-cert-tls client",
      "data-ciphers AES-256-GCM",
      "explicit-exit-notify 1",
      `management ${join(folder, `${id}.management`)} unix`,
      "script-security 2",
      `learn-address ${join(folder, "learn-address")}`,
      "verb 3",
      "",
    ];
    await writeFile(join(folder, `${id}.conf`), lines.join("\n"));
  }
}

type Hosts = Inventory["hosts"];

async function buildDesks(folder: string): Promise<Hosts> {
  await mkdir(join(folder, "keys"));
  const out = ["-keyout", join(folder, "xrdp.key"), "-out", join(folder, "xrdp.crt")];
  await run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=desks", ...out]);
  const files = [`certificate=${join(folder, "xrdp.crt")}`, `key_file=${join(folder, "xrdp.key")}`];
  const globals = ["[Globals]", "ini_version=1", "fork=true", "port=3389", "security_layer=tls", ...files];
  const logging = ["[Logging]", `LogFile=${join(folder, "xrdp.log")}`, "LogLevel=WARNING", "EnableSyslog=false"];
  await writeFile(
    join(folder, "xrdp.ini"),
    [...globals, ...logging, "[Xorg]", "name=Desk", "lib=libxup.so", ""].join("\n"),
  );
  return Promise.all(
    pools.flatMap(({ id, net, hosts, body }) =>
      Array.from({ length: hosts }, async (_, n) => {
        const address = `${net}.${n + 1}`;
        const keys = join(folder, "keys", address);
        await run("tinysshd-makekey", ["-q", keys]);
        const { stdout } = await run("tinysshd-printkey", [keys]);
        return {
          name: `${body}-${n + 1}`,
          address,
          pool: id,
          ports: { ssh: 22, rdp: 3389 },
          hostKeys: [stdout.trim()],
        };
      }),
    ),
  );
}

function inventoryOf(hosts: Hosts): Inventory {
  const counters = (device: string): string[] =>
    `ip -n ${namespaceOf("gateway")} -j -s link show dev ${device}`.split(" ");
  return inventorySchema.parse({
    fleet: "reach",
    stage: "now",
    target: "lab",
    stacks: [],
    bodies: ["alfa", "beta"].map((id) => ({ id, name: id, laptops: 0 })),
    instances: instances.map(({ id, address, clients, device }) => ({
      id,
      gateway: "hub",
      address,
      port: 1194,
      protocol: "udp",
      clients: `${clients}/24`,
      sessionsLimit: 100,
      counters: counters(device),
    })),
    sites: [{ id: "beta/hall", body: "beta", router: "10.200.0.2" }],
    links: [
      {
        id: "beta/hall/fibre",
        body: "beta",
        site: "beta/hall",
        carrier: "carrier-a",
        mbps: 100,
        critical: false,
        instance: "hub-a",
        address: "10.200.0.2",
        counters: counters("desks"),
      },
    ],
    pools: pools.map(({ id, body, kind, net, desksPerHost, ...where }) => {
      const site = "site" in where ? { site: where.site } : {};
      return { id, body, kind, range: `${net}.0/24`, desksPerHost, ...site };
    }),
    hosts,
    desks: hosts.flatMap(({ name, pool }) => {
      const each = pools.find(({ id }) => id === pool)?.desksPerHost ?? 1;
      return Array.from({ length: each }, (_, n) => ({ id: `${name}-desk-${n + 1}`, host: name }));
    }),
    services: [],
    vantages: [],
    homes: ["alfa", "beta"].map((body) => ({ body, enter: ["ip", "netns", "exec", namespaceOf(`home-${body}`)] })),
  });
}
