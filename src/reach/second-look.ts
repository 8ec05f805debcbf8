import type { HandshakeResult } from "../handshake/result.ts";
import { type HandshakerOptions, makeHandshakes } from "./handshaker.ts";
import type { Task } from "./tasks.ts";

/** So many in one home are asked a second time at most; more have not failed by chance. */
const secondLooks = 64;
/** At once, of these. */
const gentle = 8;

export interface SecondLookOptions extends HandshakerOptions {
  /** Answered only when it was asked again. */
  readonly onLate: (task: Task) => void;
}

/**
 * Makes the handshakes. A few that were met by silence, or broken off, are made once more when all others are done, a
 * few at a time: one silence under load, or on a line that loses packets, does not say that the desk is lost. Calls back
 * once for each task, and rejects, as `makeHandshakes` does.
 */
export async function handshakesWithSecondLook(tasks: readonly Task[], options: SecondLookOptions): Promise<void> {
  const { enter, pace, onResult, onLate, signal } = options;
  const doubtful = new Map<Task, HandshakeResult>();
  let many = false;
  const tell = (): void => {
    for (const [task, result] of doubtful) onResult(task, result);
    doubtful.clear();
  };
  try {
    await makeHandshakes(tasks, {
      enter,
      pace,
      signal,
      onResult: (task, result) => {
        if (many || !mayPass(result)) return onResult(task, result);
        doubtful.set(task, result);
        many = doubtful.size > secondLooks;
        if (many) tell();
      },
    });
    await makeHandshakes([...doubtful.keys()], {
      enter,
      pace: { total: gentle, perGroup: { ssh: gentle, rdp: pace.perGroup.rdp } },
      signal,
      onResult: (task, result) => {
        doubtful.delete(task);
        if (result.kind === "ok") onLate(task);
        onResult(task, result);
      },
    });
  } finally {
    // Where the handshaker ended too soon.
    if (!signal.aborted) tell();
  }
}

/** Whether the same handshake may well end otherwise. A refusal, a wrong key and a bad certificate are answers. */
function mayPass({ kind }: HandshakeResult): boolean {
  return kind === "timeout" || kind === "closed" || kind === "unreachable";
}
