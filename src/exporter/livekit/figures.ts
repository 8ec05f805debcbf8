import type { Family } from "../../metrics.ts";

/** LiveKit's own figures (Prometheus's text), as far as they say how meetings do. */

interface Line {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** What cannot be read is passed over: it is another family's, or none of ours. */
function* linesOf(text: string): Generator<Line> {
  for (const line of text.split("\n")) {
    const [, name, labels = "", value] = sample.exec(line) ?? [];
    if (name === undefined || !name.startsWith("livekit_") || Number.isNaN(Number(value))) continue;
    yield {
      name,
      labels: Object.fromEntries([...labels.matchAll(label)].map(([, key = "", text = ""]) => [key, text])),
      value: Number(value),
    };
  }
}

const directions = { incoming: "in", outgoing: "out" } as const;
/** LiveKit's bucket that is our bound, percent. */
const lossyAbove = "5";

/** Throws an Error where the text has none of a server's figures. */
export function meetingFamilies(text: string): readonly Family[] {
  const lines = [...linesOf(text)];
  const sum = (name: string, wanted: Readonly<Record<string, string>> = {}): number =>
    lines
      .filter(
        (line) => line.name === name && Object.entries(wanted).every(([key, value]) => line.labels[key] === value),
      )
      .reduce((total, { value }) => total + value, 0);
  if (!lines.some(({ name }) => name === "livekit_room_total")) throw new Error("no figures of LiveKit");
  const loss = "livekit_packet_loss_percent";
  const byDirection = (value: (direction: string) => number) =>
    Object.entries(directions).map(([theirs, direction]) => ({ labels: { direction }, value: value(theirs) }));
  return [
    { name: "meeting_server_up", samples: [{ labels: {}, value: 1 }] },
    { name: "meeting_rooms", samples: [{ labels: {}, value: sum("livekit_room_total") }] },
    { name: "meeting_participants", samples: [{ labels: {}, value: sum("livekit_participant_total") }] },
    {
      name: "meeting_joins_total",
      samples: [
        { labels: { state: "tried" }, value: sum("livekit_participant_join_total", { state: "signal_connected" }) },
        { labels: { state: "connected" }, value: sum("livekit_participant_join_total", { state: "rtc_active" }) },
      ],
    },
    {
      name: "meeting_tracks_measured_total",
      samples: byDirection((direction) => sum(`${loss}_count`, { direction })),
    },
    {
      name: "meeting_tracks_lossy_total",
      samples: byDirection((direction) =>
        Math.max(0, sum(`${loss}_count`, { direction }) - sum(`${loss}_bucket`, { direction, le: lossyAbove })),
      ),
    },
    { name: "meeting_bytes_total", samples: byDirection((direction) => sum("livekit_packet_bytes", { direction })) },
  ];
}
