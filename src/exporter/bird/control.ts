import { linesOf } from "../socket-lines.ts";
import { withSocket } from "../with-socket.ts";

/**
 * BIRD's control socket (BIRD 2, doc/reply_codes): each line of an answer begins with a code of four digits and a minus
 * sign, or with a space where it goes on; the last one has a space behind its code. From 8000 on, codes are errors.
 */

export class BirdError extends Error {
  override readonly name = "BirdError";
}

/** A thousand protocols are about 2 MB. */
const maxAnswerBytes = 16_000_000;

/**
 * Asks for all protocols, in words that change nothing; gives the answer's lines, its last among them. Throws BirdError,
 * or the socket's error.
 */
export function askProtocols(socketPath: string, signal: AbortSignal): Promise<readonly string[]> {
  const late = (): Error => new BirdError("no answer in time");
  const excess = (): Error => new BirdError(`an answer of more than ${maxAnswerBytes} bytes`);
  return withSocket(socketPath, signal, late, async (socket) => {
    const answer: string[] = [];
    socket.write("restrict\nshow protocols all\n");
    for await (const lines of linesOf(socket.setEncoding("latin1"), maxAnswerBytes, excess)) {
      for (const line of lines) {
        if (/^[89]\d{3} /.test(line)) throw new BirdError(line.slice(0, 200));
        answer.push(line);
        if (/^0000 ?$/.test(line)) return answer;
      }
    }
    throw new BirdError("the answer to show protocols broke off");
  });
}
