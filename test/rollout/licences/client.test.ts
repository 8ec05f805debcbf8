import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { z } from "zod";
import {
  bringAbout,
  type ClientOptions,
  faultOf,
  type Patience,
  retryAfterMs,
  VendorClient,
} from "../../../src/rollout/licences/client.ts";
import { VendorError } from "../../../src/rollout/licences/vendor-error.ts";
import { refusal } from "./refusal.ts";
import { type Scripted, type ScriptedServer, startScripted } from "./scripted.ts";

const forever = new AbortController().signal;
const patient: Patience = { requestMs: 10_000, totalMs: 60_000, lagMs: 60_000, pauseMs: 1 };
const call = { path: "things", shape: z.object({ value: z.number() }) };

async function clientOf(
  t: TestContext,
  answers: readonly Scripted[],
  options: Partial<ClientOptions> = {},
): Promise<{ readonly client: VendorClient; readonly server: ScriptedServer }> {
  const server = await startScripted(...answers);
  t.after(() => server.close());
  const client = new VendorClient({
    vendor: "acme",
    base: server.base,
    token: async () => "secret-1",
    meaning: (_, body) => z.object({ message: z.string() }).safeParse(body).data ?? {},
    patience: patient,
    ...options,
  });
  return { client, server };
}

for (const [what, value, ms] of [
  ["seconds", "7", 7_000],
  ["parts of a second", "0.5", 500],
  ["HTTP's date", "Sat, 28 Nov 2026 00:00:30 GMT", 30_000],
  ["a date that is over", "Sat, 28 Nov 2025 00:00:30 GMT", 0],
  ["an ISO timestamp", "2026-11-28T00:01:00Z", 60_000],
  ["rubbish", "soon", undefined],
  ["rubbish that ends in a number", "later 1", undefined],
  ["less than nothing", "-3", undefined],
] as const) {
  test(`reads a Retry-After of ${what}`, () => {
    assert.equal(retryAfterMs(new Headers({ "retry-after": value }), Date.parse("2026-11-28T00:00:00Z")), ms);
  });
}

test("no Retry-After is none", () => {
  assert.equal(retryAfterMs(new Headers(), 0), undefined);
});

test("what passes, by status", () => {
  const passing = [408, 423, 425, 429, 500, 502, 503, 504];
  assert.deepEqual(
    [301, 400, 403, 404, 409, 501, 505, ...passing].filter((status) => faultOf(status) === "passing"),
    passing,
  );
});

const passing: readonly (readonly [string, Scripted])[] = [
  ["429 with Retry-After in seconds", { status: 429, headers: { "retry-after": "0" } }],
  ["429 with Retry-After as a date", { status: 429, headers: { "retry-after": new Date(0).toUTCString() } }],
  ["429 with rubbish for Retry-After", { status: 429, headers: { "retry-after": "soon" } }],
  ["429 without Retry-After", { status: 429 }],
  ["423", { status: 423 }],
  ["503 without JSON", { status: 503, body: "<html>busy</html>" }],
  ["an answer of another shape", { body: '{"value":"x"}' }],
  ["an answer that is no JSON", { body: '{"value":' }],
];

for (const [what, answer] of passing) {
  test(`asks again after ${what}`, async (t) => {
    const { client, server } = await clientOf(t, [answer, {}]);
    assert.deepEqual((await client.read(call, forever)).data, { value: 1 });
    assert.equal(server.asked.length, 2);
  });
}

test("asks again where no answer came in time", async (t) => {
  const patience = { ...patient, requestMs: 1_000 };
  const { client, server } = await clientOf(t, [{ unanswered: true }, {}], { patience });
  await client.read(call, forever);
  assert.equal(server.asked.length, 2);
  const { client: other } = await clientOf(t, [{ unanswered: true }], { patience: { ...patience, totalMs: 1 } });
  const error = await refusal(other.read(call, forever));
  assert.deepEqual([error.kind, error.message], ["passing", "acme: GET things: no answer in 1000 ms"]);
});

test("gives up when patience ends, or would end before the vendor wants to hear of it", async (t) => {
  const { client, server } = await clientOf(t, [{ status: 503, body: '{"message":"busy\\n here"}' }], {
    patience: { ...patient, totalMs: 500 },
  });
  const error = await refusal(client.read(call, forever));
  assert.deepEqual([error.kind, error.details.status], ["passing", 503]);
  assert.equal(error.message, "acme: GET things: 503: busy here");
  assert.ok(server.asked.length > 1);
  const told = await clientOf(t, [{ status: 429, headers: { "retry-after": "3600" } }]);
  assert.equal((await refusal(told.client.read(call, forever))).details.retryAfterMs, 3_600_000);
  assert.equal(told.server.asked.length, 1);
});

test("what another try cannot mend is told at once", async (t) => {
  const { client, server } = await clientOf(t, [{ status: 400, body: '{"message":"no such thing"}' }]);
  const error = await refusal(client.read(call, forever));
  assert.deepEqual([error.kind, error.message], ["refused", "acme: GET things: 400: no such thing"]);
  assert.equal(server.asked.length, 1);
});

test("a token that is refused is renewed once", async (t) => {
  const refused: (string | undefined)[] = [];
  const token = async (_: AbortSignal, old?: string) => {
    refused.push(old);
    return old === undefined ? "secret-1" : "secret-2";
  };
  const { client, server } = await clientOf(t, [{ status: 401 }, {}], { token });
  await client.read(call, forever);
  assert.deepEqual(refused, [undefined, "secret-1"]);
  assert.deepEqual(
    server.asked.map((each) => each.token),
    ["Bearer secret-1", "Bearer secret-2"],
  );
  const { client: other, server: stern } = await clientOf(t, [{ status: 401 }], { token });
  const error = await refusal(other.read(call, forever));
  assert.deepEqual([error.kind, error.message], ["refused", "acme: GET things: 401: its token is not taken"]);
  assert.equal(stern.asked.length, 2);
});

test("no error tells the token", async (t) => {
  const told = (error: VendorError) =>
    `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
  const echo = await clientOf(t, [{ status: 400, body: '{"message":"bad token secret-1"}' }]);
  const broken = await clientOf(t, [{}], { token: async () => "secret-1\nx" });
  const off = await clientOf(t, [{}]);
  await off.server.close();
  const late = await clientOf(t, [{ unanswered: true }], { patience: { ...patient, requestMs: 20 } });
  for (const { client } of [echo, broken, off, late]) {
    const error = await refusal(client.once(call, forever));
    assert.ok(!told(error).includes("secret-1"), told(error));
  }
  assert.equal(broken.server.asked.length, 0);
});

test("no token at all says why", async (t) => {
  const { client, server } = await clientOf(t, [{}], { token: () => Promise.reject(new Error("the vault is shut")) });
  const error = await refusal(client.read(call, forever));
  assert.equal(error.message, "acme: no token: the vault is shut");
  assert.equal(server.asked.length, 0);
});

test("asks nobody but the vendor: neither by a whole address nor by a redirect", async (t) => {
  const { server: stranger } = await clientOf(t, [{}]);
  const { client, server } = await clientOf(t, [{ status: 302, headers: { location: stranger.base.href } }]);
  const error = await refusal(client.read({ ...call, path: `${stranger.base.href}things?a=b` }, forever));
  assert.match(error.message, /^acme: GET http:\S+\/v1\/things: that is not at http:/);
  assert.equal(server.asked.length, 0);
  const moved = await refusal(client.read(call, forever));
  assert.deepEqual([moved.kind, moved.details.status], ["refused", 302]);
  assert.deepEqual([server.asked.length, stranger.asked.length], [1, 0]);
});

test("goes to a whole address at the vendor, with its body as JSON", async (t) => {
  const { client, server } = await clientOf(t, [{}]);
  await client.once({ ...call, method: "POST", path: `${server.base.href}next?page=2`, body: { a: 1 } }, forever);
  assert.deepEqual(server.asked, [{ line: "POST /v1/next?page=2", token: "Bearer secret-1", body: { a: 1 } }]);
});

test("its caller's signal ends a pause, an answer that does not come, and a wait for the quota", async (t) => {
  const quota = {
    enter: (_: unknown, signal: AbortSignal) =>
      new Promise<void>((_, no) => signal.addEventListener("abort", () => no(signal.reason))),
  };
  for (const [answer, options] of [
    [{ status: 429, headers: { "retry-after": "50" } }, {}],
    [{ unanswered: true }, {}],
    [{}, quota],
  ] as const) {
    const stop = new AbortController();
    const leave = () => void setImmediate(() => stop.abort(new Error("enough")));
    const { client } = await clientOf(t, [{ ...answer, before: leave }], options);
    const work = client.read(call, stop.signal);
    if ("enter" in options) leave();
    await assert.rejects(work, /^Error: enough$/);
  }
});

/** A vendor's thing that is to be made: `writes` says what each try does. */
function thing(writes: readonly ("made" | "refused" | "refused but made" | "nothing")[], lag = 0) {
  let made = false;
  let looks = 0;
  const tries: string[] = [];
  return {
    tries,
    what: "acme: thing",
    isSo: async () => {
      if (!made) return false;
      looks += 1;
      return looks > lag;
    },
    write: async () => {
      const now = writes[Math.min(tries.length, writes.length - 1)] ?? "made";
      tries.push(now);
      made ||= now === "made" || now === "refused but made";
      if (now.startsWith("refused")) throw new VendorError("passing", "acme: busy");
    },
  };
}

test("a write that was refused and made nevertheless is not made again", async () => {
  const change = thing(["refused but made"]);
  await bringAbout(change, patient, forever);
  assert.deepEqual(change.tries, ["refused but made"]);
});

test("a write that was refused is made again", async () => {
  const change = thing(["refused", "refused", "made"]);
  await bringAbout(change, patient, forever);
  assert.equal(change.tries.length, 3);
});

test("what is shown late is waited for, and not written again", async () => {
  const change = thing(["made"], 4);
  await bringAbout(change, patient, forever);
  assert.deepEqual(change.tries, ["made"]);
});

test("what was taken and is never shown is unconfirmed", async () => {
  const change = thing(["nothing"]);
  const error = await refusal(bringAbout(change, { ...patient, lagMs: 20 }, forever));
  assert.deepEqual(
    [error.kind, error.message],
    ["unconfirmed", "acme: thing: it was taken, and is not shown after 0 s"],
  );
  assert.deepEqual(change.tries, ["nothing"]);
});

test("patience ends with what the vendor said last; a no ends at once", async () => {
  const change = thing(["refused"]);
  const error = await refusal(bringAbout(change, { ...patient, totalMs: 20, pauseMs: 4 }, forever));
  assert.deepEqual([error.kind, error.message], ["passing", "acme: busy"]);
  const no = {
    ...thing([]),
    write: () => Promise.reject(new VendorError("noSeats", "acme: none left")),
    isSo: () => assert.fail("it looked"),
  };
  assert.equal((await refusal(bringAbout(no, patient, forever))).kind, "noSeats");
});

test("its caller's signal ends the wait for what is not shown", async () => {
  const stop = new AbortController();
  const change = thing(["nothing"]);
  const isSo = async () => {
    setImmediate(() => stop.abort(new Error("enough")));
    return false;
  };
  await assert.rejects(
    bringAbout({ ...change, isSo }, { ...patient, pauseMs: 50_000 }, stop.signal),
    /^Error: enough$/,
  );
});
