import { defineCommand } from "citty";

const subCommands = {
  invite: () => import("./sitting/invite.ts"),
  schedule: () => import("./sitting/schedule.ts"),
  check: () => import("./sitting/check.ts"),
};

export default defineCommand({
  meta: {
    name: "sitting",
    description: "sittings by videoconference: invite, make the meeting, look whether all is ready",
  },
  subCommands: Object.fromEntries(
    Object.entries(subCommands).map(([name, load]) => [name, async () => (await load()).default]),
  ),
});
