import type { Method } from "../outcome.ts";
import { readIdentification } from "../wire/ssh.ts";
import { converse, type Endpoint } from "./converse.ts";

/**
 * Whether an SSH server identifies itself. Nothing is said to it, so it has computed nothing when the connection is
 * reset; its log tells of a connection that ended before the log-on.
 */
export const ssh: Method<Endpoint> = (endpoint, limits) =>
  converse(endpoint, limits, ({ socket, stage, answered, failed }) => {
    stage("greeting");
    let received: Buffer = Buffer.alloc(0);
    socket.on("data", (part) => {
      received = Buffer.concat([received, part]);
      const read = readIdentification(received);
      if (read.kind === "found") answered();
      if (read.kind === "wrong") failed({ kind: "protocol", detail: read.detail });
    });
  });
