import type { Socket } from "node:net";
import { linesOf } from "../socket-lines.ts";
import { withSocket } from "../with-socket.ts";

/**
 * OpenVPN's management interface: a unix socket that serves one client at a time, so each visit is short. Lines that
 * begin with `>` are news nobody asked for.
 */

/** The interface did not answer as OpenVPN does; the message says what came instead. */
export class ManagementError extends Error {
  override readonly name = "ManagementError";
}

/** Sends a command; gives the lines of its answer up to the first that `last` matches, which is among them. */
export type Ask = (command: string, last: RegExp) => Promise<readonly string[]>;

/** Of one visit: 10,000 sessions are about 2 MB of `status 3`, 10,000 lines of the log about 1 MB. */
const maxAnswerBytes = 16_000_000;

/** Visits an instance, and says goodbye. Throws ManagementError, or the socket's error. */
export function visit<Found>(
  socketPath: string,
  talk: (ask: Ask) => Promise<Found>,
  signal: AbortSignal,
): Promise<Found> {
  const late = (): Error => new ManagementError("no answer in time");
  const excess = (): Error => new ManagementError(`an answer of more than ${maxAnswerBytes} bytes`);
  return withSocket(socketPath, signal, late, async (socket) => {
    const lines = linesOf(socket.setEncoding("latin1"), maxAnswerBytes, excess);
    const found = await talk(asking(socket, lines));
    // OpenVPN hangs up, whatever it still has to say, when its client ends or says quit: only after the whole answer.
    socket.end("quit\n");
    await ended(lines);
    return found;
  });
}

type Lines = AsyncGenerator<readonly string[], void>;

function asking(socket: Socket, lines: Lines): Ask {
  let unread: readonly string[] = [];
  return async (command, last) => {
    socket.write(`${command}\n`);
    const answer: string[] = [];
    for (;;) {
      for (const [index, line] of unread.entries()) {
        if (line.startsWith(">")) continue;
        if (line.startsWith("ERROR:")) throw new ManagementError(`${command}: ${line.slice(0, 200)}`);
        answer.push(line);
        if (!last.test(line)) continue;
        unread = unread.slice(index + 1);
        return answer;
      }
      const { value } = await lines.next();
      if (value === undefined) throw new ManagementError(`the answer to ${command} broke off`);
      unread = value;
    }
  };
}

/** Waits until it has hung up, since it serves one client at a time. All was said: how it ends is no matter. */
async function ended(lines: Lines): Promise<void> {
  try {
    while ((await lines.next()).done !== true);
  } catch {
    // It floods, or time is over.
  }
}
