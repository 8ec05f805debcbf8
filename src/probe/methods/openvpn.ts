import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type Limits, type Method, type Outcome, unprobed } from "../outcome.ts";
import { decodeServerReset, encodeClientReset, frame, sessionBytes, unframe } from "../wire/openvpn.ts";
import { bare, parseStaticKey, type Seal, StaticKeyError, tlsAuth, tlsCrypt } from "../wire/static-key.ts";
import { converse, type Endpoint } from "./converse.ts";
import { exchange } from "./exchange.ts";
import { tcp } from "./tcp.ts";

export interface OpenVpnTarget extends Endpoint {
  readonly protocol?: "udp" | "tcp";
  /** The key without which this gateway says nothing. */
  readonly staticKey?: StaticKeyUse | undefined;
}

/** How a gateway uses its static key, and where the prober finds that. */
export interface StaticKeyUse {
  readonly use: "tls-auth" | "tls-crypt" | "tls-crypt-v2";
  readonly file?: string | undefined;
  /** tls-auth only: the client's `key-direction`. */
  readonly direction?: 0 | 1 | undefined;
  /** tls-auth only: `auth`, else SHA1. */
  readonly digest?: string | undefined;
}

/** Gateways that have answered a knock: their hanging up on one is a miss, others may want a key that is not known. */
const known = new WeakSet<OpenVpnTarget>();

/**
 * Knocks as a person's client does. A gateway that wants a key the prober does not have cannot be asked so, and its
 * silence means nothing: over TCP it is only seen whether the port takes connections, over UDP it is not probed.
 */
export const openvpn: Method<OpenVpnTarget> = async (target, limits) => {
  const seal = await sealOf(target.staticKey);
  if (typeof seal !== "string")
    return target.protocol === "tcp" ? overTcp(target, limits, seal) : overUdp(target, limits, seal);
  return target.protocol === "tcp" ? tcp(target, limits) : unprobed(seal);
};

/** What packets are sealed with, or why that cannot be known. The file is read each time: a new key counts at once. */
async function sealOf(staticKey: StaticKeyUse | undefined): Promise<Seal | string> {
  if (staticKey === undefined) return bare;
  const { use, file, direction, digest } = staticKey;
  if (use === "tls-crypt-v2") return "it wants a tls-crypt-v2 key, which the prober cannot use";
  if (file === undefined) return `it wants a ${use} key, and the inventory names no file with it`;
  try {
    const key = parseStaticKey(await readFile(file, "utf8"));
    return use === "tls-auth" ? tlsAuth(key, direction, digest) : tlsCrypt(key);
  } catch (error) {
    if (error instanceof StaticKeyError) return `its ${use} key ${file}: ${error.message}`;
    return `its ${use} key cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

interface Knock {
  readonly packet: Buffer;
  readonly isAnswer: (packet: Buffer) => boolean;
}

function knockWith(seal: Seal): Knock {
  const session = randomBytes(sessionBytes);
  const expected = session.toString("hex");
  return {
    packet: seal.seal(encodeClientReset(session), Date.now() / 1000),
    isAnswer: (packet) => {
      const opened = seal.open(packet);
      return opened !== undefined && decodeServerReset(opened) === expected;
    },
  };
}

function overUdp(target: OpenVpnTarget, limits: Limits, seal: Seal): Promise<Outcome> {
  const { packet, isAnswer } = knockWith(seal);
  return exchange(target, limits, packet, isAnswer);
}

async function overTcp(target: OpenVpnTarget, limits: Limits, seal: Seal): Promise<Outcome> {
  const { packet, isAnswer } = knockWith(seal);
  const outcome = await converse(target, limits, ({ socket, stage, answered, failed, unprobed }) => {
    stage("greeting");
    let received: Buffer = Buffer.alloc(0);
    const hungUp = (): void =>
      unprobed("it took the connection and hung up on the knock: does it want a static key, or another one?");
    if (!known.has(target)) {
      socket.once("end", hungUp);
      socket.prependOnceListener("error", (error) => {
        if ("code" in error && error.code === "ECONNRESET") hungUp();
      });
    }
    socket.on("data", (part) => {
      received = Buffer.concat([received, part]);
      const whole = unframe(received);
      if (whole === undefined) return;
      if (isAnswer(whole)) answered();
      else failed({ kind: "protocol", detail: "it does not answer as OpenVPN does" });
    });
    socket.write(frame(packet));
  });
  if (outcome.kind === "answered") known.add(target);
  return outcome;
}
