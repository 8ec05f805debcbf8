import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, test } from "node:test";
import { until } from "../watch/until.ts";
import { fleet, get, start, tellAll, value, writeInventory } from "./world.ts";

/** What LiveKit 1.13.5 told after 95 people had come and gone, and each had been heard. */
const captured = readFileSync(new URL("../testdata/livekit/metrics-1.13.5.txt", import.meta.url), "utf8");

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  if (server !== undefined) await new Promise((resolve) => server?.close(resolve));
  server = undefined;
});

async function answering(listener: RequestListener): Promise<void> {
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const videoconference = {
    provider: "livekit",
    url: `ws://127.0.0.1:${port}`,
    address: "127.0.0.1",
    port,
    metricsPort: port,
    keys: "daemons/livekit/keys",
  } as const;
  writeInventory({ ...fleet, videoconference });
  await start();
  await tellAll();
}

const text =
  (body: string): RequestListener =>
  (_, response) =>
    void response.end(body);

test("people in rooms, those who came and did not get through, tracks with losses, bytes", async () => {
  const busy = captured
    .replace(/^(livekit_room_total\{.*\}) 0$/m, "$1 2")
    .replace(/^(livekit_participant_total\{.*\}) 0$/m, "$1 31")
    .replace(/^(livekit_participant_join_total\{.*state="rtc_active"\}) 95$/m, "$1 90")
    // Of 95 looks at incoming sound 4 found more than 5 % lost.
    .replace(/^(livekit_packet_loss_percent_bucket\{.*direction="incoming".*le="5"\}) 95$/m, "$1 91");
  await answering(text(busy));
  for (const [series, is] of [
    ["deskbridge_meeting_server_up", 1],
    ["deskbridge_meeting_rooms", 2],
    ["deskbridge_meeting_participants", 31],
    ['deskbridge_meeting_joins_total{state="tried"}', 95],
    ['deskbridge_meeting_joins_total{state="connected"}', 90],
    ['deskbridge_meeting_tracks_measured_total{direction="in"}', 95],
    ['deskbridge_meeting_tracks_lossy_total{direction="in"}', 4],
    ['deskbridge_meeting_tracks_lossy_total{direction="out"}', 0],
    ['deskbridge_meeting_bytes_total{direction="in"}', 1_907_319],
  ] as const) {
    assert.equal(await value(series), is, series);
  }
});

for (const [what, listener] of [
  ["answers with an error", (_, response) => void response.writeHead(503).end()],
  ["answers elsewhere", (_, response) => void response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
  ["never answers", () => undefined],
  ["never comes to an end", (_, response) => void response.write("livekit_room_total 1\n")],
] as const satisfies readonly (readonly [string, RequestListener])[]) {
  test(`a server that ${what} is down, and no people are told`, async () => {
    await answering(listener);
    assert.equal(await value("deskbridge_meeting_server_up"), 0);
    assert.equal(await value("deskbridge_meeting_participants"), undefined);
  });
}

test("somebody else's figures are a collector's error, and nothing is made of them", async () => {
  await answering(text(captured)).then(() => server?.removeAllListeners("request").on("request", text("up 1\n")));
  await until("the error", async () =>
    (await value('deskbridge_collector_success{collector="meetings"}')) === 0 ? true : undefined,
  );
  assert.equal(await value("deskbridge_meeting_server_up"), undefined);
});

test("a fleet without a server of its own has no such figures", async () => {
  writeInventory(fleet);
  await start();
  await tellAll();
  assert.doesNotMatch((await get("/metrics")).text, /deskbridge_meeting_/);
});
