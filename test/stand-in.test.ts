import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ListenError } from "../src/http-server.ts";
import { http } from "../src/probe/methods/http.ts";
import { type StandIns, startStandIns } from "../src/stand-in.ts";
import { folderOf, freePort, remove } from "./handshake/servers.ts";
import { selfSigned } from "./probe/methods/certificates.ts";
import { address, within } from "./probe/methods/world.ts";

/** Stand-ins as the lab has them, asked as the prober asks. */

let folder: string;
let standIns: StandIns;
let ports: readonly [number, number];
const notes: string[] = [];
const file = () => join(folder, "services.json");

before(async () => {
  folder = await folderOf("stand-in");
  await selfSigned(folder, "documents.example", 30);
  await writeFile(join(folder, "answer"), "200\n");
  ports = [await freePort(), await freePort()];
  const tls = { certificate: "documents.example.crt", key: "documents.example.key" };
  const list = ports.map((port, index) => ({
    name: "Document management",
    listen: { host: address, port },
    ...(index === 0 ? { tls } : {}),
    answer: "answer",
  }));
  await writeFile(file(), JSON.stringify(list));
  standIns = await startStandIns(file(), (text) => notes.push(text));
});
after(async () => {
  await standIns.close();
  await remove(folder);
});

async function statuses(): Promise<readonly unknown[]> {
  const ca = join(folder, "documents.example.crt");
  const asked = [`https://documents.example:${ports[0]}/`, `http://documents.example:${ports[1]}/`];
  const outcomes = await Promise.all(asked.map((url) => http({ url, address, ca }, within(10_000))));
  return outcomes.map((outcome) => (outcome.kind === "unprobed" ? outcome.why : outcome.status));
}

test("each service answers in its own name, by its own protocol, with what its file says at that moment", async () => {
  assert.deepEqual(await statuses(), [200, 200]);
  await writeFile(join(folder, "answer"), "503\n");
  assert.deepEqual(await statuses(), [503, 503]);
  await writeFile(join(folder, "answer"), "well\n");
  assert.deepEqual(await statuses(), [500, 500]);
  assert.match(notes.at(-1) ?? "", /answer holds "well", which is no status from 200 to 599$/);
  await writeFile(join(folder, "answer"), "200\n");
  assert.deepEqual(await statuses(), [200, 200]);
});

const refused = [
  ["no list", "{", /^\S+wrong\.json: not JSON: /],
  ["a list of something else", '[{"name":"x"}]', /^\S+wrong\.json: 0\.listen: .*; 0\.answer: /],
] as const;
for (const [what, text, message] of refused) {
  test(`${what} is refused`, async () => {
    const wrong = join(folder, "wrong.json");
    await writeFile(wrong, text);
    await assert.rejects(
      startStandIns(wrong, () => undefined),
      { name: "StandInError", message },
    );
  });
}

test("a certificate that is missing is named", async () => {
  const lost = join(folder, "lost.json");
  await writeFile(lost, (await readFile(file(), "utf8")).replace("documents.example.crt", "lost.crt"));
  const message = /^\S+lost\.crt: ENOENT/;
  await assert.rejects(
    startStandIns(lost, () => undefined),
    { name: "StandInError", message },
  );
});

test("where one address is taken none is served", async () => {
  const other = createServer();
  const taken = await new Promise<number>((done) => {
    other.listen(0, address, () => done((other.address() as { port: number }).port));
  });
  const free = await freePort();
  const list = [free, taken].map((port) => ({ name: "x", listen: { host: address, port }, answer: "answer" }));
  await writeFile(join(folder, "taken.json"), JSON.stringify(list));
  await assert.rejects(
    startStandIns(join(folder, "taken.json"), () => undefined),
    ListenError,
  );
  await new Promise<void>((done) => void other.close(() => done()));
  await (await startStandIns(join(folder, "taken.json"), () => undefined)).close();
});
