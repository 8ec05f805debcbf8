import { connect } from "node:net";

/**
 * Ends a person's sessions at one instance, over OpenVPN's management socket (`kill <common name>`): a gateway reads the
 * revocation list only when a session begins. Resolves to how many were ended; rejects where the socket does not answer
 * in `timeoutMs`.
 */
export function endSessions(socketPath: string, commonName: string, timeoutMs = 5000): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    let said = "";
    const deadline = setTimeout(() => {
      socket.destroy();
      reject(new Error(`${socketPath} did not answer in ${timeoutMs / 1000} s`));
    }, timeoutMs);
    socket.on("error", (error) => {
      clearTimeout(deadline);
      reject(error);
    });
    socket.on("connect", () => socket.write(`kill ${commonName}\n`));
    socket.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const answer = /^(SUCCESS|ERROR): (.*)$/m.exec(said);
      if (answer === null) return;
      clearTimeout(deadline);
      socket.end("quit\n");
      resolve(answer[1] === "SUCCESS" ? Number(/(\d+) client/.exec(answer[2] ?? "")?.[1] ?? 1) : 0);
    });
  });
}
