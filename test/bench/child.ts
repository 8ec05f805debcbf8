import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** The next thing that a process of a benchmark tells. */
export async function heard(child: ChildProcess): Promise<unknown> {
  const [answer] = (await once(child, "message")) as [unknown];
  return answer;
}
