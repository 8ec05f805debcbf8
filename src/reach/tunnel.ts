import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** How an attempt to come in ended. */
export type Attempt =
  | { readonly kind: "in"; readonly tunnel: Tunnel }
  /** The gateway answered and showed its certificate, then let the session die: it does not want this profile. */
  | { readonly kind: "refused" }
  /** Nothing came from the gateway. */
  | { readonly kind: "silent" }
  /** Something else: OpenVPN's own words. */
  | { readonly kind: "failed"; readonly detail: string };

export interface Tunnel {
  /** Address of the instance that let us in. */
  readonly instance: string;
  readonly seconds: number;
  /** Takes the tunnel down; resolves when its process has ended. */
  close(): Promise<void>;
}

export interface TunnelOptions {
  /** Argument list that starts a command in the home. */
  readonly enter: readonly string[];
  /** File with the profile. */
  readonly profile: string;
  readonly timeoutMs: number;
  /** Give up at the first failed attempt; a profile with one remote. */
  readonly once?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Comes in through a gateway as a person does: starts OpenVPN in the home and waits until it is through. OpenVPN ends
 * with us, even if we are killed (`setpriv --pdeathsig`). Rejects only where the signal is aborted.
 */
export async function comeIn({
  enter,
  profile,
  timeoutMs,
  once: single = false,
  signal,
}: TunnelOptions): Promise<Attempt> {
  signal.throwIfAborted();
  const start = performance.now();
  const impatience = single ? ["--hand-window", String(Math.max(2, Math.floor(timeoutMs / 1000)))] : [];
  const openvpn = ["openvpn", "--config", profile, "--suppress-timestamps", ...impatience];
  const [command = "", ...args] = [...enter, "setpriv", "--pdeathsig", "TERM", ...openvpn];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const close = (): Promise<void> => end(child);
  const abort = (): void => void close();
  signal.addEventListener("abort", abort, { once: true });
  child.once("close", () => signal.removeEventListener("abort", abort));

  const found = await new Promise<Attempt>((resolve) => {
    let answered = false;
    let trusted = false;
    let instance = "";
    let last = "";
    const outcome = (): Attempt =>
      trusted ? { kind: "refused" } : answered ? { kind: "failed", detail: last } : { kind: "silent" };
    const deadline = setTimeout(() => resolve(outcome()), timeoutMs);
    const settle = (attempt: Attempt): void => {
      clearTimeout(deadline);
      resolve(attempt);
    };
    child.once("error", (error) => settle({ kind: "failed", detail: `cannot start ${command}: ${error.message}` }));
    child.once("close", () => settle(last === "" ? { kind: "failed", detail: "OpenVPN said nothing" } : outcome()));
    child.stderr.resume();
    createInterface({ input: child.stdout }).on("line", (line) => {
      const peer = /Peer Connection Initiated with \[AF_INET\]([\d.]+):/.exec(line)?.[1];
      if (peer !== undefined) instance = peer;
      if (line.startsWith("TLS: Initial packet from")) answered = true;
      if (line.startsWith("VERIFY OK: depth=0")) trusted = true;
      if (/error|cannot|failed|options/i.test(line) || last === "") last = line;
      if (line.startsWith("VERIFY ERROR") || line.startsWith("AUTH: Received control message: AUTH_FAILED")) {
        settle({ kind: "failed", detail: line });
      } else if (line.startsWith("Initialization Sequence Completed")) {
        settle({ kind: "in", tunnel: { instance, seconds: (performance.now() - start) / 1000, close } });
      } else if (single && line.startsWith("SIGUSR1[soft,")) {
        settle(outcome());
      }
    });
  });
  if (found.kind !== "in" || signal.aborted) await close();
  signal.throwIfAborted();
  return found;
}

/** OpenVPN says goodbye and takes its routes down, which takes it a second; one that hangs is killed. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const patience = setTimeout(() => child.kill("SIGKILL"), 4000);
  await ended;
  clearTimeout(patience);
}
