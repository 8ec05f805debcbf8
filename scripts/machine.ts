import { createServer } from "node:net";
import { markedProcesses } from "../stacks/lab/kinds/daemon.ts";
import type { LabSettings } from "../stacks/lab/settings.ts";
import { CommandError } from "./cli.ts";

/** Says what a machine lacks for the lab, in words. Throws CommandError. */
export function requireLabMachine(_lab: LabSettings): void {
  if (process.platform !== "linux") {
    throw new CommandError(`the lab needs Linux (this is ${process.platform}); check, plan and render work here`);
  }
  if (process.getuid?.() !== 0) {
    throw new CommandError("the lab needs root, to make network namespaces; check, plan and render work without");
  }
}

/** The ports of the lab's pages must be free, unless this very lab holds them. Throws CommandError that names the port. */
export async function requireFreePorts(lab: LabSettings): Promise<void> {
  const own = new Set(markedProcesses(lab).map((each) => each.name));
  for (const [page, port] of Object.entries(lab.ports)) {
    if (own.has(`page-${page}`)) continue;
    if (!(await isFree(port))) {
      const variable = `DESKBRIDGE_PORT_${page.toUpperCase()}`;
      throw new CommandError(
        `port ${port} on 127.0.0.1 (for ${page}) is in use; end what holds it or set ${variable} to another`,
      );
    }
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((fulfil) => {
    const server = createServer();
    server.once("error", () => fulfil(false));
    server.listen(port, "127.0.0.1", () => server.close(() => fulfil(true)));
  });
}
