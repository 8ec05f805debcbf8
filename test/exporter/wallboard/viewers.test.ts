import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { eventText, Viewers } from "../../../src/exporter/wallboard/viewers.ts";

const bounds = { most: 2, heldBytes: 1000, stayMs: 60_000 };

test("one that does not take what it is sent is dropped; the others go on", async () => {
  const viewers = new Viewers(bounds);
  const slow = viewers.admit("x".repeat(5000));
  const quick = viewers.admit("");
  let taken = 0;
  quick.on("data", (chunk: Buffer) => (taken += chunk.length));
  const dropped = once(slow, "close");
  for (const _ of Array.from({ length: 20 })) {
    viewers.send("y".repeat(100));
    await new Promise(setImmediate);
  }
  await dropped;
  assert.ok(slow.readableLength <= 5000 + bounds.heldBytes + 100, "it holds so much, and no more");
  assert.equal(viewers.count, 1);
  assert.equal(taken, 2000);
  quick.destroy();
  await once(quick, "close");
  assert.equal(viewers.count, 0);
});

test("the first that one gets may be larger than what is held for it later", async () => {
  const viewers = new Viewers(bounds);
  const stream = viewers.admit("x".repeat(50_000));
  viewers.send("more");
  assert.equal(stream.destroyed, false);
  stream.destroy();
  await once(stream, "close");
});

test("one whose time is over gets what it was sent, its end, and nothing after it", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const viewers = new Viewers(bounds);
  const stream = viewers.admit("first");
  viewers.send(",second");
  t.mock.timers.tick(bounds.stayMs);
  assert.equal(viewers.count, 0);
  viewers.send(",third");
  assert.equal(Buffer.concat(await stream.toArray()).toString(), "first,second");
});

test("an event is one line of JSON, whatever is in it", () => {
  assert.equal(eventText("change", { text: "a\n\ndata: b" }), 'event: change\ndata: {"text":"a\\n\\ndata: b"}\n\n');
});
