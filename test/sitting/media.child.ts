import { readFileSync } from "node:fs";
import {
  AudioFrame,
  AudioSource,
  AudioStream,
  EncryptionType,
  LocalAudioTrack,
  Room,
  RoomEvent,
  TrackPublishOptions,
  TrackSource,
} from "@livekit/rtc-node";

/**
 * Speaks a tone of 440 Hz in a room until it is ended, or listens: after each second that was heard it tells what part of
 * the sound was that tone. `media.child.ts URL GRANT-FILE talk|listen [KEY-FILE]`; the key is for encryption from person
 * to person.
 */
const [url = "", grantFile = "", what = "", keyFile] = process.argv.slice(2);
const rate = 48_000;
const turn = (2 * Math.PI * 440) / rate;
const room = new Room();

room.on(RoomEvent.TrackSubscribed, (track) => {
  void listen(new AudioStream(track));
});
await room.connect(url, readFileSync(grantFile, "utf8"), {
  autoSubscribe: what === "listen",
  dynacast: false,
  ...(keyFile === undefined
    ? {}
    : {
        encryption: {
          // The defaults of LiveKit's clients in browsers.
          keyProviderOptions: {
            sharedKey: Buffer.from(readFileSync(keyFile, "utf8")),
            ratchetSalt: Buffer.from("LKFrameEncryptionKey"),
            ratchetWindowSize: 16,
            failureTolerance: -1,
          },
          encryptionType: EncryptionType.GCM,
        },
      }),
});
process.stdout.write("in\n");
if (what === "talk") await talk();

async function talk(): Promise<void> {
  const source = new AudioSource(rate, 1);
  const options = new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE });
  await room.localParticipant?.publishTrack(LocalAudioTrack.createAudioTrack("tone", source), options);
  for (let at = 0; ; at += rate / 10) {
    const tone = Int16Array.from({ length: rate / 10 }, (_, index) => 8000 * Math.sin(turn * (at + index)));
    await source.captureFrame(new AudioFrame(tone, rate, 1, tone.length));
  }
}

async function listen(sound: AudioStream): Promise<void> {
  let heard = { count: 0, sine: 0, cosine: 0, energy: 0 };
  for await (const { data } of sound) {
    for (const value of data) {
      heard.sine += value * Math.sin(turn * heard.count);
      heard.cosine += value * Math.cos(turn * heard.count);
      heard.energy += value * value;
      heard.count += 1;
    }
    if (heard.count < rate) continue;
    const share = heard.energy === 0 ? 0 : (2 * (heard.sine ** 2 + heard.cosine ** 2)) / (heard.count * heard.energy);
    process.stdout.write(`${share.toFixed(3)}\n`);
    heard = { count: 0, sine: 0, cosine: 0, energy: 0 };
  }
}
