#!/usr/bin/env node
import { defineCommand } from "citty";
import { main } from "./cli.ts";

const commands = {
  check: () => import("./check.ts"),
  plan: () => import("./plan.ts"),
  up: () => import("./up.ts"),
  down: () => import("./down.ts"),
  status: () => import("./status.ts"),
  reach: () => import("./reach.ts"),
  publish: () => import("./publish.ts"),
  profile: () => import("./profile.ts"),
  env: () => import("./env.ts"),
  exporter: () => import("./exporter.ts"),
  probe: () => import("./probe.ts"),
  receiver: () => import("./receiver.ts"),
  "stand-in": () => import("./stand-in.ts"),
  render: () => import("./render.ts"),
  link: () => import("./link.ts"),
  rollout: () => import("./rollout.ts"),
  sitting: () => import("./sitting.ts"),
  cut: () => import("./cut.ts"),
  mend: () => import("./mend.ts"),
  start: () => import("./start.ts"),
};

const deskbridge = defineCommand({
  meta: {
    name: "deskbridge",
    description: "Desks that answer from home: plan them, build the way in, prove it, watch it.",
  },
  subCommands: Object.fromEntries(
    Object.entries(commands).map(([name, load]) => [name, async () => (await load()).default]),
  ),
});

await main(deskbridge, process.argv.slice(2));
