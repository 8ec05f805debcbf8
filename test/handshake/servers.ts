import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";

/** Real servers on loopback, each ended by its own id. */
export const run = promisify(execFile);

export async function folderOf(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `deskbridge-${name}-`));
  await chmod(folder, 0o755);
  return folder;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export interface Running {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts a program that listens on `port` and comes back when it does. */
export async function listening(argv: readonly string[], port: number): Promise<Running> {
  const [command = "", ...args] = argv;
  const child: ChildProcess = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}: ${said}`);
    if (await answers(port)) break;
    await wait(20);
  }
  return {
    port,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      // Whoever it started may live on, and holds the other end.
      child.stderr?.destroy();
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

export interface SshServer extends Running {
  readonly hostKey: string;
}

/** tinysshd behind tcpserver, as the lab runs it. */
export async function tinysshd(folder: string): Promise<SshServer> {
  const keys = join(folder, "keys");
  const port = await freePort();
  await run("tinysshd-makekey", ["-q", keys]);
  const { stdout } = await run("tinysshd-printkey", [keys]);
  const argv = ["tcpserver", "-q", "-H", "-R", "-l", "0", "127.0.0.1", String(port), "tinysshd", "-q", keys];
  return { ...(await listening(argv, port)), hostKey: stdout.trim() };
}

/** OpenSSH with one key of the given type. */
export async function openssh(folder: string, type: string): Promise<SshServer> {
  const key = join(folder, `openssh-${type}`);
  const config = join(folder, `sshd_config-${type}`);
  const port = await freePort();
  // Debian's sshd will not start without it; an installed service makes it at boot.
  await mkdir("/run/sshd", { recursive: true, mode: 0o755 });
  await run("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "", "-f", key]);
  await writeFile(config, `HostKey ${key}\nListenAddress 127.0.0.1:${port}\nUsePAM no\nPidFile none\n`);
  const server = await listening(["/usr/sbin/sshd", "-D", "-e", "-f", config], port);
  return { ...server, hostKey: (await readFile(`${key}.pub`, "utf8")).trim() };
}

/** A liar: whatever `talk` does with each connection. */
export async function liar(talk: (socket: Socket) => void, port = 0): Promise<Running> {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => undefined).on("close", () => open.delete(socket));
    talk(socket);
  }).listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, "close");
    },
  };
}

export async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
