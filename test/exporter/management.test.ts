import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { ManagementError, visit } from "../../src/exporter/openvpn/management.ts";
import { askStatus, parseStatus } from "../../src/exporter/openvpn/status.ts";
import { answerLines, captured } from "./gateways/captured.ts";
import { daemon, flood, folder, openVpn } from "./gateways/daemons.ts";

const [load = "", ...status] = answerLines(captured("openvpn-status.txt"));
const [doorLoad = "", ...door] = answerLines(captured("openvpn-status-door.txt"));
const said = { "load-stats": `${load}\r\n`, "status 3": `${status.join("\r\n")}\r\n` };
const never = new AbortController().signal;
const ask = (path: string, signal = never) => visit(path, askStatus, signal);
/** The captured answer to status 3 with its first client changed. */
const client = (change: (row: string) => string): readonly string[] => {
  const index = status.findIndex((line) => line.startsWith("CLIENT_LIST"));
  return status.with(index, change(status[index] ?? ""));
};

test("counts those who are in, with their addresses and bytes", () => {
  const { addresses, ...figures } = parseStatus([load], status);
  assert.deepEqual(figures, { sessions: 2, rxBytes: 10_996, txBytes: 10_751 });
  assert.deepEqual([...addresses].toSorted(), ["10.96.0.2", "10.96.0.3"]);
});

test("neither those at the door are in, nor those whom it refused and still lists", () => {
  assert.equal(door.filter((line) => line.startsWith("CLIENT_LIST")).length, 2);
  const { sessions, addresses } = parseStatus([doorLoad], door);
  assert.deepEqual([sessions, addresses.size], [0, 0]);
});

const lies: readonly (readonly [what: string, load: string, status: readonly string[], message: RegExp])[] = [
  ["negative bytes", "SUCCESS: nclients=2,bytesin=-5,bytesout=1", status, /load-stats answers "SUCCESS: .*bytesin=-5/],
  ["NaN", "SUCCESS: nclients=2,bytesin=NaN,bytesout=1", status, /load-stats answers/],
  ["more bytes than can be counted", "SUCCESS: nclients=2,bytesin=99999999999999999,bytesout=1", status, /load-stats/],
  ["something else", "SUCCESS: pid=7", status, /load-stats answers "SUCCESS: pid=7"/],
  ["no header", load, status.filter((line) => !line.startsWith("HEADER")), /no header/],
  ["half a row", load, client((row) => row.slice(0, 40)), /client 1 of status 3 has 4 columns/],
  [
    "one address twice",
    load,
    status.map((row) => row.replaceAll("10.96.0.3", "10.96.0.2")),
    /an address to two people/,
  ],
];
for (const [what, answer, rows, message] of lies) {
  test(`a gateway that tells ${what} is not believed`, () => {
    assert.throws(() => parseStatus([answer], rows), { name: "ManagementError", message });
  });
}

test("asks in one short visit, reads answers that come in pieces, with news between, and says goodbye at the end", async () => {
  let asked = "";
  const path = await daemon("management", (socket) => {
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      asked += chunk;
      if (chunk === "load-stats\n") socket.write(`>CLIENT:ESTABLISHED,0\r\n${load}\r\n`);
      if (chunk === "status 3\n") {
        const text = `${status.join("\r\n")}\r\n>CLIENT:ESTABLISHED,1\r\n`;
        socket.write(text.slice(0, 100));
        setImmediate(() => socket.write(text.slice(100)));
      }
      if (chunk === "quit\n") socket.end();
    });
  });
  assert.equal((await ask(path)).sessions, 2);
  assert.equal(asked, "load-stats\nstatus 3\nquit\n");
});

test("what it refuses to do is told in its own words", async () => {
  const path = await openVpn("management", { ...said, "status 3": "ERROR: command not allowed\r\n" });
  await assert.rejects(ask(path), new ManagementError("status 3: ERROR: command not allowed"));
});

test("half an answer is none", async () => {
  const path = await daemon("management", (socket) => {
    socket.write(said["load-stats"]);
    socket.end(said["status 3"].slice(0, -6));
  });
  await assert.rejects(ask(path), new ManagementError("the answer to status 3 broke off"));
});

test("a socket that never answers is left when time is up", async () => {
  const abort = new AbortController();
  const path = await daemon("management", (socket) => socket.once("data", () => abort.abort()));
  await assert.rejects(ask(path, abort.signal), new ManagementError("no answer in time"));
});

test("one that answers, and then does not hang up, is left when time is up; its answer holds", async () => {
  const abort = new AbortController();
  const path = await daemon("management", (socket) => {
    socket.on("data", (chunk) => {
      const command = String(chunk).trim();
      if (command === "quit") abort.abort();
      else socket.write(said[command as keyof typeof said]);
    });
  });
  assert.equal((await ask(path, abort.signal)).sessions, 2);
});

test("a socket that floods is left", async () => {
  const path = await daemon("management", flood);
  await assert.rejects(ask(path), new ManagementError("an answer of more than 16000000 bytes"));
});

test("a gateway that does not run refuses", async () => {
  await assert.rejects(ask(join(folder, "none")), { code: "ENOENT" });
});
