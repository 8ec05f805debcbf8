import { once } from "node:events";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { KnownHosts } from "../../../src/rollout/ssh/known-hosts.ts";
import type { Pacing, Target } from "../../../src/rollout/ssh/target.ts";
import { freePort, listening, run, type Running } from "../../handshake/servers.ts";

/** Real OpenSSH and tinysshd on loopback, and what stands between. Each is ended by its own id. */
export { folderOf, freePort, liar, remove, run } from "../../handshake/servers.ts";

export interface Sshd extends Running {
  /** `ssh-ed25519 AAAA…` */
  readonly hostKeys: readonly string[];
}

/** A key pair of its own; gives the private key's file. */
export async function makeKey(file: string, type = "ed25519", passphrase = ""): Promise<string> {
  await run("ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-C", "", "-f", file]);
  return file;
}

export async function publicKey(file: string): Promise<string> {
  return (await readFile(`${file}.pub`, "utf8")).trim();
}

/** OpenSSH that lets root in with the keys given. */
export async function sshd(
  folder: string,
  name: string,
  options: {
    readonly types?: readonly string[];
    readonly allow?: readonly string[];
    readonly config?: readonly string[];
    readonly address?: string;
    readonly port?: number;
  } = {},
): Promise<Sshd> {
  const { types = ["ed25519"], allow = [], config = [], address = "127.0.0.1", port = await freePort() } = options;
  const own = join(folder, name);
  await mkdir(own, { recursive: true });
  // Debian's sshd will not start without it; an installed service makes it at boot.
  await mkdir("/run/sshd", { recursive: true, mode: 0o755 });
  const keys = await Promise.all(types.map((type) => makeKey(join(own, type), type)));
  const lines = [
    ...keys.map((key) => `HostKey ${key}`),
    `ListenAddress ${address}:${port}`,
    "UsePAM no",
    "UseDNS no",
    "StrictModes no",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "PermitRootLogin prohibit-password",
    "PidFile none",
    "LogLevel ERROR",
    // Of most words the first counts, of this one the last.
    ...(config.some((line) => line.startsWith("MaxStartups")) ? [] : ["MaxStartups 200:30:400"]),
  ];
  const file = join(own, "sshd_config");
  await writeFile(file, `${[...config, ...lines].join("\n")}\n`);
  const server = await listening(
    await atHome(join(own, "home"), allow, ["/usr/sbin/sshd", "-D", "-e", "-f", file]),
    port,
  );
  return { ...server, hostKeys: await Promise.all(keys.map(publicKey)) };
}

/** An SSH agent that holds the keys given. */
export async function agent(folder: string, keys: readonly string[]): Promise<{ socket: string; stop(): void }> {
  const socket = join(folder, "agent");
  const { stdout } = await run("ssh-agent", ["-a", socket]);
  const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(stdout)?.[1]);
  for (const key of keys) await run("ssh-add", ["-q", key], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  return { socket, stop: () => process.kill(pid) };
}

export interface Proxy extends Running {
  /** Connections taken so far. */
  readonly taken: number;
  /** Bytes that the server sent through it. */
  readonly fromServer: number;
  /** From here on nothing is passed on, in either direction; nobody is told. */
  stall(): void;
  /** All connections are reset. */
  cut(): void;
  /** Settles when no client is connected any more. */
  idle(): Promise<void>;
}

/** Passes on what client and server say, until it stalls: by itself after so many of the server's bytes. */
export async function proxy(to: number, stallAfter = Number.POSITIVE_INFINITY): Promise<Proxy> {
  const open = new Set<Socket>();
  let isStalled = stallAfter === 0;
  let taken = 0;
  let fromServer = 0;
  let idle = Promise.withResolvers<void>();
  const server = createServer((client) => {
    taken += 1;
    if (open.size === 0) idle = Promise.withResolvers<void>();
    open.add(client);
    const behind = connect({ port: to, host: "127.0.0.1", noDelay: true });
    client.on("error", () => undefined);
    behind.on("error", () => undefined);
    client.on("data", (chunk) => {
      if (!isStalled) behind.write(chunk);
    });
    behind.on("data", (chunk) => {
      if (isStalled) return;
      const part = chunk.subarray(0, Math.max(0, stallAfter - fromServer));
      fromServer += part.length;
      client.write(part);
      if (fromServer >= stallAfter) isStalled = true;
    });
    behind.on("close", () => {
      if (!isStalled) client.end();
    });
    client.on("close", () => {
      open.delete(client);
      behind.destroy();
      if (open.size === 0) idle.resolve();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = (): void => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get taken() {
      return taken;
    },
    get fromServer() {
      return fromServer;
    },
    stall: () => {
      isStalled = true;
    },
    cut,
    idle: () => (open.size === 0 ? Promise.resolve() : idle.promise),
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      cut();
      await closed;
    },
  };
}

/** Long ones: what must pass a deadline sets it shorter. */
export const patient: Pacing = {
  deadlines: { connect: 20, handshake: 20, channel: 20, command: 20 },
  keepAlive: { seconds: 10, misses: 2 },
  tries: 1,
  pauseSeconds: 0.01,
};

export function target(port: number, hostKeys: readonly string[], more: Partial<Target> = {}): Target {
  return {
    name: "desk",
    address: "127.0.0.1",
    port,
    user: "root",
    shell: "posix",
    known: new KnownHosts([]).of(["127.0.0.1"], port, hostKeys),
    ...more,
  };
}

/** tinysshd behind tcpserver, as the lab runs it. */
export async function tinysshd(folder: string, allow: readonly string[]): Promise<Sshd> {
  const keys = join(folder, "tiny-keys");
  const port = await freePort();
  await run("tinysshd-makekey", ["-q", keys]);
  const { stdout } = await run("tinysshd-printkey", [keys]);
  const argv = ["tcpserver", "-q", "-H", "-R", "-l", "0", "127.0.0.1", String(port), "tinysshd", "-q", keys];
  return {
    ...(await listening(await atHome(join(folder, "tiny-home"), allow, argv), port)),
    hostKeys: [stdout.trim()],
  };
}

/**
 * The command in a mount namespace of its own, where root's home is an empty one with these keys: the machine's own is not
 * touched, and its shell's start-up files cost nothing.
 */
async function atHome(home: string, allow: readonly string[], argv: readonly string[]): Promise<readonly string[]> {
  await mkdir(join(home, ".ssh"), { recursive: true, mode: 0o700 });
  await chmod(home, 0o700);
  await writeFile(join(home, ".ssh/authorized_keys"), `${allow.join("\n")}\n`, { mode: 0o600 });
  return ["unshare", "-m", "sh", "-c", 'mount --bind "$1" /root && shift && exec "$@"', "sh", home, ...argv];
}
