import { type MetricDefinition } from "./definition.ts";

/** How the fleet's own server of videoconferences does. Counters begin anew when it is started anew. */
export const meetingMetrics = {
  meeting_server_up: {
    type: "gauge",
    help: "Whether the server of videoconferences tells its figures.",
    labels: [],
  },
  meeting_rooms: {
    type: "gauge",
    help: "Rooms that are open now.",
    labels: [],
  },
  meeting_participants: {
    type: "gauge",
    help: "People who are in a room now, all rooms together.",
    labels: [],
  },
  meeting_joins_total: {
    type: "counter",
    help: "People who came to a room: tried (asked for it), connected (media can go). Fewer connected than tried wait, or failed.",
    labels: ["state"],
  },
  meeting_tracks_measured_total: {
    type: "counter",
    help: "Looks at somebody's sound or picture on its way: in (from them), out (to them).",
    labels: ["direction"],
  },
  meeting_tracks_lossy_total: {
    type: "counter",
    help: "Those looks that found more than 5 % of the packets lost.",
    labels: ["direction"],
  },
  meeting_bytes_total: {
    type: "counter",
    help: "Bytes of sound and picture, sent again or not.",
    labels: ["direction"],
  },
} as const satisfies Record<string, MetricDefinition>;
