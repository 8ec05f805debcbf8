import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { appendFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { LockError } from "../../../src/lock.ts";
import { Follower } from "../../../src/rollout/journal/follow.ts";
import { openJournal, readJournal } from "../../../src/rollout/journal/journal.ts";
import { encode, firstLink } from "../../../src/rollout/journal/line.ts";
import { intent, outcome, run, story, wave } from "./samples.ts";

const folders: string[] = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));
const place = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "deskbridge-journal-"));
  folders.push(folder);
  return join(folder, "rollout", "plan", "journal.jsonl");
};
const none = { secrets: [] };

async function written(): Promise<string> {
  const path = place();
  const journal = await openJournal(path, none);
  for (const entry of story) await journal.append(entry);
  await journal.close();
  return path;
}

test("what was appended is there when it is opened again", async () => {
  const path = await written();
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const journal = await openJournal(path, none);
  assert.equal(journal.cut, undefined);
  assert.equal(journal.standing.steps.get("a")?.state, "done");
  await journal.append(run("r2", true));
  await journal.close();
  assert.equal((await readJournal(path)).open, "r2");
});

test("an empty file is a new journal", async () => {
  const path = await written();
  truncateSync(path, 0);
  const journal = await openJournal(path, none);
  await journal.append(run("r"));
  await journal.close();
  assert.equal((await readJournal(path)).runs.size, 1);
});

test("appends that wait together share a write, and keep their order", async () => {
  const path = place();
  const journal = await openJournal(path, none);
  await journal.append(run("r"));
  await journal.append(wave(1));
  const writes = (): number => Number(/syscw: (\d+)/.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
  const before = writes();
  await Promise.all(Array.from({ length: 256 }, (_, at) => journal.append(intent(`s${at}`))));
  const took = writes() - before;
  assert.ok(took < 64, `${took} writes`);
  await journal.close();
  const { steps } = await readJournal(path);
  assert.deepEqual(
    [...steps.keys()],
    Array.from({ length: 256 }, (_, at) => `s${at}`),
  );
});

test("an entry that contradicts those before it is not written, and the journal goes on", async () => {
  const path = place();
  const journal = await openJournal(path, none);
  for (const entry of story) await journal.append(entry);
  await assert.rejects(journal.append(intent("a")), { name: "OrderError", message: "step a is done and begins again" });
  const last = journal.append(intent("c"));
  // What was appended before is still made durable; closing twice is closing once.
  await Promise.all([journal.close(), journal.close(), last]);
  assert.equal((await readJournal(path)).steps.size, 3);
  await assert.rejects(journal.append(outcome("c")), { name: "JournalError", message: /the journal is closed/ });
});

test("a torn tail is cut off, and kept beside", async () => {
  const path = await written();
  const whole = statSync(path).size;
  appendFileSync(path, '{"v":1,"seq":7,"en');
  const journal = await openJournal(path, none);
  assert.equal(journal.cut?.bytes, 18);
  assert.equal(journal.cut.line, 7);
  assert.equal(readFileSync(journal.cut.kept, "utf8"), '{"v":1,"seq":7,"en');
  assert.equal(statSync(path).size, whole);
  await journal.append(intent("c"));
  await journal.close();
  assert.equal((await readJournal(path)).steps.get("c")?.state, "in-flight");
});

test("damage in the middle is an error, and the file stays as it is", async () => {
  const path = await written();
  const text = readFileSync(path, "utf8").replace('"anna"', '"anne"');
  writeFileSync(path, text);
  await assert.rejects(openJournal(path, none), { name: "JournalReadError", message: /journal\.jsonl:1: .*restore/ });
  assert.equal(readFileSync(path, "utf8"), text);
  assert.equal(existsSync(`${path}.lock`), false);
});

test("lines that contradict each other are told with file and line", async () => {
  const path = await written();
  let link = firstLink;
  const lines = [...story, outcome("z")].map((entry) => {
    const { bytes, next } = encode(entry, link);
    link = next;
    return bytes;
  });
  writeFileSync(path, Buffer.concat(lines));
  await assert.rejects(openJournal(path, none), { message: `${path}:7: outcome of step z without an intent` });
});

test("a second opening is refused with who has it", async () => {
  const path = place();
  const journal = await openJournal(path, none);
  await assert.rejects(openJournal(path, none), (error) => {
    assert.ok(error instanceof LockError);
    assert.equal(error.pid, process.pid);
    assert.equal(error.host, hostname());
    assert.match(error.message, /^process \d+ on \S+ holds \S+\.lock since 20\S+Z: end it/);
    return true;
  });
  await journal.close();
  await (await openJournal(path, none)).close();
});

test("a lock whose holder is gone is taken over, also where its id is another's now", async () => {
  const path = await written();
  const ended = spawn("true");
  await once(ended, "exit");
  const left = (pid: number | undefined, started: string, host: string): void =>
    writeFileSync(`${path}.lock`, JSON.stringify({ pid, started, host, since: "x" }));
  left(ended.pid, "1", hostname());
  await (await openJournal(path, none)).close();
  left(process.pid, "1", hostname());
  await (await openJournal(path, none)).close();
  left(process.pid, "1", "elsewhere");
  await assert.rejects(openJournal(path, none), /on elsewhere holds .*cannot be told from here/);
});

interface Told {
  readonly acknowledged: number;
  readonly told: readonly string[];
  readonly steps: number;
  readonly cut: unknown;
}

function filled(command: string, ...args: readonly string[]): Told {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Told;
}
const child = join(import.meta.dirname, "fill.child.ts");

test("a full disk: the append and all later ones are refused, and nothing acknowledged is lost", () => {
  const folder = join(place(), "..");
  mkdirSync(folder, { recursive: true });
  const script = 'mount -t tmpfs -o size=64k tmpfs "$1" && exec "$2" "$3" "$1/journal.jsonl"';
  const so = filled("unshare", "-m", "sh", "-c", script, "sh", folder, process.execPath, child);
  assert.ok(so.acknowledged > 20);
  assert.equal(so.told.length, 3);
  for (const line of so.told) {
    assert.match(line, /^JournalError: .*: the disk is full: no mutation may be made; the roll-out stops/);
  }
  assert.equal(so.steps, so.acknowledged);
  assert.equal(so.cut, null);
});

test("a file at its limit: half a line is taken back", () => {
  const path = place();
  const so = filled("prlimit", "--fsize=20001", process.execPath, child, path);
  assert.match(so.told[0] ?? "", /^JournalError: .*\(EFBIG\): no mutation may be made/);
  assert.equal(so.told.length, 3);
  assert.equal(so.steps, so.acknowledged);
  assert.equal(so.cut, null);
});

test("each write is synced before the next", () => {
  const path = place();
  const trace = join(path, "../../../trace.json");
  const options = ["--trace-event-categories=node.fs.async", `--trace-event-file-pattern=${trace}`];
  const so = filled(process.execPath, ...options, child, path, "20");
  assert.equal(so.acknowledged, 20);
  const { traceEvents } = JSON.parse(readFileSync(trace, "utf8")) as { traceEvents: { name: string; ph: string }[] };
  const calls = traceEvents.filter(({ name, ph }) => ph === "b" && ["write", "fdatasync"].includes(name));
  // The run, the wave, ten pairs and a last one; what the lock writes is not synced.
  const names = calls.map(({ name }) => name).join(" ");
  assert.equal(names.match(/write fdatasync/g)?.length, 13, names);
  assert.equal(names.match(/fdatasync/g)?.length, 13, names);
});

test("a follower sees lines when they are finished, and notices another file", async () => {
  const path = place();
  const follower = new Follower(path);
  assert.deepEqual(await follower.read(), { entries: [], replaced: false });
  const journal = await openJournal(path, none);
  await journal.append(story[0]!);
  assert.deepEqual(await follower.read(), { entries: story.slice(0, 1), replaced: false });
  assert.deepEqual(await follower.read(), { entries: [], replaced: false });
  for (const entry of story.slice(1)) await journal.append(entry);
  await journal.close();
  assert.deepEqual(await follower.read(), { entries: story.slice(1), replaced: false });

  // The first half of a line, then the rest.
  const size = statSync(path).size;
  const next = await openJournal(path, none);
  await next.append(intent("c"));
  await next.close();
  const text = readFileSync(path);
  truncateSync(path, size + 10);
  assert.deepEqual(await follower.read(), { entries: [], replaced: false });
  writeFileSync(path, text);
  assert.deepEqual(await follower.read(), { entries: [intent("c")], replaced: false });

  // Shorter; then cut and grown again past where it was.
  truncateSync(path, size);
  assert.deepEqual(await follower.read(), { entries: story, replaced: true });
  const other = await openJournal(place(), none);
  await other.append(run("q"));
  await other.append(wave(1));
  for (let at = 0; at < 20; at += 1) await other.append(intent(`s${at}`));
  await other.close();
  writeFileSync(path, readFileSync(other.path));
  const { entries, replaced } = await follower.read();
  assert.equal(replaced, true);
  assert.equal(entries.length, 22);
  rmSync(path);
  assert.deepEqual(await follower.read(), { entries: [], replaced: true });
});

test("a follower keeps its place where lines are damaged", async () => {
  const path = await written();
  const follower = new Follower(path);
  await follower.read();
  const sound = readFileSync(path);
  appendFileSync(path, "x\ny\n");
  await assert.rejects(follower.read(), { name: "JournalReadError", message: /:7: / });
  await assert.rejects(follower.read(), { name: "JournalReadError" });
  writeFileSync(path, sound);
  assert.deepEqual(await follower.read(), { entries: [], replaced: false });
});
