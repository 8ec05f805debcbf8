import { connect, type Socket } from "node:net";
import { connect as startTls } from "node:tls";
import { failureOf, type HandshakeResult, type Stage } from "./result.ts";

export interface RdpTarget {
  readonly address: string;
  readonly port: number;
  /** For the whole handshake. */
  readonly timeoutMs: number;
  readonly localAddress?: string;
  /** Ends the handshake early, as its time-out would. */
  readonly signal?: AbortSignal;
  /** `reset` leaves nothing in TIME_WAIT; for those who ask again and again. */
  readonly ending?: "usual" | "reset";
}

/** xrdp listens with a backlog of 2 and forks for each connection: more at once are refused though it is well. */
export const rdpAtOnce = 4;

/** X.224 connection request with an RDP negotiation request for TLS or CredSSP ([MS-RDPBCGR] 2.2.1.1). */
const connectionRequest = Buffer.from("030000130ee000000000000100080003000000", "hex");

/** [MS-RDPBCGR] 2.2.1.2.2, failureCode. */
const refusals: Readonly<Record<number, string>> = {
  1: "it asks for TLS, and yet refuses it",
  2: "it forbids TLS",
  3: "it has no certificate for TLS",
  4: "it found the request inconsistent",
  5: "it asks for CredSSP",
  6: "it asks for TLS with a client's certificate",
};

/**
 * A TCP connection, the X.224 request and confirm, and a TLS handshake, as a remote desktop client begins; nobody logs
 * on. `ok` carries the certificate's end. Desktops sign their own certificates, so the issuer is not judged. Never
 * throws.
 */
export function rdpHandshake(target: RdpTarget): Promise<HandshakeResult> {
  const { address, port, timeoutMs, localAddress, signal, ending = "usual" } = target;
  return new Promise((resolve) => {
    const start = performance.now();
    let stage: Stage = "connect";
    let done = false;
    const socket = connect({ host: address, port, ...(localAddress === undefined ? {} : { localAddress }) });
    const finish = (result: HandshakeResult): void => {
      if (done) return;
      done = true;
      clearTimeout(deadline);
      signal?.removeEventListener("abort", late);
      if (ending === "reset" && !socket.connecting) socket.resetAndDestroy();
      else socket.destroy();
      resolve(result);
    };
    const late = (): void => finish({ kind: "timeout", stage, afterMs: timeoutMs });
    const deadline = setTimeout(late, timeoutMs);
    signal?.addEventListener("abort", late, { once: true });
    socket.on("error", (error) => finish(failureOf(error, stage)));
    socket.on("close", () => finish({ kind: "closed", stage }));
    socket.once("connect", () => {
      stage = "negotiation";
      socket.write(connectionRequest);
      confirmed(socket, (detail) => {
        if (detail !== undefined) return finish({ kind: "protocol", detail });
        stage = "tls";
        // A desktop's certificate bears its own name and no address: what counts is that it has the key, and its end.
        const tls = startTls({ socket, rejectUnauthorized: false, checkServerIdentity: () => undefined });
        tls.on("error", (error) => finish(failureOf(error, stage)));
        tls.on("close", () => finish({ kind: "closed", stage }));
        tls.once("secureConnect", () => {
          const end = new Date(tls.getPeerCertificate().valid_to);
          if (ending === "usual") tls.destroy();
          if (Number.isNaN(end.getTime())) return finish({ kind: "protocol", detail: "it showed no certificate" });
          const certificateEnds = end.toISOString();
          if (end.getTime() < Date.now()) return finish({ kind: "certificate-expired", at: certificateEnds });
          return finish({ kind: "ok", ms: performance.now() - start, certificateEnds });
        });
      });
    });
  });
}

/** Reads the connection confirm; calls back with what is wrong with it, or with nothing. */
function confirmed(socket: Socket, done: (detail: string | undefined) => void): void {
  let read = Buffer.alloc(0);
  const onData = (part: Buffer): void => {
    read = Buffer.concat([read, part]);
    const length = read.length < 4 ? 4 : read.readUInt16BE(2);
    if (read.length < length && read[0] === 3 && length <= 512) return;
    socket.removeListener("data", onData);
    socket.pause();
    done(judge(read.subarray(0, length)));
  };
  socket.on("data", onData);
}

function judge(confirm: Buffer): string | undefined {
  if (confirm[0] !== 3 || confirm.length < 11 || (confirm[5] ?? 0) >> 4 !== 0xd)
    return "it did not confirm the request";
  if (confirm.length < 19) return "it offers no TLS, only RDP's own old security";
  if (confirm[11] === 3) return refusals[confirm.readUInt32LE(15)] ?? "it refused the negotiation";
  if (confirm[11] !== 2 || (confirm.readUInt32LE(15) & 3) === 0) return "it offers no TLS, only RDP's own old security";
  return undefined;
}
