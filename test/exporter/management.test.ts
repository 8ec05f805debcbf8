import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { askSessions, parseSessions } from "../../src/exporter/management.ts";

/** As OpenVPN 2.6 writes it: news, the answer to load-stats, the answer to status 3. */
const answer = [
  ">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info",
  "SUCCESS: nclients=3,bytesin=123456,bytesout=654321",
  "TITLE\tOpenVPN 2.6.14 x86_64-pc-linux-gnu",
  "TIME\t2026-11-23 11:00:00\t1795431600",
  "HEADER\tCLIENT_LIST\tCommon Name\tReal Address\tVirtual Address",
  "CLIENT_LIST\tanna\t198.18.0.20:40000\t10.96.0.2\t\t100\t200\t2026-11-23 10:00:00\t1795428000\tUNDEF\t0\t0\tAES-256-GCM",
  "CLIENT_LIST\tUNDEF\t198.18.0.21:40001\t\t\t10\t20\t2026-11-23 10:59:59\t1795431599\tUNDEF\t1\t1\t",
  ">CLIENT:ESTABLISHED,0",
  "CLIENT_LIST\tbruno\t198.18.0.22:40002\t10.96.0.3\t\t300\t400\t2026-11-23 10:00:00\t1795428000\tUNDEF\t2\t2\tAES-256-GCM",
  "GLOBAL_STATS\tMax bcast/mcast queue length\t0",
  "END",
  "",
];

let folder = "";
let open: (() => void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deskbridge-management-"));
  open = [];
});
afterEach(() => {
  for (const close of open) close();
  rmSync(folder, { recursive: true });
});

/** A socket that behaves as `serve` says. */
async function management(serve: (socket: Socket) => void): Promise<string> {
  const path = join(folder, "management");
  const server = createServer((socket) => {
    open.push(() => socket.destroy());
    serve(socket);
  });
  open.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return path;
}

test("counts those who are in, not those at the door", () => {
  assert.deepEqual(parseSessions(answer.join("\r\n")), { sessions: 2, rxBytes: 123_456, txBytes: 654_321 });
});

const broken = {
  "no answer to load-stats": "END\r\n",
  "the answer to status broke off": answer.slice(0, -2).join("\r\n"),
  "ERROR: command not allowed": "ERROR: command not allowed\r\nEND\r\n",
};
for (const [message, text] of Object.entries(broken)) {
  test(`says so: ${message}`, () => assert.throws(() => parseSessions(text), { name: "ManagementError", message }));
}

test("asks in one short visit, reads an answer that comes in pieces, and says goodbye only after its end", async () => {
  let asked = "";
  const path = await management((socket) => {
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      asked += chunk;
      if (asked === "load-stats\nstatus 3\n") {
        const text = `${answer.join("\r\n")}>CLIENT:ESTABLISHED,1\r\n`;
        socket.write(text.slice(0, 100));
        setImmediate(() => socket.write(text.slice(100)));
      }
      if (asked.endsWith("quit\n")) socket.end();
    });
  });
  assert.equal((await askSessions(path, new AbortController().signal)).sessions, 2);
  assert.equal(asked, "load-stats\nstatus 3\nquit\n");
});

test("a socket that never answers is left when time is up", async () => {
  const abort = new AbortController();
  const path = await management((socket) => socket.once("data", () => abort.abort()));
  await assert.rejects(askSessions(path, abort.signal), { name: "ManagementError", message: "no answer in time" });
});

test("a socket that floods is left", async () => {
  const path = await management((socket) => {
    const flood = Buffer.alloc(1 << 20, "x");
    const pour = (): void =>
      void (socket.destroyed || (socket.write(flood) ? setImmediate(pour) : socket.once("drain", pour)));
    socket.on("error", () => undefined);
    pour();
  });
  await assert.rejects(askSessions(path, new AbortController().signal), /an answer of more than 16000000 bytes/);
});

test("a gateway that does not run refuses", async () => {
  await assert.rejects(askSessions(join(folder, "none"), new AbortController().signal), { code: "ENOENT" });
});
