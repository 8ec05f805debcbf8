import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { release } from "node:os";
import type { Acceptance } from "../../../src/link/accept/report.ts";
import type { Plan } from "../../../src/plan/types.ts";
import { ran } from "./child.ts";

/** What the figures of a test hang on. */

export function digestsOf(fleetFile: string, plan: Plan): Acceptance["digests"] {
  return { fleet: sha256(readFileSync(fleetFile)), plan: sha256(JSON.stringify(plan)) };
}

/** Versions of what measured, and of what routed. */
export async function toolsOf(stop: AbortSignal): Promise<Acceptance["tools"]> {
  const own = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return {
    deskbridge: own.version,
    iperf3: await versionOf(["iperf3", "--version"], stop),
    fping: await versionOf(["fping", "--version"], stop),
    bird: await versionOf(["bird", "--version"], stop),
    kernel: release(),
  };
}

async function versionOf(argv: readonly string[], stop: AbortSignal): Promise<string> {
  const { stdout, stderr } = await ran(argv, stop);
  return /\d+(?:\.\d+)+/.exec(`${stdout}\n${stderr}`)?.[0] ?? "unknown";
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}
