import { once } from "node:events";
import { exit, stdin, stdout } from "node:process";
import { createInterface } from "node:readline";
import { rdpHandshake } from "../handshake/rdp.ts";
import type { HandshakeResult, Via } from "../handshake/result.ts";
import { sshHandshake } from "../handshake/ssh.ts";
import { type Pace, Pacer } from "./pace.ts";
import type { Task } from "./tasks.ts";

/**
 * The handshaker: a program that runs where a person sits. Lines of JSON on its input: first the pace, then one task a
 * line, then `"end"`; on its output one line a result, `{ "id", "via", "result" }`, in the order in which they come.
 * It ends when all is told. Its input stays open until then: one that closes means that its starter is gone, and so it
 * goes too, at once.
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
const input = createInterface({ input: stdin });
input.on("line", (line) => {
  const said = JSON.parse(line) as Pace | Task | "end";
  if (said === "end") void (pacer?.idle() ?? Promise.resolve()).then(() => input.removeAllListeners("close").close());
  else if ("perGroup" in said) pacer = new Pacer(said, tell);
  else pacer?.add(said);
});
input.on("close", () => exit(1));
