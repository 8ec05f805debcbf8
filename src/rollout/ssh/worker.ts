import { parentPort, workerData } from "node:worker_threads";
import { Hands } from "./hands.ts";
import type { Order, Report, Setup } from "./wire.ts";

/** A thread of a pool: see pool.ts. It ends when it is told to, with what is kept open said goodbye to. */
const port = parentPort;
if (port === null) throw new Error("this is a worker's program: see pool.ts");
const tell = (report: Report): void => port.postMessage(report);
const hands = new Hands(workerData as Setup, (told) => tell({ kind: "told", told }));
const running = new Map<number, AbortController>();

async function work({ id, task }: Extract<Order, { kind: "do" }>): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  const done = await hands.do(task, controller.signal);
  running.delete(id);
  tell({ kind: "done", id, done });
}

port.on("message", (order: Order) => {
  switch (order.kind) {
    case "do":
      return void work(order);
    case "cancel":
      return running.get(order.id)?.abort();
    case "release":
      return hands.release(order.place);
    case "end":
      return void hands.close().finally(() => port.close());
  }
});
