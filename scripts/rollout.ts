import { defineCommand } from "citty";

const subCommands = {
  plan: () => import("./rollout/plan.ts"),
  apply: () => import("./rollout/apply.ts"),
  resume: () => import("./rollout/resume.ts"),
  status: () => import("./rollout/status.ts"),
  watch: () => import("./rollout/watch.ts"),
  reclaim: () => import("./rollout/reclaim.ts"),
  enroll: () => import("./rollout/enroll.ts"),
};

export default defineCommand({
  meta: { name: "rollout", description: "videoconference seats and clients: who gets one, in waves, and back" },
  subCommands: Object.fromEntries(
    Object.entries(subCommands).map(([name, load]) => [name, async () => (await load()).default]),
  ),
});
