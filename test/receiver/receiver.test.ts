import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { type Receiver, startReceiver } from "../../src/receiver/receiver.ts";

let folder = "";
let receiver: Receiver | undefined;
const pages = () => join(folder, "deep", "pages.jsonl");
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deskbridge-receiver-"));
});
afterEach(async () => {
  await receiver?.close();
  rmSync(folder, { recursive: true });
});

async function start(): Promise<void> {
  const listen = { host: "127.0.0.1", port: 0 };
  receiver = await startReceiver({ listen, pages: pages(), heartbeat: false, note: () => undefined });
}

async function send(path: string, body: string): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`http://127.0.0.1:${receiver?.port}${path}`, { method: "POST", body });
  return { status: response.status, text: await response.text() };
}

/** As Alertmanager 0.25 sends it. */
function notification(change: object = {}): string {
  const alert = {
    status: "firing",
    labels: { alertname: "LinkDown", link: "torino/hall/fibre", severity: "page" },
    annotations: { summary: "Line torino/hall/fibre is down" },
    startsAt: "2020-03-10T10:00:00.000Z",
    endsAt: "0001-01-01T00:00:00Z",
    generatorURL: "http://127.0.0.1:9090/graph",
    fingerprint: "abc",
  };
  const whole = {
    version: "4",
    receiver: "day",
    status: "firing",
    groupKey: "{}",
    truncatedAlerts: 0,
    alerts: [alert],
  };
  return JSON.stringify({ ...whole, ...change });
}

function kept(): readonly Record<string, unknown>[] {
  return readFileSync(pages(), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("keeps each notification as a line, in order, before it says so", async () => {
  await start();
  assert.deepEqual(await send("/day", notification()), { status: 200, text: "kept\n" });
  assert.equal((await send("/night", notification({ receiver: "night", status: "resolved" }))).status, 200);
  const [first, second] = kept();
  const { at, ...rest } = first ?? {};
  assert.ok(!Number.isNaN(Date.parse(String(at))));
  assert.deepEqual(rest, {
    path: "/day",
    receiver: "day",
    status: "firing",
    alerts: [
      {
        status: "firing",
        labels: { alertname: "LinkDown", link: "torino/hall/fibre", severity: "page" },
        annotations: { summary: "Line torino/hall/fibre is down" },
        startsAt: "2020-03-10T10:00:00.000Z",
        endsAt: "0001-01-01T00:00:00Z",
      },
    ],
  });
  assert.deepEqual([second?.["path"], second?.["status"]], ["/night", "resolved"]);
});

test("a hundred at once are a hundred whole lines", async () => {
  await start();
  await Promise.all(Array.from({ length: 100 }, (_, index) => send(`/${index}`, notification())));
  assert.equal(new Set(kept().map(({ path }) => path)).size, 100);
});

test("starts again where it was, also after a line that was cut off", async () => {
  await start();
  await send("/day", notification());
  await receiver?.close();
  appendFileSync(pages(), '{"at":"2020-');
  await start();
  await send("/night", notification());
  const lines = readFileSync(pages(), "utf8").split("\n");
  assert.deepEqual([lines.length, lines[1]], [4, '{"at":"2020-']);
  const page = await (await fetch(`http://127.0.0.1:${receiver?.port}/`)).text();
  assert.equal(page.match(/Line torino\/hall\/fibre is down/g)?.length, 2);
  assert.ok(page.indexOf("/night") < page.indexOf("/day"), "newest first");
});

const refused = [
  ["no JSON", "x", "the body is not JSON"],
  ["another thing", "[]", "the body is no object"],
  ["no receiver", notification({ receiver: undefined }), "receiver is no text"],
  ["no alerts", notification({ alerts: {} }), "alerts is no list"],
  ["another status", notification({ status: "odd" }), 'status is "odd", not firing or resolved'],
  [
    "an alert without a time",
    notification({ alerts: [{ status: "firing", labels: {}, annotations: {} }] }),
    "alerts[0].startsAt is no time",
  ],
  [
    "labels that are no text",
    notification({ alerts: [{ status: "firing", labels: { a: 1 } }] }),
    "alerts[0].labels.a is no text",
  ],
] as const;
for (const [what, body, message] of refused) {
  test(`refuses ${what}, and keeps nothing`, async () => {
    await start();
    assert.deepEqual(await send("/day", body), { status: 400, text: `${message}\n` });
    assert.equal(readFileSync(pages(), "utf8"), "");
  });
}

test("refuses what is too much, and lives on", async () => {
  await start();
  assert.deepEqual(await send("/day", "x".repeat(5_000_000)), { status: 413, text: "more than 4000000 bytes\n" });
  assert.equal((await send("/day", notification())).status, 200);
});

test("what an alert says cannot become part of the page", async () => {
  await start();
  const alert = {
    status: "firing",
    labels: { alertname: "<script>alert(1)</script>" },
    annotations: { summary: "<b>x</b>" },
    startsAt: "2020-03-10T10:00:00Z",
    endsAt: "2020-03-10T10:00:00Z",
  };
  await send("/<img>", notification({ alerts: [alert] }));
  const response = await fetch(`http://127.0.0.1:${receiver?.port}/`);
  assert.doesNotMatch(await response.text(), /<(script|b>|img)/);
  assert.match(response.headers.get("content-security-policy") ?? "", /default-src 'none'/);
});

test("is healthy, and serves nothing else", async () => {
  await start();
  const get = async (path: string, method = "GET") =>
    (await fetch(`http://127.0.0.1:${receiver?.port}${path}`, { method })).status;
  assert.deepEqual([await get("/-/healthy"), await get("/day"), await get("/day", "DELETE")], [200, 404, 405]);
});

test("the page says who is touched, whose line it is and what to do first, where the alert does", async () => {
  await start();
  const told = {
    summary: "Line torino/hall/fibre is down",
    impact: "12 desks have one line less <b>",
    carrier: "carrier-a",
    steps: "1. Look.\n2. Ask.\n3. Call.",
    dashboard_url: "https://grafana.example/d/line?a=1&b=2",
    runbook_url: "javascript:alert(1)",
  };
  const one = (JSON.parse(notification()) as { alerts: readonly object[] }).alerts[0];
  await send("/day", notification({ alerts: [{ ...one, annotations: told }] }));
  const page = async () => (await fetch(`http://127.0.0.1:${receiver?.port}/`)).text();
  const text = await page();
  assert.ok(text.includes("Touched: 12 desks have one line less &lt;b&gt;"), text);
  assert.ok(text.includes("Carrier: carrier-a"));
  assert.ok(text.includes("First steps: <br>1. Look.<br>2. Ask.<br>3. Call."));
  assert.ok(text.includes('<a href="https://grafana.example/d/line?a=1&amp;b=2">Dashboard</a>'));
  assert.doesNotMatch(text, /javascript:/);
  await send("/day", notification());
  assert.equal((await page()).split("Touched").length, 2, "what an alert does not say is left out");
});
