import type { Socket } from "node:net";
import { withSocket } from "../with-socket.ts";
import { decodeMessage, ViciError, type ViciSection } from "./message.ts";

/** A command that streams its answer as events of that name. */
export interface Question {
  readonly command: string;
  readonly event: string;
}

const packet = {
  commandRequest: 0,
  commandResponse: 1,
  commandUnknown: 2,
  eventRegister: 3,
  eventConfirm: 5,
  eventUnknown: 6,
  event: 7,
} as const;

/** vici's own bound of one packet, bytes. */
const maxPacketBytes = 512 * 1024;
/** Of one visit: 10,000 SAs are about 10 MB. */
const maxAnswerBytes = 32_000_000;
/** Of one answer: no gateway has so many lines. */
const maxEvents = 20_000;

/**
 * Asks a charon, one question after the other in one visit; gives the events of each answer. Throws ViciError, or the
 * socket's error. charon serves several clients at once.
 */
export function askVici<const Asked extends readonly Question[]>(
  socketPath: string,
  questions: Asked,
  signal: AbortSignal,
): Promise<{ readonly [Each in keyof Asked]: readonly ViciSection[] }> {
  const late = (): Error => new ViciError("no answer in time");
  return withSocket(socketPath, signal, late, async (socket) => {
    const packets = packetsOf(socket);
    const answers: (readonly ViciSection[])[] = [];
    for (const question of questions) answers.push(await answerTo(question, socket, packets));
    return answers as { readonly [Each in keyof Asked]: readonly ViciSection[] };
  });
}

async function answerTo(
  { command, event }: Question,
  socket: Socket,
  packets: AsyncIterator<Buffer, void>,
): Promise<readonly ViciSection[]> {
  const next = async (): Promise<Buffer> => {
    const { value } = await packets.next();
    if (value === undefined) throw new ViciError(`the answer to ${command} broke off`);
    return value;
  };
  socket.write(named(packet.eventRegister, event));
  const registered = (await next())[0];
  if (registered !== packet.eventConfirm) throw new ViciError(`it has no event ${event} (packet type ${registered})`);
  socket.write(named(packet.commandRequest, command));
  const found: ViciSection[] = [];
  for (;;) {
    const bytes = await next();
    const type = bytes[0];
    if (type === packet.event) {
      const [name, message] = nameOf(bytes);
      if (name !== event) throw new ViciError(`an event ${JSON.stringify(name)} that nobody asked for`);
      if (found.length === maxEvents) throw new ViciError(`${command} gives more than ${maxEvents} events`);
      found.push(decodeMessage(message));
    } else if (type === packet.commandResponse) {
      const response = decodeMessage(bytes.subarray(1));
      if (response.get("success") === "no")
        throw new ViciError(`${command}: ${JSON.stringify(response.get("errmsg"))}`);
      return found;
    } else throw new ViciError(`it does not know ${command} (packet type ${type})`);
  }
}

/** A request without arguments. */
function named(type: number, name: string): Buffer {
  const text = Buffer.from(name, "latin1");
  const head = Buffer.alloc(6);
  head.writeUInt32BE(2 + text.length);
  head.writeUInt8(type, 4);
  head.writeUInt8(text.length, 5);
  return Buffer.concat([head, text]);
}

function nameOf(bytes: Buffer): readonly [string, Buffer] {
  const end = 2 + (bytes[1] ?? 0);
  if (bytes.length < end) throw new ViciError("an event broke off");
  return [bytes.subarray(2, end).toString("latin1"), bytes.subarray(end)];
}

/** What comes, packet by packet, each without its length; within the bounds. */
async function* packetsOf(socket: Socket): AsyncGenerator<Buffer, void> {
  let waiting: Buffer[] = [];
  let have = 0;
  let total = 0;
  let wanted = 4;
  let length: number | undefined;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > maxAnswerBytes) throw new ViciError(`an answer of more than ${maxAnswerBytes} bytes`);
    waiting.push(chunk);
    have += chunk.length;
    if (have < wanted) continue;
    let bytes = Buffer.concat(waiting);
    while (bytes.length >= wanted) {
      const part = bytes.subarray(0, wanted);
      bytes = bytes.subarray(wanted);
      if (length === undefined) {
        length = part.readUInt32BE();
        if (length === 0 || length > maxPacketBytes) throw new ViciError(`a packet of ${length} bytes`);
        wanted = length;
      } else {
        length = undefined;
        wanted = 4;
        yield part;
      }
    }
    waiting = [bytes];
    have = bytes.length;
  }
}
