import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Inventory } from "../../src/inventory.ts";
import { selfSigned } from "../probe/methods/certificates.ts";
import { addresses, madeInventory } from "./inventory.ts";

/**
 * Two namespaces for the tests of the watch: `hub`, from where everything is watched, and `far`, which holds sites and
 * hosts as addresses and runs a real OpenVPN. Site `hall` has two lines, site `desk` one.
 */
export const hub = "dbw-hub";
export const far = "dbw-far";
export const gatewayAddress = "198.18.0.10";

export const hosts = addresses(64, 500).map((address, index) => ({
  name: `h-${String(index + 1).padStart(3, "0")}`,
  address,
}));
const serviceAddress = "10.112.64.1";
const routers = { hall: "10.0.1.1", desk: "10.0.2.1" };

export const townInventory: Inventory = madeInventory({
  instances: [{ address: gatewayAddress, management: "management" }],
  sites: [
    {
      name: "hall",
      router: routers.hall,
      links: [
        { name: "fibre", address: "10.9.1.2", instance: "hub-a" },
        { name: "radio", address: "10.9.2.2", instance: "hub-b" },
      ],
    },
    { name: "desk", router: routers.desk, links: [{ name: "fibre", address: "10.9.4.2", instance: "hub-b" }] },
  ],
  hosts,
  services: [
    {
      id: "documents",
      name: "Document management",
      url: "https://documents.example/",
      address: serviceAddress,
      ca: "documents.crt",
    },
  ],
});

/** Files of the town's one service, which stands among the hosts: `documents.answer` says what it answers. */
export async function writeService(yard: Yard): Promise<void> {
  const tls = { certificate: "documents.crt", key: "documents.key" };
  const listed = { name: "documents", listen: { host: serviceAddress, port: 443 }, tls, answer: "documents.answer" };
  yard.write("services.json", JSON.stringify([listed]));
  yard.write("documents.answer", "200\n");
  const { certificatePem, keyPem } = await selfSigned(yard.folder, "documents.example", 30);
  yard.write("documents.crt", certificatePem);
  yard.write("documents.key", keyPem);
}

/** Interface of each line in both namespaces. */
export const lines = { "hall/fibre": "la", "hall/radio": "lb", "desk/fibre": "lc" } as const;
const cables = { la: 1, lb: 2, core: 3, lc: 4 } as const;

export function run(command: string, ...words: readonly string[]): string {
  return execFileSync(command, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

export function inNamespace(namespace: string, ...words: readonly string[]): string {
  return run("ip", "netns", "exec", namespace, ...words);
}

export function buildTown(): void {
  razeTown();
  for (const name of [hub, far]) {
    run("ip", "netns", "add", name);
    run("ip", "-n", name, "link", "set", "lo", "up");
  }
  for (const [name, number] of Object.entries(cables)) {
    run("ip", "-n", hub, "link", "add", name, "type", "veth", "peer", "name", name, "netns", far);
    for (const [namespace, last] of [
      [hub, 1],
      [far, 2],
    ] as const) {
      run("ip", "-n", namespace, "addr", "add", `10.9.${number}.${last}/30`, "dev", name);
      run("ip", "-n", namespace, "link", "set", name, "up");
    }
  }
  for (const range of [
    ...Object.values(routers).map((address) => `${address}/32`),
    "10.64.0.0/16",
    `${gatewayAddress}/32`,
    `${serviceAddress}/32`,
  ]) {
    run("ip", "-n", far, "route", "add", "local", range, "dev", "lo");
  }
  routes();
  const filter =
    "table inet faults { set down { type ipv4_addr; }; chain in { type filter hook input priority 0; ip daddr @down drop; }; }";
  inNamespace(far, "nft", filter);
}

/** The hub's routes; a line that was cut lost its own. Sites move to their second line as the kernel finds the first gone. */
export function routes(): void {
  const to = (range: string, cable: keyof typeof cables, metric: number): void => {
    run("ip", "-n", hub, "route", "replace", range, "via", `10.9.${cables[cable]}.2`, "metric", String(metric));
  };
  to(routers.hall, "la", 1);
  to(routers.hall, "lb", 2);
  to(routers.desk, "lc", 1);
  to("10.64.0.0/16", "core", 1);
  to(gatewayAddress, "core", 1);
  to(serviceAddress, "core", 1);
}

export function cut(line: keyof typeof lines): void {
  run("ip", "-n", hub, "link", "set", lines[line], "down");
}

export function mend(...mended: readonly (keyof typeof lines)[]): void {
  for (const line of mended) run("ip", "-n", hub, "link", "set", lines[line], "up");
  routes();
}

/** Drops what comes for an address, silently. */
export function drop(address: string): void {
  inNamespace(far, "nft", "add", "element", "inet", "faults", "down", `{ ${address} }`);
}

export function undrop(address: string): void {
  inNamespace(far, "nft", "delete", "element", "inet", "faults", "down", `{ ${address} }`);
}

export function razeTown(): void {
  for (const name of [hub, far]) {
    try {
      run("ip", "netns", "del", name);
    } catch {
      // It is not there.
    }
  }
}

/** A folder for the daemons' files, and the daemons started in it. */
export class Yard {
  readonly folder = mkdtempSync(join(tmpdir(), "deskbridge-watch-"));
  readonly #running = new Set<ChildProcess>();

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Replaces a file as the project's own writers do. */
  write(name: string, text: string): void {
    writeFileSync(this.path(`${name}.tmp`), text);
    renameSync(this.path(`${name}.tmp`), this.path(name));
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  /** Starts a daemon in a namespace; what it says goes to `<name>.log`. */
  start(name: string, namespace: string, ...words: readonly string[]): ChildProcess {
    const log = openSync(this.path(`${name}.log`), "a");
    // nsenter becomes the daemon itself, so that the process that is signalled is the daemon.
    const child = spawn("nsenter", [`--net=/run/netns/${namespace}`, ...words], {
      cwd: this.folder,
      stdio: ["ignore", log, log],
    });
    this.#running.add(child);
    child.once("exit", () => this.#running.delete(child));
    return child;
  }

  /** Starts a command of ours in the hub. */
  deskbridge(name: string, ...words: readonly string[]): ChildProcess {
    return this.ours(name, hub, ...words);
  }

  ours(name: string, namespace: string, ...words: readonly string[]): ChildProcess {
    const script = resolve(import.meta.dirname, "../../scripts/deskbridge.ts");
    return this.start(name, namespace, process.execPath, script, ...words);
  }

  async end(): Promise<void> {
    await Promise.all([...this.#running].map((child) => stop(child, "SIGTERM")));
    rmSync(this.folder, { recursive: true });
  }
}

/** A certificate in `cert.pem`, with its key in `key.pem`, for `startOpenVpn`. */
export function writeCertificate(yard: Yard): void {
  const subject = ["-subj", "/CN=hub-a", "-days", "1", "-keyout", yard.path("key.pem"), "-out", yard.path("cert.pem")];
  run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", ...subject);
}

/** A gateway at `gatewayAddress`; `more`: further options. */
export function startOpenVpn(yard: Yard, namespace: string, ...more: readonly string[]): ChildProcess {
  const words = "--dev tun --server 10.96.0.0 255.255.255.0 --topology subnet --dh none --ca cert.pem --cert cert.pem";
  const where = `--key key.pem --local ${gatewayAddress} --port 1194 --proto udp --verb 3`;
  return yard.start("openvpn", namespace, "openvpn", ...words.split(" "), ...where.split(" "), ...more);
}

/** Signals a process and waits until it is gone; kills one that does not go. */
export function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const force = setTimeout(() => child.kill("SIGKILL"), 10_000);
    child.once("exit", () => {
      clearTimeout(force);
      resolve();
    });
    child.kill("SIGCONT");
    child.kill(signal);
  });
}

/** Process ids of a prober's fpings, by the interval that they ping at. */
export function fpings(prober: ChildProcess): ReadonlyMap<string, number> {
  const children = readFileSync(`/proc/${prober.pid}/task/${prober.pid}/children`, "utf8").trim().split(" ");
  const entries = children.flatMap((pid): [string, number][] => {
    const words = pid === "" ? [] : readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return words[0] === "fping" ? [[words.join(" "), Number(pid)]] : [];
  });
  return new Map(entries);
}

/** Whether the process is there and no mere remnant. */
export function alive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}
