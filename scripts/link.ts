import { defineCommand } from "citty";
import maintain from "./link/maintain.ts";
import ticket from "./link/ticket.ts";

export default defineCommand({
  meta: { name: "link", description: "a line's life: work on it, the ticket to its carrier" },
  subCommands: { maintain, ticket },
});
