import { connect } from "node:net";

/**
 * OpenVPN's management interface: a unix socket that serves one client at a time, so each visit is short. Lines that
 * begin with `>` are news nobody asked for.
 */

/** The interface did not answer as OpenVPN does; the message says what came instead. */
export class ManagementError extends Error {
  override readonly name = "ManagementError";
}

export interface GatewaySessions {
  /** People who are connected (authenticated), not those who are about to. */
  readonly sessions: number;
  readonly rxBytes: number;
  readonly txBytes: number;
}

/** 10,000 sessions are about 2 MB of `status 3`. */
const maxAnswerBytes = 16_000_000;

/** Asks an instance for its sessions and bytes. Throws ManagementError, or the socket's error. */
export async function askSessions(socketPath: string, signal: AbortSignal): Promise<GatewaySessions> {
  return parseSessions(await converse(socketPath, "load-stats\nstatus 3\n", signal));
}

/** Reads the answers to `load-stats` and `status 3`. */
export function parseSessions(answer: string): GatewaySessions {
  const lines = answer.split(/\r?\n/).filter((line) => !line.startsWith(">"));
  const refused = lines.find((line) => line.startsWith("ERROR:"));
  if (refused !== undefined) throw new ManagementError(refused);
  const load = lines
    .map((line) => /^SUCCESS: nclients=\d+,bytesin=(\d+),bytesout=(\d+)/.exec(line))
    .find((match) => match !== null);
  if (load === undefined || load === null) throw new ManagementError("no answer to load-stats");
  if (!lines.includes("END")) throw new ManagementError("the answer to status broke off");
  const clients = lines.filter((line) => line.startsWith("CLIENT_LIST\t")).map((line) => line.split("\t")[1]);
  return {
    sessions: clients.filter((commonName) => commonName !== "UNDEF").length,
    rxBytes: Number(load[1]),
    txBytes: Number(load[2]),
  };
}

function converse(socketPath: string, commands: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(socketPath);
    const abandon = (): void => void socket.destroy(new ManagementError("no answer in time"));
    signal.addEventListener("abort", abandon, { once: true });
    socket.setEncoding("latin1");
    // OpenVPN hangs up, whatever it still has to say, when its client ends or says quit: only after the whole answer.
    socket.once("connect", () => socket.write(commands));
    socket.on("data", (chunk: string) => {
      answer += chunk;
      if (answer.length > maxAnswerBytes)
        socket.destroy(new ManagementError(`an answer of more than ${maxAnswerBytes} bytes`));
      else if (/\nEND\r?\n/.test(answer.slice(-chunk.length - 6))) socket.end("quit\n");
    });
    socket.once("error", reject);
    socket.once("close", () => {
      signal.removeEventListener("abort", abandon);
      resolve(answer);
    });
  });
}
