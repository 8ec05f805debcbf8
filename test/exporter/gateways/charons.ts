import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../handshake/servers.ts";
import { stopped } from "../../probe/methods/world.ts";
import { until } from "../../watch/until.ts";

/** Real charons in namespaces of their own, set up as the lab's, but quicker to find a peer gone. */

export interface Connection {
  readonly name: string;
  readonly local: string;
  readonly remote: string;
  readonly localId: string;
  readonly remoteId: string;
  readonly inside: string;
  readonly beyond: string;
  readonly starts: boolean;
}

const section = (each: Connection): string => `  ${each.name} {
    version = 2
    mobike = no
    encap = yes
    local_addrs = ${each.local}
    remote_addrs = ${each.remote}
    keyingtries = 0
    dpd_delay = 1s
    unique = replace
    proposals = aes256gcm16-prfsha256-ecp256
    local { auth = psk
      id = ${each.localId} }
    remote { auth = psk
      id = ${each.remoteId} }
    children { ${each.name} {
      local_ts = ${each.inside}/32
      remote_ts = ${each.beyond}/32
      esp_proposals = aes256gcm16-ecp256
      start_action = ${each.starts ? "start" : "none"}
      dpd_action = ${each.starts ? "restart" : "clear"}
      close_action = ${each.starts ? "start" : "none"} } }
  }`;

const settings = (folder: string): string => `charon-systemd {
  load = random nonce openssl pem pkcs1 pkcs8 x509 revocation constraints pubkey aes sha1 sha2 hmac kdf gcm kernel-libipsec kernel-netlink socket-default updown vici
  retransmit_tries = 2
  retransmit_timeout = 0.5
  retransmit_base = 1.5
  install_virtual_ip = no
  plugins { vici { socket = unix://${folder}/vici } }
  filelog { log { path = ${folder}/charon.log
    default = 1
    flush_line = yes } }
}
swanctl { load = random openssl pem pkcs1 pkcs8 x509 pubkey }
`;

export class Charon {
  readonly #folder: string;
  readonly #namespace: string;
  #process: ChildProcess | undefined;

  constructor(folder: string, namespace: string) {
    this.#folder = folder;
    this.#namespace = namespace;
  }

  /** Starts it, and gives it its connections. */
  async start(connections: readonly Connection[]): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFile(join(this.#folder, "strongswan.conf"), settings(this.#folder));
    const secrets = 'secrets { ike { secret = "made for a test" } }';
    await writeFile(
      join(this.#folder, "swanctl.conf"),
      `connections {\n${connections.map(section).join("\n")}\n}\n${secrets}\n`,
    );
    await rm(join(this.#folder, "vici"), { force: true });
    // nsenter becomes the daemon, so that what is signalled is the daemon.
    this.#process = spawn("nsenter", [`--net=/run/netns/${this.#namespace}`, "charon-systemd"], {
      env: this.#environment(),
      stdio: "ignore",
    });
    await until("charon", () => this.swanctl("--stats").catch(() => undefined));
    await this.swanctl("--load-all", "--file", join(this.#folder, "swanctl.conf"));
  }

  async swanctl(...words: readonly string[]): Promise<string> {
    const all = [...words, "--uri", `unix://${this.#folder}/vici`];
    return (await run("swanctl", all, { env: this.#environment() })).stdout;
  }

  async standStill(): Promise<void> {
    if (this.#process !== undefined) await stopped(this.#process);
  }

  goOn(): void {
    this.#process?.kill("SIGCONT");
  }

  async kill(): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, "exit");
    running.kill("SIGKILL");
    await ended;
  }

  #environment(): NodeJS.ProcessEnv {
    return { ...process.env, STRONGSWAN_CONF: join(this.#folder, "strongswan.conf"), SWANCTL_DIR: this.#folder };
  }
}
