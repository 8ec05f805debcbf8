import { readFileSync } from "node:fs";
import { DisconnectReason, Room, RoomEvent } from "@livekit/rtc-node";

/** Stays in a room until it is put out, and tells both: `attend.child.ts URL GRANT-FILE`. */
const [url = "", grantFile = ""] = process.argv.slice(2);
const room = new Room();
room.on(RoomEvent.Disconnected, (reason) => {
  process.stdout.write(`out: ${DisconnectReason[reason]}\n`, () => process.exit(0));
});
await room.connect(url, readFileSync(grantFile, "utf8"), { autoSubscribe: true, dynacast: false });
process.stdout.write("in\n");
