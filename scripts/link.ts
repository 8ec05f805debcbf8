import { defineCommand } from "citty";

const subCommands = {
  order: () => import("./link/order.ts"),
  accept: () => import("./link/accept.ts"),
  maintain: () => import("./link/maintain.ts"),
  ticket: () => import("./link/ticket.ts"),
};

export default defineCommand({
  meta: { name: "link", description: "a line's life: its order, its test, work on it, the ticket to its carrier" },
  subCommands: Object.fromEntries(
    Object.entries(subCommands).map(([name, load]) => [name, async () => (await load()).default]),
  ),
});
