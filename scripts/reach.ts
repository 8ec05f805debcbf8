import { join } from "node:path";
import { defineCommand } from "citty";
import type { Inventory } from "../src/inventory.ts";
import { auditProfiles } from "../src/profiles/audit.ts";
import { LockError, withLock } from "../src/lock.ts";
import type { AuditProfiles, Progress } from "../src/reach/context.ts";
import { reach } from "../src/reach/run.ts";
import { reportText } from "../src/reach/text.ts";
import { openLabAuthority } from "../stacks/lab/kinds/authority.ts";
import { labSettings } from "../stacks/lab/settings.ts";
import { CommandError, jsonArg, print, printJson, targetArg } from "./cli.ts";
import { currentInventory } from "./inventory.ts";

/** Desks a pool that the denials try. */
const denialSample = 3;

export default defineCommand({
  meta: {
    name: "reach",
    description:
      "the proof of reach: come in from the public side and make a real handshake with every desk, " +
      "then show that what must stay shut is shut (a few desks a pool); --denials: the denials and those few desks only",
  },
  args: {
    ...targetArg,
    body: { type: "string", valueHint: "A,B", description: "only the people of these bodies" },
    sample: { type: "string", valueHint: "N", description: "N desks a pool instead of all" },
    denials: { type: "boolean", description: `the denials, with ${denialSample} desks a pool; --no-denials: without` },
    rdp: {
      type: "string",
      valueHint: "N|all",
      description: "hosts a pool whose remote desktop is asked",
      default: "2",
    },
    timeout: { type: "string", valueHint: "SECONDS", description: "how long one desk may take", default: "5" },
    ...jsonArg,
  },
  async run({ args }) {
    const inventory = await currentInventory(args.target);
    const bodies = args.body?.split(",");
    checkBodies(inventory, bodies);
    const only = args.denials === true ? denialSample : undefined;
    const sample = args.sample === undefined ? only : count("--sample", args.sample, 1);
    const { root } = labSettings(process.env);
    const stop = new AbortController();
    const interrupt = (signal: NodeJS.Signals): void => stop.abort(new CommandError(`interrupted (${signal})`));
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
    const progress = progressLine();
    const run = async (profiles: AuditProfiles): Promise<void> => {
      const report = await reach({
        inventory,
        ...(bodies === undefined ? {} : { bodies }),
        ...(sample === undefined ? {} : { sample }),
        rdp: args.rdp === "all" ? Number.POSITIVE_INFINITY : count("--rdp", args.rdp, 0),
        denials: args.denials === false ? 0 : denialSample,
        timeoutMs: count("--timeout", args.timeout, 0.1) * 1000,
        profiles,
        onProgress: progress.show,
        signal: stop.signal,
      });
      progress.end();
      if (args.json) printJson(report);
      else print(reportText(report));
      if (!report.ok) process.exitCode = 1;
    };
    if (inventory.homes.length === 0) return run(noProfiles);
    const authority = await openLabAuthority(labSettings(process.env));
    const folder = join(root, "profiles");
    // Two at once would sit in the same homes, and each would find the other's way in open.
    return withLock(
      join(root, "reach.lock"),
      () => run(auditProfiles(authority, folder, inventory.instances)),
      0,
    ).catch((error: unknown) => {
      if (error instanceof LockError && error.path.endsWith("reach.lock"))
        throw new CommandError(`another reach is running (process ${error.pid})`);
      throw error;
    });
  },
});

const noProfiles: AuditProfiles = {
  good: () => Promise.reject(new Error("no home on the public side")),
  revoked: () => Promise.reject(new Error("no home on the public side")),
};

function checkBodies(inventory: Inventory, bodies: readonly string[] | undefined): void {
  const known = inventory.bodies.map(({ id }) => id);
  for (const body of bodies ?? []) {
    if (!known.includes(body)) {
      throw new CommandError(`--body "${body}": no such body; choose from: ${known.join(", ")}`, 2);
    }
  }
}

function count(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!(value >= least) || text.trim() === "") {
    throw new CommandError(`${option} "${text}": a number from ${least} up`, 2);
  }
  return value;
}

/** In place on a terminal, a line every few seconds elsewhere. */
function progressLine(): { show: (progress: Progress) => void; end: () => void } {
  const terminal = process.stderr.isTTY;
  const every = terminal ? 100 : 5000;
  let last = performance.now();
  return {
    show: ({ phase, done, total, failed }) => {
      const now = performance.now();
      if (now - last < every && !(terminal && done === total)) return;
      last = now;
      const text = `${phase}: ${done}/${total}${failed > 0 ? `, ${failed} not as they should be` : ""}`;
      process.stderr.write(terminal ? `\r\u001b[K${text}` : `${text}\n`);
    },
    end: () => {
      if (terminal) process.stderr.write("\r\u001b[K");
    },
  };
}
