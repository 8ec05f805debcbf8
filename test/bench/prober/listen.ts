import { createServer } from "node:net";

/** The hosts of `npm run bench -- prober`: takes connections on every loopback address and closes them at once. */
const server = createServer({ pauseOnConnect: true }, (socket) => {
  socket.on("error", () => undefined);
  socket.destroy();
});
server.listen({ port: 0, host: "0.0.0.0", backlog: 4096 }, () => process.send?.(server.address()));
process.once("disconnect", () => process.exit());
