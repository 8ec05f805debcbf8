import { connect as connectTcp, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import ssh2 from "ssh2";
import type { Algorithms, Client } from "ssh2";
import { errorOf, type Failure, printable } from "./failure.ts";
import { fingerprint, keyOf } from "./host-key.ts";
import type { Credentials, Login } from "./identity.ts";
import { watchSilence } from "./keep-alive.ts";
import { judge, type Verdict, wantedAlgorithms } from "./known-hosts.ts";
import type { Endpoint, Pacing } from "./target.ts";

/**
 * The cheapest for the client first: no ssh2 here has a better exchange than curve25519, and AES-GCM runs in OpenSSL,
 * ChaCha20's authenticator in WebAssembly. All are sound; SHA-1 and CBC are not among them.
 */
export const transport = {
  kex: [
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group16-sha512",
  ],
  cipher: [
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
    "aes128-ctr",
    "aes256-ctr",
  ],
  hmac: ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"],
  compress: ["none"],
} as const satisfies Algorithms;

/** A TCP connection. Throws UnreachableError, DeadlineError, or LostError where it is dropped or let go. */
export function openTcp({ name, address, port }: Endpoint, seconds: number, signal?: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: address, port, noDelay: true });
    const end = (failure: Failure | undefined): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", letGo);
      socket.removeListener("error", failed).on("error", () => undefined);
      if (failure === undefined) return resolve(socket);
      socket.destroy();
      reject(errorOf(failure));
    };
    const timer = setTimeout(() => end({ kind: "deadline", host: name, stage: "connect", seconds }), seconds * 1000);
    const letGo = (): void => end(wasLetGo(name, "connect"));
    const failed = (error: Error): void => end(tcpFailure(name, error));
    socket.once("error", failed);
    socket.once("connect", () => end(undefined));
    signal?.addEventListener("abort", letGo, { once: true });
    if (signal?.aborted === true) letGo();
  });
}

export function wasLetGo(host: string, stage: Extract<Failure, { kind: "lost" }>["stage"]): Failure {
  return { kind: "lost", host, stage, detail: "let go on request" };
}

const tcpCodes: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens at the port",
  EHOSTUNREACH: "the last router found nobody at the address",
  ENETUNREACH: "no route to the address",
  ETIMEDOUT: "no answer",
  EACCES: "a firewall on the way forbids it",
  EPERM: "a firewall on the way forbids it",
};

function tcpFailure(host: string, error: Error): Failure {
  const code = "code" in error && typeof error.code === "string" ? error.code : error.message;
  // Somebody took it, and dropped it before we knew: sshd's MaxStartups as much as one after that.
  if (code === "ECONNRESET") return dropped(host);
  return { kind: "unreachable", host, detail: tcpCodes[code] ?? code };
}

function dropped(host: string): Failure {
  return { kind: "lost", host, stage: "banner", detail: "it closed the connection (MaxStartups?)" };
}

/** Who answers must be the host itself: undefined where nothing of it is known that could be asked for. */
export function unknownKey({ name, known }: Endpoint): Failure | undefined {
  if (wantedAlgorithms(known).length > 0) return undefined;
  const [authority] = known.authorities;
  const detail =
    authority === undefined
      ? "none is in the inventory or a known_hosts file"
      : `${authority} names a certificate authority, which is not supported`;
  return { kind: "hostKey", host: name, fault: "unknown", expected: [], detail };
}

/**
 * Key exchange and login over a stream, which is destroyed where they fail. `handshake` seconds after the call it has come
 * through or failed. Throws SshError.
 */
export function handshake(
  stream: Duplex,
  endpoint: Endpoint,
  credentials: Credentials,
  { deadlines, keepAlive }: Pacing,
  signal?: AbortSignal,
): Promise<Client> {
  const { name, user, known } = endpoint;
  return new Promise((resolve, reject) => {
    const unknown = unknownKey(endpoint);
    const client = new ssh2.Client();
    const login = credentials.login(user);
    const state: State = {
      name,
      user,
      stage: "banner",
      verdict: undefined,
      expected: known.trusted.map(({ blob }) => fingerprint(blob)),
      login,
    };
    let isSettled = false;
    const end = (failure: Failure | undefined): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", letGo);
      client.removeAllListeners("close");
      stream.removeListener("data", look);
      if (failure === undefined) {
        watchSilence(client, stream, keepAlive);
        return resolve(client);
      }
      stream.destroy();
      reject(errorOf(failure));
    };
    const seconds = deadlines.handshake;
    const timer = setTimeout(() => {
      end({ kind: "deadline", host: name, stage: "handshake", seconds, detail: silence[state.stage] });
    }, seconds * 1000);
    const letGo = (): void => end(wasLetGo(name, "handshake"));
    let said = "";
    const look = (chunk: Buffer): void => {
      said += chunk.toString("latin1", 0, 1024);
      if (state.stage === "banner" && /^SSH-/m.test(said)) state.stage = "exchange";
      // A server may greet at length before its banner, and is given up on by the deadline, not by memory.
      if (state.stage !== "banner") stream.removeListener("data", look);
      else said = said.slice(-1024);
    };
    // These stay for good: an error after the end must not bring the process down.
    stream.on("error", () => undefined);
    client.on("error", (error: Error & { level?: unknown }) => {
      // The agent's own failure ends nothing: the next method is tried.
      if (error.level === "agent") login.agentFailed(error);
      else end(failureOf(error, state));
    });
    client.on("close", () => end(closed(state)));
    client.once("handshake", () => {
      state.stage = "login";
    });
    client.once("ready", () => end(undefined));
    signal?.addEventListener("abort", letGo, { once: true });
    if (signal?.aborted === true) return letGo();
    if (unknown !== undefined) return end(unknown);
    try {
      client.connect({
        sock: stream,
        username: user,
        readyTimeout: 0,
        keepaliveInterval: keepAlive.seconds * 1000,
        // It asks; who has answered is judged by watchSilence.
        keepaliveCountMax: Number.MAX_SAFE_INTEGER,
        authHandler: login.handler,
        hostVerifier: (sent: Buffer) => {
          state.verdict = judge(known, keyOf(sent));
          return state.verdict.kind === "trusted";
        },
        algorithms: { ...offer(), serverHostKey: wantedAlgorithms(known) },
      });
      stream.on("data", look);
    } catch (error) {
      end(failureOf(error, state));
    }
  });
}

/** ssh2 wants lists of its own. */
export function offer(): Algorithms {
  return Object.fromEntries(Object.entries(transport).map(([what, names]) => [what, [...names]]));
}

interface State {
  readonly name: string;
  readonly user: string;
  stage: "banner" | "exchange" | "login";
  verdict: Verdict | undefined;
  /** Fingerprints. */
  readonly expected: readonly string[];
  readonly login: Login;
}

const silence: Readonly<Record<State["stage"], string>> = {
  banner: "silent before its banner",
  exchange: "silent in the key exchange",
  login: "silent in the login",
};

function closed({ name, stage }: State): Failure {
  if (stage === "banner") return dropped(name);
  return { kind: "lost", host: name, stage: "handshake", detail: "it closed the connection" };
}

function failureOf(error: unknown, state: State): Failure {
  const { name, user, stage, verdict, login } = state;
  if (verdict !== undefined && verdict.kind !== "trusted") {
    const { kind, expected, got } = verdict;
    return { kind: "hostKey", host: name, fault: kind, expected, got };
  }
  const { level, code, message } = faultOf(error);
  if (/no matching host key/i.test(message)) {
    const detail = "it has no key of a type that is known of it";
    return { kind: "hostKey", host: name, fault: "changed", expected: state.expected, detail };
  }
  const refused = { kind: "refused", host: name, user, tried: login.tried, offers: login.offers } as const;
  if (level === "client-authentication") return refused;
  // The server's own goodbye, such as "Too many authentication failures".
  if (typeof code === "number" && stage === "login") return { ...refused, detail: printable(message) };
  if (message === "Connection lost before handshake" || typeof code === "string") return closed(state);
  return { kind: "unreachable", host: name, detail: `what answers is no sound SSH server: ${printable(message)}` };
}

function faultOf(error: unknown): { readonly message: string; readonly level?: unknown; readonly code?: unknown } {
  return error instanceof Error ? error : { message: String(error) };
}
