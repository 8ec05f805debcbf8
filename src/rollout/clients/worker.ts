import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import {
  AudioFrame,
  AudioSource,
  dispose,
  LocalAudioTrack,
  Room,
  TrackPublishOptions,
  TrackSource,
} from "@livekit/rtc-node";
import { readGrant } from "../licences/livekit-grant.ts";
import type { JoinOutcome, JoinRequest } from "./join.ts";

/** The process that `join` starts: prints one line of JSON, the outcome. What the server says may hold the grant. */

const { url, grant: token, room, deadlineMs } = JSON.parse(readFileSync(0, "utf8")) as JoinRequest;

async function tryToJoin(): Promise<JoinOutcome> {
  const grant = readGrant(token);
  if (grant === undefined) return { outcome: "refused", why: "it is no grant" };
  // LiveKit would let them into the room that the grant names, whatever room was meant.
  if (grant.room !== room) return { outcome: "refused", why: `the grant is for the room "${grant.room}"` };
  const began = performance.now();
  const refusal = await askServer(token);
  if (refusal !== undefined) return refusal;
  const meeting = new Room();
  try {
    const sent = await within(deadlineMs, connectAndSend(meeting, token, grant.canPublish));
    const { account } = grant;
    return {
      outcome: "joined",
      account,
      room: meeting.name ?? "",
      ...sent,
      ms: Math.round(performance.now() - began),
    };
  } catch (error) {
    return { outcome: "no media", why: withoutGrant(error, token) };
  } finally {
    await within(1000, meeting.disconnect()).catch(() => undefined);
  }
}

/** Asks what clients ask before they connect: whether this grant is good. Undefined where it is. */
async function askServer(token: string): Promise<JoinOutcome | undefined> {
  const address = new URL("rtc/validate", url.replace(/^ws/, "http").replace(/\/*$/, "/"));
  try {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(address, { headers, redirect: "error", signal: AbortSignal.timeout(deadlineMs) });
    const text = await answer.text();
    if (answer.ok && text.trim() === "success") return undefined;
    const isRefused = answer.status >= 400 && answer.status < 500 && answer.status !== 429;
    return { outcome: isRefused ? "refused" : "no answer", why: withoutGrant(`${answer.status}: ${text}`, token) };
  } catch (error) {
    return { outcome: "no answer", why: withoutGrant((error as Error).cause ?? error, token) };
  }
}

type Sent = Pick<Extract<JoinOutcome, { outcome: "joined" }>, "media" | "packets">;

/** Connects, and where the grant lets it, sends half a second of sound. */
async function connectAndSend(meeting: Room, token: string, canPublish: boolean): Promise<Sent> {
  await meeting.connect(url, token, { autoSubscribe: true, dynacast: false });
  if (!canPublish || meeting.localParticipant === undefined) return sentBy(meeting, 0);
  const rate = 48_000;
  const source = new AudioSource(rate, 1);
  const options = new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE });
  await meeting.localParticipant.publishTrack(LocalAudioTrack.createAudioTrack("tone", source), options);
  const tone = Int16Array.from(
    { length: rate / 10 },
    (_, index) => 3000 * Math.sin((2 * Math.PI * 440 * index) / rate),
  );
  for (let round = 0; round < 5; round += 1) await source.captureFrame(new AudioFrame(tone, rate, 1, tone.length));
  return sentBy(meeting, 10);
}

/** Waits until so many packets of sound have left over a connection whose other end answers. */
async function sentBy(meeting: Room, least: number): Promise<Sent> {
  for (;;) {
    const { publisherStats, subscriberStats } = await meeting.getRtcStats();
    const stats = [...publisherStats, ...subscriberStats].map((each) => each.stats);
    const packets = stats.reduce(
      (sum, each) => sum + (each.case === "outboundRtp" ? Number(each.value.sent?.packetsSent ?? 0) : 0),
      0,
    );
    const pair = stats.find((each) => each.case === "candidatePair" && each.value.candidatePair?.nominated === true);
    const id = pair?.case === "candidatePair" ? pair.value.candidatePair?.localCandidateId : undefined;
    const local = stats.find((each) => each.case === "localCandidate" && each.value.rtc?.id === id);
    const protocol = local?.case === "localCandidate" ? local.value.candidate?.protocol : undefined;
    if (packets >= least && (protocol === "udp" || protocol === "tcp")) return { media: protocol, packets };
    await wait(50);
  }
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = wait(ms, undefined, { ref: false }).then(() => Promise.reject(new Error(`nothing within ${ms} ms`)));
  return Promise.race([work, late]);
}

function withoutGrant(error: unknown, token: string): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(token, "[the grant]").replaceAll(/\s+/g, " ").trim().slice(0, 300);
}

const outcome = await tryToJoin();
process.stdout.write(`${JSON.stringify(outcome)}\n`, () => {
  // The client's own threads may not end in time where the server went away.
  void within(1000, dispose())
    .catch(() => undefined)
    .finally(() => process.exit(0));
});
