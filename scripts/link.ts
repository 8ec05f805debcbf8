import { defineCommand } from "citty";
import ticket from "./link/ticket.ts";

export default defineCommand({
  meta: { name: "link", description: "a line's life: the ticket to its carrier" },
  subCommands: { ticket },
});
