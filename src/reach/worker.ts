import { once } from "node:events";
import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline";
import { rdpHandshake } from "../handshake/rdp.ts";
import type { HandshakeResult, Via } from "../handshake/result.ts";
import { sshHandshake } from "../handshake/ssh.ts";
import { type Pace, Pacer } from "./pace.ts";
import type { Task } from "./tasks.ts";

/**
 * The handshaker: a program that runs where a person sits. Lines of JSON on its input, first the pace, then one task a
 * line; on its output one line a result, `{ "id", "via", "result" }`, in the order in which they come. It ends when its
 * input has ended and all is told; also when its starter is gone, since its pipes break.
 */
const handshakes: Readonly<Record<Via, (task: Task) => Promise<HandshakeResult>>> = {
  ssh: sshHandshake,
  rdp: rdpHandshake,
};

async function tell(task: Task): Promise<void> {
  const result = await handshakes[task.via](task);
  const room = stdout.write(`${JSON.stringify({ id: task.id, via: task.via, result })}\n`);
  if (!room) await once(stdout, "drain");
}

let pacer: Pacer<Task> | undefined;
for await (const line of createInterface({ input: stdin })) {
  if (pacer === undefined) pacer = new Pacer(JSON.parse(line) as Pace, tell);
  else pacer.add(JSON.parse(line) as Task);
}
await pacer?.idle();
